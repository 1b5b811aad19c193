"""Pages in, one PDF/A-2b file out, with one shared font for all its invisible text.

Pages are joined in runs that go to disk, then the runs are joined: how much is open at one
time does not grow with the number of pages.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import pikepdf
import pikepdf.pdfa
from pikepdf import AccessMode, Dictionary, Name, Object, ObjectStreamMode, Page, Pdf

from errors import IntegrityViolated
from ocr.description import Description, describe, mark_sides
from ocr.glyphless import RESOURCE_NAME, Codes, add_font
from ocr.page import PageText
from ocr.sharing import SharedStreams
from ocr.textlayer import text_content

__all__ = ["Description", "PagePart", "assemble"]

_T = TypeVar("_T")

_PAGES_A_RUN = 50
_RUNS_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class PagePart:
    """What becomes one page of the finished file (or several, when it brings its own text).

    Attributes:
        pdf: a PDF on disk that holds the page's images.
        text: what to write invisibly over its only page; ``None`` leaves the PDF as it is.
        side: ``noting``, ``correspondence``, ``cover`` or another word.
    """

    pdf: Path
    text: PageText | None
    side: str


@dataclass(frozen=True, slots=True)
class _Run:
    """Pages already joined on disk; for each its side, and whether it awaits the font."""

    pdf: Path
    sides: tuple[str, ...]
    layered: tuple[bool, ...]


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
        ValueError: no parts, or a part with ``text`` whose PDF has not exactly one page.
        errors.IntegrityViolated: a part's PDF cannot be read.
    """
    codes = Codes()
    with TemporaryDirectory(dir=workdir, prefix="assemble-") as folder:
        runs = [
            _write_run(run, Path(folder) / f"run-{number}.pdf", codes)
            for number, run in enumerate(_taken(iter(parts), _PAGES_A_RUN))
        ]
        if not runs:
            raise ValueError("a file needs at least one page")
        level = 0
        while len(runs) > _RUNS_AT_ONCE:
            level += 1
            runs = [
                _join_runs(group, Path(folder) / f"join-{level}-{number}.pdf")
                for number, group in enumerate(_taken(iter(runs), _RUNS_AT_ONCE))
            ]
        return _finish(runs, target, description, codes)


def _write_run(parts: list[PagePart], target: Path, codes: Codes) -> _Run:
    sides: list[str] = []
    layered: list[bool] = []
    with Pdf.new() as run, ExitStack() as opened:
        for part in parts:
            source = opened.enter_context(_open(part.pdf))
            if part.text is None:
                run.add_pages_from(source)
            elif len(source.pages) != 1:
                raise ValueError(
                    f"{part.pdf} has {len(source.pages)} pages, its text is one page's"
                )
            else:
                run.pages.append(source.pages[0])
                _write_text(run, run.pages[-1], text_content(part.text, codes))
            sides += [part.side] * len(source.pages)
            layered += [part.text is not None] * len(source.pages)
        run.save(target, object_stream_mode=ObjectStreamMode.disable, static_id=True)
    return _Run(target, tuple(sides), tuple(layered))


def _write_text(pdf: Pdf, page: Page, content: bytes) -> None:
    if content:
        layer = pdf.make_stream(zlib.compress(content, 6), Filter=Name.FlateDecode)
        page.contents_add(layer)


def _join_runs(runs: list[_Run], target: Path) -> _Run:
    with Pdf.new() as joined, ExitStack() as opened:
        _append(runs, joined, opened)
        joined.save(target, object_stream_mode=ObjectStreamMode.disable, static_id=True)
    return _Run(
        target,
        tuple(side for run in runs for side in run.sides),
        tuple(awaits for run in runs for awaits in run.layered),
    )


def _append(runs: list[_Run], joined: Pdf, opened: ExitStack) -> None:
    for run in runs:
        source = opened.enter_context(_open(run.pdf))
        if all(run.layered):
            joined.pages.extend(source.pages)
        else:
            joined.add_pages_from(source)


def _finish(runs: list[_Run], target: Path, description: Description, codes: Codes) -> int:
    with Pdf.new() as pdf, ExitStack() as opened:
        _append(runs, pdf, opened)
        font = add_font(pdf, codes)
        shared = SharedStreams()
        awaiting = (awaits for run in runs for awaits in run.layered)
        for page, awaits in zip(pdf.pages, awaiting, strict=True):
            if awaits:
                _give_font(page, font)
            else:
                shared.share(page.obj)
        mark_sides(pdf, [side for run in runs for side in run.sides])
        describe(pdf, description)
        settings = pikepdf.pdfa.resolve_save_kwargs("2b", deterministic_id=True, min_version="1.7")
        pdf.save(target, **settings)
        return len(pdf.pages)


def _give_font(page: Page, font: Object) -> None:
    resources = page.obj.get(Name.Resources, Dictionary())
    fonts = resources.get(Name.Font, Dictionary())
    fonts[RESOURCE_NAME] = font
    resources[Name.Font] = fonts
    page.obj[Name.Resources] = resources


def _open(path: Path) -> Pdf:
    try:
        # Read, not mapped into memory: a mapping would count the whole file as ours.
        return Pdf.open(path, access_mode=AccessMode.stream)
    except pikepdf.PdfError as damage:
        raise IntegrityViolated(
            "The prepared page {page} cannot be read back: {damage}.",
            kept="The scan as received.",
            todo="Start the work on this file again; if it happens twice, check the disk.",
            page=path.name,
            damage=str(damage),
        ) from damage


def _taken(source: Iterator[_T], size: int) -> Iterator[list[_T]]:
    while group := list(islice(source, size)):
        yield group
