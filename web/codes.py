"""One-time codes: a second proof beside the password, from an app on the person's phone."""

from __future__ import annotations

from base64 import b32encode
from typing import Any

import segno
from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django_otp import devices_for_user, login, user_has_device
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from web.models import Account

SPARE_CODES = 8
USED = "uses_codes"
USED_BY_OWNER = Exists(TOTPDevice.objects.filter(user=OuterRef("user"), confirmed=True)) | Exists(
    StaticDevice.objects.filter(user=OuterRef("user"), confirmed=True)
)
"""Of an account: whether its owner's sign-in asks for codes."""

LONGEST_CODE = 16


def is_owed(request: HttpRequest, account: Account | None = None) -> bool:
    """Whether the person uses codes and gave none in this session yet.

    ``account``: theirs, where it was asked for together with ``USED``.
    """
    user: Any = request.user
    if user.is_verified():
        return False
    told: bool | None = getattr(account, USED, None)
    return are_used(user) if told is None else told


def are_used(user: User) -> bool:
    """Whether the person's sign-in asks for codes."""
    return bool(user_has_device(user))


def asked_for(request: HttpRequest) -> HttpResponse:
    """To the page that asks for the code, and from there back."""
    return redirect(f"{reverse('code')}?{urlencode({'next': request.get_full_path()})}")


def accepted(request: HttpRequest, said: str) -> bool:
    """Whether ``said`` is the code of now, or a spare one, which is used up by it.

    After wrong ones each further try waits twice as long. Source: django-otp, throttling.
    """
    code = "".join(said.split())[:LONGEST_CODE].lower()
    kind = TOTPDevice if code.isdecimal() else StaticDevice
    with transaction.atomic():
        for device in devices_for_user(request.user, for_verify=True):
            if isinstance(device, kind) and device.verify_token(code):
                login(request, device)
                return True
    return False


def begin(user: User) -> TOTPDevice:
    """A new secret for the person's app, which counts once a code of it was given."""
    TOTPDevice.objects.filter(user=user, confirmed=False).delete()
    return TOTPDevice.objects.create(user=user, name="app", confirmed=False)


def begun(user: User) -> TOTPDevice | None:
    """The secret that waits for its first code."""
    return TOTPDevice.objects.filter(user=user, confirmed=False).first()


def confirm(request: HttpRequest, said: str) -> list[str]:
    """Count the new secret from now on, if ``said`` is its code.

    Returns:
        Spare codes, given only here; none if the code is wrong.
    """
    user = User.objects.get(username=request.user.get_username())
    with transaction.atomic():
        device = TOTPDevice.objects.select_for_update().filter(user=user, confirmed=False).first()
        if device is None or not device.verify_token("".join(said.split())[:LONGEST_CODE]):
            return []
        forget(user, but=device)
        device.confirmed = True
        device.save()
        login(request, device)
        spare = StaticDevice.objects.create(user=user, name="spare")
        codes = [StaticToken.random_token() for _ in range(SPARE_CODES)]
        StaticToken.objects.bulk_create(StaticToken(device=spare, token=one) for one in codes)
    return codes


def forget(user: User, *, but: TOTPDevice | None = None) -> None:
    """Ask the person for no code any more; ``but``: this secret stays."""
    rows = TOTPDevice.objects.filter(user=user)
    (rows.exclude(pk=but.pk) if but else rows).delete()
    StaticDevice.objects.filter(user=user).delete()


def picture(device: TOTPDevice) -> str:
    """The secret as a picture for the app, as an address that holds it."""
    return str(segno.make(device.config_url, error="m").svg_data_uri(scale=5, border=2))


def letters(device: TOTPDevice) -> str:
    """The secret to be typed, in groups of four."""
    key = b32encode(device.bin_key).decode().rstrip("=")
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))
