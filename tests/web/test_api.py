"""The JSON interface: shapes of the commands, tokens that hold, and what a token cannot do."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from pipeline.app import App
from records import reads, review_reads
from records.corrections import history
from records.models import PhysicalFile
from records.register import FileLink, RegisterEntry, RegisterImport
from tests.web.conftest import LINES, OTHER, OWN
from web import people, tokens, wiring
from web.api import shapes
from web.models import Account, AuditEvent, Role, Token

pytestmark = pytest.mark.django_db
Ask = Callable[..., Any]


@pytest.fixture
def ask(archive: object) -> Callable[..., Ask]:
    """A program with a token of an account of ``role``."""

    def program(role: str, *, departments: tuple[str, ...] = (OWN,), writes: bool = False) -> Ask:
        people.add(role, people.Bounds(role, ("katni",), departments))
        secret = tokens.make(role, "test", days=1, writes=writes)

        def asking(path: str, posted: Any = None, **headers: str) -> Any:
            known = {"Authorization": f"Bearer {secret}", **headers}
            if posted is None:
                return Client().get(f"/api/v1/{path}", headers=known)
            body = posted if isinstance(posted, str) else json.dumps(posted)
            kind = "application/json"
            return Client().post(f"/api/v1/{path}", body, content_type=kind, headers=known)

        return asking

    return program


def test_answers_are_what_the_commands_print(ask: Callable[..., Ask], own: PhysicalFile) -> None:
    program = ask(Role.DEPARTMENT_ADMIN, departments=("*",))
    batch = program(f"batches/{own.batch_id}").json()
    assert batch.pop("next") is None
    assert batch == json.loads(json.dumps(reads.batch_report(own.batch)))
    assert own.batch.label in program("batches").content.decode()  # Hindi as it is read
    assert program("batches").json() == {"batches": reads.batches(), "next": None}
    assert program(f"files/{own.pk}").json() == review_reads.review_report(own)
    queue = {"files": review_reads.queue(), "waiting": review_reads.waiting()}
    assert program("review").json() == queue


def test_the_document_names_every_field_of_the_answers(
    ask: Callable[..., Ask], own: PhysicalFile
) -> None:
    program = ask(Role.DEPARTMENT_ADMIN, departments=("*",))
    document = Client().get("/api/v1/openapi.json").json()["components"]["schemas"]
    batch = program(f"batches/{own.batch_id}").json()
    review = program(f"files/{own.pk}").json()
    for shape, answer in {
        "Batch": batch,
        "BatchLine": batch["batch"],
        "Ledger": batch["ledger"],
        "File": batch["files"][0],
        "EFile": batch["files"][0]["efile"],
        "Page": batch["files"][0]["pages"][0],
        "Deposit": batch["files"][0]["deposit"],
        "Review": review,
        "FileLine": program("files").json()["files"][0],
    }.items():
        assert set(document[shape]["properties"]) == set(answer), shape
    assert "Authorization" not in json.dumps(document)


def test_the_document_loads_nothing_from_elsewhere(archive: object) -> None:
    assert Client().get("/api/v1/docs").status_code == 404
    assert Client().get("/api/v1/openapi.json").json()["info"]["title"] == "Abhilekh"


def test_long_lists_come_in_pieces(
    ask: Callable[..., Ask], own: PhysicalFile, other: PhysicalFile
) -> None:
    program = ask(Role.RECORD_ROOM, departments=("*",))
    for path, listed in ((f"batches/{own.batch_id}", "files"), ("files", "files")):
        first = program(f"{path}?limit=1").json()
        second = program(f"{path}?limit=1&after={first['next']}").json()
        assert [one["id"] for one in first[listed] + second[listed]] == [own.pk, other.pk]
        assert second["next"] is None
    assert len(program("files?state=in_review&department=GAD").json()["files"]) == 1
    assert program("files?state=pending").json()["files"] == []


def test_balance_and_folder_are_for_those_who_see_whole_batches(
    ask: Callable[..., Ask], own: PhysicalFile
) -> None:
    answer = ask(Role.RECORD_ROOM)(f"batches/{own.batch_id}").json()
    assert (answer["ledger"], answer["ignored"], answer["batch"]["source"]) == (None, [], "")
    assert [file["id"] for file in answer["files"]] == [own.pk]


def test_a_decision_becomes_the_next_version_and_a_result(
    ask: Callable[..., Ask], own: PhysicalFile, app: App
) -> None:
    wiring.use(app, versions=True)
    program = ask(Role.REVIEWER, writes=True)
    text = "\n".join([LINES[0], "विषय:- भूमि का आवंटन"])
    said = {
        "version": 1,
        "fields": {"subject": "भूमि आवंटन"},
        "texts": {"1": text},
        "accept": True,
        "note": "देखा",
    }
    answer = program(f"files/{own.pk}/review", said)
    assert answer.status_code == 200, answer.content
    assert answer.json()["file"]["metadata"]["subject"]["value"] == "भूमि आवंटन"
    assert [one["version"] for one in answer.json()["versions"]] == [1, 2]
    results = program("review/results").json()["results"]
    assert [(one["file"], one["by"]) for one in results] == [(own.pk, Role.REVIEWER)] * len(results)
    assert {"field", "text", "accept"} <= {one["kind"] for one in results}
    last = results[-1]["id"]
    assert program(f"review/results?after={last}").json() == {"results": [], "next": None}
    program(f"files/{own.pk}/review", {"version": 2, "fields": {"subject": "भूल"}})
    undone = program(f"files/{own.pk}/undo", {"version": 3, "to": 2})
    assert [one["version"] for one in undone.json()["versions"]] == [1, 2, 3, 4]
    assert undone.json()["file"]["metadata"]["subject"]["value"] == "भूमि आवंटन"


def test_a_decision_on_an_earlier_version_is_told_in_three_parts_in_the_asked_language(
    ask: Callable[..., Ask], own: PhysicalFile
) -> None:
    PhysicalFile.objects.filter(pk=own.pk).update(version=2)
    program = ask(Role.REVIEWER, writes=True)
    said = {"version": 1, "fields": {"subject": "x"}}
    answer = program(f"files/{own.pk}/review", said, **{"Accept-Language": "hi"})
    assert answer.status_code == 409
    assert answer.json()["kept"] == "कुछ बदला नहीं गया।"
    assert history(own.pk) == []


def test_a_file_on_somebodys_desk_is_not_decided_by_a_program(
    ask: Callable[..., Ask], own: PhysicalFile
) -> None:
    soon = timezone.now() + timedelta(minutes=5)
    PhysicalFile.objects.filter(pk=own.pk).update(reviewer="r.patel", reviewer_until=soon)
    answer = ask(Role.REVIEWER, writes=True)(
        f"files/{own.pk}/review", {"version": 1, "accept": True}
    )
    assert answer.status_code == 409
    assert "r.patel" in answer.json()["what"]


@pytest.mark.parametrize(
    ("path", "said"),
    [("undo", {"version": 1, "to": 1}), ("review", {"version": 9, "accept": True})],
)
def test_what_is_refused_to_a_program_leaves_the_file_on_nobodys_desk(
    path: str, said: dict[str, Any], ask: Callable[..., Ask], own: PhysicalFile
) -> None:
    assert ask(Role.REVIEWER, writes=True)(f"files/{own.pk}/{path}", said).status_code == 409
    own.refresh_from_db()
    assert (own.reviewer, own.reviewer_until) == ("", None)


def test_a_token_that_only_reads_decides_nothing(
    ask: Callable[..., Ask], own: PhysicalFile
) -> None:
    answer = ask(Role.REVIEWER)(f"files/{own.pk}/review", {"version": 1, "accept": True})
    assert answer.status_code == 403
    assert history(own.pk) == []


@pytest.mark.parametrize("end", ["revoked", "expired", "inactive", "without account"])
def test_a_token_that_does_not_hold_opens_nothing(
    end: str, ask: Callable[..., Ask], own: PhysicalFile
) -> None:
    program = ask(Role.REVIEWER)
    assert program("batches").status_code == 200
    if end == "revoked":
        tokens.revoke(Token.objects.all())
    elif end == "expired":
        Token.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif end == "inactive":
        User.objects.update(is_active=False)
    else:
        Account.objects.all().delete()
    assert program("batches").status_code in (401, 403)


def test_a_secret_is_kept_nowhere(ask: Callable[..., Ask]) -> None:
    people.add("nila", people.Bounds("reviewer", ("*",), ("*",)))
    secret = tokens.make("nila", "sync", days=30)
    kept = [str(vars(row)) for row in [*Token.objects.all(), *AuditEvent.objects.all()]]
    assert all(secret not in row for row in kept)
    assert len(secret) > 40


def test_a_person_makes_sees_and_ends_tokens_on_the_page(
    signed_in: Callable[..., Client], own: PhysicalFile
) -> None:
    browser = signed_in(Role.REVIEWER)
    made = browser.post("/tokens/", {"label": "मिलान", "days": "30"})
    secret = made.context["secret"]
    assert secret in made.content.decode()
    assert "no-store" in made.headers["Cache-Control"]
    page = browser.get("/tokens/").content.decode()
    assert "मिलान" in page
    assert secret not in page
    asked = Client().get("/api/v1/batches", headers={"Authorization": f"Bearer {secret}"})
    assert asked.status_code == 200
    theirs = signed_in(Role.RECORD_ROOM)
    number = Token.objects.get().pk
    assert theirs.post(f"/tokens/{number}/revoke").status_code == 404
    assert browser.post(f"/tokens/{number}/revoke").status_code == 302
    asked = Client().get("/api/v1/batches", headers={"Authorization": f"Bearer {secret}"})
    assert asked.status_code == 401
    steps = AuditEvent.objects.filter(who=Role.REVIEWER).values_list("action", flat=True)
    assert {"token made", "token revoked"} <= set(steps)


@pytest.mark.parametrize(("label", "days"), [("", "30"), ("x", "0"), ("x", "9999"), ("x", "२x")])
def test_a_token_without_label_or_end_is_not_made(
    label: str, days: str, signed_in: Callable[..., Client], own: PhysicalFile
) -> None:
    answer = signed_in(Role.REVIEWER).post("/tokens/", {"label": label, "days": days})
    assert answer.status_code == 409
    assert Token.objects.count() == 0


def test_search_finds_only_e_files_of_ones_own_departments(
    ask: Callable[..., Ask], own: PhysicalFile, other: PhysicalFile
) -> None:
    imported = RegisterImport.objects.create(
        source="r.csv", sha256="0" * 64, at=timezone.now(), added=2
    )
    for code, file in ((OWN, own), (OTHER, other)):
        entry = RegisterEntry.objects.create(
            computer_number=f"77{len(code)}",
            file_number=f"{code}/77",
            number_key="77",
            department_code=code,
            imported=imported,
        )
        FileLink.objects.create(file=file, match="exact", entry=entry, made_at=timezone.now())
    every = ask(Role.RECORD_ROOM, departments=("*",))("search?q=77").json()["found"]
    assert {one["file_number"] for one in every} == {"GAD/77", "REVENUE/77"}
    found = ask(Role.OPERATOR)("search?q=77").json()["found"]
    assert [one["file_number"] for one in found] == ["GAD/77"]
    assert [file["id"] for file in found[0]["files"]] == [own.pk]


def test_objects_are_fetched_by_their_role_and_logged(
    ask: Callable[..., Ask], own: PhysicalFile
) -> None:
    operator, admin = ask(Role.OPERATOR), ask(Role.DEPARTMENT_ADMIN)
    listed = operator(f"files/{own.pk}/deposits").json()["deposits"][0]["objects"]
    places = {one["role"]: number for number, one in enumerate(listed)}
    path = f"files/{own.pk}/deposits/1/objects/"
    pdf = operator(f"{path}{places['access']}")
    assert b"".join(pdf.streaming_content).startswith(b"%PDF")
    pdf.close()
    assert operator(f"{path}{places['master']}").status_code == 403
    master = admin(f"{path}{places['master']}")
    assert b"".join(master.streaming_content).startswith(b"scan of")
    master.close()
    assert AuditEvent.objects.filter(action="fetch master", who=Role.DEPARTMENT_ADMIN).count() == 1


@pytest.mark.parametrize(
    "path", ["files/nonsense", "batches?limit=0", "files?state=lost", "search?q=", "nothing-here"]
)
def test_a_question_that_cannot_be_so_is_told_in_three_parts(
    path: str, ask: Callable[..., Ask]
) -> None:
    answer = ask(Role.REVIEWER)(path)
    assert answer.status_code in (404, 422)
    assert set(answer.json()) == set(shapes.Fault.model_fields)


def test_a_body_that_is_no_json_is_told_so(ask: Callable[..., Ask], own: PhysicalFile) -> None:
    answer = ask(Role.REVIEWER, writes=True)(f"files/{own.pk}/review", "{{")
    assert answer.status_code == 422
    assert history(own.pk) == []
