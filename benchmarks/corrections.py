"""What each correction brings: wrong characters before and after, rule by rule.

    python -m benchmarks.corrections --pages 32 --real ../samples/pages

Pages come from the scan maker, in the faces for tuning and in those for judging, and from a folder
of real scans with their text beside them (``NAME.gt.txt``). Every page is read once, uncorrected;
then each rule alone and all of them together are applied.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2

from benchmarks.scans.maker import Ageing, PageOptions, make_page
from benchmarks.second_readings import FACES, KINDS, real_pages
from ocr.corrections import corrected, rules
from ocr.page import Line, PageImage
from ocr.page_score import folded
from ocr.reading import ReadingOptions, read_page
from ocr.scoring import Errors, errors_in_any_order
from ocr.tesserocr_engine import TesserocrEngine


@dataclass(frozen=True)
class Read:
    """One page: its collection, what was read, what stands there."""

    collection: str
    lines: tuple[Line, ...]
    truth: tuple[str, ...]


def main() -> None:
    """Read all pages, print one row a rule and collection that it changes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=32)
    parser.add_argument("--real", type=Path)
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    engine = TesserocrEngine()
    raw = ReadingOptions(uncorrected=frozenset(rule.name for rule in rules()))
    read = []
    for collection, image, truth in (*_made(asked.pages), *real_pages(asked.real)):
        lines = read_page(image, dpi=300.0, engine=engine, options=raw).text.lines
        read.append(Read(collection, lines, tuple(map(folded, truth))))
    _tell(read)


def _made(pages: int) -> Iterator[tuple[str, PageImage, list[str]]]:
    for name, (faces, seed) in FACES.items():
        for number in range(pages):
            ageing = Ageing.HARD if number % 5 == 4 else Ageing.OFFICE
            options = PageOptions(typefaces=faces, ageing=ageing)
            made = make_page(KINDS[number % len(KINDS)], seed + number, options=options)
            yield f"made, {name} faces", made.image, [line.text for line in made.truth.lines]


def _tell(read: list[Read]) -> None:
    before = {page.collection: Errors() for page in read}
    errors = {name: dict(before) for name in ("none", *(r.name for r in rules()), "all")}
    touched = dict.fromkeys(errors, 0)
    for page in read:
        ways = {rule.name: (rule.correct,) for rule in rules()}
        for name, count in errors.items():
            if name == "all":
                lines = corrected(page.lines)
            else:
                lines = tuple(page.lines)
                for correct in ways.get(name, ()):
                    lines = tuple(replace(line, words=correct(line.words)) for line in lines)
            touched[name] += sum(a.text != b.text for a, b in zip(page.lines, lines, strict=True))
            found = [folded(line.text) for line in lines]
            count[page.collection] += errors_in_any_order(list(page.truth), found)
    for collection, none in errors["none"].items():
        print(f"{collection}: CER {100 * none.rate:.2f} %")
    for name, count in errors.items():
        for collection, after in count.items():
            less = after.edits - errors["none"][collection].edits
            if less or name == "all":
                print(f"{name} | {collection} | {less:+d} edits | CER {100 * after.rate:.2f} %")
        print(f"{name}: {touched[name]} lines changed")


if __name__ == "__main__":
    main()
