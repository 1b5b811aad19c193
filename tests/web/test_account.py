"""A person's own account: codes beside the password, sessions that end, signing out everywhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

from records.models import PhysicalFile
from web import people, sessions, tokens
from web.models import AuditEvent, Role, Token

pytestmark = pytest.mark.django_db
PASSWORD = "सही-शब्द-99"


def code_of(device: TOTPDevice, *, steps: int = 0) -> str:
    """What the person's app shows now, or ``steps`` half minutes later."""
    app = TOTP(device.bin_key, device.step, device.t0, device.digits)
    app.time = timezone.now().timestamp() + 30 * steps
    return f"{app.token():06d}"


@pytest.fixture
def browser(signed_in: Callable[..., Client]) -> Client:
    """A reviewer who signed in by password."""
    signed_in(Role.REVIEWER)
    user = User.objects.get(username="reviewer")
    user.set_password(PASSWORD)
    user.save()
    return sign_in()


def sign_in() -> Client:
    """A new browser with the password given."""
    client = Client()
    posted = {"username": "reviewer", "password": PASSWORD}
    assert client.post(reverse("sign-in"), posted).status_code == 302
    return client


@pytest.fixture
def with_codes(browser: Client) -> tuple[Client, list[str]]:
    """The reviewer after codes were begun, and the spare ones."""
    page = browser.post(reverse("codes-begin"))
    assert "data:image/svg+xml" in page.content.decode()
    device = TOTPDevice.objects.get()
    done = browser.post(reverse("codes-confirm"), {"code": code_of(device)})
    assert done.status_code == 200
    return browser, done.context["spare"]


def test_after_codes_are_begun_the_password_alone_opens_nothing(
    with_codes: tuple[Client, list[str]], own: PhysicalFile
) -> None:
    browser, spare = with_codes
    assert len(set(spare)) == 8
    assert browser.get(reverse("progress")).status_code == 200  # this one has given its code
    other = sign_in()
    for address in (reverse("progress"), reverse("file", args=[own.pk]), reverse("tokens")):
        answer = other.get(address)
        assert answer.status_code == 302
        assert answer.headers["Location"].startswith(reverse("code"))
    device = TOTPDevice.objects.get()
    posted = {"code": code_of(device, steps=1), "next": reverse("queue")}
    assert other.post(reverse("code"), posted).headers["Location"] == reverse("queue")
    assert other.get(reverse("queue")).status_code == 200


def test_a_code_holds_once(with_codes: tuple[Client, list[str]]) -> None:
    other, device = sign_in(), TOTPDevice.objects.get()
    used = code_of(device)  # which confirmed the secret
    assert other.post(reverse("code"), {"code": used}).status_code == 403
    spare = with_codes[1][0]
    assert other.post(reverse("code"), {"code": spare}).status_code == 302
    assert sign_in().post(reverse("code"), {"code": spare}).status_code == 403


def test_who_guesses_codes_has_to_wait(with_codes: tuple[Client, list[str]]) -> None:
    other, device = sign_in(), TOTPDevice.objects.get()
    for guess in ("000000", "000001", "000002"):
        other.post(reverse("code"), {"code": guess})
    right = code_of(device, steps=1)
    assert other.post(reverse("code"), {"code": right}).status_code == 403
    assert AuditEvent.objects.filter(action="code refused").count() == 4


def test_a_secret_whose_code_was_never_given_asks_for_nothing(browser: Client) -> None:
    browser.post(reverse("codes-begin"))
    assert browser.post(reverse("codes-confirm"), {"code": "000000"}).status_code == 409
    assert sign_in().get(reverse("progress")).status_code == 200


def test_codes_end_by_a_code_only(with_codes: tuple[Client, list[str]]) -> None:
    browser, spare = with_codes
    assert browser.post(reverse("codes-end"), {"code": "000000"}).status_code == 409
    assert sign_in().get(reverse("progress")).status_code == 302
    assert browser.post(reverse("codes-end"), {"code": spare[0]}).status_code == 302
    assert sign_in().get(reverse("progress")).status_code == 200


