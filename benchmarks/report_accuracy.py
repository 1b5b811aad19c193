"""``python -m benchmarks.report_accuracy``: how well the product reads, as tables and JSON."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.quality import tables
from benchmarks.quality.findings import Findings, as_json
from benchmarks.quality.knowing import draw, knowing
from benchmarks.quality.knowing_tables import knowing_sections
from benchmarks.quality.made import BoxPlan, MadeBox, make_boxes, read_box
from benchmarks.quality.real import RealScans, read_real, real_scans
from benchmarks.quality.side_by_side import SideBySide, evaluated
from benchmarks.scans.maker import FURTHER_FACES, JUDGING_FACES, Ageing
from benchmarks.telling import Telling, telling
from errors import AbhilekhError, WrongUsage

# Not used for anything but this report: nothing was fitted on what they hold.
SEED = 608_171


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, write ``accuracy.json`` and the document's tables; returns the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        with _folder(asked.keep) as folder:
            found = _measured(asked, folder)
        _write(found, asked)
    except AbhilekhError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _measured(asked: argparse.Namespace, folder: Path) -> Findings:
    scans = real_scans(asked.real) if asked.real else []
    plans = _plans(asked)
    with telling(2 + len(plans) + 3 * bool(scans)) as told:
        boxes = _made(plans, folder, told)
        real = None
        if scans:
            real = _real(scans, folder / "real", told)
        compared = _compared(asked, plans, folder, told)
    return Findings(boxes, real, _conditions(), compared)


def _compared(
    asked: argparse.Namespace, plans: Sequence[BoxPlan], folder: Path, told: Telling
) -> tuple[SideBySide, ...]:
    """Engines and profiles on the hardest box, and on real scans as they came."""
    plan = plans[-1]
    told.begin(f"abhilekh eval on box {plan.name}")
    box = folder / "boxes" / plan.name
    found = [evaluated(f"made scans, box {plan.name}", box, folder / "eval", ["scan", "compact"])]
    if asked.real:
        told.begin("abhilekh eval on real scans")
        found.append(evaluated("real scans", asked.real, folder / "eval-real", ["scan"]))
    return tuple(found)


def _made(plans: Sequence[BoxPlan], folder: Path, told: Telling) -> tuple[MadeBox, ...]:
    told.begin(f"making {sum(plan.files for plan in plans)} files of scans")
    truths = make_boxes(plans, folder / "boxes")
    boxes = []
    for plan, truth in zip(plans, truths, strict=True):
        told.begin(f"abhilekh run on box {plan.name}, {len(truth.pages)} scans")
        boxes.append(read_box(plan, truth, folder / "runs" / plan.name))
    return tuple(boxes)


def _real(scans: Sequence[Path], folder: Path, told: Telling) -> RealScans:
    return read_real(scans, folder, told.begin)


def _plans(asked: argparse.Namespace) -> list[BoxPlan]:
    faces = (*JUDGING_FACES, *FURTHER_FACES) if asked.further_faces else JUDGING_FACES
    if asked.quick:
        return [BoxPlan("office", asked.seed, 2, (3, 4), Ageing.OFFICE, faces, small=True)]
    return [
        BoxPlan("office", asked.seed, 10, (5, 9), Ageing.OFFICE, faces),
        BoxPlan("hard", asked.seed + 1, 5, (5, 8), Ageing.HARD, faces),
    ]


def _conditions() -> dict[str, Any]:
    import tesserocr

    from config.app import software

    bundled = tesserocr.tesseract_version().split()[1]
    return {
        "measured_on": datetime.now(UTC).date().isoformat(),
        "versions": {
            "product": software(),
            "tesseract": f"Tesseract {bundled} (tesserocr {tesserocr.__version__})",
        },
    }


def _write(found: Findings, asked: argparse.Namespace) -> None:
    asked.out.mkdir(parents=True, exist_ok=True)
    report = asked.out / "accuracy.json"
    text = json.dumps(as_json(found), ensure_ascii=False, indent=1)
    report.write_text(text + "\n", encoding="utf-8")
    print(f"Written: {report}")
    if asked.document is None:
        return
    sections = tables.made_sections(found) | knowing_sections(found)
    if found.real:
        sections |= tables.real_sections(found.real)
    written = tables.put_into(asked.document.read_text(encoding="utf-8"), sections)
    asked.document.write_text(written, encoding="utf-8")
    for path in (asked.document, *draw(knowing(found), asked.document.parent)):
        print(f"Written: {path}")


@contextmanager
def _folder(keep: Path | None) -> Iterator[Path]:
    """Where scans, homes and stores go: a folder that stays, or one that is thrown away."""
    if keep is None:
        with tempfile.TemporaryDirectory(prefix="abhilekh-accuracy-") as folder:
            yield Path(folder)
        return
    if keep.exists() and (not keep.is_dir() or any(keep.iterdir())):
        raise WrongUsage(
            "{path} is in use already.",
            kept="Nothing in it was changed.",
            todo="Name a folder that is empty or not there yet.",
            path=keep,
        )
    keep.mkdir(parents=True, exist_ok=True)
    yield keep


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.report_accuracy",
        description="How well the product reads made scans, and real ones if there are any.",
        epilog="Example: python -m benchmarks.report_accuracy --document docs/accuracy.md",
    )
    parser.add_argument("--out", type=Path, default=Path("reports"), help="folder for the JSON")
    parser.add_argument("--document", type=Path, help="Markdown file whose tables are renewed")
    parser.add_argument(
        "--real", type=Path, metavar="DIR", help="folder of real scans with NAME.gt.txt beside them"
    )
    parser.add_argument("--seed", type=int, default=SEED, help="what the made boxes hold")
    parser.add_argument("--quick", action="store_true", help="two files of small pages")
    parser.add_argument(
        "--further-faces",
        action="store_true",
        help="also typefaces that need packages of their own",
    )
    parser.add_argument(
        "--keep", type=Path, metavar="DIR", help="keep scans, truth and stores there to look at"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
