"""One read of a source: its SHA-256, its size, its first bytes."""

from __future__ import annotations

import hashlib
import os
import stat
from dataclasses import dataclass
from io import FileIO
from pathlib import Path

from errors import InputRejected
from ingest.media import HEAD_BYTES
from ingest.walk import vanished

_CHUNK_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class Hashed:
    """What one read of a source gives; ``sha256`` is lower-case hex."""

    sha256: str
    size_bytes: int
    head: bytes


def hashed(path: Path, *, file: str, max_bytes: int) -> Hashed:
    """Hash a source while reading it once.

    Args:
        path: a regular file; a link in the last place is not followed.
        file: the name that people know it by.
        max_bytes: larger sources are not read.

    Raises:
        InputRejected: it cannot be read, is too large, or changed while it was read.
    """
    try:
        # A pipe that took the file's place since the walk must not make us wait.
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
        with FileIO(descriptor) as stream:
            before = os.fstat(descriptor)
            if not stat.S_ISREG(before.st_mode):
                raise OSError(0, "it is no longer a file")
            if before.st_size > max_bytes:
                raise _too_big(file, before.st_size, max_bytes)
            read = _drained(stream)
            after = os.fstat(descriptor)
    except OSError as fault:
        raise vanished(file, fault) from fault
    if _state(before) != _state(after) or read.size_bytes != after.st_size:
        raise _changed(file)
    return read


def _drained(stream: FileIO) -> Hashed:
    digest, size, head = hashlib.sha256(), 0, b""
    buffer = memoryview(bytearray(_CHUNK_BYTES))
    while count := stream.readinto(buffer):
        if len(head) < HEAD_BYTES:
            head += bytes(buffer[: min(count, HEAD_BYTES - len(head))])
        digest.update(buffer[:count])
        size += count
    return Hashed(digest.hexdigest(), size, head)


def _state(found: os.stat_result) -> tuple[int, int, int]:
    return found.st_size, found.st_mtime_ns, found.st_ino


def _too_big(file: str, size_bytes: int, max_bytes: int) -> InputRejected:
    return InputRejected(
        "{file} has {size} MB, more than the limit of {limit} MB for one file.",
        kept="The file stays where it is; the other scans go on.",
        todo="Split it into smaller files, or raise the limit.",
        file=file,
        size=size_bytes // 1_000_000,
        limit=max_bytes // 1_000_000,
    )


def _changed(file: str) -> InputRejected:
    return InputRejected(
        "{file} was being written while it was read.",
        kept="The other scans go on.",
        todo="Wait until the scanner or the copy has finished, then submit the batch again.",
        file=file,
    )
