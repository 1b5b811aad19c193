"""``python -m benchmarks.fields``: is the file's own number found, its date, subject, department?

Files are made as record rooms hold them (``benchmarks.scans.habits``), aged, really read, and
described as the product describes them. The weights of the product's rules (``--fit``) are fitted
on other files, other seeds and other typefaces than those that the figures come from.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from benchmarks.fielding import fit, report
from benchmarks.fielding.files import Asked, ReadFile, recognised, simulated_at_once
from benchmarks.fielding.lists import some_wrong
from benchmarks.fielding.marks import marked
from benchmarks.quality.tables import put_into
from benchmarks.scans.maker import FURTHER_FACES, JUDGING_FACES, TUNING_FACES
from benchmarks.scans.typefaces import installed
from benchmarks.telling import Telling, telling
from classify.rulebook import load_rules
from errors import AbhilekhError

TUNING_SEED, JUDGING_SEED = 7101, 914
SIMULATED_SEED, SIMULATED_FILES, USUAL_SLIPS = 13, 420, 1.0
TUNING_FILES = 80
WEIGHTS = Path("classify/rules/confidence.toml")


def main(arguments: Sequence[str] | None = None) -> int:
    """Make, read, fit if asked, judge, write; returns the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        with telling(2 + 2 * asked.fit) as told:
            if asked.fit:
                _fit(asked, told)
            found = _judged(asked, told)
        _write(found, asked)
    except AbhilekhError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _fit(asked: argparse.Namespace, told: Telling) -> None:
    told.begin(f"making {SIMULATED_FILES} files of words, reading {TUNING_FILES} files of scans")
    words = Asked(SIMULATED_SEED, SIMULATED_FILES, TUNING_FACES)
    files = simulated_at_once(words, USUAL_SLIPS, asked.at_once)
    files += _read(asked, Asked(TUNING_SEED, TUNING_FILES, TUNING_FACES))
    told.begin("fitting the weights of the signs")
    weights = fit.fit(files, load_rules())
    fit.write(
        weights,
        WEIGHTS,
        f"Fitted on {SIMULATED_FILES} files of words (seed {SIMULATED_SEED}) and {TUNING_FILES} "
        f"files\n# of scans (seed {TUNING_SEED}) in the typefaces for tuning.",
    )
    print(f"Written: {WEIGHTS}")


def _judged(asked: argparse.Namespace, told: Telling) -> dict[str, Any]:
    faces = [face for face in (*JUDGING_FACES, *FURTHER_FACES) if installed(face)]
    told.begin(f"making and reading {asked.files} files of scans in {', '.join(faces)}")
    files = _read(asked, Asked(JUDGING_SEED, asked.files, tuple(faces)))
    told.begin("describing them")
    rules = load_rules()
    alone = marked(files, rules)
    beside = marked(files, rules, some_wrong(files, JUDGING_SEED))
    return report.found(alone, beside, faces, rules)


def _read(asked: argparse.Namespace, which: Asked) -> list[ReadFile]:
    return recognised(which, asked.cache, at_once=asked.at_once, told=lambda: None)


def _write(found: dict[str, Any], asked: argparse.Namespace) -> None:
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    asked.out.write_text(text + "\n", encoding="utf-8")
    section = report.markdown_of(found)
    print(section)
    print(f"Written: {asked.out}")
    if asked.document is not None:
        document = asked.document.read_text(encoding="utf-8")
        asked.document.write_text(put_into(document, {"fields": section}), encoding="utf-8")
        print(f"Written: {asked.document}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.fields",
        description="What is found out about made files: number, date, subject, department, kind.",
        epilog="Example: python -m benchmarks.fields --document docs/accuracy.md",
    )
    parser.add_argument("--files", type=int, default=400, help="files to judge on")
    parser.add_argument("--fit", action="store_true", help="fit the weights anew first")
    parser.add_argument("--out", type=Path, default=Path("reports/fields.json"), help="JSON report")
    parser.add_argument("--document", type=Path, help="Markdown file whose table is renewed")
    parser.add_argument(
        "--cache", type=Path, default=Path("reports/words"), help="folder that keeps words read"
    )
    parser.add_argument("--at-once", type=int, default=2, help="processes that read")
    return parser


if __name__ == "__main__":
    sys.exit(main())
