"""One page at a time: written, aged, scanned, with its truth; see ``maker`` for the whole."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.scans import ageing, forms, marks, notings, series, sparse
from benchmarks.scans.documents import HEADINGS, Desk, Printed, document
from benchmarks.scans.numbers import short_date
from benchmarks.scans.odd import ODD_LAYOUTS, sheet_for
from benchmarks.scans.options import Ageing, PageOptions, Paper
from benchmarks.scans.sheet import A4_MM, A6_MM, BLACK_INK, Sheet, Style
from benchmarks.scans.truth import PageTruth
from benchmarks.scans.typefaces import face_named
from benchmarks.scans.vocabulary import Clerk, Matter, draw_matter
from benchmarks.scans.written import WRITTEN_LAYOUTS
from errors import WrongUsage

_LAYOUTS = {
    "application": forms.application,
    "endorsement": forms.endorsement,
    "bill": forms.bill,
    "land_record": forms.land_record,
    "annexure": forms.annexure,
    "note_sheet": notings.note_sheet,
    "cover": notings.cover,
    "blank": notings.blank,
    "near_blank": notings.near_blank,
    "empty_form": series.empty_form,
    "filled_form": series.filled_form,
    "lone_stamp": sparse.lone_stamp,
    "corner_number": sparse.corner_number,
    "lone_danda": sparse.lone_danda,
    "one_line": sparse.one_line,
    "lone_signature": sparse.lone_signature,
    "pencil_tick": sparse.pencil_tick,
    "ruled_empty": sparse.ruled_empty,
}
KINDS = (*HEADINGS, *_LAYOUTS)
WRITTEN_KINDS = tuple(WRITTEN_LAYOUTS)  # in no box either; see ``written``
ODD_KINDS = tuple(ODD_LAYOUTS)  # in no box; see ``odd``
# Black, blue-black, the violet of carbon copies, a tired grey ribbon.
INKS = (BLACK_INK, (45, 48, 80), (88, 70, 122), (84, 80, 78))
_TURNS = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}


@dataclass(frozen=True, slots=True)
class MadePage:
    """A scan and what is on it: (height, width, 3) RGB pixels, truth."""

    image: NDArray[np.uint8]
    truth: PageTruth


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands: in which file, as the how-manieth of its side."""

    matter: Matter
    typeface: str
    serial: int = 1
    own_number: bool = True
    back_of: tuple[str, int] | None = None  # kind and seed of the page whose empty back this is
    principal: bool = False  # gives the file its date


def make_page(kind: str, seed: int, *, options: PageOptions | None = None) -> MadePage:
    """One scan of the given kind.

    Args:
        kind: one of ``KINDS``, ``ODD_KINDS`` or ``WRITTEN_KINDS``.
        seed: what the page says and how it has aged; any non-negative integer.
        options: resolution, language, tilt, wear …; by default an office scan at 300 dpi.

    Raises:
        errors.WrongUsage: no such kind, turn or resolution.
        errors.ToolMissing: a font is not installed.
    """
    options = options or PageOptions()
    _check(kind, seed, options)
    rng = _rng(seed, "matter")
    matter = draw_matter(rng, options.language)
    return page_in_file(kind, seed, Place(matter, str(rng.choice(options.typefaces))), options)