def test_an_admin_lets_in_who_lost_the_phone(with_codes: tuple[Client, list[str]]) -> None:
    people.sign_out("reviewer", with_codes=True)
    assert with_codes[0].get(reverse("progress")).status_code == 302
    assert sign_in().get(reverse("progress")).status_code == 200


def test_the_code_page_leads_nowhere_else(with_codes: tuple[Client, list[str]]) -> None:
    posted = {"code": with_codes[1][0], "next": "https://elsewhere.example/"}
    assert sign_in().post(reverse("code"), posted).headers["Location"] == "/"


def test_sign_out_everywhere_ends_other_browsers_and_tokens_at_once(browser: Client) -> None:
    other = sign_in()
    secret = tokens.make("reviewer", "sync", days=9)
    assert other.get(reverse("progress")).status_code == 200
    assert browser.post(reverse("sign-out-everywhere"), {"tokens": "on"}).status_code == 302
    for gone in (browser, other):
        answer = gone.get(reverse("progress"))
        assert answer.status_code == 302
        assert "sign-in" in answer.headers["Location"]
    asked = Client().get("/api/v1/batches", headers={"Authorization": f"Bearer {secret}"})
    assert asked.status_code == 401
    assert sign_in().get(reverse("progress")).status_code == 200


def test_an_admin_ends_sessions_and_leaves_tokens_unless_asked(browser: Client) -> None:
    tokens.make("reviewer", "sync", days=9)
    people.sign_out("reviewer")
    assert browser.get(reverse("progress")).status_code == 302
    assert Token.objects.filter(revoked_at=None).count() == 1


def _later(monkeypatch: pytest.MonkeyPatch, **by: float) -> None:
    now = datetime.now(UTC) + timedelta(**by)
    monkeypatch.setattr("web.sessions.timezone.now", lambda: now)


def test_a_session_that_nobody_sits_at_ends_and_a_page_that_renews_itself_is_nobody(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    _later(monkeypatch, minutes=40)
    assert browser.get(reverse("progress"), headers={"HX-Request": "true"}).status_code == 200
    _later(monkeypatch, minutes=70)
    answer = browser.get(reverse("progress"), headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (204, "true")
    assert browser.get(reverse("progress")).status_code == 302


def test_a_session_in_use_goes_on_until_the_day_is_over(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for minutes in range(50, 480, 50):
        _later(monkeypatch, minutes=minutes)
        assert browser.get(reverse("progress")).status_code == 200
    _later(monkeypatch, minutes=481)
    assert browser.get(reverse("progress")).status_code == 302
    assert timedelta(hours=8) == sessions.LONGEST


@pytest.mark.parametrize(
    ("posted", "words"),
    [
        ({"old": "wrong", "new": "लंबा-नया-शब्द-7", "again": "लंबा-नया-शब्द-7"}, "पुराना पासवर्ड गलत है।"),
        ({"old": PASSWORD, "new": "लंबा-नया-शब्द-7", "again": "लंबा"}, "एक-सा नहीं"),
        ({"old": PASSWORD, "new": "short", "again": "short"}, "बहुत छोटा है"),
        ({"old": PASSWORD, "new": "password1234", "again": "password1234"}, "बहुत लोग रखते हैं"),
        ({"old": PASSWORD, "new": "8264719305", "again": "8264719305"}, "केवल अंक"),
        ({"old": PASSWORD, "new": "reviewer12", "again": "reviewer12"}, "बहुत मिलता है"),
    ],
)
def test_a_weak_or_mistyped_password_is_refused_in_the_readers_words(
    posted: dict[str, str], words: str, browser: Client
) -> None:
    answer = browser.post(reverse("own-password"), posted)
    assert answer.status_code == 409
    assert words in answer.content.decode()
    assert User.objects.get(username="reviewer").check_password(PASSWORD)


def test_a_new_password_ends_the_sessions_of_other_browsers(browser: Client) -> None:
    other = sign_in()
    new = "लंबा-नया-शब्द-7"
    posted: dict[str, Any] = {"old": PASSWORD, "new": new, "again": new}
    assert browser.post(reverse("own-password"), posted).status_code == 302
    assert browser.get(reverse("progress")).status_code == 200
    assert other.get(reverse("progress")).status_code == 302
