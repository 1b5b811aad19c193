"""What second readings buy and cost: every page read once and twice, numbers and words judged.

    python -m benchmarks.second_readings --faces judging --pages 32

Pages come from the scan maker; the faces and seeds for tuning and for judging are kept apart.
Truth and reading are aligned line by line, so that each word with digits has its own truth.
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np
from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from benchmarks.quality.real import SCANS, TRUTH
from benchmarks.scans.maker import JUDGING_FACES, TUNING_FACES, Ageing, PageOptions, make_page
from ocr.merging import CONTESTED, digit_runs
from ocr.page import Line, PageImage, Word
from ocr.page_score import folded
from ocr.reading import ReadingOptions, read_page
from ocr.scoring import Errors, errors_in_any_order
from ocr.second import NOBODY, SecondReaders
from ocr.spans import numbers_in
from ocr.tesserocr_engine import TesserocrEngine

FACES = {"tuning": (TUNING_FACES, 700), "judging": (JUDGING_FACES, 900)}
KINDS = (
    "letter",
    "order",
    "note_sheet",
    "cover",
    "memorandum",
    "land_record",
    "bill",
    "circular",
    "endorsement",
    "application",
    "note_sheet",
    "letter",
    "report",
    "annexure",
    "notification",
    "note_sheet",
)
_LEAST_LIKE = 45.0  # rapidfuzz ratio, 0..100, from which a read line can be a line of the truth


@dataclass
class Tally:
    """Counts over all pages of one way of reading."""

    cpu_s: float = 0.0
    numbers: Counter[str] = field(default_factory=Counter)
    errors: Errors = field(default_factory=Errors)

    def add(self, truth: Sequence[str], lines: Sequence[Line]) -> None:
        """Count one page."""
        for words, wanted in numbers_with_truth(lines, truth):
            right = _digits(" ".join(word.text for word in words)) == _digits(wanted)
            doubted = any(word.alternative or word.confidence <= CONTESTED for word in words)
            self.numbers[f"{'right' if right else 'wrong'}{' doubted' if doubted else ''}"] += 1
        read = [folded(line.text) for line in lines]
        self.errors += errors_in_any_order([folded(line) for line in truth], read)

    def told(self, pages: int) -> str:
        """The counts as one line."""
        n = self.numbers
        right, wrong = n["right"] + n["right doubted"], n["wrong"] + n["wrong doubted"]
        return (
            f"numbers {right + wrong}, exact {right / max(1, right + wrong):.4f}; "
            f"trusted {n['right'] + n['wrong']} of which wrong {n['wrong']}; "
            f"doubted {n['right doubted'] + n['wrong doubted']} "
            f"of which wrong {n['wrong doubted']}; "
            f"CER {100 * self.errors.rate:.2f} %; {1000 * self.cpu_s / pages:.0f} CPU-ms a page"
        )


def numbers_with_truth(
    lines: Sequence[Line], truth: Sequence[str]
) -> Iterator[tuple[tuple[Word, ...], str]]:
    """Every run of words with digits, with what stands there in the truth.

    Lines that found no line of the truth, and words where the truth has no digits (strokes that
    were read as such), are left out.
    """
    own = dict(_lines_with_truth(lines, truth))
    for span in numbers_in(lines):
        if span.line not in own:
            continue
        line, expected = lines[span.line], truth[own[span.line]]
        before = " ".join(word.text for word in line.words[: span.first])
        start = len(before) + bool(before)
        end = start + len(" ".join(word.text for word in span.words))
        wanted = _there(line.text, expected, (start, end))
        if digit_runs(wanted):
            yield span.words, wanted


def _lines_with_truth(lines: Sequence[Line], truth: Sequence[str]) -> Iterator[tuple[int, int]]:
    pairs = [
        (ratio, index, number)
        for index, line in enumerate(lines)
        for number, text in enumerate(truth)
        if (ratio := fuzz.ratio(line.text, text)) > _LEAST_LIKE
    ]
    taken_lines: set[int] = set()
    taken_truth: set[int] = set()
    for _, index, number in sorted(pairs, key=lambda pair: (-pair[0], pair[1], pair[2])):
        if index not in taken_lines and number not in taken_truth:
            taken_lines.add(index)
            taken_truth.add(number)
            yield index, number


def _there(read: str, truth: str, part: tuple[int, int]) -> str:
    """The whole words of ``truth`` that ``read[part]`` was read from."""
    there = [0] * (len(read) + 1)
    for step in Levenshtein.opcodes(read, truth):
        for offset in range(step.src_end - step.src_start):
            reach = step.dest_end - step.dest_start
            there[step.src_start + offset] = step.dest_start + min(offset, reach)
    there[-1] = len(truth)
    first, last = there[part[0]], there[part[1]]
    while first and not truth[first - 1].isspace():
        first -= 1
    while last < len(truth) and not truth[last].isspace():
        last += 1
    return truth[first:last].strip()


def _digits(text: str) -> str:
    return "".join(digit_runs(text))


def real_pages(folder: Path | None) -> Iterator[tuple[str, PageImage, list[str]]]:
    """Collection, pixels and lines of truth of each real scan with its text beside it."""
    for scan in sorted(folder.glob("*")) if folder else ():
        truth = scan.with_name(scan.stem + TRUTH)
        if scan.suffix in SCANS and truth.exists():
            image = np.asarray(cv2.imread(str(scan), cv2.IMREAD_GRAYSCALE), np.uint8)
            lines = truth.read_text(encoding="utf-8-sig").splitlines()
            wanted = [line for line in lines if any(map(str.isalnum, line))]
            yield scan.name.partition("__")[0], image, wanted


def _made_pages(name: str, pages: int) -> Iterator[tuple[str, PageImage, list[str]]]:
    faces, seed = FACES[name]
    for number in range(pages):
        ageing = Ageing.HARD if number % 5 == 4 else Ageing.OFFICE
        options = PageOptions(typefaces=faces, ageing=ageing)
        made = make_page(KINDS[number % len(KINDS)], seed + number, options=options)
        yield name, made.image, [line.text for line in made.truth.lines]


def main() -> None:
    """Make the pages, read them both ways, print both tallies."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--faces", choices=FACES, default="tuning")
    parser.add_argument("--pages", type=int, default=32)
    parser.add_argument("--real", type=Path, help="a folder of scans with their text: those alone")
    asked = parser.parse_args()
    cv2.setNumThreads(1)
    first = TesserocrEngine()
    ways = {
        "once": NOBODY,
        "twice": SecondReaders(
            latin=TesserocrEngine(language="eng"),
            devanagari=first,
            hindi=TesserocrEngine(language="hin"),
        ),
    }
    tallies: dict[tuple[str, str], Tally] = {}
    counted: Counter[str] = Counter()
    pages = real_pages(asked.real) if asked.real else _made_pages(asked.faces, asked.pages)
    for collection, image, truth in pages:
        counted[collection] += 1
        for way, second in ways.items():
            tally = tallies.setdefault((collection, way), Tally())
            began = time.process_time()
            options = ReadingOptions(second=second)
            reading = read_page(image, dpi=300.0, engine=first, options=options)
            tally.cpu_s += time.process_time() - began
            tally.add(truth, reading.text.lines)
    for (collection, way), tally in tallies.items():
        pages_read = counted[collection]
        print(f"{collection}, {pages_read} pages, {way}: {tally.told(pages_read)}")


if __name__ == "__main__":
    main()
