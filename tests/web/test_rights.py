"""Every address for every role: nobody sees, counts, or fetches what is not theirs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import URLPattern, reverse
from django.utils import timezone

from pipeline.app import App
from records import ledger
from records.models import Page, PhysicalFile, SampledFile, SamplingLot
from records.reasons import reason
from records.register import FileLink, RegisterEntry, RegisterImport
from tests.web.conftest import OTHER
from web import urls
from web.models import AuditEvent, Role
from web.rights import RIGHTS

pytestmark = pytest.mark.django_db
GUARDED = [
    pattern
    for pattern in urls.urlpatterns
    if isinstance(pattern, URLPattern) and pattern.name not in urls.PUBLIC
]
NAMES = [str(pattern.name) for pattern in GUARDED]
OF_UPLOADS = {"upload", "upload-begin", "upload-piece", "upload-finish", "upload-give-up"}
WITHOUT_A_FILE = {"progress", "queue", "audit", "hindi-words", "batch", "tokens", "days"}
OF_ACCOUNT = {"own", "own-password", "codes-begin", "codes-confirm", "codes-end"}
OF_ACCOUNT |= {"sign-out-everywhere"}
WITHOUT_A_FILE |= {*OF_UPLOADS, *OF_ACCOUNT, "sampling", "numbers"}
POSTED = {
    "review-leave",
    "review-efile",
    "review-undo",
    "token-revoke",
}  # what changes something is posted, never followed
POSTED |= OF_UPLOADS - {"upload"} | OF_ACCOUNT - {"own"}


def drawn_lot(file: PhysicalFile) -> SamplingLot:
    """A lot of the file's department in which the file was drawn."""
    now = timezone.now()
    lot, is_new = SamplingLot.objects.get_or_create(
        batch_id=file.batch_id,
        department_code=file.department_code,
        defaults={"rule": "share 5", "population": [file.pk], "seed": "s", "accepted_with": 0}
        | {"drawn_at": now, "due_at": now + timedelta(days=10), "drawn_by": "x"},
    )
    if is_new:
        SampledFile.objects.create(lot=lot, file=file)
    return lot


def address(name: str, file: PhysicalFile) -> str:
    """The address of ``name`` for ``file``, whatever it asks for."""
    page = Page.objects.get(file=file)
    asked = next(pattern for pattern in GUARDED if pattern.name == name).pattern.converters
    given = {
        "file_id": file.pk,
        "batch_id": file.batch_id,
        "page_id": page.pk,
        "size": "small",
        "number": 0,
        "sequence": page.sequence,
        "token_id": 1,
        "upload_id": "0" * 26,
        "file": 0,
        "lot_id": drawn_lot(file).pk,
    }
    return reverse(name, kwargs={key: given[key] for key in asked})


@pytest.mark.parametrize("name", NAMES)
def test_a_view_without_a_guard_cannot_be_added(name: str) -> None:
    view = next(pattern for pattern in GUARDED if pattern.name == name).callback
    assert hasattr(view, "right"), "give it rights.needs(…), or list it in urls.PUBLIC"


