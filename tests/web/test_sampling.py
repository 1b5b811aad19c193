"""Samples on the pages: drawn within one's bounds, judged, and written down."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from records.models import Batch, PhysicalFile, SampledFile, SamplingLot
from tests.web.conftest import OTHER, OWN
from web.models import AuditEvent, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(signed_in: Callable[..., Client]) -> Client:
    return signed_in(Role.DEPARTMENT_ADMIN)


def draw(client: Client, batch: Batch, department: str = OWN, **said: str) -> int:
    posted = {"batch": batch.pk, "department": department, **said}
    return client.post(reverse("sampling"), posted).status_code


def test_a_lot_is_drawn_judged_and_accepted(
    client: Client, archive: Batch, own: PhysicalFile
) -> None:
    assert draw(client, archive, percent="100") == 302
    lot = SamplingLot.objects.get()
    assert lot.population == [own.pk]
    page = client.get(reverse("lot", args=[lot.pk])).content.decode()
    assert (reverse("file", args=[own.pk]) in page, lot.seed in page) == (True, True)
    posted = {"file": own.pk, "verdict": "good", "note": "ठीक है"}
    assert client.post(reverse("lot", args=[lot.pk]), posted).status_code == 302
    lot.refresh_from_db()
    kept = SampledFile.objects.get()
    assert (lot.state, kept.by, kept.note, kept.of_version) == (
        "accepted",
        "department_admin",
        "ठीक है",
        1,
    )
    actions = set(AuditEvent.objects.values_list("action", flat=True))
    assert {"draw sample", "judge sample"} <= actions


@pytest.mark.parametrize("department", [OTHER, "", "PWD"])
def test_nobody_draws_files_of_another_department(
    client: Client, archive: Batch, department: str
) -> None:
    assert draw(client, archive, department) == 409
    assert not SamplingLot.objects.exists()


def test_a_file_that_is_not_theirs_is_judged_by_nobody(
    client: Client, archive: Batch, other: PhysicalFile
) -> None:
    draw(client, archive)
    lot = SamplingLot.objects.get()
    posted = {"file": other.pk, "verdict": "bad"}
    assert client.post(reverse("lot", args=[lot.pk]), posted).status_code == 404
    assert lot.state == "open"


@pytest.mark.parametrize(
    "said", [{"percent": "x"}, {"percent": "-1"}, {"aql": "9"}, {"accepted": "1e9"}]
)
def test_a_rule_that_cannot_be_is_refused_in_words(
    client: Client, archive: Batch, said: dict[str, str]
) -> None:
    assert draw(client, archive, **said) == 409
    assert not SamplingLot.objects.exists()
