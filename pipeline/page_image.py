"""Page image: a page as its deposited PDF shows it, drawn for the screen."""

from __future__ import annotations

import hashlib
import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image

from ocr.drawn import drawn_page
from pipeline.app import App
from records.models import Page

QUALITY = 80
KEPT_COPIES = 8
"""Files that a few reviewers leaf through at once."""

FOLDER = "shown"
_fetching = threading.Lock()


def jpeg(app: App, page: Page, *, width_px: int) -> bytes | None:
    """The page as JPEG, ``width_px`` wide; None while no PDF of it is deposited."""
    layers = page.parts.get("layers", {})
    if "place" not in layers:
        return None
    with _near(app, layers["key"]) as path:
        pixels = drawn_page(path, layers["place"], width_px=width_px)
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "JPEG", quality=QUALITY)
    return written.getvalue()


@contextmanager
def _near(app: App, key: str) -> Iterator[Path]:
    """The deposited PDF as a file; from a far store it is fetched once for all its pages.

    It never changes, so that a copy is good as long as it is there.
    """
    path = app.store.local_path(key)
    if path is not None:
        yield path
        return
    copy = app.workdir / FOLDER / hashlib.sha256(key.encode()).hexdigest()
    with _fetching:  # held while it is drawn too: PDFium draws one page at a time anyhow
        if copy.exists():
            copy.touch()
        else:
            copy.parent.mkdir(exist_ok=True)
            app.store.fetch(key, copy)
            _thinned(copy.parent)
        yield copy


def _thinned(folder: Path) -> None:
    """Let go of the copies that were not looked at for longest."""
    newest = sorted(folder.iterdir(), key=lambda one: one.stat().st_mtime_ns, reverse=True)
    for old in newest[KEPT_COPIES:]:
        old.unlink()
