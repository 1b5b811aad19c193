"""Made files as words: as the product reads their scans, or their true text with a reader's slips.

Reading takes a second a page, so words that were read are kept in a folder under the hash of all
that they depend on. The true text with slips takes no reading: thousands of files for tuning.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import pickle
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np

from benchmarks.fielding.slips import read_with_slips
from benchmarks.readers import Reader, begin
from benchmarks.scans.boxes import file_truth, place_of
from benchmarks.scans.maker import Ageing, BoxOptions, PageOptions
from benchmarks.scans.pages import page_in_file
from benchmarks.scans.plan import PlannedFile, plan_file
from benchmarks.scans.truth import Box, FileTruth, LineTruth, PageTruth
from ocr.page import PageText
from ocr.reading import read_page

PAGES_A_FILE = (2, 6)
TURNED = 0.03
MOST_SKEW_DEG = 3.0
HANDWRITTEN = 0.25
"""Share of the notes that are by hand."""

_NO_REFERENCE, _ANSWERS, _REMINDED = 0.4, 0.35, 0.4
"""Shares of simulated letters without a reference, with one to whom they answer, sent twice."""

_FILES_AT_ONCE = 10

TYPESETTING_DPI = 100
"""Resolution of sheets whose true text is all that is wanted."""


@dataclass(frozen=True, slots=True)
class ReadFile:
    """One made file: its truth and the words of its pages, in order."""

    truth: FileTruth
    texts: tuple[PageText, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """Which files to make.

    Args:
        seed: what the files hold.
        files: how many.
        faces: typefaces to choose from.
        first: index of the first file.
    """

    seed: int
    files: int
    faces: tuple[str, ...]
    first: int = 0

    @property
    def indices(self) -> range:
        """The files' places in the endless row that the seed gives."""
        return range(self.first, self.first + self.files)


def simulated(asked: Asked, slips: float) -> Iterable[ReadFile]:
    """Files with their true text, misread here and there; nothing is drawn but type.

    Args:
        asked: which files.
        slips: how often signs are misread, as a multiple of what a reader usually does.
    """
    return map(partial(_simulated, asked, slips), asked.indices)


def simulated_at_once(asked: Asked, slips: float, at_once: int) -> list[ReadFile]:
    """The same files, made by so many processes."""
    with ProcessPoolExecutor(at_once, get_context("spawn")) as pool:
        made = pool.map(partial(_simulated, asked, slips), asked.indices, chunksize=_FILES_AT_ONCE)
        return list(made)


def _simulated(asked: Asked, slips: float, index: int) -> ReadFile:
    plan = _plan(asked, index, Ageing.CLEAN, TYPESETTING_DPI)
    truths = [_made(plan, number, Ageing.CLEAN, TYPESETTING_DPI)[1] for number in _pages(plan)]
    file = file_truth(plan, tuple(truths))
    rng = np.random.default_rng((asked.seed, index, 77))
    return ReadFile(file, tuple(read_with_slips(page, slips, rng) for page in less_kind(file, rng)))


def less_kind(file: FileTruth, rng: np.random.Generator) -> list[PageTruth]:
    """The pages of a file with what the scan maker's offices do too seldom.

    Letters of other offices do not always cite our number, may come twice, and our own letters
    cite the numbers of those to whom they go.
    """
    pages = list(file.pages)
    foreign = [
        place for place, page in enumerate(pages)
        if page.file_number is not None and page.file_number != file.file_number
    ]  # fmt: skip
    for place in foreign:
        if rng.random() < _NO_REFERENCE:
            kept = (x for x in pages[place].lines if not x.text.startswith(("संदर्भ", "Ref")))
            pages[place] = replace(pages[place], lines=tuple(kept))
    for place, page in enumerate(pages):
        is_own_letter = page.file_number == file.file_number and page.side == "correspondence"
        if is_own_letter and foreign and rng.random() < _ANSWERS:
            pages[place] = _answering(page, pages[foreign[0]])
    if foreign and rng.random() < _REMINDED:
        pages.append(pages[foreign[-1]])
    return pages


