"""OCRmyPDF with our engine plugged in: it hides the words of ``read`` under one page's content.

OCRmyPDF finds what is on the page, masks text that stays, takes out an old invisible layer and
grafts the new one with the right turn and origin. Drawing the page and reading it are ours;
its Tesseract and Ghostscript parts are never loaded into the run.
"""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Set
from pathlib import Path
from typing import Any

from ocrmypdf import ExitCode, hookimpl, ocr
from ocrmypdf._options import OcrOptions, ProcessingMode
from ocrmypdf._plugin_manager import get_plugin_manager
from ocrmypdf.builtin_plugins import ghostscript, null_ocr, optimize, pypdfium, tesseract_ocr
from ocrmypdf.exceptions import ExitCodeException
from ocrmypdf.pluginspec import OcrEngine, OrientationConfidence
from PIL import Image

from ocr.pdf_sight import draw, opened

Read = Callable[[Path, Path], None]  # (picture of the page, where its text layer is to go)

# OCRmyPDF swallows what pdfminer raises on a malformed font, then misses its own findings.
_FAULTS = (ExitCodeException, AttributeError, KeyError, TypeError, ValueError)
_REPLACED = (ghostscript, null_ocr, optimize, pypdfium, tesseract_ocr)


class GraftFailed(Exception):
    """OCRmyPDF could not put a text layer under this page."""


class _Engine(OcrEngine):
    """Our engine in the shape that OCRmyPDF asks for."""

    def __init__(self, read: Read) -> None:
        self._read = read

    @staticmethod
    def version() -> str:
        return "1"

    @staticmethod
    def creator_tag(options: Any) -> str:
        return "Abhilekh"

    def __str__(self) -> str:
        return "Abhilekh"

    @staticmethod
    def languages(options: Any) -> Set[str]:
        return set()  # the engine has its model already

    @staticmethod
    def get_orientation(input_file: Path, options: Any) -> OrientationConfidence:
        return OrientationConfidence(angle=0, confidence=0.0)  # ``read`` finds the turn itself

    @staticmethod
    def generate_hocr(input_file: Path, output_hocr: Path, output_text: Path, options: Any) -> None:
        raise NotImplementedError("the sandwich renderer asks for a PDF")

    def generate_pdf(  # type: ignore[override]
        self, input_file: Path, output_pdf: Path, output_text: Path, options: Any
    ) -> None:
        self._read(input_file, output_pdf)
        output_text.write_text("", encoding="utf-8")


class _OurParts:
    """The hooks: how a page is drawn, who reads it."""

    def __init__(self, read: Read, size_px: tuple[int, int], dpi: float) -> None:
        self._engine = _Engine(read)
        self._size_px = size_px
        self._dpi = dpi

    @hookimpl
    def register_options(self) -> dict[str, Any]:
        """OCRmyPDF reads these settings whether or not the parts they belong to are there."""
        known: dict[str, Any] = {}
        for part in (ghostscript, optimize, tesseract_ocr):
            known |= part.register_options()
        return known

    @hookimpl
    def get_ocr_engine(self, options: Any) -> OcrEngine:
        return self._engine

    @hookimpl
    def rasterize_pdf_page(self, input_file: Path, output_file: Path, pageno: int) -> Path:
        """Drawn at our size whatever OCRmyPDF asks for: it may want 400 dpi of a wall map."""
        with opened(input_file, pageno - 1) as page:
            picture = draw(page, self._size_px, colour=False)
        Image.fromarray(picture).save(
            output_file, format="PNG", compress_level=1, dpi=(self._dpi, self._dpi)
        )
        return output_file

    @hookimpl
    def optimize_pdf(self, input_pdf: Path, output_pdf: Path) -> tuple[Path, list[str]]:
        shutil.copyfile(input_pdf, output_pdf)
        return output_pdf, []

    @hookimpl
    def is_optimization_enabled(self) -> bool:
        return False


def graft(page: Path, grafted: Path, *, read: Read, size_px: tuple[int, int], dpi: float) -> None:
    """Write ``grafted``: the one page of ``page`` with the words that ``read`` finds under it.

    An invisible layer that is there already is taken out; visible text stays, and is masked in
    the picture that ``read`` gets.

    Args:
        page: one-page PDF, upright, its origin at the lower left.
        grafted: where the result goes; not yet PDF/A.
        read: gets the picture (PNG) and writes the text layer: a one-page PDF of the page's
            size whose font is named ``/f-0-0``.
        size_px: size at which the page is drawn.
        dpi: its resolution.

    Raises:
        GraftFailed: OCRmyPDF gave up on the page.
    """
    logging.getLogger("ocrmypdf").setLevel(logging.CRITICAL)
    plugins = get_plugin_manager([])
    for part in _REPLACED:
        plugins.pluggy_manager.unregister(part)
    plugins.pluggy_manager.register(_OurParts(read, size_px, dpi))
    options = OcrOptions(
        input_file=page,
        output_file=grafted,
        languages=["eng"],
        output_type="pdf",
        pdf_renderer="sandwich",
        mode=ProcessingMode.redo,
        optimize=0,
        jobs=1,
        use_threads=True,
        progress_bar=False,
        oversample=round(dpi),
    )
    try:
        outcome = ocr(options, plugin_manager=plugins)
    except _FAULTS as refused:
        raise GraftFailed(f"{type(refused).__name__}: {refused}") from refused
    if outcome not in (ExitCode.ok, ExitCode.already_done_ocr):
        raise GraftFailed(str(outcome))
