"""A whole box: folders of scans, the list beside them, and the truth outside of them."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import groupby
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.scans import encode
from benchmarks.scans.numbers import canonical
from benchmarks.scans.options import BoxOptions
from benchmarks.scans.pages import Place, page_in_file
from benchmarks.scans.plan import CORRESPONDENCE, PlannedFile, PlannedPage, plan_file
from benchmarks.scans.truth import BoxTruth, FileTruth, PageTruth, save_truth
from errors import WrongUsage

_COLUMNS = [
    "path",
    "file_number",
    "subject",
    "department",
    "declared_pages",
    "location",
    "retention_class",
    "computer_number",
]


@dataclass(slots=True)
class _Count:
    """Pages written so far, for whoever watches."""

    options: BoxOptions
    total: int
    done: int = field(default=0)

    def one_more(self) -> None:
        self.done += 1
        if self.options.on_page:
            self.options.on_page(self.done, self.total)


def make_box(
    target: Path,
    *,
    seed: int,
    files: int,
    pages_per_file: tuple[int, int] = (4, 10),
    options: BoxOptions | None = None,
) -> BoxTruth:
    """Write ``target/scans/<file folder>/0001.jpg …`` and ``target/truth.json``.

    Args:
        target: a folder that is empty or not there yet.
        seed: what the box holds; the same seed gives the same bytes.
        files: number of physical files, at least 1.
        pages_per_file: fewest and most scans a file.
        options: formats, shares of blanks, duplicates and turned pages, options of the pages.

    Raises:
        errors.WrongUsage: the folder is in use, or the numbers make no box.
        errors.ToolMissing: a font is not installed.
    """
    options = options or BoxOptions()
    _check(target, seed, files, pages_per_file)
    scans = target / "scans"
    plans = [plan_file(seed, index, pages_per_file, options) for index in range(files)]
    count = _Count(options, sum(len(plan.pages) for plan in plans))
    made = tuple(_make_file(scans, plan, options, count) for plan in plans)
    truth = BoxTruth(scans, seed, options.kind.value, made)
    if options.batch_csv:
        _write_list(scans / "batch.csv", truth)
    save_truth(truth, target / "truth.json")
    return truth


def _check(target: Path, seed: int, files: int, pages_per_file: tuple[int, int]) -> None:
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise WrongUsage(
            "{path} is in use already.",
            kept="Nothing in it was changed.",
            todo="Name a folder that is empty or not there yet.",
            path=target,
        )
    low, high = pages_per_file
    if files < 1 or seed < 0 or not 1 <= low <= high:
        raise WrongUsage(
            "{files} files of {low} to {high} pages make no box.",
            kept="Nothing was written.",
            todo="At least one file and one page a file, the smaller number first, seed 0 or more.",
            files=files,
            low=low,
            high=high,
        )


def _make_file(scans: Path, plan: PlannedFile, options: BoxOptions, count: _Count) -> FileTruth:
    truths: list[PageTruth] = []
    for subfolder, group in groupby(
        enumerate(plan.pages), lambda entry: entry[1].side if options.side_folders else ""
    ):
        folder = scans / plan.folder / subfolder
        folder.mkdir(parents=True)
        numbered = list(group)
        if plan.kind in encode.MANY_PAGES:
            path = folder / f"scan{encode.SUFFIX[plan.kind]}"
            images = _made(plan, numbered, options, truths)
            source = path.relative_to(scans).as_posix()
            first = len(truths)
            encode.write_pages(_counted(images, count), path, plan.kind, options.page.dpi)
            truths[first:] = [
                replace(truth, source=source, frame=frame)
                for frame, truth in enumerate(truths[first:])
            ]
            continue
        for image in _made(plan, numbered, options, truths):
            path = folder / f"{len(truths):04d}{encode.SUFFIX[plan.kind]}"
            encode.write_page(image, path, plan.kind, options.page.dpi)
            truths[-1] = replace(truths[-1], source=path.relative_to(scans).as_posix())
            count.one_more()
    return file_truth(plan, tuple(truths))


def _counted(images: Iterator[NDArray[np.uint8]], count: _Count) -> Iterator[NDArray[np.uint8]]:
    for image in images:
        yield image
        count.one_more()


def _made(
    plan: PlannedFile,
    numbered: list[tuple[int, PlannedPage]],
    options: BoxOptions,
    truths: list[PageTruth],
) -> Iterator[NDArray[np.uint8]]:
    """The scans one by one; the truth of each is appended before it is handed out."""
    for index, page in numbered:
        front = plan.pages[page.like] if page.like is not None else None
        back_of = (front.kind, front.seed) if front and page.kind == "blank" else None
        place = place_of(plan, page, back_of)
        asked = replace(options.page, rotated_cw_deg=page.rotated_cw_deg, rescan=page.rescan)
        made = page_in_file(page.kind, page.seed, place, asked)
        repeated = page.like + 1 if page.like is not None and page.rescan else None
        truths.append(replace(made.truth, sequence=index + 1, duplicate_of=repeated))
        yield made.image


def place_of(plan: PlannedFile, page: PlannedPage, back_of: tuple[str, int] | None = None) -> Place:
    """Where a planned page stands in its file."""
    return Place(plan.matter, plan.typeface, page.serial, page.own_number, back_of, page.principal)


def file_truth(plan: PlannedFile, pages: tuple[PageTruth, ...]) -> FileTruth:
    """What a file of such pages is."""
    matter = plan.matter
    kinds = [page.kind for page in plan.pages if page.principal]
    kinds += [page.kind for page in plan.pages if page.side == CORRESPONDENCE]
    return FileTruth(
        folder=plan.folder,
        file_number=matter.number.number,
        file_number_canonical=canonical(matter.number.number),
        date=matter.date.isoformat(),
        subject=matter.subject,
        department=matter.department,
        department_code=matter.department_code,
        document_type=kinds[0],
        language=matter.language,
        declared_pages=len(pages),
        pages=pages,
    )


def _write_list(path: Path, truth: BoxTruth) -> None:
    """``batch.csv`` as a record room would keep it."""
    with path.open("w", encoding="utf-8-sig", newline="") as out:
        rows = csv.writer(out)
        rows.writerow(_COLUMNS)
        for index, file in enumerate(truth.files):
            rng = np.random.default_rng((truth.seed, index, 1))
            shelf = f"रैक {rng.integers(1, 40)} / बस्ता {rng.integers(1, 90)}"
            rows.writerow(
                [
                    file.folder,
                    file.file_number,
                    file.subject,
                    file.department,
                    file.declared_pages,
                    shelf,
                    str(rng.choice(list("कखग"))),
                    int(rng.integers(100000, 9999999)),
                ]
            )
