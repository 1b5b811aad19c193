"""``python -m benchmarks.lines``: our reader of lines and Tesseract on the very same lines.

Each line is a crop that both get as it is. Ours measures its letters and reads it; Tesseract is
told that it is a single line. Processor seconds are those of the process, both on one thread.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
from rapidfuzz.distance import Levenshtein

from benchmarks.line_crops import Crop, made_crops, real_crops
from benchmarks.quality.tables import put_into
from benchmarks.scans.maker import FURTHER_FACES, JUDGING_FACES
from benchmarks.scans.typefaces import installed
from benchmarks.telling import telling
from errors import AbhilekhError
from ocr.decoding import signs_in, words_in
from ocr.engine import Segmentation
from ocr.line_image import band_image, body_rows
from ocr.line_model import LineModel
from ocr.merging import digit_runs
from ocr.tesserocr_engine import TesserocrEngine
from training.alphabet import plain

SEED = 7_310_000
Reader = Callable[[Sequence[Crop]], list[str]]


@dataclass(frozen=True, slots=True)
class Found:
    """What one reader made of one set of lines.

    Attributes:
        lines: how many.
        signs: of their text.
        wrong: edits from what was read to the text.
        numbers: runs of digits in the text, and how many were read exactly.
        cpu_s: processor seconds.
    """

    lines: int
    signs: int
    wrong: int
    numbers: tuple[int, int]
    cpu_s: float

    @property
    def error_rate(self) -> float:
        """Edits a sign."""
        return self.wrong / max(1, self.signs)


def main(arguments: Sequence[str] | None = None) -> int:
    """Read, compare, write; returns the exit code."""
    asked = _parser().parse_args(arguments)
    cv2.setNumThreads(1)
    try:
        sets = _sets(asked)
        readers: Mapping[str, Reader] = {"own": _own(), "Tesseract": _tesseract()}
        with telling(len(sets) * len(readers)) as told:
            found = {}
            for name, crops in sets.items():
                for reader, read in readers.items():
                    told.begin(f"{len(crops)} lines, {name}, {reader}")
                    found[name, reader] = _judged(crops, read)
    except AbhilekhError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    _write(found, asked)
    return 0


def _sets(asked: argparse.Namespace) -> dict[str, list[Crop]]:
    sets = {}
    if asked.real:
        titles = {"hindi": "scanned, Hindi", "marathi": "scanned, Marathi"}
        sets = {titles.get(name, name): crops for name, crops in real_crops(asked.real).items()}
    faces = [face for face in (*JUDGING_FACES, *FURTHER_FACES) if installed(face)]
    sets[f"made, {len(faces)} faces never trained on"] = made_crops(faces, asked.pages, SEED)
    return sets


def _own() -> Reader:
    model = LineModel()

    def read(crops: Sequence[Crop]) -> list[str]:
        lines = [band_image(c.image, 0, c.image.shape[1], body_rows(c.image)) for c in crops]
        return [
            " ".join(word.text for word in words_in(signs_in(told, model.about.signs)))
            for told in model.read(lines)
        ]

    return read


def _tesseract() -> Reader:
    engine = TesserocrEngine()

    def read(crops: Sequence[Crop]) -> list[str]:
        return [
            " ".join(
                line.text
                for line in engine.recognise(
                    crop.image, dpi=300, segmentation=Segmentation.SINGLE_LINE
                )
            )
            for crop in crops
        ]

    return read


def _judged(crops: Sequence[Crop], read: Reader) -> Found:
    read(crops[:4])  # models are loaded at first need
    began = time.process_time()
    texts = read(crops)
    cpu_s = time.process_time() - began
    wrong = signs = there = exact = 0
    for crop, text in zip(crops, texts, strict=True):
        truth, seen = plain(crop.text), plain(text)
        wrong, signs = wrong + Levenshtein.distance(seen, truth), signs + len(truth)
        left = list(digit_runs(seen))
        for run in digit_runs(truth):
            there += 1
            if run in left:
                left.remove(run)
                exact += 1
    return Found(len(crops), signs, wrong, (there, exact), cpu_s)


def _write(found: Mapping[tuple[str, str], Found], asked: argparse.Namespace) -> None:
    table = "\n".join(_rows(found))
    asked.out.mkdir(parents=True, exist_ok=True)
    record = [
        {"set": name, "reader": reader, "error_rate": round(one.error_rate, 4), **asdict(one)}
        for (name, reader), one in found.items()
    ]
    (asked.out / "lines.json").write_text(json.dumps(record, indent=1), encoding="utf-8")
    print(table)
    if asked.document:
        text = asked.document.read_text(encoding="utf-8")
        asked.document.write_text(put_into(text, {"lines": table}), encoding="utf-8")


def _rows(found: Mapping[tuple[str, str], Found]) -> list[str]:
    rows = [
        "| lines | reader | wrong characters | numbers exact | ms a line |",
        "|---|---|---|---|---|",
    ]
    for (name, reader), one in found.items():
        there, exact = one.numbers
        rows.append(
            f"| {name} ({one.lines}) | {reader} | {100 * one.error_rate:.1f} % | "
            f"{exact}/{there} | {1000 * one.cpu_s / max(1, one.lines):.1f} |"
        )
    return rows


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.lines", description=__doc__)
    parser.add_argument("--real", type=Path, help="folder of scanned lines with .gt.txt")
    parser.add_argument("--pages", type=int, default=30, help="made pages to cut lines from")
    parser.add_argument("--out", type=Path, default=Path("reports"))
    parser.add_argument("--document", type=Path, help="document with a block named lines")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
