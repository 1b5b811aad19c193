"""Which e-file a file is: one reviewer chooses, can take it back, and nobody is talked over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classify.efile import Match
from pipeline import link
from pipeline.app import App
from records import desk, links
from records.models import Batch, Deposit, LedgerEvent, PhysicalFile
from records.reasons import reason
from records.register import FileLink, RegisterEntry, RegisterImport
from storage.manifest import read_manifest
from tests.web.conftest import OTHER, OWN, deposited_file
from web import wiring
from web.models import AuditEvent, Role

pytestmark = [pytest.mark.usefixtures("each_database"), pytest.mark.django_db]
NUMBER, SUBJECT = "एफ 11-20/2014/1/9", "ग्राम पिपरिया की भूमि पर अतिक्रमण"
FIRST, TWIN, THEIRS = "1001", "1005", "7007"


@pytest.fixture
def register(own: PhysicalFile, app: App) -> None:
    """Two e-files of the department that the file may be, one of another; the rule asks."""
    imported = RegisterImport.objects.create(
        source="r.csv", sha256="0" * 64, at=timezone.now(), added=3
    )
    for number, code in ((FIRST, OWN), (TWIN, OWN), (THEIRS, OTHER)):
        RegisterEntry.objects.create(
            computer_number=number,
            file_number=NUMBER,
            number_key="F11-20/2014/1/9",
            subject=SUBJECT if code == OWN else "पराया विषय",
            department_code=code,
            location=f"R-{number}",
            imported=imported,
        )
    own.metadata = {
        "file_number": {"value": NUMBER, "canonical": "F11-20/2014/1/9", "confidence": 0.9},
        "subject": {"value": SUBJECT, "confidence": 0.9},
    }
    own.reasons = []
    own.save()
    counts = link.again(app)
    assert counts[Match.AMBIGUOUS] == 1, counts
    own.refresh_from_db()
    assert (own.state, [kept["code"] for kept in own.reasons]) == ("in_review", ["efile_ambiguous"])


@pytest.fixture
def client(register: None, signed_in: Callable[..., Client]) -> Client:
    return signed_in(Role.REVIEWER)


def _seen(client: Client, file: PhysicalFile) -> dict[str, str]:
    """What the form on the desk holds, as the person has it before them."""
    shown = client.get(reverse("review-file", args=[file.pk])).context
    return {"version": str(shown["row"].version), "seen": str(shown["efile"]["seen"])}


def _chosen(client: Client, file: PhysicalFile, efile: str, **seen: str) -> Any:
    posted = {**(seen or _seen(client, file)), "efile": efile}
    return client.post(reverse("review-efile", args=[file.pk]), posted)


def _told(file: PhysicalFile) -> list[tuple[str, Any, Any]]:
    """The link's events that a person made: outcome, e-file, who."""
    rows = LedgerEvent.objects.filter(
        file_id=file.pk, type="metadata modification", facts__by_hand=True
    )
    return [
        (event.outcome, event.facts["computer_number"], event.facts["by"])
        for event in rows.order_by("id")
    ]


def test_candidates_stand_on_the_desk_with_what_speaks_for_them(
    client: Client, own: PhysicalFile
) -> None:
    text = client.get(reverse("review-file", args=[own.pk])).content.decode()
    for number in (FIRST, TWIN):
        assert f'name="efile" value="{number}"' in text
    assert "नस्ती क्रमांक वही है" in text
    assert 'name="efile" value="none"' in text
    assert 'value="back"' not in text


def test_the_chosen_efile_is_linked_by_the_reviewers_word_and_the_file_goes_on(
    client: Client, own: PhysicalFile
) -> None:
    assert _chosen(client, own, TWIN).headers["Location"] == reverse("review-file", args=[own.pk])
    own.refresh_from_db()
    assert (own.state, own.reasons, own.location) == ("deposited", [], f"R-{TWIN}")
    assert _told(own) == [("exact", TWIN, "reviewer")]
    assert TWIN in client.get(reverse("file", args=[own.pk])).content.decode()
    assert AuditEvent.objects.get(action="choose e-file").facts == {"said": TWIN}
    text = client.get(reverse("review-file", args=[own.pk])).content.decode()
    assert f"reviewer के कहने पर यह नस्ती ई-फ़ाइल {TWIN} से जुड़ी है।" in text
    assert f'value="{FIRST}"' in text  # the other one can still be chosen


