"""The batch that ``benchmarks.twins`` judges: sheets scanned twice, and what only looks like it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from benchmarks.scans import encode
from benchmarks.scans.maker import Ageing, PageOptions
from benchmarks.scans.pages import Place, page_in_file
from benchmarks.scans.vocabulary import draw_matter

JUDGED_DPI, FILLER_DPI = 300, 100
LETTERS = ("letter", "order", "circular", "memorandum", "notification", "application")
TABLES = ("land_record", "annexure", "bill")
SHEETS = (*LETTERS, "note_sheet", *TABLES, "endorsement", "report", "cover", "filled_form")
MODES = ("colour", "colour", "grey", "bilevel", "jpeg30", "dark", "pale")
# Shares of the batch; the rest are fillers, pages of files like any others.
TWICE, SERIES, FORMS, NOTES, LITTLE = 0.12, 0.12, 0.02, 0.05, 0.05
_IN_A_SERIES = 5


@dataclass(frozen=True)
class Scan:
    """One page of the batch before it is made.

    Attributes:
        sheet: scans with the same number show the same sheet of paper.
        group: what it is there for: twice, series, forms, notes, little, filler.
        mode: how it was scanned: colour mode, JPEG quality, brightness.
        scanned_dpi: resolution of the scan; judged sheets are made at 300 dpi and resampled,
            so that all scans of a sheet show the very same sheet.
    """

    sheet: int
    group: str
    kind: str
    seed: int
    place: Place
    options: PageOptions
    mode: str
    scanned_dpi: int


def planned(pages: int, *, seed: int, typefaces: tuple[str, ...]) -> list[Scan]:
    """The scans of a batch of ``pages`` pages in the order of its files."""
    rng = np.random.default_rng((seed, 1))
    made: list[Scan] = []
    for group in (_twice, _series, _forms, _notes, _little, _fillers):
        made += group(pages, rng, seed + len(made), typefaces)
    numbers = {
        key: at
        for at, key in enumerate(dict.fromkeys((s.kind, s.seed, s.options.series) for s in made))
    }
    made = [replace(s, sheet=numbers[s.kind, s.seed, s.options.series]) for s in made[:pages]]
    return [made[int(at)] for at in rng.permutation(len(made))]


def _one(
    group: str, kind: str, seed: int, faces: tuple[str, ...], rng: np.random.Generator
) -> Scan:
    matter = draw_matter(np.random.default_rng((seed, 2)), None)
    ageing = Ageing(str(rng.choice(["light", "office", "office", "office", "hard"])))
    dpi = FILLER_DPI if group == "filler" else JUDGED_DPI
    options = PageOptions(dpi=dpi, ageing=ageing, typefaces=faces)
    place = Place(matter, str(rng.choice(faces)), serial=1 + seed % 3, own_number=bool(seed % 2))
    return Scan(0, group, kind, seed, place, options, str(rng.choice(MODES)), dpi)


def _again(scan: Scan, rng: np.random.Generator) -> Scan:
    """The same sheet on the scanner once more: another tilt, light, noise, mode, end, dpi."""
    turn = int(rng.choice([0, 0, 0, 180, 90, 270]))
    options = replace(scan.options, rescan=int(rng.integers(1, 900)), rotated_cw_deg=turn)
    dpi = int(rng.choice([300, 300, 300, 200, 150, 600]))
    return replace(scan, options=options, mode=str(rng.choice(MODES)), scanned_dpi=dpi)


def _twice(pages: int, rng: np.random.Generator, seed: int, faces: tuple[str, ...]) -> list[Scan]:
    made = []
    for number in range(round(pages * TWICE / 2)):
        first = _one("twice", SHEETS[number % len(SHEETS)], seed + number, faces, rng)
        made += [first, _again(first, rng)]
    return made


def _series(pages: int, rng: np.random.Generator, seed: int, faces: tuple[str, ...]) -> list[Scan]:
    made = []
    for number in range(round(pages * SERIES / _IN_A_SERIES)):
        kind = (*LETTERS, *TABLES, "filled_form")[number % (len(LETTERS) + len(TABLES) + 1)]
        # Copies that nobody signed differ in nothing but their words.
        marks = bool(rng.random() < 0.5) or kind == "filled_form"
        first = _one("series", kind, seed + number, faces, rng)
        for member in range(_IN_A_SERIES):
            options = replace(first.options, series=member, marks=marks)
            made.append(replace(first, options=options, mode=str(rng.choice(MODES))))
    return made


def _forms(pages: int, rng: np.random.Generator, seed: int, faces: tuple[str, ...]) -> list[Scan]:
    made = []
    for number in range(round(pages * FORMS / 4)):
        first = _one("forms", "empty_form", seed + number, faces, rng)
        made += [replace(first, options=replace(first.options, series=copy)) for copy in range(4)]
    return made


def _notes(pages: int, rng: np.random.Generator, seed: int, faces: tuple[str, ...]) -> list[Scan]:
    """Consecutive note-sheets of one file: one matter, one hand, one ruling."""
    made = []
    for number in range(round(pages * NOTES / _IN_A_SERIES)):
        first = _one("notes", "note_sheet", seed + 1000 * number, faces, rng)
        for page in range(_IN_A_SERIES):
            place = replace(first.place, serial=page + 1)
            made.append(replace(first, seed=first.seed + page, place=place))
    return made


def _little(pages: int, rng: np.random.Generator, seed: int, faces: tuple[str, ...]) -> list[Scan]:
    kinds = ("blank", "near_blank", "corner_number", "one_line", "ruled_empty", "lone_stamp")
    count = round(pages * LITTLE)
    return [_one("little", kinds[n % len(kinds)], seed + n, faces, rng) for n in range(count)]


def _fillers(pages: int, rng: np.random.Generator, seed: int, faces: tuple[str, ...]) -> list[Scan]:
    kinds = (*SHEETS[:-1], "note_sheet", "letter", "note_sheet")
    return [_one("filler", kinds[n % len(kinds)], seed + n, faces, rng) for n in range(pages)]


def scan_of(scan: Scan) -> NDArray[np.uint8]:
    """The (height, width) grey pixels of the scan."""
    image = page_in_file(scan.kind, scan.seed, scan.place, scan.options).image
    if scan.scanned_dpi != scan.options.dpi:
        by = scan.scanned_dpi / scan.options.dpi
        how = cv2.INTER_AREA if by < 1 else cv2.INTER_CUBIC
        image = np.asarray(cv2.resize(image, None, fx=by, fy=by, interpolation=how), np.uint8)
    return in_mode(image, scan.mode)


def in_mode(image: NDArray[np.uint8], mode: str) -> NDArray[np.uint8]:
    """An RGB image as a scanner set to ``mode`` gives it, grey."""
    if mode == "bilevel":
        return encode.bilevel(image)
    if mode.startswith("jpeg"):
        out = io.BytesIO()
        Image.fromarray(image).save(out, "JPEG", quality=int(mode[4:]))
        return np.asarray(Image.open(out).convert("L"), np.uint8)
    grey = encode.grey(image)
    if mode == "dark":
        return np.asarray(cv2.convertScaleAbs(grey, alpha=0.75, beta=-6), np.uint8)
    if mode == "pale":
        return np.asarray(255 - cv2.convertScaleAbs(255 - grey, alpha=0.7), np.uint8)
    return grey


def pairs_of(scans: list[Scan]) -> Iterator[tuple[int, int]]:
    """Places of scans that show the same sheet, earlier first."""
    seen: dict[int, list[int]] = {}
    for at, scan in enumerate(scans):
        for before in seen.get(scan.sheet, []):
            yield before, at
        seen.setdefault(scan.sheet, []).append(at)
