"""The page on which numbers are keyed: the pictures, nobody's answer, nobody else's files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from django.test import Client
from django.urls import reverse

from pipeline.app import App
from records.models import NumberEntry, Page, PhysicalFile
from records.number_entries import ONLY_THE_NUMBER
from web.models import Role

pytestmark = pytest.mark.django_db
KNOWN = "एफ 77-1/1999/1/9"


@pytest.fixture
def client(
    app: App, own: PhysicalFile, other: PhysicalFile, signed_in: Callable[..., Client]
) -> Client:
    """A reviewer of the first file's department; both files wait for a number."""
    app.policy = replace(app.policy, double_entry="always")
    for file in (own, other):
        kept = {"file_number": {"value": KNOWN, "confidence": 0.9, "page": 1, "by": "asha"}}
        PhysicalFile.objects.filter(pk=file.pk).update(reasons=ONLY_THE_NUMBER, metadata=kept)
    return signed_in(Role.REVIEWER)


def test_the_page_shows_the_pictures_and_not_what_the_file_is_called(
    client: Client, own: PhysicalFile
) -> None:
    text = client.get(reverse("numbers")).content.decode()
    page = Page.objects.get(file=own)
    assert reverse("image", args=[page.pk, "large"]) in text
    assert ("77-1" in text, own.source in text) == (False, False)
    assert reverse("numbers") in client.get(reverse("progress")).content.decode()


def test_a_number_is_kept_and_the_next_file_comes(client: Client, own: PhysicalFile) -> None:
    answer = client.post(reverse("numbers"), {"file": own.pk, "number": "एफ 78-1/1999/1/9"})
    assert answer.status_code == 302
    assert [(one.file_id, one.by) for one in NumberEntry.objects.all()] == [(own.pk, "reviewer")]
    assert "कोई क्रमांक आपकी प्रतीक्षा में नहीं है" in client.get(reverse("numbers")).content.decode()


def test_two_people_who_agree_open_the_file_for_its_next_version(
    client: Client, own: PhysicalFile, signed_in: Callable[..., Client]
) -> None:
    second = signed_in(Role.REVIEWER, name="second")
    for person in (client, second):
        person.post(reverse("numbers"), {"file": own.pk, "number": KNOWN})
    own.refresh_from_db()
    assert (own.state, own.decided["file_number"]["by"]) == ("open", "reviewer, second")


def test_another_departments_file_takes_no_number(client: Client, other: PhysicalFile) -> None:
    answer = client.post(reverse("numbers"), {"file": other.pk, "number": KNOWN})
    assert answer.status_code == 404
    assert not NumberEntry.objects.exists()


def test_no_number_is_refused_in_words(client: Client, own: PhysicalFile) -> None:
    answer = client.post(reverse("numbers"), {"file": own.pk, "number": " "})
    assert (answer.status_code, NumberEntry.objects.count()) == (409, 0)


def test_the_desks_queue_does_not_offer_what_waits_for_a_number_alone(
    client: Client, own: PhysicalFile
) -> None:
    assert client.get(reverse("queue")).context["first"] is None
    assert own.source not in client.get(reverse("queue")).content.decode()