def test_the_next_manifest_tells_the_link_and_who_made_it(
    client: Client, own: PhysicalFile, app: App
) -> None:
    wiring.use(app, versions=True)
    _chosen(client, own, TWIN)
    posted = {"version": "1", "subject": "भूमि आवंटन", "decision": "accept"}
    assert client.post(reverse("review-file", args=[own.pk]), posted).status_code == 302
    made = Deposit.objects.get(file=own, version=2).objects_listed
    (key,) = [one["key"] for one in made if one["role"] == "manifest"]
    manifest = read_manifest(app.store.read_bytes(key))
    assert (manifest.efile["computer_number"], manifest.efile["by"]) == (TWIN, "reviewer")
    assert "reviewer" in [event["facts"].get("by") for event in manifest.events]


def test_none_of_these_is_an_answer_that_no_rule_asks_again(
    client: Client, own: PhysicalFile, app: App
) -> None:
    _chosen(client, own, "none")
    own.refresh_from_db()
    assert (own.state, own.reasons) == ("deposited", [])
    assert _told(own) == [("none", None, "reviewer")]
    link.again(app)
    own.refresh_from_db()
    assert own.state == "deposited"
    assert FileLink.objects.get(file=own).by_hand
    wiring.use(app, versions=True)
    client.post(
        reverse("review-file", args=[own.pk]),
        {"version": "1", "subject": "भूमि आवंटन", "decision": "save"},
    )
    own.refresh_from_db()
    assert "efile" not in str(own.reasons)
    assert FileLink.objects.get(file=own).entry is None


@pytest.mark.parametrize("said", [TWIN, "none"])
def test_what_was_said_can_be_taken_back_and_the_question_stands_as_before(
    client: Client, own: PhysicalFile, said: str
) -> None:
    before = FileLink.objects.get(file=own)
    _chosen(client, own, said)
    assert _chosen(client, own, "back").status_code == 302
    own.refresh_from_db()
    after = FileLink.objects.get(file=own)
    assert (after.match, after.entry, after.by_hand, after.candidates) == (
        before.match,
        None,
        False,
        before.candidates,
    )
    assert (own.state, [kept["code"] for kept in own.reasons]) == ("in_review", ["efile_ambiguous"])
    assert own.accepted == []
    assert _told(own)[-1] == ("taken back", None, "reviewer")
    assert 'value="back"' not in client.get(reverse("review-file", args=[own.pk])).content.decode()


