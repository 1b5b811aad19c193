"""Settings → Django's settings for the pages: accounts, sessions, what browsers may do."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from config.django_conf import django_conf
from config.office_conf import with_office
from config.settings import Settings

SESSION_S = 8 * 3600
APPS = (
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "web.apps.WebConfig",
)
MIDDLEWARE = (
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "web.middleware.SpokenMiddleware",
    "web.middleware.ContentPolicyMiddleware",
    "axes.middleware.AxesMiddleware",
)
CONTEXT = (
    "django.template.context_processors.request",
    "django.contrib.auth.context_processors.auth",
    "django.contrib.messages.context_processors.messages",
    "web.context.surroundings",
)
PASSWORDS = ("UserAttributeSimilarity", "MinimumLength", "CommonPassword", "NumericPassword")


def web_conf(settings: Settings, *, secret: str) -> dict[str, Any]:
    """Keyword arguments for ``django.conf.settings.configure``, for who serves or manages pages."""
    hosts = [host.strip() for host in settings.web_hosts.split(",") if host.strip()]
    base = django_conf(settings)
    conf = {
        **base,
        "INSTALLED_APPS": [*base["INSTALLED_APPS"], *APPS],
        "MIDDLEWARE": list(MIDDLEWARE),
        "SECRET_KEY": secret,
        "ROOT_URLCONF": "web.urls",
        "CSRF_FAILURE_VIEW": "web.views.errors.form_too_old",
        "ALLOWED_HOSTS": hosts,
        "DEBUG": False,
        "STATIC_URL": "/static/",
        "WHITENOISE_USE_FINDERS": True,
        "TEMPLATES": [
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {"context_processors": list(CONTEXT)},
            }
        ],
        **_signing_in(),
        "USE_I18N": True,
        "LANGUAGE_CODE": "en",
        "DATA_UPLOAD_MAX_MEMORY_SIZE": 5_000_000,
        "DATA_UPLOAD_MAX_NUMBER_FIELDS": 10_000,
        "IDLE_MINUTES": settings.web_idle_minutes,
        "OTP_TOTP_ISSUER": "Abhilekh",
        **_security(settings),
    }
    return with_office(settings, conf)


def _signing_in() -> dict[str, Any]:
    return {
        "AUTHENTICATION_BACKENDS": [
            "axes.backends.AxesStandaloneBackend",
            "django.contrib.auth.backends.ModelBackend",
        ],
        "AUTH_PASSWORD_VALIDATORS": [
            {
                "NAME": f"django.contrib.auth.password_validation.{name}Validator",
                "OPTIONS": {"min_length": 10} if name == "MinimumLength" else {},
            }
            for name in PASSWORDS
        ],
        "AXES_FAILURE_LIMIT": 8,
        "AXES_COOLOFF_TIME": 0.25,  # hours
        "AXES_LOCKOUT_PARAMETERS": [["username", "ip_address"]],
        "AXES_LOCKOUT_TEMPLATE": "web/locked_out.html",
        "AXES_VERBOSE": False,
        "LOGIN_URL": "sign-in",
        "LOGIN_REDIRECT_URL": "progress",
        "LOGOUT_REDIRECT_URL": "sign-in",
    }


def _security(settings: Settings) -> dict[str, Any]:
    return {
        "SESSION_COOKIE_AGE": SESSION_S,
        "SESSION_EXPIRE_AT_BROWSER_CLOSE": True,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "CSRF_COOKIE_SAMESITE": "Lax",
        "SESSION_COOKIE_SECURE": settings.web_tls,
        "CSRF_COOKIE_SECURE": settings.web_tls,
        "SECURE_SSL_REDIRECT": settings.web_tls,
        "SECURE_REDIRECT_EXEMPT": ["^healthz$"],  # asked inside the house, past the proxy
        "SECURE_PROXY_SSL_HEADER": ("HTTP_X_FORWARDED_PROTO", "https")
        if settings.web_tls
        else None,
        "SECURE_HSTS_SECONDS": 31_536_000 if settings.web_tls else 0,
        "SECURE_HSTS_INCLUDE_SUBDOMAINS": settings.web_tls,
        "SECURE_HSTS_PRELOAD": settings.web_tls,
        "SECURE_CONTENT_TYPE_NOSNIFF": True,
        "SECURE_REFERRER_POLICY": "same-origin",
        "X_FRAME_OPTIONS": "DENY",
    }


def session_secret(settings: Settings) -> str:
    """The secret that signs sessions: from its file, or one that is made once in the home."""
    path = settings.web_secret_file or settings.resolved_home / "web.secret"
    try:
        return path.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        if settings.web_secret_file is not None:
            raise
    made = path.with_name(f"{path.name}.{os.getpid()}")
    handle = os.open(made, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(60))
    try:
        os.link(made, path)  # whole or not at all, and never over another process's
    except FileExistsError:
        made.unlink()
    else:
        made.unlink()
    return path.read_text(encoding="ascii").strip()


def set_up_web(settings: Settings, *, secret: str) -> None:
    """Configure Django for the pages, once a process."""
    import django
    from django.conf import settings as django_settings

    if not django_settings.configured:
        django_settings.configure(**web_conf(settings, secret=secret))
    django.setup()


@contextmanager
def opened_web(settings: Settings) -> Iterator[None]:
    """The home with its tables, those of people and sessions among them."""
    from config.app import migrate, prepare_home
    from records.outage import told_plainly

    prepare_home(settings)
    set_up_web(settings, secret=session_secret(settings))
    with told_plainly():
        migrate()
        yield
