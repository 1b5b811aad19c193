"""Streams that several joined pages each bring along are kept once."""

from __future__ import annotations

import hashlib

from pikepdf import Array, Dictionary, Object, Stream

_ELSEWHERE = {"/Parent", "/P", "/Annots", "/B", "/Prev", "/Next"}  # lead out of the page


class SharedStreams:
    """Lets the pages of one file share equal fonts, profiles and pictures. One per file."""

    def __init__(self) -> None:
        self._by_content: dict[bytes, Object] = {}
        self._begun: set[tuple[int, int]] = set()
        self._settled: dict[tuple[int, int], Object] = {}  # streams, by the one they become

    def share(self, page: Object) -> None:
        """Point everything the page's resources refer to at the first equal stream."""
        if "/Resources" not in page:
            return
        # What a stream refers to is settled before the stream itself: its equal then refers to
        # the same objects. No recursion, for a file may nest deeper than Python does.
        waiting: list[tuple[Object, str | int, Object, bool]]
        waiting = [(page, "/Resources", page["/Resources"], False)]
        while waiting:
            holder, key, value, inside_done = waiting.pop()
            if inside_done:
                self._settled[value.objgen] = self._first_like(value)
                holder[key] = self._settled[value.objgen]
            elif not value.is_indirect or value.objgen not in self._begun:
                self._begun.add(value.objgen)
                if isinstance(value, Stream):
                    waiting.append((holder, key, value, True))
                waiting += [(value, inner, item, False) for inner, item in _containers_in(value)]
            elif value.objgen in self._settled:
                holder[key] = self._settled[value.objgen]

    def _first_like(self, stream: Object) -> Object:
        """The equal stream met first, or the stream itself.

        References in a stream's dictionary are compared as such: two streams are equal only if
        they refer to the same objects.
        """
        told = {key: value for key, value in stream.items() if key != "/Length"}
        parts = sorted(f"{key} {_written(value)}" for key, value in told.items())
        mark = hashlib.sha256("\n".join(parts).encode("utf-8", "replace"))
        mark.update(b"\0" + stream.read_raw_bytes())
        return self._by_content.setdefault(mark.digest(), stream)


def _containers_in(holder: Object) -> list[tuple[str | int, Object]]:
    entries: list[tuple[str | int, object]]
    if isinstance(holder, Array):
        entries = list(enumerate(holder))
    else:
        entries = [(key, value) for key, value in holder.items() if key not in _ELSEWHERE]
    return [
        (key, value) for key, value in entries if isinstance(value, (Dictionary, Array, Stream))
    ]


def _written(value: object) -> str:
    return value.unparse().decode("latin-1") if isinstance(value, Object) else repr(value)
