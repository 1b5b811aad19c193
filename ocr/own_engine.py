"""The reader of our own: lines are found in the ink, cut out, and read by one small network."""

from __future__ import annotations

import threading
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from ocr.decoding import ReadWord, signs_in, words_in
from ocr.engine import Segmentation
from ocr.line_finder import InkLine
from ocr.line_image import HEIGHT_PX, MARGIN, line_image
from ocr.line_ink import lines_of
from ocr.line_model import MODEL, LineModel, Probabilities
from ocr.page import Box, GrayImage, Line, Mask, Word
from ocr.tsv import around

BODY_PX = 17.0  # of the small letters in images that the pages are read from
_SMALLEST_SIDE_PX = 8
_DECIMALS = 4  # what ALTO keeps
_LONGEST = 160  # heights of small letters; a line across a large sheet has a hundred
_SPACE_PX = 3.0  # of a line's image
_FEWEST_JOINED = 2
_JOINT_SPACE_PX = 11.5  # of a line's image, that a wide stroke may keep off its right
_WRITTEN = 96  # of 255: darker columns and rows of a line's image hold ink


class OwnEngine:
    """Reads printed Hindi and English. Safe to call from several threads.

    Args:
        model: the network's file.

    Raises:
        ToolMissing: the model cannot be used.
    """

    name = "own"

    def __init__(self, model: Path = MODEL) -> None:
        self._path = model
        self._model: LineModel | None = LineModel(model)
        self._version = f"abhilekh {self._model.about.version} lines"
        self._lock = threading.Lock()

    @property
    def version(self) -> str:
        """Engine and model: ``abhilekh 1.0 lines``."""
        return self._version

    def recognise(
        self, image: GrayImage, *, dpi: float, segmentation: Segmentation = Segmentation.AUTO
    ) -> tuple[Line, ...]:
        """Lines from the top, boxes in pixels of ``image``; empty when nothing was found.

        The segmentation is not needed: what is a line shows in the ink.
        """
        if min(image.shape[:2]) < _SMALLEST_SIDE_PX:
            return ()
        found = [part for line in lines_of(image, body_px=BODY_PX) for part in _parts(image, line)]
        images = [line_image(image, line) for line in found]
        model = self._loaded()
        told = model.read(images)
        lines = (
            _line(place, seen, read, model)
            for place, seen, read in zip(found, images, told, strict=True)
        )
        return tuple(line for line in lines if line is not None)

    def close(self) -> None:
        """Let go of the network."""
        with self._lock:
            self._model = None

    def _loaded(self) -> LineModel:
        with self._lock:
            if self._model is None:
                self._model = LineModel(self._path)
            return self._model


def _parts(image: GrayImage, line: InkLine) -> list[InkLine]:
    """The line itself; one that is longer than any paper is wide, cut where it is whitest."""
    longest = round(_LONGEST * line.body_px)
    parts, x0 = [], line.box.x0
    while line.box.x1 - x0 > longest:
        begin = x0 + longest // 2
        across = image[line.box.y0 : line.box.y1, begin : x0 + longest].astype(np.int64).sum(axis=0)
        cut = begin + int(across.argmax()) + 1
        parts.append(replace(line, box=line.box._replace(x0=x0, x1=cut)))
        x0 = cut
    return [*parts, replace(line, box=line.box._replace(x0=x0))]


def _line(place: InkLine, seen: Mask, told: Probabilities, model: LineModel) -> Line | None:
    """What was read, with its boxes on the image; None when nothing was."""
    words = _joined(words_in(signs_in(told, model.about.signs)), seen, model.about.step_px)
    if not words:
        return None
    edge = MARGIN * place.body_px
    scale = (place.box.width + 2 * edge) / seen.shape[1]
    made = tuple(
        Word(
            word.text,
            _box(place, (begin, end), (place.box.x0 - edge, scale)),
            round(word.sure, _DECIMALS),
        )
        for word, (begin, end) in zip(
            words, _extents(words, seen, model.about.step_px), strict=True
        )
    )
    return Line(made, around(word.box for word in made))


