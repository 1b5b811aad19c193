"""The object store as a folder: one file an object, its key the path below the root."""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from errors import IntegrityViolated, ServiceUnreachable
from storage.incoming import NO_HARD_LINK, Incoming, link_if_free, make_folders
from storage.keys import WORK, check_deletable, check_key, check_prefix, probe_key
from storage.store import Abilities, ObjectExists, ObjectMissing, StoredObject
from storage.stream import measured, pieces_of_file, pieces_of_stream, printable, write_target

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_FORBIDDEN = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_ABSENT = (FileNotFoundError, NotADirectoryError, IsADirectoryError)
_TRIES_AGAINST_PRUNING = 16


class LocalStore:
    """Objects below one folder; threads and processes may share it.

    A write goes to ``.incoming/``, is synced to the disk, and gets its name by a hard link,
    which cannot replace anything. A process killed at any moment leaves whole objects, and
    temporary files that the next one to open the store removes.

    Args:
        root: the folder; made if it is not there.

    Raises:
        ServiceUnreachable: the folder cannot be made or used.
    """

    def __init__(self, root: Path) -> None:
        with _disk(root):
            make_folders(root.absolute())
            self.root = root.resolve(strict=True)
            if not self.root.is_dir():
                raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
            self._incoming = Incoming(self.root / ".incoming")
            self._incoming.sweep()

    def examine(self) -> Abilities:
        """Write an object, read it back and remove it; see ``ObjectStore``."""
        key, content = probe_key("folder"), b"probe"
        self.put_bytes(key, content, media_type="text/plain")
        same = self.read_bytes(key) == content
        self.delete(key)
        if not same:
            raise IntegrityViolated(
                "{key} does not come back from the store as it was written.",
                kept="The scans as received; the deposit is not recorded as made.",
                todo="Have the store's disk looked at, then run again.",
                key=key,
            )
        return Abilities()

    def prepare(self) -> bool:
        """Nothing: the folder was made when the store was opened."""
        return False

    def put_file(self, key: str, source: Path, *, sha256: str, media_type: str) -> StoredObject:
        """Store the bytes of a file; see ``ObjectStore``."""
        if self.exists(key) or not self._write(key, pieces_of_file(source, sha256)):
            self._settle(key, sha256)
        return StoredObject(key, self.stat(key).size_bytes, media_type, sha256)

    def put_bytes(self, key: str, content: bytes, *, media_type: str) -> StoredObject:
        """Store bytes; see ``ObjectStore``."""
        digest = hashlib.sha256(content).hexdigest()
        if self.exists(key) or not self._write(key, [content]):
            self._settle(key, digest)
        return StoredObject(key, len(content), media_type, digest)

    def copy(self, source_key: str, key: str, *, size_bytes: int | None = None) -> None:
        """Give an object a second key, by a hard link if possible; see ``ObjectStore``."""
        source, target = self.local_path(source_key), self._path(key)
        with _disk(self.root):
            try:
                new = self._into_folder(target, lambda: link_if_free(source, target))
            except FileNotFoundError as error:  # deleted since it was looked for
                raise _missing(source_key) from error
            except OSError as error:
                if error.errno not in NO_HARD_LINK:
                    raise
                new = self._write(key, self._pieces(source_key))
            if not new and not source.samefile(target):
                self._settle(key, self.sha256(source_key))

    def open(self, key: str) -> BinaryIO:
        """A stream of the object; see ``ObjectStore``."""
        path = self._path(key)
        with _disk(self.root):
            try:
                return path.open("rb")
            except _ABSENT as error:
                raise _missing(key) from error

    def read_bytes(self, key: str) -> bytes:
        """The whole object; see ``ObjectStore``."""
        return b"".join(self._pieces(key))

    def fetch(self, key: str, target: Path) -> str:
        """Copy the object to a file outside; see ``ObjectStore``."""
        return write_target(self._pieces(key), target)

    def local_path(self, key: str) -> Path:
        """The object's own file: to be read, never written; see ``ObjectStore``."""
        if not self.exists(key):
            raise _missing(key)
        return self._path(key)

    def link(self, key: str, *, valid_s: int, headers: Mapping[str, str]) -> None:
        """Nothing: nobody else reads this folder; see ``ObjectStore``."""
        check_key(key)

    def sha256(self, key: str) -> str:
        """Hash the file; see ``read_back``."""
        return self.read_back(key).sha256 or ""

    def read_back(self, key: str) -> StoredObject:
        """Hash and size of the file as the disk has it, not as memory remembers it."""
        with _disk(self.root), self.open(key) as file:
            if hasattr(os, "posix_fadvise"):
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
            return measured(key, pieces_of_stream(file))

    def stat(self, key: str) -> StoredObject:
        """Size of the object; see ``ObjectStore``."""
        with _disk(self.root):
            return StoredObject(key, self.local_path(key).stat().st_size)

    def exists(self, key: str) -> bool:
        """Whether an object stands under the key."""
        path = self._path(key)
        with _disk(self.root):
            return path.is_file()

    def list(self, prefix: str = "") -> Iterator[StoredObject]:
        """The objects whose keys begin with ``prefix``, in the order of their UTF-8 bytes."""
        return self._walk(self.root, "", check_prefix(prefix))

    def delete(self, *keys: str) -> None:
        """Remove work-in-progress objects, and their folders when they are empty."""
        paths = [self._path(check_deletable(key)) for key in keys]
        with _disk(self.root):
            for path in paths:
                path.unlink(missing_ok=True)
                self._prune(path.parent)

    def _path(self, key: str) -> Path:
        path = self.root / check_key(key)
        with _disk(self.root):
            straight = not _leads_elsewhere(self.root, key)
        if not straight:
            raise IntegrityViolated(
                "The way to {key} in the store is a link that leads elsewhere.",
                kept="Nothing was read or written through it.",
                todo="Find out who put the link into {place}, and take it away.",
                key=key,
                place=printable(self.root),
            )
        return path

    def _write(self, key: str, pieces: Iterable[bytes]) -> bool:
        target = self._path(key)
        with _disk(self.root), self._incoming.temporary() as (file, temporary):
            for piece in pieces:
                _write_whole(file, piece)
            os.fsync(file.fileno())
            return self._into_folder(target, lambda: self._incoming.publish(temporary, target))

    def _into_folder(self, target: Path, name_it: Callable[[], bool]) -> bool:
        for _ in range(_TRIES_AGAINST_PRUNING):
            with suppress(FileNotFoundError):  # the folder was pruned in between
                make_folders(target.parent)
                return name_it()
        return name_it()

    def _settle(self, key: str, sha256: str) -> None:
        path = self._path(key)
        if path.is_dir() or self.sha256(key) != sha256:
            raise ObjectExists(
                "Something else is already stored as {key}.",
                kept="What was stored first stays as it is; nothing was overwritten.",
                todo="See whether the store is whole: abhilekh store verify",
                key=key,
            )

    def _pieces(self, key: str) -> Iterator[bytes]:
        with _disk(self.root):
            yield from pieces_of_stream(self.open(key))

    def _walk(self, folder: Path, base: str, wanted: str) -> Iterator[StoredObject]:
        for name in self._names(folder):
            key = base + name
            if name.endswith("/") and (key.startswith(wanted) or wanted.startswith(key)):
                yield from self._walk(folder / name, key, wanted)
            elif key.startswith(wanted) and not name.endswith("/"):
                with suppress(FileNotFoundError):  # work in progress, deleted since
                    yield StoredObject(key, (folder / name).lstat().st_size)

    def _names(self, folder: Path) -> Sequence[str]:
        with _disk(self.root), suppress(FileNotFoundError), os.scandir(folder) as entries:
            return sorted(
                entry.name + "/" if entry.is_dir(follow_symlinks=False) else entry.name
                for entry in entries
                if not entry.name.startswith(".")
                and (entry.is_dir(follow_symlinks=False) or entry.is_file(follow_symlinks=False))
            )
        return ()

    def _prune(self, folder: Path) -> None:
        work = self.root / WORK
        while folder != work:
            try:
                folder.rmdir()
            except FileNotFoundError:
                pass
            except OSError as error:
                if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                    raise
                return
            folder = folder.parent


