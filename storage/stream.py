"""Bytes on their way into and out of a store, a piece at a time."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from errors import InputRejected, ServiceUnreachable
from storage.store import SourceChanged, StoredObject

PIECE_BYTES = 1 << 20
"""Memory that one transfer takes."""


@contextmanager
def opened(source: Path) -> Iterator[BinaryIO]:
    """A source file, open for reading.

    Raises:
        InputRejected: the file is gone or cannot be read, now or later in the block.
    """
    try:
        with source.open("rb") as file:
            yield file
    except OSError as error:
        raise InputRejected(
            "{file} cannot be read: {reason}.",
            kept="Nothing of it was stored; what was stored before stays.",
            todo="See that the file is in its place and may be read, then run again.",
            file=printable(source),
            reason=error.strerror or type(error).__name__,
        ) from error


def pieces_of_file(source: Path, sha256: str) -> Iterator[bytes]:
    """The bytes of a source file, at most 1 MiB at a time, checked at the end.

    Args:
        source: the file, only read.
        sha256: lower-case hex that all its bytes together must have.

    Raises:
        InputRejected: the file is gone or cannot be read.
        SourceChanged: after the last piece, if the hash is another.
    """
    digest = hashlib.sha256()
    with opened(source) as file:
        while piece := file.read(PIECE_BYTES):
            digest.update(piece)
            yield piece
    if digest.hexdigest() != sha256:
        raise SourceChanged(
            "{file} changed while it was being stored.",
            kept="Nothing of it was stored; what was stored before stays.",
            todo="Wait until nobody writes to the file any more, then run again.",
            file=printable(source),
        )


def pieces_of_stream(stream: BinaryIO) -> Iterator[bytes]:
    """The rest of an open stream, at most 1 MiB at a time; the stream is closed at the end."""
    with closing(stream):
        while piece := stream.read(PIECE_BYTES):
            yield piece


def sha256_of(pieces: Iterable[bytes]) -> str:
    """SHA-256 of all the pieces, lower-case hex."""
    digest = hashlib.sha256()
    for piece in pieces:
        digest.update(piece)
    return digest.hexdigest()


def measured(key: str, pieces: Iterable[bytes]) -> StoredObject:
    """Hash and size of all the pieces of an object."""
    digest, size_bytes = hashlib.sha256(), 0
    for piece in pieces:
        digest.update(piece)
        size_bytes += len(piece)
    return StoredObject(key, size_bytes, sha256=digest.hexdigest())


def printable(path: Path) -> str:
    """A path as it can be shown to people, whatever bytes are in its name."""
    text = str(path)
    return text if text.isprintable() else ascii(text)


def write_target(pieces: Iterable[bytes], target: Path) -> str:
    """Write a file outside the store, replaced only when whole; its SHA-256.

    Raises:
        ServiceUnreachable: the target's folder is missing, full or read-only; an older
            file of that name is untouched.
    """
    digest = hashlib.sha256()
    part = None
    try:
        descriptor, part = tempfile.mkstemp(prefix=".abhilekh-", dir=target.parent)
        with os.fdopen(descriptor, "wb") as file:
            for piece in pieces:
                digest.update(piece)
                file.write(piece)
        Path(part).replace(target)
    except OSError as error:
        raise ServiceUnreachable(
            "{target} could not be written: {reason}.",
            kept="The object in the store, and any older file of that name.",
            todo="Name a folder that exists and has room, then try again.",
            target=printable(target),
            reason=error.strerror or type(error).__name__,
        ) from error
    finally:
        if part is not None:
            with suppress(FileNotFoundError):
                Path(part).unlink()
    return digest.hexdigest()
