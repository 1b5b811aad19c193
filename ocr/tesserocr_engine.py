"""Tesseract inside this process, through tesserocr: models stay loaded between pages."""

from __future__ import annotations

import importlib
import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING

import numpy as np

from errors import InputRejected, ToolMissing
from ocr.engine import Segmentation
from ocr.models import DEVANAGARI, tessdata_with
from ocr.page import GrayImage, Line
from ocr.tsv import lines_of

if TYPE_CHECKING:
    import tesserocr

# Source: tesseract PageSegMode.
PAGE_SEGMENTATION_MODES: Mapping[Segmentation, int] = MappingProxyType(
    {
        Segmentation.AUTO: 3,
        Segmentation.SINGLE_COLUMN: 4,
        Segmentation.SINGLE_BLOCK: 6,
        Segmentation.SINGLE_LINE: 7,
        Segmentation.SPARSE: 11,
    }
)
# Tesseract cuts a page into lines on black and white. Sauvola's local threshold loses fewer
# lines than Otsu's single one: CER 6.8 -> 6.3 % on old print, for 6 % more time.
# Doubtful lines are not read a second time as white on black: the paper of what is read has
# been made white, such print would be gone. 3 % of the time, and CER 2.66 -> 2.61 %.
VARIABLES: Mapping[str, str] = MappingProxyType(
    {"thresholding_method": "2", "tessedit_do_invert": "0"}
)
SMALLEST_SIDE_PX = 8  # below, Tesseract complains and finds nothing


class TesserocrEngine:
    """The first engine. Safe to call from several threads.

    As many models are in memory as there were recognitions at one time; a model that is free is
    lent to the next caller, whatever thread it runs in.

    Args:
        tessdata: folder of the models; Debian's when ``None``.
        language: model name, or several joined with ``+``.
        time_limit_s: longest time for one recognition, seconds.

    Raises:
        ToolMissing: tesserocr or the model is not installed.
    """

    name = "tesserocr"

    def __init__(
        self,
        *,
        tessdata: Path | None = None,
        language: str = DEVANAGARI,
        time_limit_s: float = 120.0,
    ) -> None:
        # Pages are what runs side by side; the library's own threads only burn CPU, and it
        # looks at this once, when it is loaded.
        os.environ["OMP_THREAD_LIMIT"] = "1"
        self._tesserocr = _loaded()
        # Complaints about odd boxes would otherwise land on the user's terminal.
        self._tesserocr.set_leptonica_log_level(self._tesserocr.LeptLogLevel.NONE)
        self._folder = tessdata_with(language, tessdata=tessdata)
        self._language = language
        self._time_limit_s = time_limit_s
        self._free: list[tesserocr.PyTessBaseAPI] = []
        self._closed = False
        self._lock = threading.Lock()

    @property
    def version(self) -> str:
        """Engine and model: ``tesseract 5.5.4 Devanagari``."""
        library: str = self._tesserocr.tesseract_version()
        return f"{library.splitlines()[0].strip()} {self._language}"

    def recognise(
        self, image: GrayImage, *, dpi: float, segmentation: Segmentation = Segmentation.AUTO
    ) -> tuple[Line, ...]:
        """Lines in reading order, boxes in pixels of ``image``; empty when nothing was found.

        Raises:
            InputRejected: the time limit was passed.
            ToolMissing: the model cannot be loaded.
        """
        height, width = image.shape[:2]
        if min(height, width) < SMALLEST_SIDE_PX:
            return ()
        with self._lent() as api:
            try:
                api.SetPageSegMode(PAGE_SEGMENTATION_MODES[segmentation])
                api.SetImageBytes(np.ascontiguousarray(image).tobytes(), width, height, 1, width)
                api.SetSourceResolution(round(dpi))
                if not api.Recognize(timeout=round(self._time_limit_s * 1000)):
                    raise too_slow(self._time_limit_s)
                return lines_of(api.GetTSVText(0))
            except RuntimeError:
                return ()  # what Tesseract does with a blank page that has a few specks
            finally:
                api.Clear()

    def close(self) -> None:
        """Let go of the models; one that is at work goes when its recognition ends."""
        with self._lock:
            self._closed = True
            free, self._free = self._free, []
        for api in free:
            api.End()

    @contextmanager
    def _lent(self) -> Iterator[tesserocr.PyTessBaseAPI]:
        with self._lock:
            api = self._free.pop() if self._free else None
        if api is None:
            api = self._opened()
        try:
            yield api
        finally:
            with self._lock:
                if not self._closed:
                    self._free.append(api)
                    api = None
            if api is not None:
                api.End()

    def _opened(self) -> tesserocr.PyTessBaseAPI:
        try:
            return self._tesserocr.PyTessBaseAPI(
                path=f"{self._folder}/",
                lang=self._language,
                # Or it talks on the user's terminal.
                variables={"debug_file": os.devnull, **VARIABLES},
            )
        except RuntimeError as damage:
            raise ToolMissing(
                "The Tesseract model {model} in {folder} cannot be loaded; it may be damaged.",
                kept="The scans as received; nothing was changed.",
                todo="Install the model again (apt-get install --reinstall), then: abhilekh doctor",
                model=self._language,
                folder=str(self._folder),
            ) from damage


def too_slow(limit_s: float) -> InputRejected:
    """The error of a page whose recognition takes longer than ``limit_s`` seconds."""
    return InputRejected(
        "The page could not be read within {seconds} seconds.",
        kept="The scan as received; the other pages go on.",
        todo="Look at the scan: very noisy pages take this long. Scan the sheet again.",
        seconds=round(limit_s),
    )


def _loaded() -> ModuleType:
    try:
        return importlib.import_module("tesserocr")
    except ImportError as missing:
        raise ToolMissing(
            "The Python package tesserocr is not installed here: {reason}",
            kept="The scans as received; nothing was changed.",
            todo="Install it with: pip install tesserocr, or set ABHILEKH_OCR_ENGINE=pytesseract",
            reason=missing,
        ) from missing