@pytest.mark.parametrize("said", [TWIN, "none"])
def test_a_button_that_is_pressed_twice_says_it_once(
    client: Client, own: PhysicalFile, said: str
) -> None:
    seen = _seen(client, own)
    answers = [_chosen(client, own, said, **seen).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert len(_told(own)) == 1


def test_a_link_undone_after_none_was_meant_asks_a_person_again(
    client: Client, own: PhysicalFile, app: App
) -> None:
    _chosen(client, own, "none")
    _chosen(client, own, TWIN)
    link.undo(app, own.pk, by="reviewer")
    own.refresh_from_db()
    assert (own.state, [kept["code"] for kept in own.reasons]) == ("in_review", ["efile_unlinked"])


def test_a_link_that_was_undone_elsewhere_can_be_chosen_anew(
    client: Client, own: PhysicalFile, app: App
) -> None:
    _chosen(client, own, TWIN)
    link.undo(app, own.pk, by="R. Patel")
    text = client.get(reverse("review-file", args=[own.pk])).content.decode()
    assert "R. Patel के कहने पर यह नस्ती किसी ई-फ़ाइल से जुड़ी नहीं है।" in text
    assert _chosen(client, own, FIRST).status_code == 302
    assert FileLink.objects.get(file=own).entry == RegisterEntry.objects.get(computer_number=FIRST)


def test_a_reviewer_who_undid_a_link_elsewhere_says_here_that_it_is_none(
    client: Client, own: PhysicalFile, app: App
) -> None:
    _chosen(client, own, TWIN)
    link.undo(app, own.pk, by="reviewer")
    text = client.get(reverse("review-file", args=[own.pk])).content.decode()
    assert 'name="efile" value="none"' in text
    _chosen(client, own, "none")
    own.refresh_from_db()
    assert (own.state, own.reasons) == ("deposited", [])


@pytest.mark.parametrize("second", [TWIN, "none"])
def test_the_second_of_two_people_is_told_and_changes_nothing(
    client: Client, own: PhysicalFile, signed_in: Callable[..., Client], second: str
) -> None:
    other = signed_in(Role.DEPARTMENT_ADMIN)
    seen = _seen(other, own)
    desk.release(own, Role.DEPARTMENT_ADMIN)
    _chosen(client, own, FIRST)
    desk.release(own, "reviewer")
    late = _chosen(other, own, second, **seen)
    assert late.status_code == 409
    assert "इसी बीच किसी और ने बता दिया कि यह कौन-सी ई-फ़ाइल है" in late.content.decode()
    assert _told(own) == [("exact", FIRST, "reviewer")]


def test_a_file_on_another_desk_is_not_linked(
    client: Client, own: PhysicalFile, signed_in: Callable[..., Client]
) -> None:
    seen = _seen(client, own)
    other = signed_in(Role.DEPARTMENT_ADMIN)
    refused = _chosen(other, own, FIRST, **seen)
    assert (refused.status_code, "reviewer" in refused.content.decode()) == (409, True)
    text = other.get(reverse("review-file", args=[own.pk])).content.decode()
    assert "<fieldset disabled>" in text.split('class="efile"')[1]
    assert _told(own) == []


@pytest.mark.parametrize(
    ("efile", "changed", "status"),
    [
        (THEIRS, {}, 404),  # another department's: as if it were not there
        ("4242", {}, 404),
        ("", {}, 409),
        ("back", {}, 409),  # nobody said anything yet
        ("x" * 5000, {}, 409),
        (FIRST, {"version": "2"}, 409),
        (FIRST, {"version": "9" * 5000}, 409),
        (FIRST, {"seen": "0"}, 409),
        (FIRST, {"seen": "²"}, 409),
    ],
)
def test_what_cannot_be_chosen_changes_nothing(
    client: Client, own: PhysicalFile, efile: str, changed: dict[str, str], status: int
) -> None:
    answer = _chosen(client, own, efile, **{**_seen(client, own), **changed})
    assert answer.status_code == status
    assert _told(own) == []
    own.refresh_from_db()
    assert own.state == "in_review"


def test_one_who_sees_all_departments_cannot_choose_what_is_no_candidate(
    client: Client, own: PhysicalFile, signed_in: Callable[..., Client]
) -> None:
    one = {"computer_number": FIRST, "file_number": NUMBER, "subject": SUBJECT}
    FileLink.objects.filter(file=own).update(candidates=[{**one, "score": 0.5, "why": []}])
    every = signed_in(Role.REVIEWER, departments=("*",), name="all")
    assert _chosen(every, own, TWIN).status_code == 409
    assert _told(own) == []


def test_an_efile_of_another_department_is_neither_shown_nor_taken_from_the_file(
    client: Client, own: PhysicalFile, app: App
) -> None:
    link.by_hand(app, own.pk, THEIRS, by="R. Patel")
    text = client.get(reverse("review-file", args=[own.pk])).content.decode()
    for hidden in (THEIRS, "पराया विषय", "R. Patel के कहने", 'value="back"'):
        assert hidden not in text


def test_a_form_from_elsewhere_links_nothing(client: Client, own: PhysicalFile) -> None:
    posted = {**_seen(client, own), "efile": FIRST}
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert strict.post(reverse("review-efile", args=[own.pk]), posted).status_code == 403
    assert _told(own) == []


def test_a_file_in_work_is_not_linked(client: Client, own: PhysicalFile) -> None:
    seen = _seen(client, own)
    PhysicalFile.objects.filter(pk=own.pk).update(state="open")
    assert _chosen(client, own, FIRST, **seen).status_code == 409
    assert _told(own) == []


def test_the_reviewers_word_counts_where_the_rule_had_found_the_same(
    client: Client, own: PhysicalFile
) -> None:
    entry = RegisterEntry.objects.get(computer_number=FIRST)
    FileLink.objects.filter(file=own).update(match="exact", entry=entry)
    seen = links.last_event(own)
    _chosen(client, own, FIRST)
    assert links.last_event(own) > seen
    assert _told(own) == [("exact", FIRST, "reviewer")]


def test_the_count_over_the_queue_is_that_of_the_chosen_reason(
    client: Client, own: PhysicalFile, archive: Batch, app: App
) -> None:
    for n in range(2):
        deposited_file(app.store, archive, f"नस्ती {n}", OWN)
    both = [reason("efile_none"), reason("pages_missing", declared=2, found=1)]
    PhysicalFile.objects.filter(source="नस्ती 1").update(reasons=both)
    counts = {"": 3, "pages_missing": 2, "efile_ambiguous": 1, "efile_none": 1, "blurred": 0}
    for code, count in counts.items():
        shown = client.get(reverse("queue"), {"reason": code})
        assert shown.context["waiting"] == len(shown.context["files"]) == count
        assert f"जाँच की प्रतीक्षा में फ़ाइलें: {count}।" in shown.content.decode()
