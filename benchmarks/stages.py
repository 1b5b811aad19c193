"""Where the processor time of a page goes: every stage of our own path, on made pages.

The stages are the product's own functions, timed where they are called; a stage's time is
without that of the stages inside it, so the shares add up. Beside them stands one
``Recognize()`` of every page at the scale it was read at: what cannot be saved.
"""

from __future__ import annotations

import importlib
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

import cv2
import numpy as np

import ingest.decode
from config.app import make_engine
from config.reading import reading_options
from config.settings import Settings
from ingest.limits import Limits
from ingest.media import HEAD_BYTES, sniff
from ocr import alto, finished, layers, reading
from ocr import assemble as joining
from ocr.description import Description
from ocr.engine import OcrEngine, Segmentation
from ocr.page import GrayImage, Line, PageText
from ocr.profile import Profile
from ocr.tesserocr_engine import PAGE_SEGMENTATION_MODES, TesserocrEngine
from storage.local import LocalStore

# Stage, module in whose name space the function is called, function.
TIMED = (
    ("decode", "ingest.decode", "decode"),
    ("look at the ink", "ocr.reading", "look_at"),
    ("blank?", "ocr.reading", "is_blank"),
    ("turn, skew, size", "ocr.reading", "lie_of"),
    ("text ink", "ocr.reader", "text_ink"),
    ("lines and lost regions", "ocr.reader", "PageReader.mended"),
    ("image to read", "ocr.attempts", "image_to_read"),
    ("image to read", "ocr.second", "image_to_read"),
    ("second readings", "ocr.reading", "read_again"),
    ("layout and order", "ocr.reading", "layout_of"),
    ("layout and order", "ocr.reading", "in_reading_order"),
    ("corrections", "ocr.reading", "corrected"),
    ("confidence", "ocr.calibration", "Calibrator.__call__"),
    ("scan quality", "ocr.reading", "quality_of"),
    ("fingerprint", "ocr.reading", "fingerprint_in"),
    ("unread places", "ocr.reading", "unread_places"),
    ("strokes and rules", "ocr.reading", "without_rules"),
    ("strokes and rules", "ocr.reading", "parted"),
    ("reading, the rest", "ocr.reading", "read_page"),
    ("level", "ocr.shown", "shown"),
    ("level", "ocr.shown", "_turned"),
    ("foreground", "ocr.layers", "find_foreground"),
    ("inks", "ocr.layers", "separate_inks"),
    ("fax coding", "ocr.layers", "encode_g4"),
    ("background and the rest of the layers", "ocr.layers", "layer_page"),
    ("ALTO", "ocr.alto", "write_alto"),
    ("text layer", "ocr.assemble", "text_content"),
    ("assemble", "ocr.assemble", "assemble"),
    ("finished check", "ocr.finished", "check_finished"),
)
FIRST, FURTHER, STORE = "recognise, first", "recognise, again", "hash and store"
LAYERS = ("level", "foreground", "inks", "fax coding", "background and the rest of the layers")


