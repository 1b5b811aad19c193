"""Second readings where they matter: every number, and words that the first was unsure of.

What is read again is cut out at a larger scale, stacked in a column and read in one call a
model: numbers and English words by the small English model, numbers among Devanagari letters by
the first model at the other scale, unsure Hindi words by the small Hindi model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from ocr.attempts import Scan, image_to_read
from ocr.engine import OcrEngine, Segmentation
from ocr.geometry import Pose
from ocr.merging import Merged, merged_number, merged_word
from ocr.montage import Piece, stacked
from ocr.page import Box, Line, Word
from ocr.spans import Script, Span, numbers_in, unsure_in
from ocr.tsv import around

ENLARGED = 1.4
"""Scale of the second reading against the first. At the same scale the first model repeats its
own mistakes: 5 wrong numbers of 395 read alike twice, none at 1.4."""

UNSURE = 0.7
"""Words below this confidence are read again."""

_MOST_PIECES = 120  # in one image; a register's page is read in several


@dataclass(frozen=True)
class SecondReaders:
    """Who reads again; who is ``None`` reads nothing, and the first reading stands.

    Attributes:
        latin: numbers and words without Devanagari letters.
        devanagari: numbers in Devanagari digits or among such letters.
        hindi: unsure words in Devanagari.
    """

    latin: OcrEngine | None = None
    devanagari: OcrEngine | None = None
    hindi: OcrEngine | None = None

    def of(self, span: Span) -> OcrEngine | None:
        """Who reads this span again."""
        if span.script is Script.LATIN:
            return self.latin
        return self.devanagari if span.number else self.hindi

    @property
    def models(self) -> str:
        """The models that read again, as written into ALTO and manifest: ``eng, Devanagari``."""
        there = (self.latin, self.devanagari, self.hindi)
        names = (engine.version.split()[-1] for engine in there if engine is not None)
        return ", ".join(dict.fromkeys(names))

    def close(self) -> None:
        """Let go of the models of these readers."""
        for engine in (self.latin, self.devanagari, self.hindi):
            if engine is not None:
                engine.close()


NOBODY = SecondReaders()


@dataclass(frozen=True)
class Shown:
    """The page as it was shown to the first reader.

    Attributes:
        scan: the page as it came.
        pose: how it is shown.
        scale: at which it was read.
    """

    scan: Scan
    pose: Pose
    scale: float


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
    asked: dict[OcrEngine, list[Span]] = {}
    for span in (*numbers_in(lines), *unsure_in(lines, below=UNSURE)):
        engine = readers.of(span)
        if engine is not None:
            asked.setdefault(engine, []).append(span)
    merged: list[tuple[Span, tuple[Merged, ...]]] = []
    for engine, spans in asked.items():
        for span, again in zip(spans, _readings(page, spans, engine), strict=True):
            if span.number:
                merged.append((span, merged_number(span.words, again)))
            else:
                merged.append((span, (merged_word(span.words[0], again),)))
    agreed = {each.word.box: each.same for _, words in merged for each in words}
    return Again(_with(lines, merged), agreed)


def _readings(page: Shown, spans: Sequence[Span], engine: OcrEngine) -> Iterator[list[Word]]:
    scale = page.scale * ENLARGED
    size = (page.pose.width, page.pose.height)
    for start in range(0, len(spans), _MOST_PIECES):
        places = [span.place(size) for span in spans[start : start + _MOST_PIECES]]
        montage = stacked(
            [
                Piece(place, image_to_read(page.scan, page.pose, region=place, scale=scale))
                for place in places
            ]
        )
        lines = engine.recognise(
            montage.image, dpi=page.scan.dpi * scale, segmentation=Segmentation.SINGLE_BLOCK
        )
        yield from montage.words_by_piece(lines)


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
