"""Reading what a PDF page shows but does not say, and putting both texts together."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from rapidfuzz.fuzz import ratio

from ocr.engine import OcrEngine, Segmentation
from ocr.page import Box, GrayImage, Line, PageImage, PageText
from ocr.reader import AS_MEASURED, ReadingOptions
from ocr.reading import read_page
from ocr.text_page import Lie

_SAMPLE_LINES = 3
_SAMPLE_MARGIN_PX = 6
_SAME_PLACE = 0.5  # of a recognised word's box inside a kept word: it is the same word


@dataclass(frozen=True, slots=True)
class ReadUnder:
    """What was read on a page that keeps its contents.

    Args:
        layer: words to graft, on the picture as it was turned and levelled for reading.
        lie: how ``layer`` lies on the page as it is to be shown.
        text: all words of the page, kept and recognised, on the page as it is to be shown.
        shown_turn_cw_deg: turn between the picture and the page as it is to be shown.
    """

    layer: PageText
    lie: Lie
    text: PageText
    shown_turn_cw_deg: int


def read_under(
    picture: PageImage,
    visible: PageText,
    *,
    engine: OcrEngine,
    dpi: float,
    options: ReadingOptions = AS_MEASURED,
) -> ReadUnder:
    """Read a page whose visible text stays, and leave out what that text says already.

    A page with visible text keeps its orientation, other pages are set upright.

    Args:
        picture: the page as drawn, visible text may be masked.
        visible: words that stay, boxes on ``picture``.
        engine: what recognises.
        dpi: of the picture.
        options: how it is read.
    """
    reading = read_page(picture, dpi=dpi, engine=engine, options=options)
    turn, height, width = reading.rotated_cw_deg, *picture.shape[:2]
    known = [word.box for word in visible.words]

    lie = Lie(width, height, turn, reading.skew_ccw_deg)

    def on_turned(box: Box) -> Box:
        return _tilted(box, reading.text, lie)

    def on_picture(box: Box) -> Box:
        return _unturned(on_turned(box), lie)

    layer = _lines(reading.text.lines, lambda box: not _covered(on_picture(box), known))
    if known:
        shown = merged(visible.lines, _moved(layer, on_picture))
        text, shown_turn = PageText(shown, width, height, dpi), 0
    else:
        across, down = (height, width) if turn % 180 else (width, height)
        text, shown_turn = PageText(_moved(layer, on_turned), across, down, dpi), turn
        lie = Lie(across, down, 0, reading.skew_ccw_deg)
    return ReadUnder(replace(reading.text, lines=layer), lie, text, shown_turn)


def _lines(lines: Sequence[Line], stays: Callable[[Box], bool]) -> tuple[Line, ...]:
    kept = (
        replace(line, words=tuple(word for word in line.words if stays(word.box))) for line in lines
    )
    return tuple(line for line in kept if line.words)


def _moved(lines: Sequence[Line], to: Callable[[Box], Box]) -> tuple[Line, ...]:
    return tuple(
        replace(
            line,
            box=to(line.box),
            words=tuple(replace(word, box=to(word.box)) for word in line.words),
        )
        for line in lines
    )


def _tilted(box: Box, read: PageText, lie: Lie) -> Box:
    """A box of the levelled page on the turned picture before it was levelled."""
    size = (lie.width_px, lie.height_px)
    width, height = size[::-1] if lie.turned_cw_deg % 180 else size
    if not lie.skew_ccw_deg and (width, height) == (read.width_px, read.height_px):
        return box
    angle, cx, cy = math.radians(lie.skew_ccw_deg), read.width_px / 2, read.height_px / 2
    cos, sin = math.cos(angle), math.sin(angle)
    corners = [(x - cx, y - cy) for x in (box.x0, box.x1) for y in (box.y0, box.y1)]
    xs = [width / 2 + cos * x + sin * y for x, y in corners]
    ys = [height / 2 - sin * x + cos * y for x, y in corners]
    x0 = min(max(0, math.floor(min(xs))), width - 1)
    y0 = min(max(0, math.floor(min(ys))), height - 1)
    return Box(
        x0, y0, min(width, max(math.ceil(max(xs)), x0 + 1)),
        min(height, max(math.ceil(max(ys)), y0 + 1)),
    )  # fmt: skip


def _unturned(box: Box, lie: Lie) -> Box:
    """A box of the turned picture on the picture as it was before."""
    width, height = lie.width_px, lie.height_px
    if lie.turned_cw_deg == 90:
        return Box(box.y0, height - box.x1, box.y1, height - box.x0)
    if lie.turned_cw_deg == 180:
        return Box(width - box.x1, height - box.y1, width - box.x0, height - box.y0)
    if lie.turned_cw_deg == 270:
        return Box(width - box.y1, box.x0, width - box.y0, box.x1)
    return box


def _covered(box: Box, known: Sequence[Box]) -> bool:
    area = box.width * box.height
    shared = 0
    for other in known:
        across = min(box.x1, other.x1) - max(box.x0, other.x0)
        down = min(box.y1, other.y1) - max(box.y0, other.y0)
        shared += max(across, 0) * max(down, 0)
    return shared > _SAME_PLACE * area


def merged(kept: Sequence[Line], read: Sequence[Line]) -> tuple[Line, ...]:
    """Kept lines in their own order; each read line before the first kept one that is below it."""
    if not kept or not read:
        return tuple(kept) or tuple(read)
    lines, waiting = [], sorted(read, key=lambda line: line.box.y0)
    for line in kept:
        while waiting and waiting[0].box.y1 <= line.box.y0:
            lines.append(waiting.pop(0))
        lines.append(line)
    return (*lines, *waiting)


def agreement(picture: GrayImage, text: PageText, engine: OcrEngine) -> float:
    """How alike a text and our reading of its longest lines are, 0..1; 1 for no text.

    Args:
        picture: the page.
        text: what is said to stand there, boxes on ``picture``.
        engine: what recognises.
    """
    longest = sorted(text.lines, key=lambda line: (-len(line.text), line.box))[:_SAMPLE_LINES]
    scores = [_likeness(picture, line, text.dpi, engine) for line in longest]
    weights = [len(line.text) for line in longest]
    if not scores:
        return 1.0
    return sum(s * w for s, w in zip(scores, weights, strict=True)) / sum(weights)


def _likeness(picture: GrayImage, line: Line, dpi: float, engine: OcrEngine) -> float:
    x0, y0, x1, y1 = line.box
    margin = _SAMPLE_MARGIN_PX
    strip = picture[max(y0 - margin, 0) : y1 + margin, max(x0 - margin, 0) : x1 + margin]
    read = engine.recognise(strip.copy(), dpi=dpi, segmentation=Segmentation.SINGLE_LINE)
    return ratio(_letters(line.text), _letters(" ".join(part.text for part in read))) / 100


def _letters(text: str) -> str:
    return "".join(unicodedata.normalize("NFC", text).split())
