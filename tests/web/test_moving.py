"""Moving pages from the desk: only between one's own files, and never under somebody's hands."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from records import desk
from records.models import Batch, Page, PhysicalFile
from tests.web.conftest import OWN, deposited_file
from web.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def second(own: PhysicalFile, archive: Batch) -> PhysicalFile:
    """Another file of the same department; the first has two pages now."""
    page = Page.objects.get(file=own)
    page.pk, page.sequence, page.source = "0" * 26, 2, "नस्ती अपनी/2.png"
    page._state.adding = True
    page.save()
    return deposited_file(_store(), archive, "नस्ती दूसरी", OWN)


def _store() -> object:
    from web.wiring import app

    return app().store


@pytest.fixture
def client(second: PhysicalFile, signed_in: Callable[..., Client]) -> Client:
    return signed_in(Role.REVIEWER)


def test_a_page_is_moved_and_the_other_file_shown(
    client: Client, own: PhysicalFile, second: PhysicalFile
) -> None:
    address = reverse("review-move", args=[own.pk])
    text = client.get(address).content.decode()
    assert ("नस्ती दूसरी" in text, "पराई" in text) == (True, False)
    answer = client.post(address, {"version": "1", "page": ["2"], "to": second.pk})
    assert answer.headers["Location"] == reverse("file", args=[second.pk])
    assert Page.objects.get(source="नस्ती अपनी/2.png").file_id == second.pk


def test_no_page_goes_to_another_departments_file(
    client: Client, own: PhysicalFile, other: PhysicalFile
) -> None:
    posted = {"version": "1", "page": ["2"], "to": other.pk}
    assert client.post(reverse("review-move", args=[own.pk]), posted).status_code == 404
    assert Page.objects.filter(file=own).count() == 2


def test_a_file_on_somebodys_desk_gets_no_page(
    client: Client, own: PhysicalFile, second: PhysicalFile
) -> None:
    desk.claim(second, "somebody", timezone.now())
    posted = {"version": "1", "page": ["2"], "to": second.pk}
    answer = client.post(reverse("review-move", args=[own.pk]), posted)
    assert (answer.status_code, "somebody" in answer.content.decode()) == (409, True)


def test_pages_make_a_file_of_their_own_that_stays_the_departments(
    client: Client, own: PhysicalFile
) -> None:
    client.post(reverse("review-move", args=[own.pk]), {"version": "1", "page": ["2"], "to": ""})
    made = PhysicalFile.objects.get(source="नस्ती अपनी (2)")
    assert made.department_code == OWN
    assert client.get(reverse("file", args=[made.pk])).status_code == 200