def _answering(page: PageTruth, answered: PageTruth) -> PageTruth:
    """The page with a reference to the letter that it answers, under its subject."""
    labels = ("विषय", "Sub")
    at = next((i for i, line in enumerate(page.lines) if line.text.startswith(labels)), None)
    if at is None:
        return page
    x0, _, x1, y1 = page.lines[at].box
    hindi = page.lines[at].text.startswith("विषय")
    lead = "संदर्भ:- आपका पत्र क्रमांक" if hindi else "Ref: Your letter No."
    tail = "दिनांक" if hindi else "Dated"
    day = dt.date.fromisoformat(answered.date).strftime("%d.%m.%Y") if answered.date else ""
    text = f"{lead} {answered.file_number} {tail} {day}"
    reference = LineTruth(text, Box(x0, y1 + 2, x1, y1 + 2 + (y1 - page.lines[at].box.y0)))
    return replace(page, lines=(*page.lines[: at + 1], reference, *page.lines[at + 1 :]))


def recognised(
    asked: Asked, cache: Path, *, at_once: int, told: Callable[[], None]
) -> list[ReadFile]:
    """Files whose scans were really made, aged and read; what lies in ``cache`` is not read again.

    Args:
        asked: which files.
        cache: folder for the words, made if it is not there.
        at_once: processes.
        told: called after each file.
    """
    cache.mkdir(parents=True, exist_ok=True)
    found = []
    # A child that is forked from a process with native threads may wait for them for ever.
    with ProcessPoolExecutor(at_once, get_context("spawn"), initializer=_begin) as pool:
        jobs = [(asked, index, cache) for index in asked.indices]
        for file in pool.map(_recognised, jobs):
            found.append(file)
            told()
    return found


def _plan(asked: Asked, index: int, ageing: Ageing, dpi: int) -> PlannedFile:
    page = PageOptions(dpi=dpi, typefaces=asked.faces, ageing=ageing)
    options = BoxOptions(page=page, varied=True, turned=TURNED)
    return plan_file(asked.seed, index, PAGES_A_FILE, options)


def _pages(plan: PlannedFile) -> range:
    return range(len(plan.pages))


def _made(plan: PlannedFile, number: int, ageing: Ageing, dpi: int) -> tuple[object, PageTruth]:
    page = plan.pages[number]
    options = PageOptions(
        dpi=dpi,
        ageing=ageing,
        max_skew_deg=MOST_SKEW_DEG,
        handwriting=HANDWRITTEN,
        rotated_cw_deg=page.rotated_cw_deg if ageing is not Ageing.CLEAN else 0,
    )
    made = page_in_file(page.kind, page.seed, place_of(plan, page), options)
    return made.image, replace(made.truth, sequence=number + 1)


_at_work: list[Reader] = []


def _begin() -> None:
    _at_work[:] = [begin()]


def _recognised(job: tuple[Asked, int, Path]) -> ReadFile:
    asked, index, cache = job
    reader = _at_work[0]
    told = repr((asked.seed, index, asked.faces, PAGES_A_FILE, TURNED, HANDWRITTEN, reader.mark))
    kept = cache / (hashlib.sha256(told.encode()).hexdigest()[:24] + ".pickle")
    if kept.exists():
        # Only what this program wrote lies there.
        file: ReadFile = pickle.loads(kept.read_bytes())
        return file
    ageing = Ageing.HARD if index % 5 == 4 else Ageing.OFFICE
    plan = _plan(asked, index, ageing, 300)
    made = [_made(plan, number, ageing, 300) for number in _pages(plan)]
    texts = tuple(
        read_page(np.asarray(image), dpi=300.0, engine=reader.engine, options=reader.options).text
        for image, _ in made
    )
    file = ReadFile(file_truth(plan, tuple(truth for _, truth in made)), texts)
    part = kept.with_suffix(".part")
    part.write_bytes(pickle.dumps(file))
    part.rename(kept)
    return file
