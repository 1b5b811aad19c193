"""Which scans a physical file consists of, before any of them is made."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from benchmarks.scans.options import BoxOptions, Kind
from benchmarks.scans.vocabulary import Matter, draw_matter

NOTING, CORRESPONDENCE, FRONT = "टीप", "पत्राचार", ""
_PRINCIPAL = ("letter", "order", "circular", "memorandum", "notification")
_SELDOM = ("report", "annexure", "application", "endorsement", "bill", "land_record")
_FURTHER = (*_PRINCIPAL, "letter", "letter", *_SELDOM)
_VARIED_PRINCIPAL = (*_PRINCIPAL, "endorsement", "report")
_VARIED_FURTHER = (*_PRINCIPAL, "letter", "letter", "application", "report", "annexure", "bill")
_ONLY_NOTES = 0.12
_SINGLE_KINDS = [kind for kind in Kind if kind is not Kind.MIXED]


@dataclass(frozen=True, slots=True)
class PlannedPage:
    """One scan to come. ``like`` is the index, in the file, of the page it repeats or backs."""

    kind: str
    seed: int
    side: str
    serial: int = 1
    own_number: bool = True
    rotated_cw_deg: int = 0
    rescan: int = 0
    like: int | None = None
    principal: bool = False


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """One physical file to come."""

    folder: str
    matter: Matter
    typeface: str
    kind: Kind
    pages: tuple[PlannedPage, ...]


def plan_file(seed: int, index: int, scans: tuple[int, int], options: BoxOptions) -> PlannedFile:
    """The file number ``index`` of a box; depends on nothing but the arguments."""
    rng = np.random.default_rng((seed, index))
    matter = draw_matter(rng, options.page.language, varied=options.varied)
    draw = _varied_pages if options.varied else _pages
    kind = options.kind
    if kind is Kind.MIXED:
        kind = _SINGLE_KINDS[index % len(_SINGLE_KINDS)]
    plain = re.sub(r"[/\\:*?\"<>|]", "_", matter.number.number)
    return PlannedFile(
        folder=f"नस्ती {index + 1:03d} {plain}",
        matter=matter,
        typeface=str(rng.choice(options.page.typefaces)),
        kind=kind,
        pages=tuple(draw(rng, int(rng.integers(scans[0], scans[1] + 1)), options)),
    )


def _varied_pages(rng: np.random.Generator, count: int, options: BoxOptions) -> list[PlannedPage]:
    """A file as record rooms have it: often without cover, or with nothing but notes.

    Some begin with a letter that another office sent; the file's own comes later.
    """
    pages: list[PlannedPage] = []
    if rng.random() < 0.55:
        pages.append(PlannedPage("cover", _seed(rng), FRONT))
    only_notes = rng.random() < _ONLY_NOTES
    notes = count - len(pages) if only_notes else int(rng.integers(0, 3))
    for serial in range(1, max(notes, only_notes) + 1):
        first = only_notes and serial == 1
        pages.append(PlannedPage("note_sheet", _seed(rng), NOTING, serial, principal=first))
    letters = 0 if only_notes else max(count - len(pages), 1)
    own = 1 if letters == 1 or rng.random() < 0.65 else 2
    for serial in range(1, letters + 1):
        turn = int(rng.choice([90, 180, 270])) if rng.random() < options.turned else 0
        kinds = _VARIED_PRINCIPAL if serial == own else _VARIED_FURTHER
        pages.append(
            PlannedPage(
                kind=str(rng.choice(kinds)),
                seed=_seed(rng),
                side=CORRESPONDENCE,
                serial=serial,
                own_number=serial == own or (serial > own and bool(rng.random() < 0.35)),
                rotated_cw_deg=turn,
                principal=serial == own,
            )
        )
    return pages


def _pages(rng: np.random.Generator, count: int, options: BoxOptions) -> list[PlannedPage]:
    pages: list[PlannedPage] = []
    if options.covers and count >= 5:
        pages.append(PlannedPage("cover", _seed(rng), FRONT))
    notes = round((count - len(pages)) * 0.3)
    _fill_side(pages, rng, (NOTING, len(pages) + notes), options)
    _fill_side(pages, rng, (CORRESPONDENCE, count), options)
    return pages


def _fill_side(
    pages: list[PlannedPage], rng: np.random.Generator, upto: tuple[str, int], options: BoxOptions
) -> None:
    """Add scans of one side until the file has so many."""
    side, count = upto
    serial = 0
    while len(pages) < count:
        chance = rng.random(4)
        turn = int(rng.choice([90, 180, 270])) if chance[0] < options.turned else 0
        if serial and chance[1] < options.near_blanks:
            pages.append(PlannedPage("near_blank", _seed(rng), side, rotated_cw_deg=turn))
            continue
        serial += 1
        page = PlannedPage(
            _kind(rng, side, serial),
            _seed(rng),
            side,
            serial,
            serial == 1 or rng.random() < 0.6,
            turn,
        )
        pages.append(page)
        front = len(pages) - 1
        if len(pages) < count and chance[2] < options.blank_backs:
            pages.append(PlannedPage("blank", _seed(rng), side, like=front))
        if len(pages) < count and chance[3] < options.duplicates:
            again = PlannedPage(page.kind, page.seed, side, serial, page.own_number, 0, 1, front)
            pages.append(again)


def _kind(rng: np.random.Generator, side: str, serial: int) -> str:
    if side == NOTING:
        return "note_sheet"
    return str(rng.choice(_PRINCIPAL if serial == 1 else _FURTHER))


def _seed(rng: np.random.Generator) -> int:
    return int(rng.integers(2**31))