@pytest.mark.parametrize("name", NAMES)
def test_without_a_sign_in_every_page_leads_to_it(name: str, own: PhysicalFile) -> None:
    answer = Client().get(address(name, own))
    assert (answer.status_code, answer.headers["Location"].split("?")[0]) == (302, "/sign-in/")


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", NAMES)
def test_a_role_opens_what_it_has_a_right_to_and_nothing_else(
    name: str, role: str, own: PhysicalFile, signed_in: Callable[..., Client]
) -> None:
    view = next(pattern for pattern in GUARDED if pattern.name == name).callback
    answer = signed_in(role).get(address(name, own))
    if view.right not in RIGHTS[role]:  # type: ignore[attr-defined]
        assert answer.status_code == 403
    elif name in POSTED:
        assert answer.status_code == 405
    else:
        assert answer.status_code == 200
    answer.close()


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", sorted(set(NAMES) - WITHOUT_A_FILE))
def test_another_departments_file_is_as_if_it_were_not_there(
    name: str, role: str, other: PhysicalFile, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(role)
    for answer in (client.get(address(name, other)), client.post(address(name, other))):
        assert answer.status_code in (403, 404, 405)
        assert "पराई" not in answer.content.decode()


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", sorted(WITHOUT_A_FILE - {"hindi-words"}))
@pytest.mark.parametrize(
    "asked",
    [
        "",
        "?format=csv",
        "?format=csv&table=people",
        "?state=in_review",
        "?subject=a",
        "?state=done",
    ],
)
def test_no_list_names_or_counts_another_departments_files(
    name: str, role: str, asked: str, other: PhysicalFile, signed_in: Callable[..., Client]
) -> None:
    answer = signed_in(role).get(address(name, other) + asked)
    text = answer.getvalue().decode("utf-8", "ignore")
    assert "पराई" not in text
    assert other.pk not in text
    if answer.status_code == 200 and name == "batch":
        assert "अपनी" in text
        assert "balance" not in text  # the batch's sums would count the others


def test_a_batch_without_a_file_of_theirs_is_not_there(
    own: PhysicalFile, signed_in: Callable[..., Client]
) -> None:
    client = signed_in(Role.REVIEWER, departments=("PWD",))
    assert client.get(reverse("batch", args=[own.batch_id])).status_code == 404
    assert own.batch.label not in client.get(reverse("progress")).content.decode()


def test_a_file_whose_department_is_not_known_belongs_to_nobody(
    own: PhysicalFile, signed_in: Callable[..., Client]
) -> None:
    PhysicalFile.objects.filter(pk=own.pk).update(department_code="")
    client = signed_in(Role.REVIEWER, departments=("",))
    assert client.get(reverse("file", args=[own.pk])).status_code == 404


def test_an_account_of_another_office_sees_nothing_of_this_one(
    own: PhysicalFile, signed_in: Callable[..., Client]
) -> None:
    from web.models import Account

    client = signed_in(Role.RECORD_ROOM, departments=("*",))
    assert client.get(reverse("file", args=[own.pk])).status_code == 200
    Account.objects.update(offices=["indore"])
    assert client.get(reverse("file", args=[own.pk])).status_code == 404


def test_a_user_without_an_account_opens_nothing(own: PhysicalFile) -> None:
    from django.contrib.auth.models import User

    client = Client()
    client.force_login(
        User.objects.create_user("stray"), "django.contrib.auth.backends.ModelBackend"
    )
    assert {client.get(address(name, own)).status_code for name in NAMES} == {403}


def leaning_on(own: PhysicalFile, other: PhysicalFile) -> None:
    """Give ``own`` reasons and candidates that lead to ``other``'s department."""
    theirs = Page.objects.get(file=other)
    twin = reason("duplicate", of=str(theirs), page_id=theirs.pk)
    doubtful = reason("page_doubtful", page=1, because=[twin])
    unsure = reason("efile_ambiguous", computer_number="770077", of=2, because=[])
    PhysicalFile.objects.filter(pk=own.pk).update(reasons=[doubtful, unsure])
    imported = RegisterImport.objects.create(source="r.csv", sha256="0" * 64, at=timezone.now())
    RegisterEntry.objects.create(
        computer_number="770077",
        file_number="पराई/7",
        number_key="7",
        subject="गुप्त विषय",
        department_code=OTHER,
        imported=imported,
    )
    one = {"computer_number": "770077", "file_number": "पराई/7", "subject": "गुप्त विषय"}
    FileLink.objects.create(
        file=own,
        match="ambiguous",
        candidates=[{**one, "score": 0.5, "why": []}],
        made_at=timezone.now(),
    )


@pytest.mark.parametrize("name", ["file", "queue", "review-file"])
def test_a_reason_that_leads_to_another_department_does_not_name_it(
    name: str, own: PhysicalFile, other: PhysicalFile, signed_in: Callable[..., Client]
) -> None:
    leaning_on(own, other)
    text = signed_in(Role.DEPARTMENT_ADMIN).get(address(name, own)).content.decode()
    assert "अपनी" in text
    for theirs in ("पराई", "गुप्त", "770077"):
        assert theirs not in text
    every = signed_in(Role.DEPARTMENT_ADMIN, departments=("*",), name="all")
    assert "पराई" in every.get(address(name, own)).content.decode()


def test_files_settled_a_day_are_counted_among_ones_own(
    own: PhysicalFile, other: PhysicalFile, signed_in: Callable[..., Client]
) -> None:
    for file in (own, other, other):
        facts = {"version": 1, "pages": 40}
        ledger.write(file, ledger.Event(ledger.EventType.DEPOSIT, "deposited", facts))
    client = signed_in(Role.REVIEWER)
    pace = client.get(reverse("progress")).context["pace"]
    assert (pace.files_a_day, pace.pages_a_day) == (pytest.approx(1 / 7), pytest.approx(40 / 7))


class Linking:
    """A store that gives links, as far as the pages ask it."""

    def link(self, key: str, *, valid_s: int, headers: Mapping[str, str]) -> str:
        return f"https://store.example/{key}?valid={valid_s}&as={headers['Content-Disposition']}"


def test_a_link_to_the_store_is_given_after_rights_and_log_only(
    own: PhysicalFile,
    other: PhysicalFile,
    app: App,
    signed_in: Callable[..., Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    app.policy = replace(app.policy, link_s=60)
    monkeypatch.setattr(app.store, "link", Linking().link, raising=False)
    client = signed_in(Role.RECORD_ROOM)
    answer = client.get(address("pdf", own))
    assert answer.headers["Location"].startswith("https://store.example/katni/")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (302, "no-store")
    assert "attachment" in client.get(address("master", own)).headers["Location"]
    assert AuditEvent.objects.filter(action="fetch access", subject=f"file {own.pk}").exists()
    assert client.get(address("pdf", other)).status_code == 404
    assert signed_in(Role.OPERATOR).get(address("master", own)).status_code == 403
