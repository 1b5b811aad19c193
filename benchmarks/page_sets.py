"""The pages that every program gets: office scans with known contents, one set a file format."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np

from benchmarks.scans import encode
from benchmarks.scans.maker import Kind, MadePage, PageOptions, PageTruth, make_page
from benchmarks.scans.pages import Place, page_in_file
from benchmarks.scans.vocabulary import draw_matter

DPI = 300
_SEED_STEP = 1_000


class Wanted(NamedTuple):
    """One page to be made."""

    kind: str
    language: str
    skew_ccw_deg: float
    rotated_cw_deg: int = 0


# Noting and correspondence in Hindi, English and both; one lies on its head, one on its side;
# one sheet's empty back was scanned with it.
COLOUR = (
    Wanted("note_sheet", "hi", 0.9),
    Wanted("letter", "hi", -2.1),
    Wanted("blank", "hi", 2.1),
    Wanted("letter", "en", 0.3),
    Wanted("note_sheet", "mixed", -3.0),
    Wanted("order", "hi", 1.4),
    Wanted("letter", "mixed", -0.6, 180),
    Wanted("circular", "mixed", 3.0),
    Wanted("memorandum", "en", -1.2, 90),
    Wanted("note_sheet", "en", 0.0),
    Wanted("notification", "hi", -0.4),
    Wanted("application", "hi", 2.4),
)
PLAIN = (
    Wanted("note_sheet", "hi", -0.8),
    Wanted("letter", "hi", 1.7),
    Wanted("letter", "en", -2.6),
    Wanted("order", "mixed", 0.5, 180),
    Wanted("circular", "hi", 3.0),
    Wanted("memorandum", "en", 0.0),
)


@dataclass(frozen=True, slots=True)
class PageSet:
    """The same pages in the two forms that the programs take.

    Attributes:
        name: ``colour``, ``grey`` or ``bilevel``.
        kind: file format of the scans.
        folder: one image file a page, for us.
        pdf: the same image files, bit for bit, as the pages of one PDF, for OCRmyPDF.
        truths: what is on them, in order.
    """

    name: str
    kind: Kind
    folder: Path
    pdf: Path
    truths: tuple[PageTruth, ...]

    @property
    def pages(self) -> int:
        """How many scans."""
        return len(self.truths)


def make_page_sets(
    target: Path, *, seed: int, quick: bool = False, told: Callable[[str], None] = print
) -> tuple[PageSet, ...]:
    """24 colour JPEGs, grey and bilevel TIFFs each (4, 2 and 2 when ``quick``), A4 at 300 dpi.

    Args:
        target: a folder to put them in.
        seed: what they say; the same seed gives the same bytes.
        quick: only some of the pages.
        told: is given a line before each set is made.
    """
    plans = (
        (
            "colour",
            Kind.COLOUR_JPEG,
            COLOUR[1:3] + COLOUR[4:5] + COLOUR[6:7] if quick else COLOUR * 2,
        ),
        ("grey", Kind.GREY_TIFF, PLAIN[1:3] if quick else PLAIN * 4),
        ("bilevel", Kind.BILEVEL_TIFF, PLAIN[1:3] if quick else PLAIN * 4),
    )
    made = []
    for number, (name, kind, wanted) in enumerate(plans):
        told(f"making {len(wanted)} {name} scans")
        first_seed = (seed * len(plans) + number) * _SEED_STEP
        made.append(_make_set(target / name, kind, wanted, first_seed))
    return tuple(made)


def page_as_file(folder: Path, *, seed: int) -> Path:
    """A folder with one colour scan of a letter, made to find out what one page costs."""
    folder.mkdir(parents=True)
    made = make_page("letter", seed * _SEED_STEP, options=PageOptions(dpi=DPI))
    encode.write_page(made.image, folder / "0001.jpg", Kind.COLOUR_JPEG, DPI)
    return folder


def _make_set(target: Path, kind: Kind, wanted: Sequence[Wanted], first_seed: int) -> PageSet:
    folder = target / "scans"
    folder.mkdir(parents=True)
    truths = []
    for index, page in enumerate(wanted):
        made = _make(page, first_seed + index, wanted[index - 1])
        path = folder / f"{index + 1:04d}{encode.SUFFIX[kind]}"
        encode.write_page(made.image, path, kind, DPI)
        truths.append(made.truth)
    pdf = target / "scans.pdf"
    _as_one_pdf(sorted(folder.iterdir()), pdf)
    return PageSet(target.name, kind, folder, pdf, tuple(truths))


def _make(page: Wanted, seed: int, before: Wanted) -> MadePage:
    options = PageOptions(
        dpi=DPI,
        language=page.language,
        skew_ccw_deg=page.skew_ccw_deg,
        rotated_cw_deg=page.rotated_cw_deg,
    )
    if page.kind != "blank":
        return make_page(page.kind, seed, options=options)
    rng = np.random.default_rng(seed)
    matter = draw_matter(rng, page.language)
    back = Place(matter, str(rng.choice(options.typefaces)), back_of=(before.kind, seed - 1))
    return page_in_file(page.kind, seed, back, options)


def _as_one_pdf(images: Sequence[Path], pdf: Path) -> None:
    """Without loss: the JPEG and CCITT streams as they are, LZW re-packed bit for bit."""
    command = [sys.executable, "-m", "img2pdf", *map(str, images), "-o", str(pdf)]
    subprocess.run(command, check=True, capture_output=True)
