"""Writes pages to a PDF one by one, keeping none of them: the store for a long file being made.

A PDF library copies every stream into memory when a page changes files. Here a page goes
straight to disk, and the library then opens what is already one file.
"""

from __future__ import annotations

from decimal import Decimal
from typing import BinaryIO

from pikepdf import Array, Dictionary, Name, Object, Page, Stream

from ocr.glyphless import RESOURCE_NAME

FONT_NUMBER = 3  # the object that every page with text refers to; a placeholder until the end
_ROOT_NUMBER, _TREE_NUMBER = 1, 2
_LEFT_OUT = {"/Parent", "/Annots", "/B", "/StructParents", "/Thumb"}


class PageStream:
    """A PDF file under construction: pages are added, then it is closed.

    Args:
        target: a file opened for writing bytes, empty.

    Source: ISO 32000-1, 7.3 (objects), 7.5 (file structure), 7.7.3 (page tree).
    """

    def __init__(self, target: BinaryIO) -> None:
        self._target = target
        self._offsets: dict[int, int] = {}
        self._next = FONT_NUMBER + 1
        self._leaves: list[int] = []
        target.write(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")

    @property
    def pages(self) -> int:
        """Pages written so far."""
        return len(self._leaves)

    def add(
        self, page: Page, text_layer: bytes | None = None, *, in_place_of_old: bool = False
    ) -> None:
        """Write a page and all it refers to, annotations aside.

        Args:
            page: of an open PDF.
            text_layer: a deflated content stream to be shown after the page's own; it uses
                the font ``glyphless.RESOURCE_NAME``.
            in_place_of_old: leave out the layer that an earlier writing of the page put there.
        """
        copy = _Copy(self)
        leaf = {key: value for key, value in page.obj.items() if key not in _LEFT_OUT}
        if in_place_of_old:
            leaf = _without_layer(leaf)
        entries = {key: copy.syntax(value) for key, value in leaf.items()}
        entries["/Parent"] = _reference(_TREE_NUMBER)
        if text_layer:
            layer = self._reserve()
            self._write_stream(layer, {"/Filter": b"/FlateDecode"}, text_layer)
            entries["/Contents"] = copy.contents(leaf.get("/Contents"), layer)
            entries["/Resources"] = copy.with_font(leaf.get("/Resources", Dictionary()))
        copy.write_all()
        number = self._reserve()
        self._write(number, _dictionary(entries))
        self._leaves.append(number)

    def close(self) -> None:
        """Write page tree, catalogue and cross-reference table."""
        kids = b" ".join(_reference(leaf) for leaf in self._leaves)
        count = len(self._leaves)
        self._write(_TREE_NUMBER, b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, kids))
        self._write(_ROOT_NUMBER, b"<</Type/Catalog/Pages %s>>" % _reference(_TREE_NUMBER))
        self._write(FONT_NUMBER, b"<</Type/Font>>")
        start = self._target.tell()
        self._target.write(b"xref\n0 %d\n0000000000 65535 f \n" % self._next)
        for number in range(1, self._next):
            self._target.write(b"%010d 00000 n \n" % self._offsets[number])
        trailer = b"trailer\n<</Size %d/Root %s>>\n" % (self._next, _reference(_ROOT_NUMBER))
        self._target.write(trailer + b"startxref\n%d\n%%%%EOF\n" % start)

    def _reserve(self) -> int:
        number, self._next = self._next, self._next + 1
        return number

    def _write(self, number: int, *parts: bytes) -> None:
        self._offsets[number] = self._target.tell()
        self._target.write(b"%d 0 obj\n" % number)
        for part in parts:
            self._target.write(part)
        self._target.write(b"\nendobj\n")

    def _write_stream(self, number: int, entries: dict[str, bytes], code: bytes) -> None:
        entries = {**entries, "/Length": b"%d" % len(code)}
        self._write(number, _dictionary(entries), b"\nstream\n", code, b"\nendstream")


class _Copy:
    """Takes over one page's objects under new numbers."""

    def __init__(self, stream: PageStream) -> None:
        self._stream = stream
        self._numbers: dict[tuple[int, int], int] = {}
        self._waiting: list[tuple[int, Object]] = []

    def syntax(self, value: object) -> bytes:
        """A value as it is written in a PDF; what is indirect becomes a reference."""
        if not isinstance(value, Object):
            return _scalar(value)
        if value.is_indirect:
            return self._refer(value)
        return self._direct(value)

    def contents(self, own: Object | None, layer: int) -> bytes:
        """The page's content streams with the layer's after them."""
        streams = [] if own is None else list(own) if isinstance(own, Array) else [own]
        return b"[%s]" % b" ".join([*map(self.syntax, streams), _reference(layer)])

    def with_font(self, resources: Object) -> bytes:
        """The page's resources, and among them the shared font."""
        fonts = {key: self.syntax(value) for key, value in resources.get("/Font", {}).items()}
        entries = {key: self.syntax(value) for key, value in resources.items()}
        fonts[RESOURCE_NAME] = _reference(FONT_NUMBER)
        return _dictionary({**entries, "/Font": _dictionary(fonts)})

    def write_all(self) -> None:
        """Write everything referred to so far, and what that refers to."""
        while self._waiting:
            number, value = self._waiting.pop()
            if isinstance(value, Stream):
                entries = {key: self.syntax(item) for key, item in value.items()}
                self._stream._write_stream(number, entries, value.read_raw_bytes())
            else:
                self._stream._write(number, self._direct(value))

    def _refer(self, value: Object) -> bytes:
        if isinstance(value, Dictionary) and value.get("/Type") == Name.Page:
            return b"null"  # another page: it is not taken over by way of this one
        if value.objgen not in self._numbers:
            self._numbers[value.objgen] = self._stream._reserve()
            self._waiting.append((self._numbers[value.objgen], value))
        return _reference(self._numbers[value.objgen])

    def _direct(self, value: Object) -> bytes:
        if isinstance(value, Dictionary):
            return _dictionary({key: self.syntax(item) for key, item in value.items()})
        if isinstance(value, Array):
            return b"[%s]" % b" ".join(self.syntax(item) for item in value)
        return value.unparse()


def _without_layer(leaf: dict[str, Object]) -> dict[str, Object]:
    """A page's entries without the text layer that ``add`` gave it; as they are if it has none."""
    fonts = leaf.get("/Resources", Dictionary()).get("/Font", Dictionary())
    if RESOURCE_NAME not in fonts:
        return leaf
    others = {key: value for key, value in fonts.items() if key != RESOURCE_NAME}
    resources = dict(leaf["/Resources"].items()) | {"/Font": Dictionary(others)}
    if not others:
        del resources["/Font"]
    streams = Array(list(leaf["/Contents"])[:-1])
    return {**leaf, "/Resources": Dictionary(resources), "/Contents": streams}


def _reference(number: int) -> bytes:
    return b"%d 0 R" % number


def _dictionary(entries: dict[str, bytes]) -> bytes:
    return b"<<%s>>" % b"".join(
        Name(key).unparse() + b" " + value for key, value in sorted(entries.items())
    )


def _scalar(value: object) -> bytes:
    if value is None:
        return b"null"
    if isinstance(value, bool):
        return b"true" if value else b"false"
    if isinstance(value, Decimal):
        return f"{value:f}".encode("ascii")
    return str(value).encode("ascii")
