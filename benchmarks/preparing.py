"""``python -m benchmarks.preparing``: which way to prepare a page reads best, and what it costs?

The same pages are recognised once for every way of preparing the image for the engine: as the
product does it, without its clearing of the paper, and with what was tried besides. Pages come
in groups, so that a cure for weak type is seen to do nothing to good print.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np

from benchmarks.scans.maker import (
    JUDGING_FACES,
    TUNING_FACES,
    Ageing,
    MadePage,
    PageOptions,
    make_page,
)
from benchmarks.turning import grey_of
from ocr.attempts import Scan, image_to_read
from ocr.engine import OcrEngine
from ocr.geometry import Pose, scaling, warped
from ocr.ink import look_at
from ocr.page import Box, GrayImage
from ocr.reader import PageReader, ReadingOptions
from ocr.scoring import Errors, errors_in_any_order
from ocr.tesserocr_engine import TesserocrEngine
from ocr.turn import Lie, lie_of, posed

GROUPS: Mapping[str, tuple[tuple[str, ...], Ageing, int]] = {
    "office 150 dpi": (("letter", "note_sheet", "order"), Ageing.OFFICE, 150),
    "office 200 dpi": (("letter", "note_sheet", "order"), Ageing.OFFICE, 200),
    "office 300 dpi": (("letter", "note_sheet", "order"), Ageing.OFFICE, 300),
    "office 600 dpi": (("letter", "note_sheet", "order"), Ageing.OFFICE, 600),
    "hard 300 dpi": (("letter", "note_sheet", "order"), Ageing.HARD, 300),
    "carbon 300 dpi": (("letter", "order", "memorandum"), Ageing.CARBON, 300),
    "carbon 200 dpi": (("letter", "order", "memorandum"), Ageing.CARBON, 200),
    "ribbon 300 dpi": (("letter", "order", "memorandum"), Ageing.RIBBON, 300),
    "ribbon 200 dpi": (("letter", "order", "memorandum"), Ageing.RIBBON, 200),
    "fine print 300 dpi": (("fine_print",), Ageing.OFFICE, 300),
    "small print 300 dpi": (("small_print",), Ageing.OFFICE, 300),
    "small print 150 dpi": (("small_print",), Ageing.OFFICE, 150),
}


@dataclass(frozen=True)
class Laid:
    """A page ready to be prepared: the scan, how it lies, and the product's scale."""

    scan: Scan
    lie: Lie
    pose: Pose
    scale: float

    @property
    def whole(self) -> Box:
        """All of the shown page."""
        return Box(0, 0, self.pose.width, self.pose.height)

    def product(self, times: float = 1.0) -> GrayImage:
        """What the engine gets from the product, at ``times`` its scale."""
        return image_to_read(self.scan, self.pose, region=self.whole, scale=self.scale * times)


def laid(page: MadePage) -> Laid:
    """The page looked at, as the product does."""
    grey = grey_of(page)
    options = ReadingOptions()
    scan = Scan(grey, look_at(grey, dpi=page.truth.dpi), page.truth.dpi)
    lie = lie_of(scan.look, limit_deg=options.limit_skew_deg, grey=grey)
    lie = replace(lie, rotated_cw_deg=page.truth.rotated_cw_deg)
    reader = PageReader(scan, lie, TesserocrEngine(), options)
    size = (grey.shape[1], grey.shape[0])
    return Laid(scan, lie, posed(scan.look, lie, lie.rotated_cw_deg, scan_size=size), reader.scale)


def plain(page: Laid) -> GrayImage:
    """Upright, level and scaled, the paper as it is."""
    size = (round(page.whole.width * page.scale), round(page.whole.height * page.scale))
    matrix = scaling(page.scale, page.scale) @ page.pose.shown_from_scan()
    return warped(page.scan.grey, matrix, size, outside=255)


def left_grey(page: Laid) -> GrayImage:
    """White paper, but ink as dark as it is, only noise taken out."""
    image = plain(page)
    paper = cv2.resize(page.scan.look.paper, page.scan.grey.shape[::-1])
    matrix = scaling(page.scale, page.scale) @ page.pose.shown_from_scan()
    under = warped(np.asarray(paper, np.uint8), matrix, image.shape[::-1], outside=None)
    white = 1 - max(0.2 * page.scan.look.strength, 0.07)
    levels = np.clip(np.arange(256) / 255 / white, 0, 1)
    even = cv2.divide(image, under, scale=255)
    return np.asarray(cv2.LUT(even, (levels * 255).astype(np.uint8)), np.uint8)


