"""Settings → Django's settings. The ORM is the database seam: SQLite or PostgreSQL by URL."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlsplit

from config.settings import Settings
from errors import WrongUsage

SQLITE_AT_CONNECT = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=30000;"


def django_conf(settings: Settings) -> dict[str, Any]:
    """Keyword arguments for ``django.conf.settings.configure``."""
    return {
        "INSTALLED_APPS": ["records.apps.RecordsConfig"],
        "DATABASES": {"default": database(settings.resolved_database_url)},
        "USE_TZ": True,
        "TIME_ZONE": "Asia/Kolkata",
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "SECRET_KEY": "no page of this program is signed by it",
        "LOGGING_CONFIG": None,
    }


def database(url: str) -> dict[str, Any]:
    """Django's database entry for ``sqlite:///PATH`` or ``postgres://user:password@host/name``.

    Raises:
        WrongUsage: another kind of URL.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]),  # sqlite:///relative, sqlite:////absolute
            # IMMEDIATE: a writer waits for its turn at the start instead of failing in the middle
            "OPTIONS": {
                "timeout": 30,
                "transaction_mode": "IMMEDIATE",
                "init_command": SQLITE_AT_CONNECT,
            },
        }
    if parts.scheme in ("postgres", "postgresql"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": parts.path.lstrip("/"),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
        }
    raise WrongUsage(
        "{scheme} is not a kind of database that is known here.",
        kept="Nothing was begun.",
        todo="Set ABHILEKH_DATABASE_URL to sqlite:///PATH or postgres://user:password@host/name.",
        scheme=parts.scheme or "''",
    )