def _joined(words: Sequence[ReadWord], seen: Mask, step_px: int) -> list[ReadWord]:
    """The words; numbers whose strokes stand wide, as some faces cut them, in one piece.

    ``25/ A- 3/ 1998`` is ``25/A-3/1998`` unless the space is as wide as one between words.
    """
    inked = _inked(seen)
    joined: list[ReadWord] = []
    for word in words:
        if joined and _belong(joined[-1].text, word.text):
            before = joined[-1]
            left, right = before.signs[-1].at * step_px, word.signs[0].at * step_px
            end, after = _gap(inked, round(left), round(right))
            if after - end <= _JOINT_SPACE_PX:
                joined[-1] = ReadWord(before.text + word.text, before.signs + word.signs)
                continue
        joined.append(word)
    return joined


def _belong(before: str, after: str) -> bool:
    """Whether a stroke that joins letters and digits ends the one and could lead to the other.

    ``1-`` before a word counts an item. What holds no digit is no number: the space that follows
    on ``Subject-`` is often no wider than the one within ``25/ A``.
    """
    if len(before) < _FEWEST_JOINED or not after[0].isalnum():
        return False
    if not any(sign.isdigit() for sign in before):
        return False
    if unicodedata.category(before[-2])[0] == "P":
        return False  # :- and /- end what they stand in
    return before[-1] == "/" or (
        before[-1] == "-" and (after[0].isdigit() or not before[-2].isdigit())
    )


def _inked(seen: Mask) -> np.ndarray:
    """The columns of a line's image that hold ink, its outermost rows left out."""
    return np.asarray(seen[HEIGHT_PX // 5 : -HEIGHT_PX // 5].max(axis=0) > _WRITTEN)


def _box(place: InkLine, extent: tuple[float, float], frame: tuple[float, float]) -> Box:
    start, scale = frame
    x0, x1 = (round(start + scale * edge) for edge in extent)
    x0 = min(max(x0, place.box.x0), place.box.x1 - 1)
    return Box(x0, place.box.y0, min(max(x1, x0 + 1), place.box.x1), place.box.y1)


def _extents(words: Sequence[ReadWord], seen: Mask, step_px: int) -> list[tuple[float, float]]:
    """Left and right end of each word, pixels of the line's image.

    Words part in the middle of the widest white between their signs; where there is none, half
    way between them.
    """
    inked = _inked(seen)
    written = np.flatnonzero(inked)
    first, last = (int(written[0]), int(written[-1]) + 1) if len(written) else (0, seen.shape[1])
    parts: list[tuple[float, float]] = []
    begin = float(first)
    for word, following in pairwise(words):
        left, right = word.signs[-1].at * step_px, following.signs[0].at * step_px
        end, after = _apart(*_gap(inked, round(left), round(right)))
        parts.append((begin, max(end, begin + 1)))
        begin = max(after, begin + 1)
    parts.append((begin, max(float(last), begin + 1)))
    return parts


def _apart(end: float, after: float) -> tuple[float, float]:
    """The same, with the least white that viewers of the PDF take for a space."""
    if after - end >= _SPACE_PX:
        return end, after
    middle = (end + after) / 2
    return middle - _SPACE_PX / 2, middle + _SPACE_PX / 2


def _gap(inked: np.ndarray, left: int, right: int) -> tuple[float, float]:
    """Begin and end of the widest white between two columns."""
    between = np.concatenate(([True], inked[left : max(right, left + 1)], [True]))
    edges = np.diff(between.astype(np.int8))
    begins, ends = np.flatnonzero(edges == -1), np.flatnonzero(edges == 1)
    if not len(begins):
        middle = (left + right) / 2
        return middle, middle
    widest = int((ends - begins).argmax())
    return float(left + begins[widest]), float(left + ends[widest])
