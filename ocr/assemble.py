"""Pages in, one PDF/A-2b file out, with one shared font for all its invisible text.

Pages are written to disk one after the other; how much is in memory does not grow with them.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from pikepdf import AccessMode, Page, Pdf, PdfError
from pikepdf.pdfa import resolve_save_kwargs

from errors import IntegrityViolated
from ocr.description import Description, describe, mark_sides
from ocr.glyphless import Codes, fill_in_font
from ocr.page import PageText
from ocr.pagestream import FONT_NUMBER, PageStream
from ocr.sharing import SharedStreams
from ocr.textlayer import text_content

__all__ = ["Description", "PagePart", "assemble"]


@dataclass(frozen=True, slots=True)
class PagePart:
    """What becomes one page of the finished file (or several, when it brings its own text).

    Attributes:
        pdf: a PDF on disk that holds the page's images.
        text: what to write invisibly over its only page, in the place of what an earlier
            assembly wrote; ``None`` leaves the PDF as it is.
        side: ``noting``, ``correspondence``, ``cover`` or another word.
        place: which page of ``pdf`` is meant, from 0; ``None`` means all of them.
    """

    pdf: Path
    text: PageText | None
    side: str
    place: int | None = None


@dataclass
class _Order:
    """The pages of the file in reading order, and which of them need more than their bytes."""

    sides: list[str] = field(default_factory=list)
    with_annotations: list[tuple[int, PagePart]] = field(default_factory=list)  # place, page
    with_own_text: list[int] = field(default_factory=list)  # places, 0-based


def assemble(
    parts: Iterable[PagePart], target: Path, *, description: Description, workdir: Path
) -> int:
    """Write the PDF/A-2b file of one physical file to ``target``; returns its page count.

    The bytes depend on the parts and the description alone. ``target`` is written directly:
    write to a temporary name if it must appear whole. Not checked here, see ``finished``.

    Args:
        parts: the pages in order, at least one; taken one by one.
        target: where the file goes; overwritten.
        description: what the file says about itself.
        workdir: a folder with room for the file once more; left as it was found.

    Raises:
        ValueError: no parts, or a part with ``text`` that is not exactly one page.
        errors.IntegrityViolated: a part's PDF cannot be read.
    """
    codes = Codes()
    with TemporaryDirectory(dir=workdir, prefix="assemble-") as folder:
        joined = Path(folder) / "joined.pdf"
        order = _join(parts, joined, codes)
        # Read, not mapped into memory: a mapping would count the whole file as ours.
        with Pdf.open(joined, access_mode=AccessMode.stream) as pdf:
            _complete(pdf, order)
            fill_in_font(pdf, pdf.get_object(FONT_NUMBER, 0), codes)
            mark_sides(pdf, order.sides)
            describe(pdf, description)
            settings = resolve_save_kwargs("2b", deterministic_id=True, min_version="1.7")
            pdf.save(target, **settings)
    return len(order.sides)


def _join(parts: Iterable[PagePart], target: Path, codes: Codes) -> _Order:
    order = _Order()
    with target.open("wb") as file, ExitStack() as opened:
        joined, source_path = PageStream(file), None
        for part in parts:
            if part.pdf != source_path:  # pages of an earlier assembly stand in one file
                opened.close()
                source, source_path = opened.enter_context(_open(part.pdf)), part.pdf
            _join_part(part, source, joined, order, codes)
        joined.close()
    if not order.sides:
        raise ValueError("a file needs at least one page")
    return order


def _join_part(
    part: PagePart, source: Pdf, joined: PageStream, order: _Order, codes: Codes
) -> None:
    pages, place = _meant(part, source), len(order.sides)
    order.sides += [part.side] * len(pages)
    if part.text is not None:
        if len(pages) != 1:
            raise ValueError(f"{part.pdf} has {len(pages)} pages, its text is that of one page")
        joined.add(pages[0], _text_layer(part.text, codes), in_place_of_old=True)
        return
    order.with_own_text += range(place, place + len(pages))
    if any("/Annots" in page.obj for page in pages):
        order.with_annotations.append((place, part))
        return
    for page in pages:
        joined.add(page)


def _meant(part: PagePart, source: Pdf) -> list[Page]:
    """The pages of the opened ``part.pdf`` that the part stands for."""
    return list(source.pages) if part.place is None else [source.pages[part.place]]


def _complete(pdf: Pdf, order: _Order) -> None:
    """Put pages that carry annotations, and their form fields, in their places; share streams."""
    for place, part in order.with_annotations:
        before = len(pdf.pages)
        with _open(part.pdf) as source:
            if part.place is not None:
                meant = source.pages[part.place].obj.objgen
                for number in reversed(range(len(source.pages))):
                    if source.pages[number].obj.objgen != meant:
                        del source.pages[number]
            pdf.add_pages_from(source)
        for offset in range(len(pdf.pages) - before):
            page = pdf.pages[before + offset]
            del pdf.pages[before + offset]
            pdf.pages.insert(place + offset, page)
    shared = SharedStreams()
    for place in order.with_own_text:
        shared.share(pdf.pages[place].obj)


def _text_layer(text: PageText | None, codes: Codes) -> bytes | None:
    content = b"" if text is None else text_content(text, codes)
    return zlib.compress(content, 6) if content else None


def _open(path: Path) -> Pdf:
    try:
        return Pdf.open(path)
    except PdfError as damage:
        raise IntegrityViolated(
            "The prepared page {page} cannot be read back: {damage}.",
            kept="The scan as received.",
            todo="Start the work on this file again; if it happens twice, check the disk.",
            page=path.name,
            damage=str(damage),
        ) from damage
