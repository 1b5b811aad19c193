"""Work objects: what the steps of a page and a file hand to each other through the store."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipeline.app import App
from storage import layout

MEDIA_TYPES = {
    "alto": "application/alto+xml",
    "layers": "application/pdf",
    "access": "application/pdf",
}

REVIEW = "review"
"""Owner, in the place of a batch, of the texts that people corrected."""


def keep(app: App, owner: tuple[str, str], role: str, content: Path | bytes) -> dict[str, Any]:
    """Store ``content`` under a name made from its hash, so that a second try cannot clash.

    Args:
        owner: batch id, and the id of the page or file that the part belongs to.
        role: ``alto``, ``layers`` or ``access``.

    Returns:
        ``{key, sha256, size_bytes}`` for the row.
    """
    digest, size_bytes = _digest(content)
    key = layout.work_key(*owner, f"{role}-{digest[:24]}")
    if isinstance(content, Path):
        app.store.put_file(key, content, sha256=digest, media_type=MEDIA_TYPES[role])
    else:
        app.store.put_bytes(key, content, media_type=MEDIA_TYPES[role])
    return {"key": key, "sha256": digest, "size_bytes": size_bytes}


@contextmanager
def as_file(app: App, key: str) -> Iterator[Path]:
    """The stored object as a file: itself where the store is local, else a copy for the time."""
    path = app.store.local_path(key)
    if path is not None:
        yield path
        return
    with tempfile.TemporaryDirectory(dir=app.workdir) as folder:
        fetched = Path(folder) / "object"
        app.store.fetch(key, fetched)
        yield fetched


def sweep(app: App, batch_id: str, owners: Iterable[str], known: Iterable[str] = ()) -> None:
    """Remove the work objects of pages or files whose deposit is committed.

    Args:
        batch_id: theirs, or ``REVIEW``.
        owners: pages and files whose work objects are looked for.
        known: keys of work objects that need not be looked for.
    """
    keys = set(known)
    for owner in owners:
        keys |= {found.key for found in app.store.list(layout.work_prefix(batch_id, owner))}
    app.store.delete(*sorted(keys))


def _digest(content: Path | bytes) -> tuple[str, int]:
    if isinstance(content, bytes):
        return hashlib.sha256(content).hexdigest(), len(content)
    with content.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest(), content.stat().st_size
