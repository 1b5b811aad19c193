"""Streams that several joined pages each bring along are kept once."""

from __future__ import annotations

import hashlib

from pikepdf import Array, Dictionary, Object, Stream

_FAMILY = {"/Parent", "/P", "/Annots", "/B", "/Prev", "/Next"}  # lead out of the page


class SharedStreams:
    """Lets the pages of one file share equal fonts, profiles and pictures. One per file."""

    def __init__(self) -> None:
        self._known: dict[bytes, Object] = {}
        self._seen: set[tuple[int, int]] = set()

    def share(self, page: Object) -> None:
        """Point everything the page's resources refer to at the first equal stream."""
        resources = page.get("/Resources")
        if resources is not None:
            self._visit(resources)

    def _visit(self, start: Object) -> None:
        waiting = [start]
        while waiting:
            holder = waiting.pop()
            if holder.is_indirect:
                if holder.objgen in self._seen:
                    continue
                self._seen.add(holder.objgen)
            for key, value in _entries(holder):
                if isinstance(value, Stream) and (first := self._first_like(value)) is not None:
                    holder[key] = first
                elif isinstance(value, (Dictionary, Array, Stream)):
                    waiting.append(value)

    def _first_like(self, stream: Stream) -> Object | None:
        """The equal stream met before; ``None`` if this is the first.

        References in a stream's dictionary are compared as such: two streams are equal only if
        they refer to the same objects.
        """
        told = {key: value for key, value in stream.items() if key != "/Length"}
        parts = sorted(f"{key} {_written(value)}" for key, value in told.items())
        mark = hashlib.sha256("\n".join(parts).encode("utf-8", "replace"))
        mark.update(b"\0" + stream.read_raw_bytes())
        first = self._known.setdefault(mark.digest(), stream)
        return None if first.objgen == stream.objgen else first


def _written(value: object) -> str:
    return value.unparse().decode("latin-1") if isinstance(value, Object) else repr(value)


def _entries(holder: Object) -> list[tuple[str | int, Object]]:
    if isinstance(holder, Array):
        return list(enumerate(holder))
    return [(key, value) for key, value in holder.items() if key not in _FAMILY]
