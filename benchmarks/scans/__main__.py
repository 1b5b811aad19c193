"""``python -m benchmarks.scans OUT``: a box of made scans from the command line."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from errors import AbhilekhError

FACES = ("all", "tuning", "judging")


def main(arguments: list[str] | None = None) -> int:
    """Make the box; returns the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        _make(asked)
    except AbhilekhError as error:
        print(error, file=sys.stderr)
        return error.exit_code
    return 0


def _make(asked: argparse.Namespace) -> None:
    from benchmarks.scans import maker

    faces = {"all": maker.ALL_FACES, "tuning": maker.TUNING_FACES, "judging": maker.JUDGING_FACES}
    page = maker.PageOptions(
        dpi=asked.dpi,
        small=asked.small,
        language=asked.language,
        typefaces=faces[asked.faces],
        ageing=maker.Ageing(asked.ageing),
    )
    options = maker.BoxOptions(
        kind=maker.Kind(asked.kind),
        page=page,
        side_folders=asked.side_folders,
        batch_csv=asked.batch_csv,
    )
    with _display(asked.progress) as on_page:
        truth = maker.make_box(
            asked.out,
            seed=asked.seed,
            files=asked.files,
            pages_per_file=asked.pages,
            options=replace(options, on_page=on_page),
        )
    print(f"{len(truth.pages)} scans of {len(truth.files)} files: {truth.scans}")


@contextmanager
def _display(wanted: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A bar on a terminal, plain lines elsewhere; nothing unless asked for."""
    if not wanted:
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    if not console.is_terminal:
        yield _plain
        return
    columns = (TextColumn("making scans"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("scans", total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)


def _plain(done: int, total: int) -> None:
    if done == total or done % 10 == 0:
        print(f"made {done} of {total} scans", file=sys.stderr)


def _range(text: str) -> tuple[int, int]:
    low, _, high = text.partition("-")
    return int(low), int(high or low)


def _parser() -> argparse.ArgumentParser:
    from benchmarks.scans.options import Ageing, Kind

    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.scans",
        description="Make a box of scans with known contents: OUT/scans and OUT/truth.json.",
        epilog="Example: python -m benchmarks.scans box --seed 7 --files 6 --progress",
    )
    parser.add_argument("out", type=Path, metavar="OUT", help="folder to make; empty or new")
    parser.add_argument("--seed", type=int, default=1, help="what the box holds (default 1)")
    parser.add_argument("--files", type=int, default=6, help="number of files (default 6)")
    parser.add_argument(
        "--pages",
        type=_range,
        default=(4, 10),
        metavar="MIN-MAX",
        help="scans a file (default 4-10)",
    )
    parser.add_argument("--kind", choices=[kind.value for kind in Kind], default="colour-jpeg")
    parser.add_argument("--ageing", choices=[level.value for level in Ageing], default="office")
    parser.add_argument("--language", choices=["hi", "en", "mixed"], help="by default some of each")
    parser.add_argument("--faces", choices=FACES, default="all", help="set of typefaces")
    parser.add_argument("--dpi", type=int, default=300)
    parser.add_argument("--small", action="store_true", help="quarter-size pages with few words")
    parser.add_argument("--side-folders", action="store_true", help="sub-folders टीप and पत्राचार")
    parser.add_argument("--batch-csv", action="store_true", help="write batch.csv beside the files")
    parser.add_argument("--progress", action="store_true", help="show how far it has come")
    return parser


if __name__ == "__main__":
    sys.exit(main())
