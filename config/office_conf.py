"""Settings → Django's settings for the office's own sign-in, where one is named."""

from __future__ import annotations

from typing import Any

from config.settings import Settings
from errors import WrongUsage

OFFICE = "office"
APPS = (
    "allauth",
    "allauth.account",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
)
MIDDLEWARE = "allauth.account.middleware.AccountMiddleware"


def with_office(settings: Settings, conf: dict[str, Any]) -> dict[str, Any]:
    """``conf`` with the office's sign-in; as it is where none is named.

    Raises:
        WrongUsage: client or secret is missing, or the file cannot be read.
    """
    if not settings.oidc_issuer:
        return conf
    known = {
        "provider_id": OFFICE,
        "name": settings.oidc_name,
        "client_id": settings.oidc_client,
        "secret": _secret(settings),
        "settings": {"server_url": settings.oidc_issuer},
    }
    return {
        **conf,
        "INSTALLED_APPS": [*conf["INSTALLED_APPS"], *APPS],
        "MIDDLEWARE": [*conf["MIDDLEWARE"], MIDDLEWARE],
        "SOCIALACCOUNT_PROVIDERS": {
            "openid_connect": {"APPS": [known], "OAUTH_PKCE_ENABLED": True}
        },
        "SOCIALACCOUNT_ADAPTER": "web.office.OfficeAdapter",
        "SOCIALACCOUNT_LOGIN_ON_GET": True,
        "ACCOUNT_EMAIL_VERIFICATION": "none",
        "OFFICE_CLAIM": settings.oidc_claim,
        "OFFICE_NAME": settings.oidc_name,
    }


def _secret(settings: Settings) -> str:
    path = settings.oidc_secret_file
    if not settings.oidc_client or path is None:
        raise _unusable("ABHILEKH_OIDC_CLIENT or ABHILEKH_OIDC_SECRET_FILE is not set")
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as fault:
        raise _unusable(getattr(fault, "strerror", None) or type(fault).__name__) from fault


def _unusable(why: str) -> WrongUsage:
    return WrongUsage(
        "The office's sign-in cannot be used: {why}.",
        kept="Nothing was begun.",
        todo="Set ABHILEKH_OIDC_CLIENT and ABHILEKH_OIDC_SECRET_FILE, or take "
        "ABHILEKH_OIDC_ISSUER away.",
        why=why,
    )
