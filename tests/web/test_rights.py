"""Every address for every role: nobody sees, counts, or fetches what is not theirs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from records.models import Page, PhysicalFile
from web import urls
from web.models import Role
from web.rights import RIGHTS

pytestmark = pytest.mark.django_db
GUARDED = [
    pattern
    for pattern in urls.urlpatterns
    if isinstance(pattern, URLPattern) and pattern.name not in urls.PUBLIC
]
NAMES = [str(pattern.name) for pattern in GUARDED]
WITHOUT_A_FILE = {"progress", "queue", "audit", "hindi-words", "batch"}


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
    elif name == "review-leave":
        assert answer.status_code == 405  # a decision is posted, never followed
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
@pytest.mark.parametrize("asked", ["", "?format=csv", "?state=in_review", "?subject=a"])
def test_no_list_names_or_counts_another_departments_files(
    name: str, role: str, asked: str, other: PhysicalFile, signed_in: Callable[..., Client]
) -> None:
    answer = signed_in(role).get(address(name, other) + asked)
    text = answer.content.decode()
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