def page_in_file(kind: str, seed: int, place: Place, options: PageOptions) -> MadePage:
    """One scan of a page that belongs to a file; see ``make_page``."""
    _check(kind, seed, options)
    sheet, printed = _write(kind, seed, place, options)
    skew = _skew(seed, options)
    image = sheet.pixels()
    if options.ageing is not Ageing.CLEAN:
        reverse = _reverse(sheet, seed, place, options)
        image = ageing.age(image, reverse, _scan(printed.side, seed, skew, options))
    elif skew:
        image = _tilted(image, skew)
    if options.rotated_cw_deg:
        image = cv2.rotate(image, _TURNS[options.rotated_cw_deg]).astype(np.uint8)
    truth = PageTruth(
        kind=kind,
        language=place.matter.language if sheet.lines else "none",
        side=printed.side,
        width_px=sheet.width,
        height_px=sheet.height,
        dpi=options.dpi,
        seed=seed,
        typeface=place.typeface,
        lines=tuple(sheet.lines),
        marks=tuple(sheet.marks),
        handwriting=tuple(sheet.handwriting),
        rotated_cw_deg=options.rotated_cw_deg,
        skew_ccw_deg=skew,
        blank=kind == "blank",
        near_blank=kind == "near_blank",
        file_number=printed.file_number,
        date=printed.date.isoformat() if printed.date else None,
        subject=printed.subject,
        document_type=printed.document_type,
    )
    return MadePage(image, truth)


def _check(kind: str, seed: int, options: PageOptions) -> None:
    turn_known = options.rotated_cw_deg in (0, *_TURNS)
    known = (*KINDS, *ODD_KINDS, *WRITTEN_KINDS)
    if kind in known and turn_known and 72 <= options.dpi <= 600 and seed >= 0:
        return
    raise WrongUsage(
        "The scan maker cannot make {kind} at {dpi} dpi turned by {turn} degrees from seed {seed}.",
        kept="Nothing was written.",
        todo="Kinds are: {kinds}. Resolution 72 to 600 dpi. Turns 0, 90, 180, 270. Seed 0 or more.",
        kind=kind,
        seed=seed,
        dpi=options.dpi,
        turn=options.rotated_cw_deg,
        kinds=", ".join(known),
    )


def _write(kind: str, seed: int, place: Place, options: PageOptions) -> tuple[Sheet, Printed]:
    """Lay the page out on clean paper, with its signatures and seal."""
    if not options.series:
        return _laid_out(kind, seed, place, options, {})
    itself, _ = _laid_out(kind, seed, place, replace(options, series=0), {})
    other = series.changes(itself, kind, _rng(seed, "series", options.series))
    sheet, printed = _laid_out(kind, seed, place, options, other)
    return sheet, Printed(printed.side, printed.document_type, sign_at=printed.sign_at)


def _laid_out(
    kind: str, seed: int, place: Place, options: PageOptions, overwrite: series.Changes
) -> tuple[Sheet, Printed]:
    rng = _rng(seed, "words")
    style = Style(
        face_named(place.typeface),
        size_pt=float(rng.choice([11.5, 12.0, 12.5, 13.0, 14.0])),
        pitch=float(rng.choice([1.5, 1.6, 1.75])),
        justify=bool(rng.random() < 0.4),
        ink=INKS[int(rng.choice(len(INKS), p=[0.76, 0.1, 0.07, 0.07]))],
    )
    on_note_paper = kind in ("note_sheet", "hand_note")
    left = options.left_mm or (44.0 if on_note_paper else 25.0)
    size, left = (A6_MM, 8.0) if options.small else (A4_MM, left)
    sheet = sheet_for(kind, options.dpi) or Sheet(options.dpi, size_mm=size, left_mm=left)
    sheet.overwrite = overwrite
    hand = options.handwriting if options.marks else 0.0
    pen = _rng(seed, "hand", options.series) if kind == "filled_form" else None
    clerk = Clerk(rng, place.matter, pen)
    desk = Desk(sheet, clerk, style, place.own_number, place.serial, hand, options.numbering)
    if place.matter.habits.varied:
        foreign = clerk.other_office() if not place.own_number and kind != "note_sheet" else None
        desk = replace(desk, sender=foreign, principal=place.principal)
    if options.small and kind not in ("blank", "near_blank"):
        return sheet, notings.slip(desk, kind)
    if on_note_paper and options.ruled:
        notings.ruling(sheet, ledger=_stock("noting", seed, options) is Paper.LEDGER)
    layout = _LAYOUTS.get(kind) or ODD_LAYOUTS.get(kind) or WRITTEN_LAYOUTS.get(kind)
    printed = layout(desk) if layout else document(desk, kind)
    if options.marks:
        _mark(desk, printed, _rng(seed, "marks", options.series))
    return sheet, printed


