"""The tries on one page: which turn, and what was lost and read once more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

import cv2

from ocr.attempts import Ask, Attempt, Scan, letters_and_confidence, read_once
from ocr.blank import is_nearly_blank
from ocr.coverage import TextInk, lost_regions, text_ink
from ocr.engine import OcrEngine, Segmentation
from ocr.geometry import Pose
from ocr.ink import Look
from ocr.line_finder import InkLine
from ocr.page import Box, Line
from ocr.second import ENLARGED, NOBODY, SecondReaders
from ocr.trust import as_said_by
from ocr.tsv import around
from ocr.turn import Lie, posed
from ocr.unread import lost_lines

_ORDINARY_X_HEIGHT_IN = 0.1  # 12-point type; where nothing could be measured
_MARGIN_MM = 2.0  # paper left around what is cut out for the engine
_TEXT_CONFIDENCE = 0.5  # words of a re-read region below this are strokes, not text
_LINE_CONFIDENCE = 0.7  # the same for lone lines: strokes of pens and seals stay below it
_BLOCK = 4.0  # heights of small letters: lower regions hold one line
_LINE_MARGIN = 0.5  # the same: paper around a line that is read by itself
_MOST_LINES = 12  # read by themselves, a few milliseconds each
_FEW_MARKS = 60
_FEWEST_LETTERS = 4  # fewer read in one turn say nothing about the turn


@dataclass(frozen=True)
class ReadingOptions:
    """How a page is to be read.

    Attributes:
        target_x_height_px: height of small letters in the image that the engine gets. On old
            print 15 gave 7.0 % CER, 18 gave 6.3 %, 21 gave 6.8 %; each step of 3 costs an
            eighth more time.
        largest_scale: how far a coarse scan may be enlarged.
        limit_skew_deg: largest skew to look for.
        least_skew_deg: smaller tilts are left in: they cost no accuracy, taking them out does.
        doubtful_confidence: below this another turn is tried.
        unsure_confidence: below this the whole page is read a second time, larger, where there are
            second readers.
        low_coverage, low_x_height_px: where the verdicts begin.
        second: who reads numbers and unsure words again; nobody by default.
        uncorrected: names of corrections (``ocr.corrections``) that are left out.
        turn_cw_deg: the quarter turn that sets the page upright, where a person said it; None:
            the page tells itself.
        beside: the scans before and behind this one, of which one may be the sheet's other side;
            looked through only where the page may be an empty back.
    """

    target_x_height_px: float = 17.0
    largest_scale: float = 2.5
    limit_skew_deg: float = 10.5
    least_skew_deg: float = 0.12
    doubtful_confidence: float = 0.6
    unsure_confidence: float = 0.7
    low_coverage: float = 0.92
    low_x_height_px: float = 11.0
    second: SecondReaders = NOBODY
    uncorrected: frozenset[str] = frozenset()
    turn_cw_deg: int | None = None
    beside: Iterable[Look] = ()


AS_MEASURED = ReadingOptions()


@dataclass(frozen=True)
class Trial:
    """One attempt with what it needs to be judged and mended.

    Attributes:
        attempt: what came of it.
        pose: how the page was turned for it.
        ask: what the engine was asked.
        ink: the text-like ink of the page in that pose.
        lines: the words, boxes in pixels of the page in that pose.
        agreed: words that were read a second time, by box, and whether the same came out.
        strokes: lines that were read out of strokes that are no print.
        lost: lines of the ink that were not read.
        seen: lines of the ink.
    """

    attempt: Attempt
    pose: Pose
    ask: Ask
    ink: TextInk
    lines: tuple[Line, ...]
    agreed: Mapping[Box, bool] = field(default_factory=lambda: MappingProxyType({}))
    strokes: tuple[Line, ...] = ()
    lost: tuple[InkLine, ...] = ()
    seen: tuple[InkLine, ...] = ()


class PageReader:
    """The tries on one page; each costs one recognition."""

    def __init__(self, scan: Scan, lie: Lie, engine: OcrEngine, options: ReadingOptions) -> None:
        self.scan, self.lie, self.engine, self.options = scan, lie, engine, options
        look = scan.look
        usual = _ORDINARY_X_HEIGHT_IN * scan.dpi / look.factor
        self.body_px = lie.body_height_px or usual
        fine = (lie.fine_height_px or self.body_px) * look.factor
        self.margin_px = round(_MARGIN_MM * look.px_per_mm * look.factor)
        self.scale = min(options.target_x_height_px / fine, options.largest_scale)

    def tried(self) -> list[Trial]:
        """The likeliest pose, and others as long as the reading looks wrong."""
        if self.options.turn_cw_deg is not None:
            return [self._trial(self.options.turn_cw_deg)]
        first = self._trial(self.lie.rotated_cw_deg)
        trials = [first]
        if self.lie.axis_sure:
            if self._doubtful(first):
                trials.append(self._trial((self.lie.rotated_cw_deg + 180) % 360))
            return trials
        # With few marks all ways cost little; a page full of ink without lines is a picture.
        few = len(self.scan.look.written) <= _FEW_MARKS
        for turn in (90, 270, 180) if few else (180,):
            if not any(self._convincing(trial) for trial in trials):
                trials.append(self._trial(turn))
        return trials

    def read_once_more(self, best: Trial) -> tuple[Trial, ...]:
        """A second reading of an unsure page, in the same pose, where there are second readers.

        Another program, if there is one, reads it at the same scale; else it is read larger.

        On seven such pages the model ``hin`` made more mistakes, not fewer; the same model at
        1.4 times the scale made fewer on five, and none of note where it scores better.
        """
        second = self.options.second
        if not best.lines or best.ask.region:
            return ()
        if best.attempt.confidence >= self.options.unsure_confidence:
            return ()
        if second.lines is not None:
            return (self._read(best.pose, best.ink, best.ask, by=second.lines),)
        if second.devanagari is None:
            return ()
        return (self._read(best.pose, best.ink, Ask(best.ask.scale * ENLARGED)),)

    def mended(self, best: Trial, seen: tuple[InkLine, ...]) -> tuple[Trial, tuple[Attempt, ...]]:
        """``best`` with the text of ink that it had not read.

        Where several lines are lost together, they are read as a block of their own; what is
        then still lost, line by line. Nothing is read again where nothing is lost.

        Args:
            best: the trial that won.
            seen: the lines of its ink.
        """
        size = (best.pose.width, best.pose.height)
        patches = []
        for region in lost_regions(best.ink, best.lines, size=size):
            if region.height < _BLOCK * best.ink.body_px / best.ink.scale_y:
                continue  # a line: read as such below
            ask = Ask(self.scale, _around(region, self.margin_px, size), Segmentation.SINGLE_BLOCK)
            best, patch = self._patched(best, ask, _TEXT_CONFIDENCE)
            patches.append(patch)
        for line in lost_lines(best.ink, seen, best.lines)[:_MOST_LINES]:
            scale = min(self.options.target_x_height_px / line.body_px, self.options.largest_scale)
            place = _around(line.box, round(_LINE_MARGIN * line.body_px), size)
            ask = Ask(scale, place, Segmentation.SINGLE_LINE)
            best, patch = self._patched(best, ask, _LINE_CONFIDENCE)
            patches.append(patch)
        return best, tuple(patches)

    def _patched(self, best: Trial, ask: Ask, least_confidence: float) -> tuple[Trial, Attempt]:
        read = read_once(self.scan, best.pose, ask, engine=self.engine)
        new = _new_text(read, best.lines, least_confidence)
        patch = _attempt(best.pose, ask, read, best.ink.coverage(read), won=bool(new))
        return replace(best, lines=(*best.lines, *new)), patch

    def turn_is_sure(self, best: Trial) -> bool:
        """False when neither ink nor recognition could tell which way up the page is."""
        if self.options.turn_cw_deg is not None:
            return True
        if self.lie.axis_sure:
            return self.lie.end_sure or not self._doubtful(best)
        return self._convincing(best) and best.attempt.letters >= _FEWEST_LETTERS

    def _trial(self, turn: int) -> Trial:
        height, width = self.scan.grey.shape
        pose = posed(self.scan.look, self.lie, turn, scan_size=(width, height))
        ink = text_ink(self.scan.look, pose, body_px=self.body_px)
        return self._read(pose, ink, self._ask(pose, ink))

    def _read(self, pose: Pose, ink: TextInk, ask: Ask, *, by: OcrEngine | None = None) -> Trial:
        engine = by or self.engine
        read = read_once(self.scan, pose, ask, engine=engine)
        lines = ink.with_ink(as_said_by(self.engine.version, engine.version, read))
        return Trial(_attempt(pose, ask, lines, ink.coverage(lines)), pose, ask, ink, lines)

    def _ask(self, pose: Pose, ink: TextInk) -> Ask:
        """All of the page; of a nearly blank one only where there is writing.

        A lone page number is noise to the layout analysis of a whole page.
        """
        x, y, width, height = cv2.boundingRect(ink.mask)
        if not width or not is_nearly_blank(self.scan.look):
            return Ask(self.scale)
        written = Box(
            int(x / ink.scale_x),
            int(y / ink.scale_y),
            round((x + width) / ink.scale_x),
            round((y + height) / ink.scale_y),
        )
        region = _around(written, 2 * self.margin_px, (pose.width, pose.height))
        return Ask(self.scale, region, Segmentation.SINGLE_BLOCK)

    def _doubtful(self, trial: Trial) -> bool:
        return trial.attempt.confidence < self.options.doubtful_confidence

    def _convincing(self, trial: Trial) -> bool:
        """Sure words that run across, not down: the engine reads text on its side, too."""
        across = sum(line.box.width >= line.box.height for line in trial.lines)
        return not self._doubtful(trial) and 2 * across > len(trial.lines)


def _attempt(
    pose: Pose, ask: Ask, lines: tuple[Line, ...], coverage: float, *, won: bool = False
) -> Attempt:
    letters, confidence = letters_and_confidence(lines)
    return Attempt(
        rotated_cw_deg=pose.rotated_cw_deg,
        scale=ask.scale,
        segmentation=ask.segmentation,
        letters=letters,
        confidence=confidence,
        coverage=coverage,
        won=won,
        region=ask.region,
    )


def _new_text(
    read: tuple[Line, ...], known: tuple[Line, ...], least_confidence: float
) -> list[Line]:
    """What a region gave that is sure and was not read before."""
    taken = [word.box for line in known for word in line.words]
    new = []
    for line in read:
        words = tuple(
            word
            for word in line.words
            if word.confidence >= least_confidence
            and not any(_overlap(word.box, box) for box in taken)
        )
        if words:
            new.append(Line(words, around(word.box for word in words), line.block))
    return new


def _overlap(one: Box, other: Box) -> bool:
    """True when the boxes share a third of the smaller one."""
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    smaller = min(one.width * one.height, other.width * other.height)
    return width > 0 and height > 0 and 3 * width * height > smaller


def _around(box: Box, margin: int, size: tuple[int, int]) -> Box:
    return Box(
        max(0, box.x0 - margin),
        max(0, box.y0 - margin),
        min(size[0], box.x1 + margin),
        min(size[1], box.y1 + margin),
    )
