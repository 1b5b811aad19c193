"""Tesseract as a program of its own, through pytesseract: where tesserocr has no wheel."""

from __future__ import annotations

import os
from pathlib import Path

from errors import ToolMissing
from ocr.engine import Segmentation
from ocr.models import DEVANAGARI, tessdata_with
from ocr.page import GrayImage, Line
from ocr.tesserocr_engine import (
    PAGE_SEGMENTATION_MODES,
    SMALLEST_SIDE_PX,
    VARIABLES,
    too_slow,
)
from ocr.tsv import lines_of

_SET = " ".join(f"-c {name}={value}" for name, value in VARIABLES.items())


class PytesseractEngine:
    """The second engine: starts the ``tesseract`` program for every recognition.

    Args:
        tessdata: folder of the models; Debian's when ``None``.
        language: model name, or several joined with ``+``.
        time_limit_s: longest time for one recognition, seconds.

    Raises:
        ToolMissing: the program or the model is not installed.
    """

    name = "pytesseract"

    def __init__(
        self,
        *,
        tessdata: Path | None = None,
        language: str = DEVANAGARI,
        time_limit_s: float = 120.0,
    ) -> None:
        # The program inherits this: pages are what runs side by side.
        os.environ["OMP_THREAD_LIMIT"] = "1"
        self._folder = tessdata_with(language, tessdata=tessdata)
        self._language = language
        self._time_limit_s = time_limit_s
        self._program_version = _program_version()

    @property
    def version(self) -> str:
        """Engine and model: ``tesseract 5.3.0 Devanagari``."""
        return f"tesseract {self._program_version} {self._language}"

    def recognise(
        self, image: GrayImage, *, dpi: float, segmentation: Segmentation = Segmentation.AUTO
    ) -> tuple[Line, ...]:
        """Lines in reading order, boxes in pixels of ``image``; empty when nothing was found.

        Raises:
            InputRejected: the time limit was passed.
            ToolMissing: the program has been taken away.
        """
        import pytesseract

        if min(image.shape[:2]) < SMALLEST_SIDE_PX:
            return ()
        mode = PAGE_SEGMENTATION_MODES[segmentation]
        try:
            table = pytesseract.image_to_data(
                image,
                lang=self._language,
                config=f'--tessdata-dir "{self._folder}" --psm {mode} --dpi {round(dpi)} {_SET}',
                timeout=self._time_limit_s,
            )
        except pytesseract.TesseractNotFoundError as missing:
            raise _program_missing() from missing
        except pytesseract.TesseractError:
            return ()  # what Tesseract does with a blank page that has a few specks
        except RuntimeError as timeout:
            raise too_slow(self._time_limit_s) from timeout
        return lines_of(table)

    def close(self) -> None:
        """Nothing is held between recognitions."""


def _program_version() -> str:
    import pytesseract

    try:
        return str(pytesseract.get_tesseract_version())
    except (pytesseract.TesseractNotFoundError, SystemExit) as missing:
        raise _program_missing() from missing


def _program_missing() -> ToolMissing:
    return ToolMissing(
        "The program tesseract is not installed here.",
        kept="The scans as received; nothing was changed.",
        todo="Install it: sudo apt-get install tesseract-ocr tesseract-ocr-script-deva",
    )
