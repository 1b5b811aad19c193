"""Any store, with every call timed and its outcome told."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, TypeAlias

from storage.store import Abilities, ObjectStore, StoredObject

Told: TypeAlias = Callable[[str, str, float], None]
"""Called with the operation, ``ok`` or the class of the error, and seconds."""


class MeasuredStore:
    """Does what ``inner`` does and tells how long it took.

    Args:
        inner: the store that does the work.
        told: after each call; for ``open`` the time to the first byte, for ``list`` to the end.
    """

    def __init__(self, inner: ObjectStore, told: Told) -> None:
        self.inner = inner
        self._told = told

    def examine(self) -> Abilities:
        """See ``ObjectStore``."""
        return self.inner.examine()

    def prepare(self) -> bool:
        """See ``ObjectStore``."""
        return self.inner.prepare()

    def put_file(self, key: str, source: Path, *, sha256: str, media_type: str) -> StoredObject:
        """See ``ObjectStore``."""
        with self._timed("put"):
            return self.inner.put_file(key, source, sha256=sha256, media_type=media_type)

    def put_bytes(self, key: str, content: bytes, *, media_type: str) -> StoredObject:
        """See ``ObjectStore``."""
        with self._timed("put"):
            return self.inner.put_bytes(key, content, media_type=media_type)

    def copy(self, source_key: str, key: str, *, size_bytes: int | None = None) -> None:
        """See ``ObjectStore``."""
        with self._timed("copy"):
            self.inner.copy(source_key, key, size_bytes=size_bytes)

    def open(self, key: str) -> BinaryIO:
        """See ``ObjectStore``."""
        with self._timed("open"):
            return self.inner.open(key)

    def read_bytes(self, key: str) -> bytes:
        """See ``ObjectStore``."""
        with self._timed("read"):
            return self.inner.read_bytes(key)

    def fetch(self, key: str, target: Path) -> str:
        """See ``ObjectStore``."""
        with self._timed("read"):
            return self.inner.fetch(key, target)

    def local_path(self, key: str) -> Path | None:
        """See ``ObjectStore``."""
        with self._timed("stat"):
            return self.inner.local_path(key)

    def link(self, key: str, *, valid_s: int, headers: Mapping[str, str]) -> str | None:
        """See ``ObjectStore``; nothing is asked of the store."""
        return self.inner.link(key, valid_s=valid_s, headers=headers)

    def sha256(self, key: str) -> str:
        """See ``ObjectStore``."""
        with self._timed("read"):
            return self.inner.sha256(key)

    def read_back(self, key: str) -> StoredObject:
        """See ``ObjectStore``."""
        with self._timed("read"):
            return self.inner.read_back(key)

    def stat(self, key: str) -> StoredObject:
        """See ``ObjectStore``."""
        with self._timed("stat"):
            return self.inner.stat(key)

    def exists(self, key: str) -> bool:
        """See ``ObjectStore``."""
        with self._timed("stat"):
            return self.inner.exists(key)

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """See ``ObjectStore``."""
        return self._listed(self.inner.list(prefix))

    def delete(self, *keys: str) -> None:
        """See ``ObjectStore``."""
        with self._timed("delete"):
            self.inner.delete(*keys)

    def _listed(self, found: Iterator[StoredObject]) -> Iterator[StoredObject]:
        with self._timed("list"):
            yield from found

    @contextmanager
    def _timed(self, operation: str) -> Iterator[None]:
        began = time.perf_counter()
        outcome = "ok"
        try:
            yield
        except BaseException as error:
            outcome = type(error).__name__
            raise
        finally:
            self._told(operation, outcome, time.perf_counter() - began)
