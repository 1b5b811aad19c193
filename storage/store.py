"""The seam between the pipeline and whatever keeps the bytes.

An object is written once under a key and never changed; only work in progress may be
deleted. Two implementations hold to it: a local folder and an S3 bucket.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from errors import IntegrityViolated


class ObjectExists(IntegrityViolated):
    """The key is taken by other content; what was stored first stays."""


class ObjectMissing(IntegrityViolated):
    """Nothing is stored under the key."""


class SourceChanged(IntegrityViolated):
    """The file to be stored is not, or is no longer, what its caller hashed."""


@dataclass(frozen=True, slots=True)
class StoredObject:
    """One object in the store.

    Attributes:
        key: its name, NFC, segments divided by ``/``.
        size_bytes: its length.
        media_type: as given when it was written; ``None`` where the store does not keep it
            (the local folder) or does not list it.
        sha256: lower-case hex, known only from a write, never from ``stat`` or ``list``.
    """

    key: str
    size_bytes: int
    media_type: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Abilities:
    """What a store was seen to do when it was tried.

    Attributes:
        creates_only: it refuses to write over an object, when it is asked to.
        copies_only: it refuses that for copies too.
        checks_bytes: it refuses bytes that are not what was announced.
        versioned: what is written over or deleted is kept beside.
        lock: the mode of the lock that it was seen to keep; empty where none was asked for.
    """

    creates_only: bool = True
    copies_only: bool = True
    checks_bytes: bool = True
    versioned: bool = False
    lock: str = ""


class ObjectStore(Protocol):
    """What every store does; safe to share between threads.

    All methods raise ``WrongUsage`` for a key that is not well formed (see ``storage.keys``)
    and ``ServiceUnreachable`` when the disk or server is full, read-only or away; nothing
    half-written is ever visible under a key.
    """

    def examine(self) -> Abilities:
        """Try what the store can do, with small objects that are removed again.

        Every process that writes does this once, at the latest before its first write.

        Raises:
            ServiceUnreachable: it cannot be reached, or not be written to.
            ToolMissing: it cannot do what is needed or asked for, such as keep a lock.
        """
        ...

    def prepare(self) -> bool:
        """Make what the store needs before its first use; whether there was anything to make.

        Raises:
            ServiceUnreachable: it cannot be reached, or not be made.
        """
        ...

    def put_file(self, key: str, source: Path, *, sha256: str, media_type: str) -> StoredObject:
        """Store the bytes of ``source`` under a new key.

        The same content under the same key a second time is quietly fine.

        Args:
            key: where to.
            source: a file that is read once or twice, never changed.
            sha256: lower-case hex that the bytes must have.
            media_type: such as ``image/tiff``.

        Raises:
            ObjectExists: other content is stored there already.
            SourceChanged: the bytes read do not have this hash; nothing was stored.
            InputRejected: ``source`` is gone or cannot be read.
        """
        ...

    def put_bytes(self, key: str, content: bytes, *, media_type: str) -> StoredObject:
        """Store ``content`` under a new key; the answer carries its SHA-256.

        Raises:
            ObjectExists: other content is stored there already.
        """
        ...

    def copy(self, source_key: str, key: str, *, size_bytes: int | None = None) -> None:
        """Store under ``key`` what stands under ``source_key``, inside the store.

        Args:
            source_key: what is copied.
            key: where to.
            size_bytes: of the source, where the caller knows it: a server need not be asked.

        Raises:
            ObjectExists: other content stands under ``key``.
            ObjectMissing: nothing stands under ``source_key``.
        """
        ...

    def open(self, key: str) -> BinaryIO:
        """A stream of the object's bytes, to be closed by the caller; forward reading only.

        Raises:
            ObjectMissing: nothing stands there.
        """
        ...

    def read_bytes(self, key: str) -> bytes:
        """The whole object in memory; for manifests and ALTO, not for masters.

        Raises:
            ObjectMissing: nothing stands there.
        """
        ...

    def fetch(self, key: str, target: Path) -> str:
        """Copy the object to the file ``target`` (replaced when whole); its SHA-256.

        Raises:
            ObjectMissing: nothing stands there.
        """
        ...

    def local_path(self, key: str) -> Path | None:
        """The object as a file to be read in place; ``None`` when it is on another machine.

        Raises:
            ObjectMissing: nothing stands there; on another machine, reading it will tell.
        """
        ...

    def link(self, key: str, *, valid_s: int, headers: Mapping[str, str]) -> str | None:
        """An address by which anybody fetches the object for so long; ``None`` where none can be.

        Args:
            key: of the object; whether it is there is not looked at.
            valid_s: seconds from now.
            headers: with which it is answered: ``Content-Type`` and ``Content-Disposition``.
        """
        ...

    def sha256(self, key: str) -> str:
        """Read back what is stored, as far down as the store allows, and hash it.

        Raises:
            ObjectMissing: nothing stands there.
        """
        ...

    def read_back(self, key: str) -> StoredObject:
        """Read back what is stored, as far down as the store allows: its hash and its size.

        Raises:
            ObjectMissing: nothing stands there.
        """
        ...

    def stat(self, key: str) -> StoredObject:
        """Size of the object, and its media type where the store keeps it.

        Raises:
            ObjectMissing: nothing stands there.
        """
        ...

    def exists(self, key: str) -> bool:
        """Whether an object stands under the key."""
        ...

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """The objects whose keys begin with ``prefix``, those of one folder together."""
        ...

    def delete(self, *keys: str) -> None:
        """Remove work-in-progress objects; those that are gone already are fine.

        Raises:
            IntegrityViolated: a key is not under ``work/``; nothing was removed.
        """
        ...