def _mark(desk: Desk, printed: Printed, rng: np.random.Generator) -> None:
    for at in printed.sign_at:
        if rng.random() < 0.9:
            marks.sign(desk.sheet, at, rng)
    if printed.sign_at and rng.random() < 0.35:
        marks.seal(desk.sheet, desk.clerk.pick("stamps"), desk.style, rng)
    received = printed.document_type == "application" or not desk.own
    if received and printed.side == "correspondence" and rng.random() < 0.7:
        clerk = desk.clerk
        serial = clerk.digits(str(rng.integers(10, 9999)))
        day = clerk.digits(short_date(clerk.day_near(before=10, after=130)))
        lines = [desk.say("आवक क्रमांक ", "Inward No. ") + serial, desk.say("दिनांक ", "Date ") + day]
        marks.inward(desk.sheet, lines, desk.style, rng)


def _reverse(
    sheet: Sheet, seed: int, place: Place, options: PageOptions
) -> NDArray[np.uint8] | None:
    """What is printed on the other side of the sheet."""
    if place.back_of:
        kind, front_seed = place.back_of
        return _write(kind, front_seed, replace(place, back_of=None), options)[0].pixels()
    if _rng(seed, "reverse").random() < 0.35:
        return np.roll(sheet.pixels(), sheet.px(9), axis=0)
    return None


def _skew(seed: int, options: PageOptions) -> float:
    if options.skew_ccw_deg is not None:
        return options.skew_ccw_deg
    if options.ageing is Ageing.CLEAN:
        return 0.0
    rng = _rng(seed, "skew", _lying(options))
    # Most sheets lie nearly straight; a feeder pulls some askew.
    spread = options.max_skew_deg * (1.0 if rng.random() < 0.3 else 0.35)
    return round(float(rng.uniform(-spread, spread)), 2)


def _stock(side: str, seed: int, options: PageOptions) -> Paper:
    """The paper: green or ledger on the note side, buff for covers, plain elsewhere."""
    if options.paper is not Paper.BY_SEED:
        return options.paper
    if options.ageing is Ageing.CARBON:
        return Paper.TISSUE
    noting = (Paper.GREEN, Paper.GREEN, Paper.LEDGER)
    plain = (Paper.WHITE, Paper.WHITE, Paper.CREAM, Paper.YELLOWED)
    card = (Paper.CREAM, Paper.YELLOWED)
    choices = {"noting": noting, "cover": card}.get(side, plain)
    return choices[int(_rng(seed, "paper").integers(len(choices)))]


def _scan(side: str, seed: int, skew: float, options: PageOptions) -> ageing.Scan:
    return ageing.Scan(
        dpi=options.dpi,
        paper=_stock(side, seed, options),
        wear=ageing.WEAR[options.ageing],
        skew_ccw_deg=skew,
        sheet_seed=_words(seed, "sheet", options.series),
        scan_seed=_words(seed, "scan", _lying(options)),
    )


def _lying(options: PageOptions) -> int:
    """Tells apart all the times that sheets of this seed lay on a scanner."""
    return options.rescan + 1000 * options.series


def _tilted(image: NDArray[np.uint8], skew_ccw_deg: float) -> NDArray[np.uint8]:
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), skew_ccw_deg, 1.0)
    white = (255, 255, 255)
    return cv2.warpAffine(image, turn, (width, height), borderValue=white).astype(np.uint8)


def _words(seed: int, purpose: str, number: int = 0) -> tuple[int, ...]:
    return seed, zlib.crc32(purpose.encode()), number


def _rng(seed: int, purpose: str, number: int = 0) -> np.random.Generator:
    """A generator for one purpose; independent of every other purpose and page."""
    return np.random.default_rng(_words(seed, purpose, number))
