"""What this machine lacks for the work, and the command that mends it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version

from config.app import build_app, migrate, prepare_home, set_up_django
from config.settings import Settings
from config.watched import look_at_database
from errors import AbhilekhError
from lang import say
from records.outage import told_plainly

LIBRARIES = (
    "Django",
    "dramatiq",
    "opencv-python-headless",
    "onnxruntime",
    "tesserocr",
    "pikepdf",
    "ocrmypdf",
)
LEAST_FREE_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class Check:
    """One part of the machine: is it there, what was found, how to mend it; needed or not."""

    name: str
    ok: bool
    found: str
    mend: str = ""
    needed: bool = True

    def as_json(self) -> dict[str, object]:
        """The check as a JSON object."""
        return asdict(self)


def examine(settings: Settings) -> Sequence[Check]:
    """Everything the embedded run needs on this machine, looked at one by one."""
    return [
        *_libraries(settings),
        *_programs(),
        *_models(settings),
        _engine(settings),
        _home(settings),
        *_database(settings),
        *_store(settings),
        _free_space(settings),
    ]


def _libraries(settings: Settings) -> Iterator[Check]:
    for name in LIBRARIES:
        try:
            needed = name != "tesserocr" or settings.ocr_engine == "tesserocr"
            yield Check(name, ok=True, found=version(name), needed=needed)
        except PackageNotFoundError:
            yield Check(name, ok=False, found="", mend="make setup")


def _programs() -> Iterator[Check]:
    for name, package in (("pdftotext", "poppler-utils"), ("tesseract", "tesseract-ocr")):
        path = shutil.which(name)
        mend = f"sudo apt-get install {package}"
        yield Check(name, ok=path is not None, found=path or "", mend=mend)


def _models(settings: Settings) -> Iterator[Check]:
    from ocr.models import package_of, tessdata_with

    for model in (settings.ocr_model, "hin", "eng", "osd"):
        needed = model == settings.ocr_model
        try:
            folder = tessdata_with(model, tessdata=settings.tessdata)
            yield Check(say("model {name}", name=model), True, str(folder), needed=needed)
        except AbhilekhError:
            mend = f"sudo apt-get install {package_of(model)}"
            yield Check(say("model {name}", name=model), False, "", mend, needed)


def _engine(settings: Settings) -> Check:
    name = say("reading engine {name}", name=settings.ocr_engine)
    try:
        engine = build_app(settings, holder="doctor").engine
        found = engine.version
        engine.close()
    except AbhilekhError as error:
        return Check(name, ok=False, found="", mend=error.todo)
    return Check(name, ok=True, found=found)


def _home(settings: Settings) -> Check:
    try:
        return Check(say("home folder"), ok=True, found=str(prepare_home(settings)))
    except AbhilekhError as error:
        return Check(say("home folder"), ok=False, found="", mend=error.todo)


def _database(settings: Settings) -> Iterator[Check]:
    """A database that machines share: reached, and with the tables of this version?"""
    if settings.resolved_database_url.startswith("sqlite"):
        return  # a file in the home, made when it is first needed
    try:
        set_up_django(settings)
        look_at_database()
        with told_plainly():
            migrate()
    except AbhilekhError as error:
        yield Check(say("database"), ok=False, found=error.what, mend=error.todo)
        return
    where = settings.resolved_database_url.rpartition("@")[2].partition("?")[0]
    yield Check(say("database"), ok=True, found=where)


def prepare_store(settings: Settings) -> tuple[bool, Sequence[Check]]:
    """Make the store's bucket if it is not there: whether it was made, and what it can do.

    Raises:
        ServiceUnreachable: the store cannot be reached, or does not let this key make one.
    """
    made = build_app(settings, holder="store prepare").store.prepare()
    return made, list(_store(settings))


def _store(settings: Settings) -> Iterator[Check]:
    """Is it there, and what was it seen to do when it was tried?"""
    try:
        able = build_app(settings, holder="doctor").store.examine()
    except AbhilekhError as error:
        yield Check(say("object store"), ok=False, found=error.what, mend=error.todo)
        return
    yield Check(say("object store"), ok=True, found=settings.shown_store)
    if settings.resolved_store_url.startswith("file:"):
        return
    tried = (
        (say("store never writes over an object"), able.creates_only and able.copies_only),
        (say("store checks what arrives"), able.checks_bytes),
        (say("store keeps versions"), able.versioned),
    )
    for name, seen in tried:
        mend = say("It works, but a store that does this is safer.")
        yield Check(name, seen, say("tried") if seen else "", mend, needed=False)
    if able.lock:
        days = settings.store_lock_days
        found = say("{mode}, {days} days", mode=able.lock.lower(), days=days)
        yield Check(say("store locks deposits"), ok=True, found=found)


def _free_space(settings: Settings) -> Check:
    folder = settings.resolved_home
    while not folder.exists():
        folder = folder.parent
    free = os.statvfs(folder).f_bavail * os.statvfs(folder).f_frsize
    mend = say("Free space on the disk of {folder}.", folder=folder)
    found = say("{gb} GB free", gb=f"{free / 1024**3:.1f}")
    return Check(say("disk space"), ok=free >= LEAST_FREE_BYTES, found=found, mend=mend)
