"""What a caller can ask of the scan maker."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

# Typefaces for fitting and for judging are kept apart, so that nothing is judged on letters
# that it was fitted on. Both sets come from the packages that every machine installs.
TUNING_FACES = ("lohit", "lohit-typed", "noto-sans")
JUDGING_FACES = ("noto-serif",)
# These need packages of their own (``typefaces.FACES`` names them): for judging at length.
FURTHER_FACES = ("gargi", "nakula", "sahadeva", "annapurna")
ALL_FACES = (*TUNING_FACES, *JUDGING_FACES)


class Ageing(StrEnum):
    """How much the sheet and the scanner have suffered."""

    CLEAN = "clean"  # as typeset: no paper, no noise, no marks
    LIGHT = "light"
    OFFICE = "office"  # what a record room's scanner delivers on an ordinary day
    HARD = "hard"  # faded, stained, strong show-through
    CARBON = "carbon"  # an office scan of a typewriter's carbon copy on tissue
    RIBBON = "ribbon"  # an office scan of type from a worn ribbon: pale, broken strokes


class Paper(StrEnum):
    """The stock; ``BY_SEED`` leaves it to the page's side and seed."""

    BY_SEED = "by_seed"
    WHITE = "white"
    CREAM = "cream"
    YELLOWED = "yellowed"
    GREEN = "green"
    FADED_GREEN = "faded_green"
    LEDGER = "ledger"
    TISSUE = "tissue"  # thin and yellowish, for carbon copies


class Numbering(StrEnum):
    """Which pages bear the number of their side (``3/n``, ``12/c``)."""

    NOTES = "notes"
    BOTH = "both"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class PageOptions:
    """How one page is to be made; ``None`` leaves a choice to the page's seed.

    Args:
        dpi: resolution of the scan, 72..600.
        small: a quarter of the area (A6) with a dozen words, quick to read.
        language: ``hi``, ``en`` or ``mixed``.
        typefaces: names from ``typefaces.FACES`` to choose from.
        ageing: how worn sheet and scan are.
        paper: the stock.
        skew_ccw_deg: counter-clockwise tilt of the content in the scan.
        max_skew_deg: bound of the drawn tilt where ``skew_ccw_deg`` is None.
        rotated_cw_deg: 0, 90, 180, 270: the clockwise turn that sets the scan upright.
        rescan: 0 for the first scan of the sheet; other numbers are the same sheet with
            another tilt, brightness and noise.
        series: 0 for the sheet itself; other numbers are another sheet that says the same but
            for a name, a number or a date, or but for the rows of its table.
        handwriting: share of the notes on note-sheets that are written by hand, 0..1; strokes
            that imitate a hand, so there is nothing in them to read.
        marks: seals, signatures and inward stamps on or off.
        numbering: which pages bear the number of their side.
        ruled: note-sheets have the double margin rule of note paper.
        left_mm: left margin; by default that of the kind of page.
    """

    dpi: int = 300
    small: bool = False
    language: str | None = None
    typefaces: tuple[str, ...] = ALL_FACES
    ageing: Ageing = Ageing.OFFICE
    paper: Paper = Paper.BY_SEED
    skew_ccw_deg: float | None = None
    max_skew_deg: float = 3.0
    rotated_cw_deg: int = 0
    rescan: int = 0
    series: int = 0
    handwriting: float = 0.12
    marks: bool = True
    numbering: Numbering = Numbering.NOTES
    ruled: bool = True
    left_mm: float | None = None


class Kind(StrEnum):
    """What the scanner writes."""

    COLOUR_JPEG = "colour-jpeg"
    GREY_TIFF = "grey-tiff"
    BILEVEL_TIFF = "bilevel-tiff"
    PNG = "png"
    MULTIPAGE_TIFF = "multipage-tiff"
    PDF = "pdf"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class BoxOptions:
    """How a whole box is to be made. Shares are probabilities a page, 0..1.

    Args:
        kind: file format of the scans; ``MIXED`` takes another one for each file.
        page: options of every page; turn, rescan, language and paper are set a page or file.
        side_folders: put noting and correspondence into ``टीप`` and ``पत्राचार``.
        batch_csv: write ``batch.csv`` beside the file folders.
        covers: a file with at least five scans begins with its cover.
        blank_backs: share of sheets whose empty back was scanned too.
        near_blanks: share of scans that are nearly blank.
        duplicates: share of scans that are the same sheet once more.
        turned: share of scans lying on their side or head.
        varied: files as record rooms have them (``habits``): letters of other offices, cited
            numbers, many writings, no cover, nothing but notes; no blank or repeated sheets.
        on_page: called with (pages written, pages in all) after each page.
    """

    kind: Kind = Kind.COLOUR_JPEG
    page: PageOptions = field(default_factory=PageOptions)
    side_folders: bool = False
    batch_csv: bool = False
    covers: bool = True
    blank_backs: float = 0.08
    near_blanks: float = 0.04
    duplicates: float = 0.04
    turned: float = 0.08
    varied: bool = False
    on_page: Callable[[int, int], None] | None = None
