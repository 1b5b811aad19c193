"""The pages of undeclared files as the product reads them, kept in a folder between runs."""

from __future__ import annotations

import hashlib
import pickle
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks.readers import Reader, begin
from benchmarks.scans import encode
from benchmarks.scans.pages import page_in_file
from benchmarks.scans.truth import Box as TruthBox
from benchmarks.sides.plan import FilePage, UndeclaredFile
from ocr.handwriting import TABLE, Figures
from ocr.page import Box, PageText
from ocr.reading import read_page

_JPEG = 85


@dataclass(frozen=True)
class PageRead:
    """One page as it was read, with its truth.

    Attributes:
        kind, side: what it is.
        blank: the product took it for blank.
        text: what was read.
        hand_boxes: where there really is handwriting, on the sheet.
        line_boxes, line_signs, line_ink: the lines of the ink, as ``ocr.handwriting`` has them.
        confidence: the page's own.
        verdicts: codes of what the product says of the page.
        cpu_s: processor time of reading.
    """

    kind: str
    side: str
    blank: bool
    text: PageText
    hand_boxes: tuple[TruthBox, ...]
    line_boxes: tuple[Box, ...]
    line_signs: Figures
    line_ink: Figures
    confidence: float
    verdicts: tuple[str, ...]
    cpu_s: float


@dataclass(frozen=True)
class FileRead:
    """One file as it was read."""

    plan: UndeclaredFile
    pages: tuple[PageRead, ...]


def read_files(
    plans: Sequence[UndeclaredFile], folder: Path, *, at_once: int, told: Callable[[], None]
) -> list[FileRead]:
    """Every planned file read; what lies in ``folder`` already is not read again.

    Args:
        plans: the files.
        folder: where readings are kept, each under a name that depends on plan and reader.
        at_once: processes.
        told: called after each file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    found = []
    with ProcessPoolExecutor(at_once, mp_context=get_context("spawn"), initializer=_begin) as pool:
        for read in pool.map(_read, plans, [folder] * len(plans)):
            found.append(read)
            told()
    return found


_at_work: list[Reader] = []


def _begin() -> None:
    # Handwriting is weighed anew from the signs of the lines, here and wherever it is judged.
    _at_work[:] = [begin(apart_from=(TABLE,))]


def _read(plan: UndeclaredFile, folder: Path) -> FileRead:
    name = hashlib.sha256(f"{plan!r}, {_at_work[0].mark}".encode()).hexdigest()[:24]
    kept = folder / f"{name}.pickle"
    if not kept.exists():
        pages = tuple(_read_page(page, plan.scanner) for page in plan.pages)
        part = kept.with_suffix(".part")
        part.write_bytes(pickle.dumps(FileRead(plan, pages)))
        part.rename(kept)
    read: FileRead = pickle.loads(kept.read_bytes())
    return read


def _read_page(page: FilePage, scanner: str) -> PageRead:
    made = page_in_file(page.kind, page.seed, page.place, page.options)
    image = scanned(made.image, scanner)
    began = time.process_time()
    reader = _at_work[0]
    reading = read_page(image, dpi=page.options.dpi, engine=reader.engine, options=reader.options)
    spent = time.process_time() - began
    hand = reading.hand
    return PageRead(
        kind=page.kind,
        side=page.side,
        blank=reading.blank,
        text=reading.text,
        hand_boxes=made.truth.handwriting,
        line_boxes=hand.boxes if hand else (),
        line_signs=hand.signs if hand else np.zeros((0, 0)),
        line_ink=hand.amounts if hand else np.zeros(0),
        confidence=reading.confidence,
        verdicts=tuple(str(verdict.code) for verdict in reading.verdicts),
        cpu_s=spent,
    )


def scanned(image: NDArray[np.uint8], scanner: str) -> NDArray[np.uint8]:
    """The page as a colour (JPEG), grey or black-and-white scanner delivers it."""
    if scanner == "colour":
        _, packed = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _JPEG])
        unpacked = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
        return np.ascontiguousarray(unpacked[..., ::-1])
    return encode.grey(image) if scanner == "grey" else encode.bilevel(image)