def _leads_elsewhere(root: Path, key: str) -> bool:
    """Whether a link stands anywhere on the way from the root, itself resolved, to the object."""
    place = str(root)
    for segment in key.split("/"):
        place = f"{place}/{segment}"
        try:
            if stat.S_ISLNK(os.lstat(place).st_mode):
                return True
        except _ABSENT:
            return False
    return False


def _write_whole(file: BinaryIO, piece: bytes) -> None:
    rest = memoryview(piece)
    while rest:  # an unbuffered write may take less than all when the disk is nearly full
        rest = rest[file.write(rest) :]


def _missing(key: str) -> ObjectMissing:
    return ObjectMissing(
        "Nothing is stored as {key}.",
        kept="Everything else in the store.",
        todo="See what else is missing: abhilekh store verify",
        key=key,
    )


@contextmanager
def _disk(root: Path) -> Iterator[None]:
    """Say in a clerk's words what the disk under the store refuses."""
    try:
        yield
    except OSError as error:
        raise _spoken(error, printable(root)) from error


def _spoken(error: OSError, place: str) -> ServiceUnreachable | IntegrityViolated:
    kept = "All that was stored before; nothing half-written is left behind."
    if error.errno in _FULL:
        return ServiceUnreachable(
            "The disk under the store {place} is full.",
            kept=kept,
            todo="Make room on the disk or move the store to a larger one, then run again.",
            place=place,
        )
    if error.errno in _FORBIDDEN:
        return ServiceUnreachable(
            "The store {place} cannot be written to or read: {reason}.",
            kept=kept,
            todo="Let the account that runs abhilekh write in that folder, then run again.",
            place=place,
            reason=error.strerror,
        )
    if error.errno == errno.EIO:
        return IntegrityViolated(
            "The disk under the store {place} reports a read or write error.",
            kept="What can still be read; nothing was overwritten.",
            todo="Have the disk looked at, then: abhilekh store verify",
            place=place,
        )
    return ServiceUnreachable(
        "The store {place} cannot be used: {reason}.",
        kept=kept,
        todo="See that the folder is in its place and its disk is attached, then run again.",
        place=place,
        reason=error.strerror or type(error).__name__,
    )