def unsharp(page: Laid) -> GrayImage:
    """The product's image with its edges raised a little."""
    image = page.product()
    return np.asarray(
        cv2.addWeighted(image, 1.6, cv2.GaussianBlur(image, (0, 0), 1.2), -0.6, 0), np.uint8
    )


def locally_even(page: Laid) -> GrayImage:
    """The product's image with pale words made as dark as their neighbours."""
    image = page.product()
    ink = cv2.bitwise_not(image)
    around = cv2.dilate(ink, np.ones((9, 25), np.uint8))
    around = cv2.blur(cv2.max(around, 60), (61, 31))
    return np.asarray(cv2.bitwise_not(cv2.divide(ink, around, scale=200)), np.uint8)


def softened(page: Laid) -> GrayImage:
    """The product's image with broken strokes run together."""
    return np.asarray(cv2.GaussianBlur(page.product(), (0, 0), 0.8), np.uint8)


WAYS: Mapping[str, Callable[[Laid], GrayImage]] = {
    "product": Laid.product,
    "plain": plain,
    "left grey": left_grey,
    "unsharp": unsharp,
    "locally even": locally_even,
    "softened": softened,
    "x 0.85": lambda page: page.product(0.85),
    "x 1.2": lambda page: page.product(1.2),
    "x 1.4": lambda page: page.product(1.4),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Errors and CPU seconds of one way on one group."""

    errors: Errors
    cpu_s: float


def pages_of(group: str, count: int, *, seed: int, faces: tuple[str, ...]) -> Iterator[MadePage]:
    """``count`` pages of a group; the same sheets at every resolution of a wear."""
    kinds, ageing, dpi = GROUPS[group]
    for n in range(count):
        options = PageOptions(
            dpi=dpi,
            ageing=ageing,
            language=("hi", "en", "mixed")[n % 3],
            typefaces=faces,
            handwriting=0.0,
            marks=False,
        )
        yield make_page(kinds[n % len(kinds)], seed + n, options=options)


def outcomes(pages: Sequence[MadePage], ways: Sequence[str], engine: OcrEngine) -> list[Outcome]:
    """What came of every way, in the order of ``ways``."""
    ready = [laid(page) for page in pages]
    found = []
    for way in ways:
        errors, cpu_s = Errors(0, 0), 0.0
        for page, each in zip(pages, ready, strict=True):
            image = WAYS[way](each)
            before = time.process_time()
            lines = engine.recognise(image, dpi=each.scan.dpi * each.scale)
            cpu_s += time.process_time() - before
            truth = [line.text for line in page.truth.lines]
            errors += errors_in_any_order(truth, [line.text for line in lines])
        found.append(Outcome(errors, cpu_s))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one row a group; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.preparing", description=__doc__)
    parser.add_argument("--pages", type=int, default=6, help="pages a group (default 6)")
    parser.add_argument("--seed", type=int, default=700_000)
    parser.add_argument("--faces", choices=["tuning", "judging"], default="judging")
    parser.add_argument("--groups", default="", help="only groups that contain this text")
    parser.add_argument("--ways", nargs="+", choices=list(WAYS), default=list(WAYS))
    asked = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    faces = TUNING_FACES if asked.faces == "tuning" else JUDGING_FACES
    engine = TesserocrEngine()
    print("| pages | " + " | ".join(asked.ways) + " |")
    print("| --- |" + " ---: |" * len(asked.ways))
    for group in GROUPS:
        if asked.groups not in group:
            continue
        pages = list(pages_of(group, asked.pages, seed=asked.seed, faces=faces))
        cells = [
            f"{100 * each.errors.rate:.1f} % ({each.cpu_s / len(pages):.2f} s)"
            for each in outcomes(pages, asked.ways, engine)
        ]
        print(f"| {group} | " + " | ".join(cells) + " |", flush=True)
    engine.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
