"""``python -m benchmarks.calibrate``: fit the confidence table, and judge it on other pages.

The table is fitted on made pages in the typefaces for tuning, and judged on pages of other seeds
in the typefaces for judging. The same scan maker, engine and seeds give the same table.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.fitting import pictures
from benchmarks.fitting.fit import Judgement, judged, table_of
from benchmarks.fitting.hearing import trust_of
from benchmarks.fitting.pages import MadeScan, made, planned
from benchmarks.fitting.sightings import Sighting, seen
from benchmarks.scans.maker import FURTHER_FACES, JUDGING_FACES, TUNING_FACES
from benchmarks.scans.typefaces import installed
from benchmarks.telling import Telling, telling
from errors import AbhilekhError
from ocr.calibration import FORMAT, TABLE, FittedTable, Weights
from ocr.signs import PAGE_SIGNS, WORD_SIGNS

FITTING_SEED, JUDGING_SEED = 20_260_101, 20_260_202
# Engines by the name of the setting, and by the one that their words have in the table.
ENGINES = {"tesserocr": "tesseract Devanagari", "own+tesseract": "abhilekh lines"}
_DECIMALS = 4


def main(arguments: Sequence[str] | None = None) -> int:
    """Make pages, read them, fit, judge, write; returns the exit code."""
    asked = _parser().parse_args(arguments)
    asked.engine = asked.engine or list(ENGINES)
    try:
        _calibrate(asked)
    except AbhilekhError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _calibrate(asked: argparse.Namespace) -> None:
    judging = [face for face in (*JUDGING_FACES, *FURTHER_FACES) if installed(face)]
    tables: dict[str, FittedTable] = {}
    trust: dict[str, dict[str, float]] = {}
    judgements: dict[str, Judgement] = {}
    with telling(2 + 2 * len(asked.engine) + asked.second) as told:
        fitting = _pages(asked, FITTING_SEED, TUNING_FACES, told)
        other = _pages(asked, JUDGING_SEED, judging, told)
        for engine in asked.engine:
            sights = _seen(asked, fitting, engine, told)
            tables[engine] = table_of(sights)
            if engine == "own+tesseract":
                trust = trust_of([sight.heard for sight in sights])
            judgements[engine] = judged(_seen(asked, other, engine, told), tables[engine])
        if asked.second and "tesserocr" in tables:
            few = other[: max(1, len(other) // 4)]
            again = _seen(asked, few, "pytesseract", told)
            judgements["pytesseract"] = judged(again, tables["tesserocr"])
    _write_table(asked.table, tables, trust, len(fitting))
    _write_report(asked.out, judgements, judging)


def _pages(
    asked: argparse.Namespace, seed: int, faces: Sequence[str], told: Telling
) -> list[MadeScan]:
    told.begin(f"making {asked.pages} pages in {', '.join(faces)}")
    return made(
        planned(seed, asked.pages, faces), asked.cache, at_once=asked.at_once, told=lambda: None
    )


def _seen(
    asked: argparse.Namespace, scans: Sequence[MadeScan], engine: str, told: Telling
) -> list[Sighting]:
    told.begin(f"reading {len(scans)} pages with {engine}")
    return seen(scans, engine, at_once=asked.at_once, told=_every(50, told, len(scans)))


def _every(step: int, told: Telling, total: int) -> Callable[[], None]:
    """A line for every so many pages."""
    done, began = [0], time.monotonic()

    def count() -> None:
        done[0] += 1
        if done[0] % step == 0:
            told.note(f"    {done[0]} of {total} pages, {time.monotonic() - began:.0f} s")

    return count


def _write_table(
    path: Path,
    tables: Mapping[str, FittedTable],
    trust: Mapping[str, Mapping[str, float]],
    pages: int,
) -> None:
    """Engines that were not fitted anew keep what the table has of them."""
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    fitted = {
        ENGINES[engine]: {
            "word": _weights(table.word, WORD_SIGNS),
            "page": _weights(table.page, PAGE_SIGNS),
            "bar": table.bar,
        }
        for engine, table in tables.items()
    }
    record = {
        "format": FORMAT,
        "made_by": "make calibrate",
        "fitted_on": {"seed": FITTING_SEED, "typefaces": list(TUNING_FACES), "pages": pages},
        "engines": dict(sorted({**before.get("engines", {}), **fitted}.items())),
        "trust": {**before.get("trust", {}), **trust},
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(f"Written: {path}")


def _weights(weights: Weights, names: Sequence[str]) -> dict[str, Any]:
    by_sign = zip(names, weights.by_sign, strict=True)
    return {
        "bias": round(weights.bias, _DECIMALS),
        "weights": {name: round(weight, _DECIMALS) for name, weight in by_sign},
    }


def _write_report(folder: Path, judgements: dict[str, Judgement], faces: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    record = {
        "judged_on": datetime.now(UTC).date().isoformat(),
        "seed": JUDGING_SEED,
        "typefaces": list(faces),
        "engines": {name: _figures(one) for name, one in judgements.items()},
    }
    report = folder / "calibration.json"
    report.write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
    print(json.dumps(record["engines"], indent=1))
    for path in (report, *pictures.draw(judgements, folder)):
        print(f"Written: {path}")


def _figures(one: Judgement) -> dict[str, Any]:
    review = one.review
    return {
        "pages": review.pages,
        "words": len(one.word_right),
        "word_ece_raw": round(one.raw_ece, _DECIMALS),
        "word_ece": round(one.word_ece, _DECIMALS),
        "page_ece": round(one.page_ece, _DECIMALS),
        "bad_pages": review.bad,
        "caught_in_worst_tenth": round(review.caught, _DECIMALS),
        "most_that_could_be_caught": round(review.most, _DECIMALS),
        "cer_any_order": round(one.count.any_order.rate, _DECIMALS),
        "cer_with_strokes_left_in": round(one.plain_count.any_order.rate, _DECIMALS),
        "words_found": round(one.count.words.rate, _DECIMALS),
        "words_found_with_strokes_left_in": round(one.plain_count.words.rate, _DECIMALS),
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.calibrate",
        description="Fit the confidence table on made pages and judge it on others.",
        epilog="Example: python -m benchmarks.calibrate --cache reports/calibration-pages",
    )
    parser.add_argument("--table", type=Path, default=TABLE, help="where the table goes")
    parser.add_argument("--out", type=Path, default=Path("reports"), help="folder of the report")
    parser.add_argument(
        "--cache", type=Path, default=Path("reports/calibration-pages"), help="folder of the pages"
    )
    parser.add_argument("--pages", type=int, default=260, help="pages to fit on, and to judge on")
    parser.add_argument(
        "--at-once", type=int, default=len(os.sched_getaffinity(0)), help="processes"
    )
    parser.add_argument(
        "--engine", action="append", choices=list(ENGINES), help="fit this one; all when not given"
    )
    parser.add_argument(
        "--second", action="store_true", help="judge the table with the second engine, too"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
