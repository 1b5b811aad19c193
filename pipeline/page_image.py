"""Page image: a page as its deposited PDF shows it, drawn for the screen."""

from __future__ import annotations

import hashlib
import io
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from PIL import Image

from ocr.drawn import drawn_page
from pipeline.app import App
from records.models import Page

QUALITY = 80
KEPT_COPIES = 8
"""Files that a few reviewers leaf through at once."""

FETCHED_WITHIN_S = 3600.0
FOLDER = "shown"
_fetching = threading.Lock()


def jpeg(app: App, page: Page, *, width_px: int) -> bytes | None:
    """The page as JPEG, ``width_px`` wide; None while no PDF of it is deposited."""
    layers = page.parts.get("layers", {})
    if "place" not in layers:
        return None
    with _near(app, layers["key"]) as pdf:
        pixels = drawn_page(pdf, layers["place"], width_px=width_px)
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


@contextmanager
def _near(app: App, key: str) -> Iterator[BinaryIO]:
    """The deposited PDF, opened; from a far store it is fetched once for all its pages.

    It never changes, so that a copy is good as long as it is there. Other processes fetch and let
    go of copies at the same time: an opened one can be read whatever becomes of its name.
    """
    path = app.store.local_path(key)
    if path is not None:
        with path.open("rb") as whole:
            yield whole
        return
    copy = app.workdir / FOLDER / hashlib.sha256(key.encode()).hexdigest()
    with _fetching:
        file = _fetched(app, key, copy)
    with file:
        yield file


def _fetched(app: App, key: str, copy: Path) -> BinaryIO:
    with suppress(FileNotFoundError):
        file = copy.open("rb")
        os.utime(file.fileno())
        return file
    copy.parent.mkdir(exist_ok=True)
    own = copy.with_suffix(f".{os.getpid()}")
    app.store.fetch(key, own)
    file = own.open("rb")
    own.replace(copy)
    _thinned(copy.parent)
    return file


def _thinned(folder: Path) -> None:
    """Let go of the copies that were not looked at for longest."""
    with suppress(FileNotFoundError):  # another process does the same
        whole = [one for one in folder.iterdir() if not one.suffix or _is_stale(one)]
        for old in sorted(whole, key=_looked_at_ns, reverse=True)[KEPT_COPIES:]:
            old.unlink(missing_ok=True)


def _is_stale(path: Path) -> bool:
    """Whether it was fetched by a process that ended before it was whole."""
    return time.time() - path.stat().st_mtime > FETCHED_WITHIN_S


def _looked_at_ns(path: Path) -> int:
    return path.stat().st_mtime_ns
