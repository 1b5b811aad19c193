"""A PDF page that is not a plain scan becomes an archival page with trustworthy text.

Good text stays as it is, with the letters and lines of the page. A text that would mislead a
search is replaced; what has none is read. Only a page that cannot be archived as it stands
(fonts missing, layers switched off, damage) is drawn and layered like a scan.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from errors import InputRejected
from ocr.engine import OcrEngine
from ocr.layers import layer_page
from ocr.mixed_reading import ReadUnder, agreement, read_under
from ocr.page import GrayImage, PageImage, PageText
from ocr.page_json import as_json, from_json
from ocr.pdf_cell import CellDied, CellLimits, cell
from ocr.profile import Profile
from ocr.reader import AS_MEASURED, ReadingOptions
from ocr.reading import read_page
from ocr.text_page import over_picture, write_text_page


class TextOrigin(StrEnum):
    """Where the words of a page come from."""

    KEPT = "kept"  # they were in the PDF
    RECOGNISED = "recognised"
    BOTH = "both"  # kept, and recognised where the PDF had none


@dataclass(frozen=True, slots=True)
class MixedLimits:
    """What one page may cost, and how it is drawn.

    Args:
        timeout_s: wall seconds for the work on the PDF, recognition not counted.
        max_pixels: the largest picture that is drawn of a page.
        max_memory_bytes: memory of the process that opens the PDF, libraries not counted.
        render_dpi: resolution at which pages are drawn, lower where ``max_pixels`` demands it.
        profile: image layers of a page that has to be drawn.
        reading: how a drawn page is read.
    """

    timeout_s: float = 60.0
    max_pixels: int = 60_000_000
    max_memory_bytes: int = 1_000_000_000
    render_dpi: float = 300.0
    profile: Profile = Profile.COMPACT
    reading: ReadingOptions = AS_MEASURED


@dataclass(frozen=True, slots=True)
class MixedPage:
    """A page for the access copy, and what is known about it.

    Attributes:
        pdf: a one-page PDF/A-2b with its text; give it to ``assemble`` with ``text=None``.
        text: its words, boxes in pixels of the page as shown at ``dpi``.
        text_origin: where they come from.
        width_px, height_px: the page as shown at ``dpi``.
        dpi: resolution that the boxes refer to.
        rotated_cw_deg: quarter turn applied on top of the PDF's own: 0, 90, 180, 270.
        skew_ccw_deg: skew found and taken out; 0 where the page kept its vectors.
        confidence: 0..1, mean word confidence by letters; 1 for text that was kept.
        rasterised: why the page had to be drawn, as a short code; empty where it stayed as it was.
    """

    pdf: bytes
    text: PageText
    text_origin: TextOrigin
    width_px: int
    height_px: int
    dpi: float
    rotated_cw_deg: int
    skew_ccw_deg: float
    confidence: float
    rasterised: str


def layer_mixed_page(
    pdf: Path, page_index: int, *, engine: OcrEngine, workdir: Path, limits: MixedLimits
) -> MixedPage:
    """Page ``page_index`` (from 0) of ``pdf``, archival and searchable.

    The PDF is only ever opened in a process of its own (``ocr.pdf_cell``).

    Args:
        pdf: a PDF that opens without a password.
        page_index: counted from 0.
        engine: what recognises, where that is called for.
        workdir: an empty folder for this page alone; files are left in it.
        limits: what it may cost.

    Raises:
        errors.InputRejected: no library can draw the page within the limits.
        errors.ToolMissing: the engine has no model.
    """
    pdf, workdir = pdf.resolve(), workdir.resolve()
    work = _Work(engine, limits)
    order = {
        "source": str(pdf), "page": page_index, "workdir": str(workdir),
        "max_pixels": limits.max_pixels, "dpi": limits.render_dpi, "draw": "",
    }  # fmt: skip
    try:
        outcome = work.ordered(order, workdir)
    except CellDied:
        try:
            outcome = work.ordered(order | {"draw": "cell_died"}, workdir)
        except CellDied as died:
            raise InputRejected(
                "Page {page} of {file} cannot be drawn: it is damaged, or it takes too much time "
                "or memory.",
                kept="The PDF as received; its other pages go on.",
                todo="Print that page from a PDF reader, scan it, and put it in its place.",
                page=page_index + 1,
                file=pdf.name,
                detail=str(died),
            ) from died
    return work.drawn_page(outcome) if "picture" in outcome else work.standing_page(outcome)


class _Work:
    """One page on its way: the engine, the limits, and what was read for the cell."""

    def __init__(self, engine: OcrEngine, limits: MixedLimits) -> None:
        self._engine = engine
        self._limits = limits
        self._read: ReadUnder | None = None
        self._agreement = 1.0

    def ordered(self, order: dict[str, Any], workdir: Path) -> dict[str, Any]:
        """Give the order to a fresh cell and answer its questions until it is done.

        Raises:
            CellDied: it crashed, overran its limits or talks nonsense.
        """
        self._read, self._agreement = None, 1.0  # what a dead cell asked belongs to its page
        limits = CellLimits(self._limits.timeout_s, self._limits.max_memory_bytes)
        with cell(workdir, limits) as conversation:
            conversation.say(order)
            while "done" not in (heard := conversation.hear()):
                conversation.say(self._answer(heard))
        done = heard["done"]
        if not isinstance(done, dict):
            raise CellDied("")
        return done

    def _answer(self, heard: dict[str, Any]) -> dict[str, Any]:
        if heard["ask"] == "sample":
            picture = np.load(Path(heard["picture"]))
            self._agreement = agreement(picture, from_json(heard["text"]), self._engine)
            return {"agreement": self._agreement}
        visible = from_json(heard["visible"])
        grey = cv2.imread(heard["picture"], cv2.IMREAD_GRAYSCALE)
        if grey is None:
            raise CellDied("the drawing of the page cannot be read back")
        seen: GrayImage = grey  # type: ignore[assignment]
        read = self._under(seen, visible, float(heard["dpi"]))
        write_text_page(read.layer, read.lie, Path(heard["layer"]))
        self._read = read
        return {"turn": read.shown_turn_cw_deg, "text": as_json(read.text)}

    def standing_page(self, outcome: dict[str, Any]) -> MixedPage:
        """The page with its own letters and lines, its text kept, read, or both."""
        text, origin = self._text_of(outcome)
        return _page(Path(outcome["pdf"]).read_bytes(), text, origin, turn=int(outcome["turn"]))

    def drawn_page(self, outcome: dict[str, Any]) -> MixedPage:
        """The page as a picture, layered like a scan."""
        picture: PageImage = np.load(Path(outcome["picture"]))
        turn, skew, dpi = int(outcome["turn"]), 0.0, float(outcome["dpi"])
        if "visible" in outcome and self._read is None:
            visible = from_json(outcome["visible"])
            self._read = self._under(picture, visible, dpi)
        if "kept" in outcome or self._read is not None:
            text, origin = self._text_of(outcome)
        else:
            reading = read_page(picture, dpi=dpi, engine=self._engine, options=self._limits.reading)
            picture, text, origin = reading.image, reading.text, TextOrigin.RECOGNISED
            turn, skew = turn + reading.rotated_cw_deg, reading.skew_ccw_deg
        if "kept" not in outcome and self._read is not None:
            picture = _turned(picture, self._read.shown_turn_cw_deg)
            turn += self._read.shown_turn_cw_deg
        layers = layer_page(picture, dpi=dpi, profile=self._limits.profile)
        page = _page(over_picture(layers, text), text, origin, turn=turn % 360)
        return replace(page, skew_ccw_deg=skew, rasterised=str(outcome["why"]))

    def _under(self, picture: PageImage, visible: PageText, dpi: float) -> ReadUnder:
        options = self._limits.reading
        return read_under(picture, visible, engine=self._engine, dpi=dpi, options=options)

    def _text_of(self, outcome: dict[str, Any]) -> tuple[PageText, TextOrigin]:
        """The text of a page that was kept or read under, and where it comes from."""
        if "kept" in outcome:
            return _as_sure(from_json(outcome["kept"]), self._agreement), TextOrigin.KEPT
        if self._read is None:
            raise CellDied("")
        text, read = self._read.text, self._read.layer
        kept = len(text.words) - len(read.words)
        if not kept:
            return text, TextOrigin.RECOGNISED
        return text, TextOrigin.BOTH if read.words else TextOrigin.KEPT


def _page(pdf: bytes, text: PageText, origin: TextOrigin, *, turn: int) -> MixedPage:
    letters = sum(len(word.text) for word in text.words)
    sure = sum(word.confidence * len(word.text) for word in text.words)
    confidence = sure / letters if letters else 0.0
    size = text.width_px, text.height_px
    return MixedPage(pdf, text, origin, *size, text.dpi, turn, 0.0, confidence, "")


def _turned(picture: PageImage, cw_deg: int) -> PageImage:
    return np.ascontiguousarray(np.rot90(picture, -cw_deg // 90)) if cw_deg else picture


def _as_sure(text: PageText, confidence: float) -> PageText:
    """The same words, each as sure as given."""
    if confidence == 1.0:
        return text
    lines = tuple(
        replace(line, words=tuple(replace(word, confidence=confidence) for word in line.words))
        for line in text.lines
    )
    return replace(text, lines=lines)
