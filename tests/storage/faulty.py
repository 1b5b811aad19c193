"""A store that fails once, at a chosen step, for tests of everything that writes to one."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Literal

from errors import ServiceUnreachable
from storage.store import Abilities, ObjectStore, StoredObject


class FaultyStore:
    """Wraps any store; its n-th writing call (put, copy, delete) raises ServiceUnreachable.

    Args:
        inner: the store that does the work.
        fail_at: which writing call fails, from 1; 0 for none, to count them.
        when: ``before`` the call took effect, or ``after``, as when only the answer is lost.
    """

    def __init__(
        self,
        inner: ObjectStore,
        *,
        fail_at: int,
        when: Literal["before", "after"] = "before",
    ) -> None:
        self.inner = inner
        self.fail_at = fail_at
        self.when = when
        self.calls: list[str] = []
        self._turn = threading.Lock()

    def examine(self) -> Abilities:
        return self.inner.examine()

    def prepare(self) -> bool:
        return self.inner.prepare()

    def put_file(self, key: str, source: Path, *, sha256: str, media_type: str) -> StoredObject:
        with self._step(f"put_file {key}"):
            return self.inner.put_file(key, source, sha256=sha256, media_type=media_type)

    def put_bytes(self, key: str, content: bytes, *, media_type: str) -> StoredObject:
        with self._step(f"put_bytes {key}"):
            return self.inner.put_bytes(key, content, media_type=media_type)

    def copy(self, source_key: str, key: str, *, size_bytes: int | None = None) -> None:
        with self._step(f"copy {source_key} {key}"):
            self.inner.copy(source_key, key, size_bytes=size_bytes)

    def delete(self, *keys: str) -> None:
        for key in keys:  # of many, some may be gone when it fails
            with self._step(f"delete {key}"):
                self.inner.delete(key)

    def open(self, key: str) -> BinaryIO:
        return self.inner.open(key)

    def read_bytes(self, key: str) -> bytes:
        return self.inner.read_bytes(key)

    def fetch(self, key: str, target: Path) -> str:
        return self.inner.fetch(key, target)

    def link(self, key: str, *, valid_s: int, headers: Mapping[str, str]) -> str | None:
        return self.inner.link(key, valid_s=valid_s, headers=headers)

    def local_path(self, key: str) -> Path | None:
        return self.inner.local_path(key)

    def sha256(self, key: str) -> str:
        return self.inner.sha256(key)

    def read_back(self, key: str) -> StoredObject:
        return self.inner.read_back(key)

    def stat(self, key: str) -> StoredObject:
        return self.inner.stat(key)

    def exists(self, key: str) -> bool:
        return self.inner.exists(key)

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        return self.inner.list(prefix)

    @contextmanager
    def _step(self, call: str) -> Iterator[None]:
        with self._turn:
            self.calls.append(call)
            fails = len(self.calls) == self.fail_at
        if fails and self.when == "before":
            raise _unreachable(call)
        yield
        if fails:
            raise _unreachable(call)


def _unreachable(call: str) -> ServiceUnreachable:
    return ServiceUnreachable(
        "The store went away at: {call}.",
        kept="All that was stored before.",
        todo="Run again.",
        call=call,
    )
