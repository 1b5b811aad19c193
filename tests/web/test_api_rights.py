"""Every operation of the JSON interface for every role: nobody asks for what is not theirs."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from ninja.operation import Operation

from records.models import Page, PhysicalFile
from records.reasons import reason
from records.register import FileLink, RegisterEntry
from tests.web.conftest import OWN
from tests.web.test_rights import leaning_on
from web import people, tokens
from web.api.callers import Holder
from web.api.urls import api
from web.models import Role
from web.rights import RIGHTS, Right

pytestmark = pytest.mark.django_db
OPERATIONS: dict[str, Operation] = {
    f"{method} {path}": operation
    for _, router in api._routers
    for path, view in router.path_operations.items()
    for operation in view.operations
    for method in operation.methods
}
OF_A_FILE = sorted(name for name in OPERATIONS if "{file_id}" in name)
Ask = Callable[[str, str, PhysicalFile], Any]
SAID = {"version": 1, "to": 1, "accept": True}


def right_of(name: str) -> Right | None:
    """The right that the operation asks for."""
    (holder,) = OPERATIONS[name].auth_callbacks
    assert isinstance(holder, Holder)
    return holder.right


@pytest.fixture
def asks(archive: object) -> Ask:
    """What a program of a person of a role of department GAD is told of a file."""

    def ask(role: str, name: str, file: PhysicalFile) -> Any:
        people.add(role, people.Bounds(role, ("katni",), (OWN,)))
        secret = tokens.make(role, "matrix", days=1, writes=True)
        return asked(name, file, {"Authorization": f"Bearer {secret}"})

    return ask


def asked(name: str, file: PhysicalFile, headers: dict[str, str]) -> Any:
    """The answer to the operation about ``file``, in Hindi."""
    method, path = name.split()
    path = path.format(file_id=file.pk, batch_id=file.batch_id, version=1, number=0)
    path = f"/api/v1{path}{'?q=1' if path == '/search' else ''}"
    headers = {**headers, "Accept-Language": "hi"}
    if method == "POST":
        return Client().post(path, SAID, content_type="application/json", headers=headers)
    return Client().get(path, headers=headers)


def words(answer: Any) -> str:
    """All that the answer says."""
    if answer.streaming:
        return b"".join(answer.streaming_content).decode("latin-1")
    return str(answer.content.decode())


def test_the_questions_in_the_documents_are_the_programs() -> None:
    text = (Path(__file__).parents[2] / "docs" / "api.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| `(GET|POST) /api/v1(/[^`?]*)", text, re.M)
    assert {f"{method} {path}" for method, path in told} == set(OPERATIONS)


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_operation_without_a_right_cannot_be_added(name: str) -> None:
    assert right_of(name) is not None, "give it auth=Holder(Right.…)"


@pytest.mark.parametrize("name", OPERATIONS)
def test_without_a_token_nothing_is_told_not_even_with_a_session(
    name: str, own: PhysicalFile, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(Role.DEPARTMENT_ADMIN)
    for headers in ({}, {"Authorization": "Bearer abh_guess"}, {"Authorization": "Bearer "}):
        answer = asked(name, own, headers)
        assert answer.status_code == 401
        assert "अपनी" not in words(answer)
    path = name.split()[1].format(file_id=own.pk, batch_id=own.batch_id, version=1, number=0)
    assert browser.get(f"/api/v1{path}").status_code in (401, 405)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", OPERATIONS)
def test_a_role_asks_what_it_has_a_right_to_and_nothing_else(
    name: str, role: str, own: PhysicalFile, asks: Ask
) -> None:
    answer = asks(role, name, own)
    if right_of(name) not in RIGHTS[role]:
        assert answer.status_code == 403
    else:
        assert answer.status_code in (200, 409)  # 409: the small archive has no manifest to undo to
    answer.close()


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", OF_A_FILE)
def test_another_departments_file_is_as_if_it_were_not_there(
    name: str, role: str, other: PhysicalFile, asks: Ask
) -> None:
    answer = asks(role, name, other)
    assert answer.status_code in (403, 404)
    assert "पराई" not in words(answer)


@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("name", sorted(OPERATIONS))
def test_no_answer_names_another_department_even_where_ones_own_file_leads_to_it(
    name: str, role: str, own: PhysicalFile, other: PhysicalFile, asks: Ask
) -> None:
    leaning_on(own, other)
    theirs = Page.objects.get(file=other)
    twin = reason("duplicate", of=str(theirs), page_id=theirs.pk)
    Page.objects.filter(file=own).update(duplicate_of=theirs, reasons=[twin])
    FileLink.objects.filter(file=own).update(match="exact", entry=RegisterEntry.objects.get())
    text = words(asks(role, name, own))
    for secret in ("पराई", "गुप्त", "770077", other.pk, theirs.pk):
        assert secret not in text
