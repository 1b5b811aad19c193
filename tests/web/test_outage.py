"""A database that cannot be asked: every page says so in three parts, in the reader's language."""

from __future__ import annotations

import json

import pytest
from django.db import OperationalError
from django.test import Client

from tests.databases import in_place_of_default

NOBODY_LISTENS = "postgres://app@127.0.0.1:1/nothing"


def _asked(blocker: pytest.FixtureRequest, path: str, **headers: str) -> tuple[int, str, Client]:
    browser = Client(raise_request_exception=False)
    browser.cookies["sessionid"] = "0" * 32
    with blocker.unblock(), in_place_of_default(NOBODY_LISTENS):  # type: ignore[attr-defined]
        answer = browser.get(path, headers=headers)
    assert answer.headers["Retry-After"] == "60"
    return answer.status_code, answer.content.decode(), browser


@pytest.mark.parametrize("path", ["/", "/review/", "/file/01J9Z3/", "/sign-in/"])
def test_a_page_says_in_three_parts_that_its_database_is_away(
    path: str, django_db_blocker: pytest.FixtureRequest
) -> None:
    status, page, _ = _asked(django_db_blocker, path)
    assert status == 503
    for part in ("डेटाबेस", "सुरक्षित", "व्यवस्थापक"):
        assert part in page
    assert "Traceback" not in page
    assert "127.0.0.1" not in page


def test_in_english_for_who_chose_it(django_db_blocker: pytest.FixtureRequest) -> None:
    browser = Client(raise_request_exception=False)
    browser.cookies["sessionid"] = "0" * 32
    browser.cookies["abhilekh_language"] = "en"
    with django_db_blocker.unblock(), in_place_of_default(NOBODY_LISTENS):  # type: ignore[attr-defined]
        page = browser.get("/").content.decode()
    assert "Wait a minute and load the page again." in page


def test_a_program_is_told_the_same_as_json(django_db_blocker: pytest.FixtureRequest) -> None:
    status, body, _ = _asked(
        django_db_blocker, "/api/v1/batches", Authorization="Bearer abh_whatever"
    )
    assert status == 503
    assert set(json.loads(body)) == {"what", "kept", "todo"}


def test_an_error_in_saving_the_session_is_told_likewise(
    monkeypatch: pytest.MonkeyPatch, db: None
) -> None:
    def save(*_: object, **__: object) -> None:
        raise OperationalError("gone")

    monkeypatch.setattr("django.contrib.sessions.backends.db.SessionStore.save", save)
    from django.contrib.auth.models import User

    User.objects.create_user("nila", password="right-word-99")
    browser = Client(raise_request_exception=False)
    answer = browser.post("/sign-in/", {"username": "nila", "password": "right-word-99"})
    assert answer.status_code == 503
