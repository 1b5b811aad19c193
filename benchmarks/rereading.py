"""``python -m benchmarks.rereading``: is the page in the finished PDF as legible as the scan?

Made pages of every paper and ageing are read, layered as ``compact``, drawn by PDFium at their
resolution, and read again by the same reader; both readings are compared with the truth, line
by line in any order.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import cv2
import numpy as np
import pypdfium2

from benchmarks.scans.maker import Ageing, MadePage, PageOptions, Paper, make_page
from ocr.engine import OcrEngine
from ocr.layers import layer_page
from ocr.page import ColourImage
from ocr.profile import Profile
from ocr.reading import read_page
from ocr.scoring import Errors, errors_in_any_order
from ocr.tesserocr_engine import TesserocrEngine

DPI = 300
KINDS = ("letter", "order", "circular", "memorandum")
PAPERS = tuple(paper for paper in Paper if paper is not Paper.BY_SEED)
MOST_LOST_POINTS = 0.3  # of CER, per cent
SEED = 71_000


@dataclass(frozen=True, slots=True)
class Reread:
    """One page read twice: the scan, and the page of the PDF made from it."""

    name: str
    scan: Errors
    compact: Errors
    size_bytes: int


def reread(made: MadePage, name: str, *, engine: OcrEngine) -> Reread:
    """Read the page as a scanner's JPEG gives it, layer it, draw it, read it again."""
    _, jpeg = cv2.imencode(".jpg", made.image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 80])
    scan = np.ascontiguousarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR)[:, :, ::-1])
    reading = read_page(scan, dpi=DPI, engine=engine)
    pdf = layer_page(reading.page, dpi=DPI, profile=Profile.COMPACT)
    again = read_page(drawn(pdf), dpi=DPI, engine=engine)
    lines = [line.text for line in made.truth.lines]
    marks = [mark.text for mark in made.truth.marks]
    before, after = (
        errors_in_any_order(lines, [line.text for line in read.text.lines], optional=marks)
        for read in (reading, again)
    )
    return Reread(name, before, after, len(pdf))


def drawn(pdf: bytes) -> ColourImage:
    """The only page as PDFium shows it at ``DPI``."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        picture = document[0].render(scale=DPI / 72, rev_byteorder=True, prefer_bgrx=False)
        return np.array(picture.to_numpy()[..., :3], order="C")
    finally:
        document.close()


def lost_points(pages: Iterable[Reread]) -> float:
    """By how many per cent points the compact pages read worse, all together."""
    pages = list(pages)
    before = sum((page.scan for page in pages), Errors())
    after = sum((page.compact for page in pages), Errors())
    return 100 * (after.rate - before.rate)


def made_pages(seed: int, *, each: int) -> Iterator[tuple[str, MadePage]]:
    """``each`` pages of every paper at every ageing that has paper."""
    ageings = (Ageing.LIGHT, Ageing.OFFICE, Ageing.HARD)
    for number, (paper, ageing, _) in enumerate(product(PAPERS, ageings, range(each))):
        kind = KINDS[number % len(KINDS)]
        options = PageOptions(paper=paper, ageing=ageing, max_skew_deg=2.0)
        yield f"{paper} {ageing} {kind}", make_page(kind, seed + number, options=options)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one line a page and the sum; 1 when more is lost than may be."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.rereading", description=(__doc__ or "").partition("\n\n")[2]
    )
    parser.add_argument("--each", type=int, default=1, help="pages of each paper and ageing")
    parser.add_argument("--seed", type=int, default=SEED)
    asked = parser.parse_args(arguments)
    engine, pages = TesserocrEngine(), []
    print(f"{'page':34} {'CER scan':>9} {'compact':>9} {'KB':>5}")
    for name, made in made_pages(asked.seed, each=asked.each):
        page = reread(made, name, engine=engine)
        pages.append(page)
        figures = f"{page.scan.rate:9.2%} {page.compact.rate:9.2%} {page.size_bytes / 1000:5.0f}"
        print(f"{name:34} {figures}", flush=True)
    lost = lost_points(pages)
    print(f"{len(pages)} pages: {lost:+.2f} points of CER (at most {MOST_LOST_POINTS:+.2f} wanted)")
    return int(lost > MOST_LOST_POINTS)


if __name__ == "__main__":
    sys.exit(main())
