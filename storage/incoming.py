"""Files on their way into the local store, and how one becomes an object at a stroke.

A writer holds a lock on its temporary file for as long as it lives; the lock dies with the
process, even a killed one. So a temporary file that can be locked belongs to nobody.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, cast

NO_HARD_LINK = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS, errno.EMLINK})
"""What file systems without hard links (FAT, some network shares) answer. Source: link(2)."""

_NO_LOCKS = frozenset({errno.ENOLCK, errno.EOPNOTSUPP, errno.ENOTSUP, errno.ENOSYS})
_READ_ONLY = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_ABANDONED_AFTER_S = 3600.0


class Incoming:
    """The folder of temporary files, on the same file system as the objects.

    Args:
        folder: made when first needed.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._turn = folder.with_name(folder.name + ".lock")

    @contextmanager
    def temporary(self) -> Iterator[tuple[BinaryIO, Path]]:
        """A new, empty, locked file open for writing; its name is gone afterwards."""
        descriptor, path = self._claim()
        try:
            # Unbuffered: nothing may be left to flush when the disk turns out to be full.
            with open(descriptor, "wb", buffering=0, closefd=False) as file:
                yield cast(BinaryIO, file), path
        finally:
            with suppress(FileNotFoundError):
                path.unlink()
            os.close(descriptor)

    def publish(self, temporary: Path, target: Path) -> bool:
        """Give a whole, synced file its final name; False if that name was taken.

        The name appears with all its content or not at all, and never replaces another.
        """
        try:
            return link_if_free(temporary, target)
        except OSError as error:
            if error.errno not in NO_HARD_LINK:
                raise
        return self._rename_in_turn(temporary, target)

    def sweep(self) -> None:
        """Remove what killed writers left; files of living writers stay."""
        if not self._folder.is_dir():
            return
        for path in sorted(self._folder.iterdir()):
            try:
                self._sweep_one(path)
            except FileNotFoundError:
                continue  # its writer, or another sweeper, was quicker
            except OSError as error:
                if error.errno not in _READ_ONLY:
                    raise
                return  # a store that is only read has no writers

    def _sweep_one(self, path: Path) -> None:
        descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW)
        try:
            # Over NFS a lock may not hold against threads of its own process, and some
            # file systems have none: then only age tells.
            certain = _lock(descriptor)
            by_age = certain is None or path.name.startswith(f"{os.getpid()}-")
            old = time.time() - os.fstat(descriptor).st_mtime > _ABANDONED_AFTER_S
            if certain is not False and (old or not by_age):
                path.unlink()
        finally:
            os.close(descriptor)

    def _claim(self) -> tuple[int, Path]:
        self._folder.mkdir(mode=0o750, exist_ok=True)
        flags = os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC
        while True:
            path = self._folder / f"{os.getpid()}-{secrets.token_hex(8)}"
            descriptor = os.open(path, flags, 0o640)
            # A sweeper may come between creation and lock; its mark is a lost name.
            if _lock(descriptor) is not False and os.fstat(descriptor).st_nlink:
                return descriptor, path
            os.close(descriptor)

    def _rename_in_turn(self, temporary: Path, target: Path) -> bool:
        descriptor = os.open(self._turn, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o640)
        try:
            _wait_for_lock(descriptor)
            if target.exists():
                return False
            temporary.rename(target)
        finally:
            os.close(descriptor)
        sync_folder(target.parent)
        return True


def link_if_free(source: Path, target: Path) -> bool:
    """Give a synced file a second name; False if that name was taken.

    Raises:
        OSError: with an ``errno`` of ``NO_HARD_LINK`` where there is no such thing.
    """
    try:
        os.link(source, target, follow_symlinks=False)
    except FileExistsError:
        return False
    sync_folder(target.parent)
    return True


def sync_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a file system that cannot sync folders
            raise
    finally:
        os.close(descriptor)


def make_folders(folder: Path) -> None:
    """Make a folder and those above it, so that they survive a power cut."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for path in reversed(missing):
        with suppress(FileExistsError):
            path.mkdir(mode=0o750)
        sync_folder(path.parent)


def _wait_for_lock(descriptor: int) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
    except OSError as error:
        if error.errno not in _NO_LOCKS:  # without locks the look before the rename must do
            raise


def _lock(descriptor: int) -> bool | None:
    """True: locked; False: somebody else holds it; None: no locks on this file system."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError as error:
        if error.errno not in _NO_LOCKS:
            raise
        return None
    return True
