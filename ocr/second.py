"""Second readings where they matter: numbers, and what the first reader was unsure of.

Where another program reads second, whole lines come first: it reads those that the first was
unsure of, and the surer reading stands. What either says of itself is made comparable before
(``ocr.trust``).

What is read again is cut out at a larger scale, stacked in a column and read in one call a
model: numbers and English words by the small English model, numbers among Devanagari letters by
Tesseract's large model, unsure Hindi words by that one too, or by the small Hindi model where the
large one read first.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ocr.attempts import Scan, image_to_read
from ocr.engine import OcrEngine, Segmentation
from ocr.geometry import Pose
from ocr.merging import Merged, alike, merged_number, merged_word
from ocr.montage import Piece, stacked
from ocr.page import Box, Line, Word
from ocr.spans import Script, Span, numbers_in, unsure_in
from ocr.trust import said_by
from ocr.tsv import around

ENLARGED = 1.4
"""Scale of the second reading against the first. At the same scale the first model repeats its
own mistakes: 5 wrong numbers of 395 read alike twice, none at 1.4."""

UNSURE = 0.7
"""Words below this confidence are read again."""

UNSURE_LINE = 0.8
"""Lines below this confidence are read again as a whole, where there is a reader for them."""

_MOST_LINES = 60  # a page of scrawl would cost as much again as its first reading
_FEWEST_LETTERS = 4  # shorter lines are numbers and strokes
_LINE_MARGIN = 0.25  # paper around a line that is read again, of its height
_MOST_PIECES = 120  # in one image; a register's page is read in several


@dataclass(frozen=True)
class SecondReaders:
    """Who reads again; who is ``None`` reads nothing, and the first reading stands.

    Attributes:
        latin: numbers and words without Devanagari letters.
        devanagari: numbers in Devanagari digits or among such letters.
        hindi: unsure words in Devanagari.
        lines: whole lines that the first was unsure of; another program than the first.
    """

    latin: OcrEngine | None = None
    devanagari: OcrEngine | None = None
    hindi: OcrEngine | None = None
    lines: OcrEngine | None = None

    def of(self, span: Span) -> OcrEngine | None:
        """Who reads this span again."""
        if span.script is Script.LATIN:
            return self.latin
        return self.devanagari if span.number else self.hindi

    @property
    def engines(self) -> list[OcrEngine]:
        """All of them, each once."""
        there = (self.latin, self.devanagari, self.hindi, self.lines)
        return list({id(engine): engine for engine in there if engine is not None}.values())

    @property
    def models(self) -> str:
        """The models that read again, as written into ALTO and manifest: ``eng, Devanagari``."""
        names = (engine.version.split()[-1] for engine in self.engines)
        return ", ".join(dict.fromkeys(names))

    def close(self) -> None:
        """Let go of the models of these readers."""
        for engine in self.engines:
            engine.close()


NOBODY = SecondReaders()


@dataclass(frozen=True)
class Shown:
    """The page as it was shown to the first reader.

    Attributes:
        scan: the page as it came.
        pose: how it is shown.
        scale: at which it was read.
        reader: version of the engine that read it; its confidences are what all are told in.
    """

    scan: Scan
    pose: Pose
    scale: float
    reader: str


@dataclass(frozen=True)
class Again:
    """What second readings gave.

    Attributes:
        lines: the lines, numbers and unsure words merged.
        agreed: the words that were read twice, by box, and whether the same came out.
    """

    lines: tuple[Line, ...]
    agreed: Mapping[Box, bool]


def read_again(page: Shown, lines: tuple[Line, ...], readers: SecondReaders) -> Again:
    """The lines after their second readings; the very same ones when there is nobody to read.

    Raises:
        errors.InputRejected: an engine passed its time limit.
        errors.ToolMissing: an engine lost its program or model.
    """
    if readers.lines is not None:
        lines = _lines_again(page, lines, readers.lines)
    asked: dict[OcrEngine, list[Span]] = {}
    for span in (*numbers_in(lines), *unsure_in(lines, below=UNSURE)):
        engine = readers.of(span)
        if engine is not None:
            asked.setdefault(engine, []).append(span)
    merged: list[tuple[Span, tuple[Merged, ...]]] = []
    for engine, spans in asked.items():
        size = (page.pose.width, page.pose.height)
        places = [span.place(size) for span in spans]
        read = _readings(page, places, engine, page.scale * ENLARGED)
        for span, again in zip(spans, read, strict=True):
            if span.number:
                merged.append((span, merged_number(span.words, again)))
            else:
                merged.append((span, (merged_word(span.words[0], again),)))
    agreed = {each.word.box: each.same for _, words in merged for each in words}
    return Again(_with(lines, merged), agreed)


def _lines_again(page: Shown, lines: tuple[Line, ...], reader: OcrEngine) -> tuple[Line, ...]:
    """The lines; those that the first reader was unsure of as the surer of two read them.

    Out of strokes that are no print, two readers read two different things.
    """
    unsure = [
        number
        for number, line in enumerate(lines)
        if line.confidence < UNSURE_LINE and len(line.text) >= _FEWEST_LETTERS
    ]
    unsure = sorted(unsure, key=lambda number: lines[number].confidence)[:_MOST_LINES]
    places = [_around(lines[number].box, page.pose) for number in unsure]
    changed = list(lines)
    for number, words in zip(unsure, _readings(page, places, reader, page.scale), strict=True):
        if words:
            line = lines[number]
            again = replace(line, words=tuple(words), box=around(word.box for word in words))
            if again.confidence > line.confidence and alike(again.text, line.text):
                changed[number] = again
    return tuple(changed)


def _around(box: Box, pose: Pose) -> Box:
    edge = round(_LINE_MARGIN * box.height)
    return Box(
        max(0, box.x0 - edge),
        max(0, box.y0 - edge),
        min(pose.width, box.x1 + edge),
        min(pose.height, box.y1 + edge),
    )


def _readings(
    page: Shown, places: Sequence[Box], engine: OcrEngine, scale: float
) -> Iterator[list[Word]]:
    """The words of each place, as sure as the page's first reader would have been of them."""
    for start in range(0, len(places), _MOST_PIECES):
        pieces = [
            Piece(place, image_to_read(page.scan, page.pose, region=place, scale=scale))
            for place in places[start : start + _MOST_PIECES]
        ]
        montage = stacked(pieces)
        lines = engine.recognise(
            montage.image, dpi=page.scan.dpi * scale, segmentation=Segmentation.SINGLE_BLOCK
        )
        for words in montage.words_by_piece(lines):
            yield [
                replace(word, confidence=said_by(page.reader, engine.version, word.confidence))
                for word in words
            ]


def _with(
    lines: tuple[Line, ...], merged: Sequence[tuple[Span, tuple[Merged, ...]]]
) -> tuple[Line, ...]:
    changed = list(lines)
    # From the right, so that the places of the words before stay true.
    for span, words in sorted(merged, key=lambda pair: -pair[0].first):
        line = changed[span.line]
        after = line.words[span.first + len(span.words) :]
        kept = (*line.words[: span.first], *(each.word for each in words), *after)
        changed[span.line] = replace(line, words=kept, box=around(word.box for word in kept))
    return tuple(changed)
