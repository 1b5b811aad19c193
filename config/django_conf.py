"""Settings → Django's settings. The ORM is the database seam: SQLite or PostgreSQL by URL."""

from __future__ import annotations

from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from config.settings import Settings
from errors import ServiceUnreachable

SQLITE_AT_CONNECT = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA busy_timeout=30000;"

POSTGRES_OPTIONS = {
    # a server that went away without a word is noticed within half a minute, in both directions:
    # a worker cut off in mid-transaction must not hold its batch's row for hours
    "connect_timeout": 10,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,
    # what is asked lies in small hot indexes: with a disk's costs a young batch is read as a whole
    "options": "-c random_page_cost=1.1 -c idle_in_transaction_session_timeout=120000"
    " -c tcp_user_timeout=25000"
    " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3",
}
# the same few statements all day long: the server reads and plans each of them once a connection
PREPARED = {"server_side_binding": True, "prepare_threshold": 5}


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
        ServiceUnreachable: it is of no such form, or names no database.
    """
    parts = _parts(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path[1:]),  # sqlite:///relative, sqlite:////absolute
            "CONN_MAX_AGE": None,
            # IMMEDIATE: a writer waits for its turn at the start instead of failing in the middle
            "OPTIONS": {
                "timeout": 30,
                "transaction_mode": "IMMEDIATE",
                "init_command": SQLITE_AT_CONNECT,
            },
        }
    if parts.scheme in ("postgres", "postgresql"):
        name = unquote(parts.path.lstrip("/"))
        if not name:
            raise _wrong("ABHILEKH_DATABASE_URL cannot be right: {why}.", "it names no database")
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": name,
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": None,  # a connection is asked whether it lives before each message
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": {**POSTGRES_OPTIONS, **PREPARED, **dict(parse_qsl(parts.query))},
        }
    raise _wrong("{scheme} is not a kind of database that is known here.", repr(parts.scheme))


def _parts(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:  # a port that is no number, a sign that must be written %5B
        raise _wrong("ABHILEKH_DATABASE_URL cannot be right: {why}.", str(error)) from error
    return parts


def _wrong(what: str, why: str) -> ServiceUnreachable:
    return ServiceUnreachable(
        what,
        kept="Nothing was begun.",
        todo="Set ABHILEKH_DATABASE_URL to sqlite:///PATH or postgres://user:password@host/name.",
        scheme=why,
        why=why,
    )
