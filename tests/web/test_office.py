"""The office's own sign-in: who it names comes in by their account, nobody gets one by it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config.office_conf import with_office
from config.settings import Settings
from errors import WrongUsage

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def visits(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What several visits came to, in a process whose settings name an office."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "secret").write_text("whisper\n")
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("ABHILEKH_")},
        "ABHILEKH_HOME": str(folder / "home"),
        "ABHILEKH_OIDC_CLIENT": "abhilekh",
        "ABHILEKH_OIDC_SECRET_FILE": str(folder / "secret"),
        "ABHILEKH_OIDC_NAME": "MP SSO",
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    ended = subprocess.run(
        [sys.executable, "-m", "tests.web.office_probe"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr[-3000:]
    found: dict[str, Any] = json.loads(ended.stdout)
    return found


def test_who_the_office_names_comes_in_by_their_account(visits: dict[str, Any]) -> None:
    known = visits["known"]
    assert visits["button"]
    assert (known["status"], known["to"], known["inside"]) == (302, "/review/", 200)
    assert known["pkce"] == "S256"
    assert known["return"].endswith("/sign-in/office/back")
    assert visits["asked"]["client_secret"] == "whisper"
    assert visits["asked"]["code_verifier"]


@pytest.mark.parametrize("who", ["unknown", "closed"])
def test_who_has_no_open_account_here_gets_none(who: str, visits: dict[str, Any]) -> None:
    assert (visits[who]["status"], visits[who]["inside"]) == (403, 302)
    assert "कोई खाता नहीं है" in visits[who]["page"]
    assert visits["users"] == 1


def test_an_answer_that_was_not_asked_for_is_refused(visits: dict[str, Any]) -> None:
    assert (visits["false_state"]["status"], visits["false_state"]["inside"]) == (403, 302)


def test_an_office_that_does_not_answer_is_told_in_three_parts(visits: dict[str, Any]) -> None:
    assert visits["away"]["status"] == 503
    assert "अपना पासवर्ड लगाएँ" in visits["away"]["page"]


def test_without_an_office_nothing_of_it_is_there(tmp_path: Path) -> None:
    conf: dict[str, Any] = {"INSTALLED_APPS": [], "MIDDLEWARE": []}
    assert with_office(Settings(home=tmp_path), conf) is conf


@pytest.mark.parametrize("client", ["", "abhilekh"])
def test_an_office_without_client_or_secret_is_refused_before_anything_begins(
    client: str, tmp_path: Path
) -> None:
    settings = Settings(
        home=tmp_path,
        oidc_issuer="https://sso.example",
        oidc_client=client,
        oidc_secret_file=tmp_path / "none" if client else None,
    )
    with pytest.raises(WrongUsage) as refused:
        with_office(settings, {"INSTALLED_APPS": [], "MIDDLEWARE": []})
    assert "ABHILEKH_OIDC_CLIENT" in refused.value.todo