@dataclass
class Clock:
    """Processor time by stage, each without the stages inside it, this process and its children.

    Attributes:
        spent_s: seconds by stage.
    """

    spent_s: dict[str, float] = field(default_factory=dict)
    _inside_s: list[float] = field(default_factory=lambda: [0.0])

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count what runs inside as ``name``."""
        began = _cpu_s()
        self._inside_s.append(0.0)
        try:
            yield
        finally:
            whole = _cpu_s() - began
            own = whole - self._inside_s.pop()
            self._inside_s[-1] += whole
            self.spent_s[name] = self.spent_s.get(name, 0.0) + own

    def timed(self, name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """``function``, counted."""

        def counted(*given: Any, **named: Any) -> Any:
            with self.stage(name):
                return function(*given, **named)

        return counted


def _cpu_s() -> float:
    """Of this process and of the programs that it waited for."""
    others = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + others.ru_utime + others.ru_stime


class ListeningEngine:
    """The engine, its recognitions counted and the first image of every page kept."""

    def __init__(self, engine: OcrEngine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock
        self.name, self.version = engine.name, engine.version
        self.firsts: list[tuple[GrayImage, float]] = []
        self.page_is_new = True

    def recognise(
        self, image: GrayImage, *, dpi: float, segmentation: Segmentation = Segmentation.AUTO
    ) -> tuple[Line, ...]:
        """See ``OcrEngine``."""
        first, self.page_is_new = self.page_is_new, False
        if first:
            self.firsts.append((image, dpi))
        with self._clock.stage(FIRST if first else FURTHER):
            return self._engine.recognise(image, dpi=dpi, segmentation=segmentation)

    def close(self) -> None:
        """See ``OcrEngine``."""
        self._engine.close()


@dataclass(frozen=True, slots=True)
class Stages:
    """Where the time of some pages went, processor seconds a scan.

    Attributes:
        pages: how many scans.
        stages_s: by stage.
        recognize_s: one ``Recognize()`` of every page's image and nothing else.
        layers_bytes: size of the image layers, a page.
    """

    pages: int
    stages_s: dict[str, float]
    recognize_s: float
    layers_bytes: float

    @property
    def total_s(self) -> float:
        """All stages."""
        return sum(self.stages_s.values())

    def of(self, *names: str) -> float:
        """Some stages together."""
        return sum(self.stages_s.get(name, 0.0) for name in names)


def measured(scans: Sequence[Path], folder: Path) -> Stages:
    """The pages of one file, step by step as the worker does it, in this process.

    Args:
        scans: image files, one page each.
        folder: an empty folder to work in.
    """
    cv2.setNumThreads(1)
    clock = Clock()
    engine = make_engine(Settings())
    listening = ListeningEngine(engine, clock)
    options = reading_options(Settings(), listening)
    # A page that is not counted: models are loaded once a process, with the first pages.
    reading.read_page(_decoded(scans[0]).pixels, dpi=300, engine=listening, options=options)
    listening.firsts.clear()
    clock.spent_s.clear()
    with ExitStack() as patches:
        for name, module, function in TIMED:
            patches.enter_context(_timed(clock, name, module, function))
        size = _all_pages(scans, folder, (listening, options), clock)
    engine.close()
    tesseract = TesserocrEngine()  # what the product is measured against, whoever reads for it
    recognize_s = sum(_recognise_alone(tesseract, *first) for first in listening.firsts)
    tesseract.close()
    count = len(scans)
    stages = {name: spent / count for name, spent in clock.spent_s.items()}
    return Stages(count, stages, recognize_s / count, size / count)


def _timed(clock: Clock, name: str, module: str, function: str) -> Any:
    holder: Any = importlib.import_module(module)
    *inside, last = function.split(".")
    for part in inside:
        holder = getattr(holder, part)
    return mock.patch.object(holder, last, clock.timed(name, getattr(holder, last)))


def _all_pages(
    scans: Sequence[Path],
    folder: Path,
    readers: tuple[ListeningEngine, reading.ReadingOptions],
    clock: Clock,
) -> int:
    store, (engine, options) = LocalStore(folder / "store"), readers
    parts: list[joining.PagePart] = []
    texts: list[PageText] = []
    for number, scan in enumerate(scans):
        engine.page_is_new = True
        decoded = _decoded(scan)
        seen = reading.read_page(decoded.pixels, dpi=decoded.dpi, engine=engine, options=options)
        if seen.blank:
            continue
        made = layers.layer_page(
            seen.page, dpi=decoded.dpi, profile=Profile.COMPACT, bilevel=decoded.bilevel
        )
        about = alto.AltoDescription(scan.name, "0" * 64, engine.version, "benchmark")
        written = alto.write_alto(seen.text, description=about)
        key = f"work/b/{number}/layers"
        with clock.stage(STORE):
            store.put_bytes(f"work/b/{number}/alto", written, media_type=alto.MEDIA_TYPE)
            store.put_bytes(key, made, media_type="application/pdf")
        parts.append(joining.PagePart(store.local_path(key), seen.text, "noting"))
        texts.append(seen.text)
    target = folder / "access.pdf"
    joining.assemble(parts, target, description=Description("नस्ती"), workdir=folder)
    finished.check_finished(target, texts)
    return sum(part.pdf.stat().st_size for part in parts)


def _decoded(scan: Path) -> ingest.decode.Decoded:
    media_type = sniff(scan.read_bytes()[:HEAD_BYTES]).media_type or ""
    limits = Limits()
    return ingest.decode.decode(
        scan, media_type=media_type, frame=0, limits=limits, assumed_dpi=None
    )


def _recognise_alone(tesseract: TesserocrEngine, image: GrayImage, dpi: float) -> float:
    """Seconds of Tesseract's ``Recognize()`` on an image, and of nothing around it."""
    height, width = image.shape
    with tesseract._lent() as api:
        api.SetPageSegMode(PAGE_SEGMENTATION_MODES[Segmentation.AUTO])
        api.SetImageBytes(np.ascontiguousarray(image).tobytes(), width, height, 1, width)
        api.SetSourceResolution(round(dpi))
        began = _cpu_s()
        api.Recognize()
        spent = _cpu_s() - began
        api.Clear()
    return spent


def measured_sets(folders: dict[str, Path]) -> dict[str, Stages]:
    """``measured`` for named folders of scans."""
    found = {}
    for name, scans in folders.items():
        with tempfile.TemporaryDirectory(prefix="abhilekh-stages-") as folder:
            found[name] = measured(sorted(scans.iterdir()), Path(folder))
    return found
