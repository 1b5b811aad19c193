"""The box for the endurance test: folders of images, a TIFF and a PDF of many pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.scans import encode
from benchmarks.scans.maker import Kind, PageOptions, make_page

PAGES_A_FOLDER = 4
KINDS = ("letter", "order", "blank", "note_sheet", "circular", "memorandum")
DPI = 300
SMALL_DPI = 200


def make_box_to_break(target: Path, *, pages: int, seed: int, small: bool) -> Path:
    """A folder of folders with so many scans in all; one in six is an empty back.

    Args:
        target: a folder that is not there yet; also what is returned.
        pages: scans in all, at least 4.
        seed: what they say; the same seed gives the same bytes.
        small: A6 at 200 dpi with a dozen words, quick to read.
    """
    in_tiff, in_pdf = max(2, pages // 6), max(1, pages // 6)
    numbers = list(range(pages))
    _write_many(target / "1 tiff", Kind.MULTIPAGE_TIFF, numbers[:in_tiff], (seed, small))
    rest = numbers[in_tiff:-in_pdf]
    for begin in range(0, len(rest), PAGES_A_FOLDER):
        folder = target / f"2 folder {begin // PAGES_A_FOLDER + 1}"
        _write_each(folder, rest[begin : begin + PAGES_A_FOLDER], (seed, small))
    _write_many(target / "3 pdf", Kind.PDF, numbers[-in_pdf:], (seed, small))
    return target


def _write_many(folder: Path, kind: Kind, numbers: Sequence[int], made: tuple[int, bool]) -> None:
    folder.mkdir(parents=True)
    images = (_page(number, *made) for number in numbers)
    encode.write_pages(images, folder / f"scan{encode.SUFFIX[kind]}", kind, _dpi(made[1]))


def _write_each(folder: Path, numbers: Sequence[int], made: tuple[int, bool]) -> None:
    folder.mkdir(parents=True)
    for number in numbers:
        path = folder / f"{number:04d}.jpg"
        encode.write_page(_page(number, *made), path, Kind.COLOUR_JPEG, _dpi(made[1]))


def _page(number: int, seed: int, small: bool) -> encode.Pixels:
    options = PageOptions(small=small, dpi=_dpi(small))
    kind = KINDS[number % len(KINDS)]
    return make_page(kind, seed * 1_000 + number, options=options).image


def _dpi(small: bool) -> int:
    return SMALL_DPI if small else DPI
