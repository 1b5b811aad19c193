"""The engine seam: whatever can read an upright, level page offers this."""

from __future__ import annotations

from enum import StrEnum
from typing import Protocol

from ocr.page import GrayImage, Line


class Segmentation(StrEnum):
    """How the engine is to cut the page into blocks."""

    AUTO = "auto"  # columns and blocks, full page layout analysis
    SINGLE_COLUMN = "single_column"
    SINGLE_BLOCK = "single_block"
    SPARSE = "sparse"  # words wherever they stand
    SINGLE_LINE = "single_line"


class OcrEngine(Protocol):
    """Reads text from an image; safe to call from several threads at once.

    Real ones: ``ocr.own_engine``, ``ocr.tesserocr_engine``, ``ocr.pytesseract_engine``.
    """

    @property
    def name(self) -> str:
        """``tesserocr``, ``pytesseract``, …"""

    @property
    def version(self) -> str:
        """Program, version and model, as in ALTO and manifest: ``tesseract 5.5.4 Devanagari``."""

    def recognise(
        self, image: GrayImage, *, dpi: float, segmentation: Segmentation = Segmentation.AUTO
    ) -> tuple[Line, ...]:
        """Lines in reading order, boxes in pixels of ``image``; empty when nothing was found.

        A blank page gives an empty tuple, never an exception.

        Raises:
            errors.ToolMissing: the program or model is not installed.
        """

    def close(self) -> None:
        """Let go of models and native memory; the engine may not be used afterwards."""
