"""The composition root: Settings → App, Django."""

from __future__ import annotations

import os
from collections.abc import Callable, Container
from datetime import UTC, datetime
from functools import partial
from importlib import import_module
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from config.django_conf import django_conf
from config.locks import home_unwritable
from config.metrics import measure_database, measures
from config.reading import ENGINES, first_reader, reading_options, uncorrected
from config.settings import Settings
from errors import ServiceUnreachable, WrongUsage
from pipeline.measures import Measures, Unmeasured

if TYPE_CHECKING:
    from ingest.limits import Limits
    from ocr.engine import OcrEngine
    from pipeline.app import App
    from storage.store import ObjectStore


MIGRATIONS = Path(__file__).resolve().parent.parent / "records" / "migrations"


def software() -> str:
    """Name and version, as written into every record: ``Abhilekh 0.1.0``."""
    return f"Abhilekh {version('abhilekh')}"


def prepare_home(settings: Settings) -> Path:
    """Make the home's folders; says where.

    Raises:
        ServiceUnreachable: they cannot be made or written to.
    """
    home = settings.resolved_home
    try:
        for folder in (home, home / "work", home / "logs"):
            folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as error:
        raise home_unwritable(home, error) from error
    if not os.access(home, os.W_OK):
        raise home_unwritable(home, PermissionError(13, "Permission denied"))
    return home


def set_up_django(settings: Settings) -> None:
    """Configure Django once a process; a second call with settings in place does nothing."""
    import django
    from django.conf import settings as django_settings

    if not django_settings.configured:
        django_settings.configure(**django_conf(settings))
    django.setup()


def migrate() -> None:
    """Bring the home's own database up to the tables that this version knows.

    A database that several machines share is only looked at: an administrator migrates it, once,
    while nobody works (``abhilekh manage migrate``).

    Raises:
        ServiceUnreachable: the database cannot be reached, a newer version of the program made
            its tables, or those of a shared one are older than this version.
    """
    from django.db import connection
    from django.db.migrations.recorder import MigrationRecorder

    known = {path.stem for path in MIGRATIONS.glob("[0-9]*.py")}
    applied = MigrationRecorder(connection).applied_migrations()
    there = {name for app, name in applied if app == "records"}
    if there - known:
        raise ServiceUnreachable(
            "The database was made by a newer version of this program ({name}).",
            kept="Nothing was changed.",
            todo="Use the newer version, or set ABHILEKH_HOME to another folder.",
            name=max(there - known),
        )
    missing = known - there or _unknown_apps(applied)
    if missing and connection.vendor != "sqlite":
        raise ServiceUnreachable(
            "The tables of the database are older than this program: {name} is missing.",
            kept="Nothing was changed.",
            todo="Stop the workers and keep a backup, then: abhilekh manage migrate",
            name=min(missing),
        )
    if missing:
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)


def _unknown_apps(applied: Container[tuple[str, str]]) -> set[str]:
    """Migrations of the other rooms that this process has (people, sessions), not applied yet."""
    from django.conf import settings as django_settings
    from django.db.migrations.loader import MigrationLoader

    if "web.apps.WebConfig" not in django_settings.INSTALLED_APPS:
        return set()
    leaves = MigrationLoader(None, ignore_no_migrations=True).graph.leaf_nodes()
    return {f"{app} {name}" for app, name in leaves if (app, name) not in applied}


def build_app(settings: Settings, *, holder: str, workdir: Path | None = None) -> App:
    """The App of these settings; ``holder`` names this process on the leases it takes.

    ``workdir`` is a folder for what lives no longer than one step; default: one in the home.
    """
    from ocr.profile import Profile
    from pipeline.app import App, Makers, Policy

    try:
        profile = Profile(settings.profile)
    except ValueError as error:
        raise _unknown("profile", settings.profile, "compact, faithful") from error
    policy = Policy(
        office=settings.office,
        profile=profile,
        assumed_dpi=settings.dpi,
        limits=source_limits(settings),
        max_tries=settings.max_tries,
        page_time_limit_s=settings.page_time_limit_s,
        cover_key=settings.read_cover_key(),
        own_rules=settings.rules,
        review_identity_numbers=settings.review_identity_numbers,
        queue=settings.queue,
        double_entry=settings.double_entry,
        upload_bytes=round(settings.upload_gb * 1e9),
        sketch_days=settings.sketch_days,
        link_s=settings.web_link_s,
    )
    uncorrected(settings)  # a name that is not known is told before anything is begun
    figures = measures()
    measure_database(figures)
    makers = Makers(
        open_store=partial(make_store, settings, figures),
        make_engine=partial(make_engine, settings),
        clock=_clock(settings),
        reading=partial(reading_options, settings),
        measures=figures,
    )
    home = prepare_home(settings)
    app = App(policy, makers, workdir=workdir or home / "work", software=software(), holder=holder)
    if settings.rules is not None:
        _ = app.rules  # what cannot be used is refused before any work begins
    return app


def make_store(settings: Settings, figures: Measures | None = None) -> ObjectStore:
    """The store that ``ABHILEKH_STORE_URL`` names; ``figures`` are told of every call.

    Raises:
        ServiceUnreachable: the URL is not of a known form, or the folder cannot be used.
        ToolMissing: a lock is asked for, which a folder cannot keep.
    """
    from storage.measured import MeasuredStore
    from storage.open import open_store
    from storage.retention import read_retention

    retention = read_retention(settings.store_lock, settings.store_lock_days)
    store = open_store(settings.resolved_store_url, retention=retention)
    if figures is None or isinstance(figures, Unmeasured):
        return store
    return MeasuredStore(store, figures.store)


def _clock(settings: Settings) -> Callable[[], datetime]:
    """The time of the database where machines share one, else this machine's."""
    if settings.resolved_database_url.startswith("sqlite"):
        return lambda: datetime.now(UTC)
    from records.clock import DatabaseClock

    return DatabaseClock()


def source_limits(settings: Settings) -> Limits:
    """How much one source may ask for."""
    from ingest.limits import Limits

    return Limits(
        max_pixels=settings.max_pixels,
        max_frames=settings.max_frames,
        max_pages=settings.max_pages,
        probe_time_s=settings.source_time_limit_s,
    )


def make_engine(settings: Settings) -> OcrEngine:
    """The engine that ``ABHILEKH_OCR_ENGINE`` names.

    Raises:
        WrongUsage: no such engine.
        ToolMissing: its program, library or model is not installed.
    """
    ours = first_reader(settings)
    if ours is not None:
        return ours
    module, colon, maker = settings.ocr_engine.partition(":")
    if colon:
        try:
            make = getattr(import_module(module), maker)
        except (ImportError, AttributeError) as error:
            raise _unknown("ocr_engine", settings.ocr_engine, str(error)) from error
        made: OcrEngine = make()
        return made
    raise _unknown("ocr_engine", settings.ocr_engine, ", ".join((*ENGINES, "module:function")))


def _unknown(name: str, value: str, known: str) -> WrongUsage:
    return WrongUsage(
        "The setting {name} is {value}, which is not known here.",
        kept="Nothing was begun.",
        todo="Choose one of: {known}.",
        name=name,
        value=value,
        known=known,
    )
