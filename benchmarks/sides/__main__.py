"""``python -m benchmarks.sides``: how surely sides, kinds and handwriting are told."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.quality.tables import put_into
from benchmarks.scans.maker import JUDGING_FACES
from benchmarks.sides.judge import Judged, judged
from benchmarks.sides.plan import planned_file
from benchmarks.sides.reading import read_files
from benchmarks.sides.tables import sections
from benchmarks.telling import telling
from errors import AbhilekhError

# Not used for anything but this report; fitting has seeds and typefaces of its own.
SEED = 91_000


def main(arguments: Sequence[str] | None = None) -> int:
    """Make, read, judge, print and keep; returns the exit code."""
    asked = _parser().parse_args(arguments)
    plans = [planned_file(asked.seed + index, JUDGING_FACES) for index in range(asked.files)]
    try:
        with telling(len(plans)) as told:
            files = read_files(
                plans,
                asked.keep,
                at_once=2,
                told=lambda: told.begin("reading undeclared files"),
            )
        found = judged(files)
        _write(found, asked)
    except AbhilekhError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _write(found: Judged, asked: argparse.Namespace) -> None:
    texts = sections(found)
    for name, text in texts.items():
        print(f"\n{name}\n{text}")
    asked.out.mkdir(parents=True, exist_ok=True)
    report = asked.out / "sides.json"
    report.write_text(json.dumps(_as_json(found), indent=1) + "\n", encoding="utf-8")
    if asked.document is not None:
        written = put_into(asked.document.read_text(encoding="utf-8"), texts)
        asked.document.write_text(written, encoding="utf-8")


def _as_json(found: Judged) -> dict[str, object]:
    """Every page: which file, what it is, what was told, how surely."""
    return {
        "cpu_s": found.cpu_s,
        "pages": [
            {
                "file": found.files[page.file].plan.seed,
                "scanner": found.files[page.file].plan.scanner,
                "kind": page.page.kind,
                "side": page.side,
                "alone": page.alone,
                "unworded": page.unworded,
                "confidence": page.confidence,
                "evidence": page.evidence,
                "told_kind": page.kind,
                "by_hand": page.by_hand,
                "hand_share": round(page.hand_share, 3),
            }
            for page in found.pages
        ],
    }


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.sides",
        description="How surely sides, kinds of pages and handwriting are told in made files.",
        epilog="Example: python -m benchmarks.sides --document docs/accuracy.md",
    )
    parser.add_argument("--files", type=int, default=30, help="how many files to make and read")
    parser.add_argument("--seed", type=int, default=SEED, help="what the files hold")
    parser.add_argument(
        "--keep", type=Path, default=Path("reports/sides"), help="folder that keeps what was read"
    )
    parser.add_argument("--out", type=Path, default=Path("reports"), help="folder for the JSON")
    parser.add_argument("--document", type=Path, help="Markdown file whose tables are renewed")
    return parser


if __name__ == "__main__":
    sys.exit(main())
