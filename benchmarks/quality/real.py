"""Real scans with their text beside them, read by the product and by plain Tesseract."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from benchmarks.quality.deposited import DepositedFile, run_product
from errors import WrongUsage
from ocr.page_score import TextCount, count_text, folded
from ocr.right_words import right_words

SCANS = (".jpeg", ".jpg", ".png", ".tif", ".tiff")
TRUTH = ".gt.txt"
MODEL = "Devanagari"
AT_ONCE = 2  # as many threads as the product has where the figures were taken


@dataclass(frozen=True, slots=True)
class RealMark:
    """One real scan.

    Attributes:
        name: name of the image file; what stands before ``__`` is its collection.
        ours: the product's text against the truth; None where there is no truth.
        plain: the same of Tesseract on the image as it is.
        plain_cpu_s: processor time of that reading, without loading the model.
        deposited: the file went into the store, with all that is known about it.
        has_pdf: a finished PDF passed its check.
        rotated_cw_deg, skew_ccw_deg, confidence, verdicts: as the product reports them.
        word_sure, word_right: confidence of each word in its ALTO, and whether it is right.
    """

    name: str
    ours: TextCount | None
    plain: TextCount | None
    plain_cpu_s: float
    deposited: bool
    has_pdf: bool
    rotated_cw_deg: int
    skew_ccw_deg: float
    confidence: float
    verdicts: tuple[str, ...]
    word_sure: tuple[float, ...] = ()
    word_right: tuple[bool, ...] = ()

    @property
    def collection(self) -> str:
        """The collection that the scan belongs to."""
        return self.name.partition("__")[0]


@dataclass(frozen=True, slots=True)
class RealScans:
    """All real scans, and the processor time of the product's one run over all of them."""

    marks: tuple[RealMark, ...]
    cpu_s: float


@dataclass(frozen=True, slots=True)
class RealSum:
    """Several real scans that have a truth, together."""

    pages: int
    ours: TextCount
    plain: TextCount


def real_scans(folder: Path) -> list[Path]:
    """The images of a folder, by name.

    Raises:
        errors.WrongUsage: there are none.
    """
    found = sorted(path for path in folder.glob("*") if path.suffix.lower() in SCANS)
    if not found:
        raise WrongUsage(
            "There are no scans in {folder}.",
            kept="Nothing was begun.",
            todo="Name a folder of images, each with its text beside it as NAME.gt.txt.",
            folder=folder,
        )
    return found


def read_real(scans: Sequence[Path], folder: Path, told: Callable[[str], None]) -> RealScans:
    """Read every scan with both programs; each is a file of its own for the product.

    Args:
        scans: image files; the truth of ``page.jpeg`` is ``page.gt.txt``.
        folder: an empty folder for copies, home and store.
        told: gets a line before each step.
    """
    sources = folder / "scans"
    for scan in scans:
        (sources / scan.name).mkdir(parents=True)
        shutil.copy(scan, sources / scan.name)
    told(f"abhilekh run on {len(scans)} real scans")
    run = run_product(sources, folder)
    told(f"plain Tesseract on {len(scans)} real scans")
    with ThreadPoolExecutor(AT_ONCE) as pool:
        plain = list(pool.map(plain_tesseract, scans))
    by_source = {file.facts["source"]: file for file in run.files}
    marks = (
        _mark(scan, by_source[scan.name], text, cpu_s)
        for scan, (text, cpu_s) in zip(scans, plain, strict=True)
    )
    return RealScans(tuple(marks), run.cost.cpu_s)


def plain_tesseract(scan: Path) -> tuple[str, float]:
    """Text of an image as Tesseract reads it without any preparation, and processor seconds.

    The resolution is the file's own, else what Tesseract guesses; the model is loaded before
    the clock starts.
    """
    os.environ["OMP_THREAD_LIMIT"] = "1"
    import tesserocr

    from ocr.models import tessdata_with

    folder = tessdata_with(MODEL)
    quiet = {"debug_file": os.devnull}
    with (
        tesserocr.PyTessBaseAPI(path=f"{folder}/", lang=MODEL, variables=quiet) as api,
        Image.open(scan) as image,
    ):
        image.load()
        began = time.thread_time()
        api.SetImage(image)
        text = str(api.GetUTF8Text())
        return text, time.thread_time() - began


def by_collection(marks: Sequence[RealMark]) -> dict[str, RealSum]:
    """The sums of each collection with a truth, and of all of them as ``all``."""
    names = list(dict.fromkeys(mark.collection for mark in marks if mark.ours))
    sums = {name: _sum_of(mark for mark in marks if mark.collection == name) for name in names}
    return {**sums, "all": _sum_of(marks)}


def _sum_of(marks: Iterable[RealMark]) -> RealSum:
    pairs = [(mark.ours, mark.plain) for mark in marks if mark.ours and mark.plain]
    return RealSum(
        len(pairs),
        sum((ours for ours, _ in pairs), TextCount()),
        sum((plain for _, plain in pairs), TextCount()),
    )


def _mark(scan: Path, file: DepositedFile, plain: str, cpu_s: float) -> RealMark:
    (page,) = file.pages
    expected = _expected(scan)
    return RealMark(
        name=scan.name,
        ours=_counted(scan, page.lines),
        plain=_counted(scan, plain.splitlines()),
        plain_cpu_s=cpu_s,
        deposited=file.facts["deposit"] is not None,
        has_pdf=file.has_pdf,
        rotated_cw_deg=page.facts["rotated_cw_deg"],
        skew_ccw_deg=page.facts["skew_ccw_deg"],
        confidence=page.facts["confidence"],
        verdicts=tuple(page.facts["reason_codes"]),
        word_sure=tuple(sure for line in page.sure for sure in line) if expected else (),
        word_right=_right(expected, page.lines) if expected else (),
    )


def _counted(scan: Path, read: Sequence[str]) -> TextCount | None:
    expected = _expected(scan)
    return count_text(expected, [folded(line) for line in read]) if expected else None


def _right(expected: Sequence[str], read: Sequence[str]) -> tuple[bool, ...]:
    words = right_words(expected, [[folded(word) for word in line.split()] for line in read])
    return tuple(ok for line in words for ok in line)


def _expected(scan: Path) -> list[str] | None:
    truth = scan.with_name(scan.stem + TRUTH)
    if not truth.exists():
        return None
    written = map(folded, truth.read_text(encoding="utf-8-sig").splitlines())
    # Rows of dashes and the like part the pieces of a truth; they stand on no page.
    return [line for line in written if any(map(str.isalnum, line))]
