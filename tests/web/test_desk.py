"""The review desk: saving makes a decision, two people never save over each other, drafts stay."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pipeline.app import App
from records.corrections import history
from records.models import Batch, Page, PhysicalFile
from records.reasons import reason
from tests.web.conftest import LINES, OWN, deposited_file
from web import wiring
from web.models import AuditEvent, Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(signed_in: Callable[..., Client]) -> Client:
    return signed_in(Role.REVIEWER)


def test_the_queue_leads_to_the_file_and_the_file_to_its_page(
    client: Client, own: PhysicalFile
) -> None:
    queue = client.get(reverse("queue")).content.decode()
    assert reverse("review-file", args=[own.pk]) in queue
    desk = client.get(reverse("review-file", args=[own.pk])).content.decode()
    assert reverse("review-page", args=[own.pk, 1]) in desk
    page = client.get(reverse("review-page", args=[own.pk, 1])).content.decode()
    assert all(line in page for line in LINES)


def test_only_doubtful_lines_are_walked_by_tab(client: Client, own: PhysicalFile) -> None:
    page = client.get(reverse("review-page", args=[own.pk, 1])).content.decode()
    fields = [part.split(">")[0] for part in page.split('<input name="line-')[1:]]
    assert ['tabindex="-1"' in field for field in fields] == [True, False]


def test_a_saved_field_is_a_decision_with_who_and_before(client: Client, own: PhysicalFile) -> None:
    posted = {"version": "1", "subject": "भूमि आवंटन", "decision": "save", "note": "देखा"}
    assert client.post(reverse("review-file", args=[own.pk]), posted).status_code == 302
    (change,) = history(own.pk)
    assert (change["by"], change["name"], change["after"], change["note"]) == (
        "reviewer",
        "subject",
        "भूमि आवंटन",
        "देखा",
    )
    own.refresh_from_db()
    assert own.state == "open"
    assert AuditEvent.objects.filter(action="decide", subject=f"file {own.pk}").count() == 1


def test_a_corrected_line_is_saved_and_an_untouched_one_is_not(
    client: Client, own: PhysicalFile
) -> None:
    posted = {"version": "1", "decision": "save"}
    for number, line in enumerate(LINES):
        posted[f"before-{number}"] = posted[f"line-{number}"] = line
    posted["line-1"] = "विषय:- भूमि का आवंटन"
    client.post(reverse("review-page", args=[own.pk, 1]), posted)
    (change,) = history(own.pk)
    assert (change["kind"], change["name"], change["after"]) == ("text", "2", posted["line-1"])


def test_a_version_that_somebody_else_saved_meanwhile_is_not_overwritten(
    client: Client, own: PhysicalFile
) -> None:
    PhysicalFile.objects.filter(pk=own.pk).update(version=2)
    posted = {"version": "1", "subject": "मेरा पाठ", "decision": "save"}
    answer = client.post(reverse("review-file", args=[own.pk]), posted)
    assert answer.status_code == 409
    assert "मेरा पाठ" in answer.content.decode()  # what was typed still stands there
    assert history(own.pk) == []


def test_a_file_on_somebodys_desk_can_be_seen_but_not_saved(
    client: Client, own: PhysicalFile, signed_in: Callable[..., Client]
) -> None:
    client.get(reverse("review-file", args=[own.pk]))
    second = signed_in(Role.DEPARTMENT_ADMIN)
    page = second.get(reverse("review-file", args=[own.pk])).content.decode()
    assert "reviewer" in page
    posted = {"version": "1", "subject": "दूसरा", "decision": "save"}
    second.post(reverse("review-file", args=[own.pk]), posted)
    assert history(own.pk) == []


def test_a_desk_that_nobody_sits_at_is_free_after_a_while(
    client: Client, own: PhysicalFile, signed_in: Callable[..., Client]
) -> None:
    client.get(reverse("review-file", args=[own.pk]))
    own.refresh_from_db()
    assert own.reviewer_until is not None
    PhysicalFile.objects.filter(pk=own.pk).update(
        reviewer_until=own.reviewer_until - timedelta(hours=1)
    )
    second = signed_in(Role.DEPARTMENT_ADMIN)
    second.post(
        reverse("review-file", args=[own.pk]),
        {"version": "1", "subject": "दूसरा", "decision": "save"},
    )
    assert len(history(own.pk)) == 1


def test_what_cannot_be_so_is_told_and_the_rest_stays_typed(
    client: Client, own: PhysicalFile
) -> None:
    posted = {"version": "1", "date": "31.02.1999", "subject": "रहने दें", "decision": "save"}
    answer = client.post(reverse("review-file", args=[own.pk]), posted)
    text = answer.content.decode()
    assert answer.status_code == 409
    assert "31.02.1999 कोई दिनांक नहीं है।" in text
    assert "रहने दें" in text


def test_text_of_a_record_cannot_become_part_of_the_page(client: Client, own: PhysicalFile) -> None:
    hostile = '<script>alert(1)</script>" onfocus="alert(2)'
    PhysicalFile.objects.filter(pk=own.pk).update(
        source=hostile, metadata={"subject": {"value": hostile, "confidence": 0.2}}
    )
    for name in ("file", "review-file"):
        text = client.get(reverse(name, args=[own.pk])).content.decode()
        assert "<script>alert" not in text
        assert 'onfocus="alert' not in text


def test_every_page_forbids_scripts_of_its_own_and_framing(
    client: Client, own: PhysicalFile
) -> None:
    headers = client.get(reverse("file", args=[own.pk])).headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_a_form_from_elsewhere_is_refused(own: PhysicalFile, client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    answer = strict.post(
        reverse("review-file", args=[own.pk]), {"version": "1", "decision": "accept"}
    )
    assert answer.status_code == 403
    assert history(own.pk) == []


def test_pages_speak_hindi_until_english_is_chosen(client: Client, archive: object) -> None:
    assert "प्रगति" in client.get(reverse("progress")).content.decode()
    client.post(reverse("language"), {"language": "en", "next": "/"})
    assert "Progress" in client.get(reverse("progress")).content.decode()


def test_the_language_switch_leads_nowhere_else(client: Client) -> None:
    answer = client.post(
        reverse("language"), {"language": "hi", "next": "https://elsewhere.example/"}
    )
    assert answer.headers["Location"] == "/"


def test_a_fetched_pdf_is_logged_with_who_and_what(client: Client, own: PhysicalFile) -> None:
    answer = client.get(reverse("pdf", args=[own.pk]))
    assert b"".join(answer.streaming_content).startswith(b"%PDF")  # type: ignore[attr-defined]
    answer.close()
    event = AuditEvent.objects.get(action="fetch access")
    assert (event.who, event.subject) == ("reviewer", f"file {own.pk}")


def test_after_too_many_wrong_passwords_the_right_one_does_not_help(
    signed_in: Callable[..., Client],
) -> None:
    from django.contrib.auth.models import User

    signed_in(Role.REVIEWER)
    user = User.objects.get(username="reviewer")
    user.set_password("right-word-99")
    user.save()
    browser = Client()
    wrong = {"username": "reviewer", "password": "wrong"}
    answers = [browser.post("/sign-in/", wrong).status_code for _ in range(9)]
    right = browser.post("/sign-in/", {"username": "reviewer", "password": "right-word-99"})
    assert answers[-1] == 429
    assert right.status_code == 429
    assert AuditEvent.objects.filter(action="sign in refused").count() >= 8


def test_what_is_typed_while_another_has_the_file_is_told_and_stays(
    client: Client, own: PhysicalFile, signed_in: Callable[..., Client]
) -> None:
    signed_in(Role.DEPARTMENT_ADMIN).get(reverse("review-file", args=[own.pk]))
    for name, args, field in (
        ("review-file", [own.pk], "subject"),
        ("review-page", [own.pk, 1], "line-1"),
    ):
        posted = {"version": "1", "decision": "save", field: "मेरा पाठ", "note": "मेरी टीप"}
        answer = client.post(reverse(name, args=args), {**posted, "before-1": LINES[1]})
        text = answer.content.decode()
        assert (answer.status_code, "मेरा पाठ" in text, "मेरी टीप" in text) == (409, True, True)
    assert history(own.pk) == []


def test_saving_again_after_a_refusal_takes_nothing_of_the_other_back(
    client: Client, own: PhysicalFile
) -> None:
    theirs = {**own.metadata, "subject": {"value": "उनका विषय", "confidence": 1.0}}
    PhysicalFile.objects.filter(pk=own.pk).update(version=2, metadata=theirs)
    was = own.metadata["subject"]["value"]
    posted = {"version": "1", "subject": was, "before-subject": was, "decision": "save"}
    posted |= {"file_number": "एफ 1/2001", "before-file_number": ""}
    text = client.post(reverse("review-file", args=[own.pk]), posted).content.decode()
    assert ("उनका विषय" in text, "एफ 1/2001" in text) == (True, True)
    posted["version"] = "2"
    client.post(reverse("review-file", args=[own.pk]), posted)
    assert [change["name"] for change in history(own.pk)] == ["file_number"]


def test_a_line_that_moved_meanwhile_is_shown_but_not_put_on_its_neighbour(
    client: Client, own: PhysicalFile
) -> None:
    PhysicalFile.objects.filter(pk=own.pk).update(version=2)
    posted = {"version": "1", "decision": "save", "before-0": "कट गई", "line-0": "मेरी पंक्ति"}
    answer = client.post(reverse("review-page", args=[own.pk, 1]), posted)
    text = answer.content.decode()
    assert f'name="line-0" value="{LINES[0]}"' in text
    assert "<li>मेरी पंक्ति</li>" in text


def test_saving_says_nothing_of_a_side_that_nobody_chose(client: Client, own: PhysicalFile) -> None:
    Page.objects.filter(file=own).update(side="")
    text = client.get(reverse("review-file", args=[own.pk])).content.decode()
    options = text.split('<select name="side-1"')[1].split("</select>")[0]
    assert '<option value="">' in options
    assert "selected" not in options


def test_the_first_file_is_one_that_nobody_else_has(
    own: PhysicalFile, other: PhysicalFile, signed_in: Callable[..., Client]
) -> None:
    PhysicalFile.objects.filter(pk=own.pk).update(urgency=9.0)
    first = signed_in(Role.REVIEWER, departments=("*",))
    first.get(reverse("review-file", args=[own.pk]))
    second = signed_in(Role.REVIEWER, departments=("*",), name="second")
    assert second.get(reverse("queue")).context["first"] == other.pk
    assert first.get(reverse("queue")).context["first"] == own.pk


@pytest.mark.parametrize(
    "posted",
    [{"version": "x"}, {"version": "9" * 5000}, {"version": "1", f"line-{'9' * 900}": "x"}],
)
def test_a_form_of_nonsense_is_refused_in_words(
    client: Client, own: PhysicalFile, posted: dict[str, str]
) -> None:
    answer = client.post(reverse("review-page", args=[own.pk, 1]), posted)
    assert answer.status_code == 409
    assert history(own.pk) == []


def test_who_looked_at_a_page_on_the_desk_is_logged(client: Client, own: PhysicalFile) -> None:
    client.get(reverse("review-file", args=[own.pk]))
    client.get(reverse("review-page", args=[own.pk, 1]))
    seen = AuditEvent.objects.filter(subject=f"file {own.pk}").order_by("id")
    assert [event.action for event in seen] == ["review file", "review page"]


def test_a_pdf_is_fetched_from_a_far_store_once_for_all_its_pictures(
    client: Client, own: PhysicalFile, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched: list[str] = []
    kind = type(app.store)
    fetch = kind.fetch
    monkeypatch.setattr(kind, "local_path", lambda self, key: None)
    monkeypatch.setattr(
        kind, "fetch", lambda self, key, to: (fetched.append(key), fetch(self, key, to))[1]
    )
    page = Page.objects.get(file=own)
    for size in ("small", "large", "small"):
        assert client.get(reverse("image", args=[page.pk, size])).status_code == 200
    assert len(fetched) == 1
    pdf = client.get(reverse("pdf", args=[own.pk]))
    content = b"".join(pdf.streaming_content)  # type: ignore[attr-defined]
    assert int(pdf.headers["Content-Length"]) == len(content)


def test_a_field_that_was_emptied_is_told_and_never_passed_over(
    client: Client, own: PhysicalFile
) -> None:
    posted = {"version": "1", "subject": " ", "decision": "accept"}
    answer = client.post(reverse("review-file", args=[own.pk]), posted)
    assert answer.status_code == 409
    assert "खाली नहीं किया जा सकता" in answer.content.decode()
    assert history(own.pk) == []


@pytest.mark.parametrize(
    ("decision", "name"),
    [("illegible", "illegible"), ("scan_again", "scan_again"), ("turn-180", "turn")],
)
def test_a_sheet_is_marked_from_its_page(
    client: Client, own: PhysicalFile, decision: str, name: str
) -> None:
    posted = {"version": "1", "decision": decision, "note": "फटा हुआ"}
    answer = client.post(reverse("review-page", args=[own.pk, 1]), posted)
    assert answer.status_code == 302
    (change,) = history(own.pk)
    assert (change["kind"], change["name"], change["note"]) == ("mark", name, "फटा हुआ")


def test_a_duplicate_of_nothing_is_refused_and_the_text_still_stands(
    client: Client, own: PhysicalFile
) -> None:
    posted = {"version": "1", "decision": "duplicate", "duplicate-of": "1"}
    posted |= {"before-1": LINES[1], "line-1": "मेरा पाठ"}
    answer = client.post(reverse("review-page", args=[own.pk, 1]), posted)
    assert answer.status_code == 409
    assert "मेरा पाठ" in answer.content.decode()
    assert history(own.pk) == []


def test_a_page_on_the_wrong_side_is_moved_from_its_page(client: Client, own: PhysicalFile) -> None:
    posted = {"version": "1", "decision": "save", "before-side-1": "noting"}
    client.post(reverse("review-page", args=[own.pk, 1]), {**posted, "side-1": "correspondence"})
    (change,) = history(own.pk)
    assert (change["kind"], change["after"]) == ("side", "correspondence")


def test_the_queue_is_narrowed_by_a_control_and_next_stays_within_it(
    client: Client, own: PhysicalFile, archive: Batch, app: App
) -> None:
    second = deposited_file(app.store, archive, "नस्ती दूसरी", OWN)
    doubt = reason("page_doubtful", page=1, source="x", because=[reason("lost_ink")])
    PhysicalFile.objects.filter(pk=second.pk).update(reasons=[doubt])
    queue = client.get(reverse("queue")).content.decode()
    assert '<option value="lost_ink">' in queue
    narrowed = client.get(reverse("queue") + "?reason=lost_ink").content.decode()
    assert ("नस्ती दूसरी" in narrowed, "नस्ती अपनी" in narrowed) == (True, False)
    assert '<option value="lost_ink" selected>' in narrowed
    desk = client.get(reverse("review-file", args=[second.pk])).content.decode()
    assert 'rel="next"' not in desk
    posted = {"version": "1", "decision": "accept"}
    answer = client.post(reverse("review-file", args=[second.pk]), posted)
    assert answer.headers["Location"] == reverse("queue")
    client.get(reverse("queue"))  # looked at as a whole again
    desk = client.get(reverse("review-file", args=[own.pk]))
    assert desk.status_code == 200


def test_the_queue_walks_from_the_most_urgent_to_the_least(
    client: Client, own: PhysicalFile, archive: Batch, app: App
) -> None:
    others = [deposited_file(app.store, archive, f"नस्ती {n}", OWN) for n in range(2)]
    for file, urgency in zip([*others, own], (9.0, 5.0, 5.0), strict=True):
        PhysicalFile.objects.filter(pk=file.pk).update(urgency=urgency)
    order = [others[0].pk, *sorted([others[1].pk, own.pk])]
    for place, pk in enumerate(order):
        shown = client.get(reverse("review-file", args=[pk]))
        before = order[place - 1] if place else None
        after = order[place + 1] if place + 1 < len(order) else None
        assert shown.context["beside"] == (before, after)


def test_an_earlier_version_is_brought_back_from_the_desk(
    client: Client, own: PhysicalFile, app: App
) -> None:
    wiring.use(app, versions=True)
    page = reverse("review-page", args=[own.pk, 1])
    address = reverse("review-undo", args=[own.pk])
    assert client.post(address, {"version": "1", "to": "1"}).status_code == 409
    posted = {"version": "1", "line-1": "विषय:- अन्य", "before-1": LINES[1]}
    client.post(page, posted)
    changed = client.get(page).content.decode()
    assert "विषय:- अन्य" in changed
    assert client.post(address, {"version": "1", "to": "1"}).status_code == 409  # seen an older one
    client.post(page, {"version": "2", "line-1": "विषय:- तीसरा", "before-1": "विषय:- अन्य"})
    assert (
        'name="to" value="2"' in client.get(reverse("review-file", args=[own.pk])).content.decode()
    )
    assert client.post(address, {"version": "3", "to": "2"}).status_code == 302
    own.refresh_from_db()
    assert own.version == 4
    again = client.get(page).content.decode()
    assert ("विषय:- अन्य" in again, "तीसरा" in again) == (True, False)


def test_a_refused_undo_leaves_the_file_on_nobodys_desk(
    client: Client, own: PhysicalFile, app: App
) -> None:
    wiring.use(app, versions=True)
    address = reverse("review-undo", args=[own.pk])
    assert client.post(address, {"version": "1", "to": "1"}).status_code == 409
    own.refresh_from_db()
    assert (own.reviewer, own.reviewer_until) == ("", None)
    soon = timezone.now() + timedelta(minutes=5)
    PhysicalFile.objects.filter(pk=own.pk).update(reviewer="r.patel", reviewer_until=soon)
    assert client.post(address, {"version": "1", "to": "1"}).status_code == 409
    own.refresh_from_db()
    assert own.reviewer == "r.patel"


def test_a_picture_keeps_its_address_until_the_sheet_is_turned(
    client: Client, own: PhysicalFile
) -> None:
    page = Page.objects.get(file=own)
    address = reverse("review-page", args=[own.pk, 1])

    def picture() -> str:
        return client.get(address).content.decode().split("/large.jpg?v=")[1].split('"')[0]

    first = picture()
    PhysicalFile.objects.filter(pk=own.pk).update(version=2)
    assert picture() == first
    Page.objects.filter(pk=page.pk).update(rotated_cw_deg=90)
    assert picture() != first


def test_the_history_shows_which_words_changed(client: Client, own: PhysicalFile) -> None:
    posted = {"version": "1", "line-1": "विषय:- भूखंड आवंटन", "before-1": LINES[1]}
    client.post(reverse("review-page", args=[own.pk, 1]), posted)
    shown = client.get(reverse("file", args=[own.pk])).content.decode()
    assert "<del>भूमि</del> आवंटन" in shown
    assert "<ins>भूखंड</ins> आवंटन" in shown


def test_a_hostile_text_in_the_history_stays_a_text(client: Client, own: PhysicalFile) -> None:
    posted = {"version": "1", "subject": "<script>alert(1)</script>", "decision": "save"}
    client.post(reverse("review-file", args=[own.pk]), posted)
    shown = client.get(reverse("file", args=[own.pk])).content.decode()
    assert "<script>alert" not in shown
    assert "&lt;script&gt;alert" in shown
