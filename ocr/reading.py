"""A page image becomes an upright, level page with its words.

One grey copy, one look at reduced scale, one recognition: that is an ordinary page. What looks
wrong gets a second try, and the better one wins by ``Attempt.score``:

- low confidence: the same page upside down (all four ways when its lines have no direction);
- still low: the whole page once more, by another program or larger;
- pale ink and few words: from behind, in case it is the back of a printed sheet;
- text-like ink that no word covers: those regions alone, read again as blocks of their own;
- numbers, and words the engine was unsure of: cut out and read by a second model.

What is read wrongly for certain is corrected at the end (``ocr.corrections``).

The lines are put in order by the place of their ink, not in the order in which the engine found
them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

import cv2
import numpy as np

from ocr.appearance import appearance_of
from ocr.attempts import Attempt, Scan
from ocr.backs import may_be_a_back, read_from_behind
from ocr.blank import ink_mm2, is_blank, is_nearly_blank
from ocr.calibration import Calibrator, calibrator_of
from ocr.corrections import corrected
from ocr.engine import OcrEngine
from ocr.fingerprint import Fingerprint, fingerprint_in
from ocr.halved import HalvedColours
from ocr.handwriting import Handwriting, handwriting_on
from ocr.ink import Look, look_at
from ocr.layout import Layout, layout_of
from ocr.other_side import is_empty_back
from ocr.page import Line, PageImage, PageText, Unread
from ocr.quality import KEPT_FOR_RECORD, faults_of, quality_of
from ocr.reader import AS_MEASURED, PageReader, ReadingOptions, Trial
from ocr.reading_order import in_reading_order
from ocr.rules import without_rules
from ocr.second import Shown, read_again
from ocr.shown import ShownPage, as_it_is
from ocr.signs import Surroundings
from ocr.strokes import parted, type_like
from ocr.turn import Lie, lie_of
from ocr.unread import MOST_PLACES, lost_lines, much_unread, unread_places
from ocr.verdicts import Fact, Verdict, VerdictCode

__all__ = ["Attempt", "Reading", "ReadingOptions", "Verdict", "VerdictCode", "read_page"]


@dataclass(frozen=True)
class Reading:
    """What became of a page.

    Attributes:
        page: upright and level. Its size is that of the turned scan; it is larger only when
            levelling would have pushed writing over the edge.
        text: the words, boxes in pixels of ``page``.
        rotated_cw_deg: quarter turn applied, 0, 90, 180 or 270.
        skew_ccw_deg: skew found and taken out; content tilted counter-clockwise is positive.
        blank: nothing but paper; its text is empty.
        confidence: 0..1, the share of the page's characters to be expected right, lost and
            invented text counted (see ``ocr.calibration``); word confidences in ``text`` are
            probabilities, too.
        ink_coverage: 0..1, share of text-like ink inside word boxes.
        x_height_px: height of the small letters in ``page`` (in Devanagari from headline to
            baseline), if it could be measured.
        verdicts: what a person may want to know.
        attempts: what was tried, and which ones won.
        left_out: what the engine made of strokes that are no print, on ``image``.
        hand: what of it is by hand; None on a blank page.
        fingerprint: what knows the sheet again; None where too little is on it to be sure.
    """

    page: ShownPage
    text: PageText
    rotated_cw_deg: int
    skew_ccw_deg: float
    blank: bool
    confidence: float
    ink_coverage: float
    x_height_px: float | None
    verdicts: tuple[Verdict, ...]
    attempts: tuple[Attempt, ...]
    left_out: tuple[Line, ...] = ()
    hand: Handwriting | None = None
    fingerprint: Fingerprint | None = None

    @property
    def image(self) -> PageImage:
        """All of ``page`` at full size; the very array that was passed in when nothing turned."""
        return self.page.full


def read_page(
    image: PageImage | HalvedColours,
    *,
    dpi: float,
    engine: OcrEngine,
    options: ReadingOptions = AS_MEASURED,
    calibrator: Calibrator | None = None,
) -> Reading:
    """The page set upright and level, with its words.

    Args:
        image: grey (height, width) or RGB (height, width, 3), 8 bits, or ``ocr.halved`` of it.
        dpi: resolution of the scan.
        engine: what recognises.
        options: how.
        calibrator: what makes confidence out of the words; by default the table of the engine.

    Raises:
        errors.InputRejected: the engine passed its time limit.
        errors.ToolMissing: the engine lost its program or model.
    """
    scan = _scan_of(image, dpi)
    if is_blank(scan.look, scan.grey):
        return _blank(as_it_is(image), scan)
    reader = PageReader(scan, _lie_of(scan, options), engine, options)
    trials = reader.tried()
    best = max(trials, key=lambda trial: trial.attempt.score)
    trials += reader.read_once_more(best)
    best = max(trials, key=lambda trial: trial.attempt.score)
    if may_be_a_back(scan.look, best.lines):
        told_by = _found_empty(reader, best.lines)
        if told_by is not None:
            return _blank(as_it_is(image), scan, told_by)
    layout = layout_of(best.ink)
    mended, patches = reader.mended(best, layout.lines)
    mended = _read_again(reader, _in_order(mended, layout))
    attempts = (*(replace(trial.attempt, won=trial is best) for trial in trials), *patches)
    return _finished(image, reader, mended, attempts, calibrator or calibrator_of(engine.version))


def look_of(image: PageImage, dpi: float) -> Look:
    """A page at reduced scale, as ``ReadingOptions`` wants those beside it."""
    return _scan_of(image, dpi).look


def _scan_of(image: PageImage | HalvedColours, dpi: float) -> Scan:
    if isinstance(image, HalvedColours):
        grey = image.grey
    else:
        grey = cv2.cvtColor(image, cv2.COLOR_RGB2GRAY) if image.ndim == 3 else image  # type: ignore[assignment]
    return Scan(grey, look_at(grey, dpi=dpi), dpi)


def _lie_of(scan: Scan, options: ReadingOptions) -> Lie:
    lie = lie_of(scan.look, limit_deg=options.limit_skew_deg, grey=scan.grey)
    if abs(lie.skew_ccw_deg) < options.least_skew_deg:
        return replace(lie, skew_ccw_deg=0.0)
    return lie


def _read_again(reader: PageReader, trial: Trial) -> Trial:
    """What matters read a second time: numbers, and what the first reading was unsure of."""
    shown_first = Shown(reader.scan, trial.pose, trial.ask.scale, reader.engine.version)
    again = read_again(shown_first, trial.lines, reader.options.second)
    return replace(trial, lines=again.lines, agreed=again.agreed)


def _in_order(trial: Trial, layout: Layout) -> Trial:
    """The lines of print in the order people read them; what is no print, and what is lost."""
    told = parted(without_rules(trial.lines, trial.ink), layout.lines, trial.ink)
    return replace(
        trial,
        lines=in_reading_order(told.print_lines, layout.gutters),
        strokes=told.strokes,
        lost=lost_lines(trial.ink, layout.lines, (*told.print_lines, *told.strokes)),
        seen=layout.lines,
    )


def _found_empty(reader: PageReader, lines: tuple[Line, ...]) -> dict[str, Fact] | None:
    """By what a pale page is known to be an empty back; None when it is not."""
    for other in reader.options.beside:
        empty = is_empty_back(reader.scan, other)
        if empty is not None:  # its front is known: nothing is to be guessed from behind
            return {"front_beside": True} if empty else None
    back = read_from_behind(reader, lines)
    return {"words_behind": back.words} if back.empty else None


def _blank(page: ShownPage, scan: Scan, told_by: Mapping[str, Fact] | None = None) -> Reading:
    height, width = scan.grey.shape
    facts: dict[str, Fact] = {
        "ink_mm2": round(ink_mm2(scan.look), 2),
        "strength": round(scan.look.strength, 3),
    }
    facts.update(told_by or {})
    return Reading(
        page=page,
        text=PageText((), width, height, scan.dpi),
        rotated_cw_deg=0,
        skew_ccw_deg=0.0,
        blank=True,
        confidence=1.0,
        ink_coverage=1.0,
        x_height_px=None,
        verdicts=(Verdict(VerdictCode.BLANK, facts),),
        attempts=(),
    )


def _finished(
    image: PageImage | HalvedColours,
    reader: PageReader,
    trial: Trial,
    attempts: tuple[Attempt, ...],
    calibrator: Calibrator,
) -> Reading:
    look, pose = reader.scan.look, trial.pose
    coverage = trial.ink.coverage((*trial.lines, *trial.strokes))
    right = corrected(trial.lines, without=reader.options.uncorrected)
    typed = type_like(right, trial.ink)
    around = Surroundings(coverage, trial.ink, look.strength, trial.agreed, trial.strokes, typed)
    sure = calibrator(right, around)
    unread = unread_places(
        sure.left_out, trial.lost, strength=look.strength, body_px=_body_px(trial)
    )
    body = reader.lie.body_height_px
    paper = _paper_colour(image, look)
    hand = handwriting_on(trial.seen, sure.lines, trial.ink)
    nearly = is_nearly_blank(look)
    # A lone stamp breaks into strokes like a hand's; of so little nobody can say who wrote it.
    appearance = appearance_of(look, pose, paper=paper, hand_share=0.0 if nearly else hand.share)
    reading = Reading(
        page=ShownPage(image, pose, fill=paper, grey=reader.scan.grey),
        text=PageText(sure.lines, pose.width, pose.height, reader.scan.dpi, unread, appearance),
        rotated_cw_deg=pose.rotated_cw_deg,
        skew_ccw_deg=pose.skew_ccw_deg,
        blank=False,
        confidence=_confidence(sure.page_confidence, hand),
        ink_coverage=coverage,
        x_height_px=body * look.factor if body else None,
        verdicts=(),
        attempts=attempts,
        left_out=sure.left_out,
        hand=hand,
        fingerprint=None if nearly else fingerprint_in(look, pose, reader.scan.grey),
    )
    low = sure.low or hand.most_of_it
    return replace(reading, verdicts=tuple(_verdicts(reading, reader, trial, low=low)))


def _confidence(page_confidence: float, hand: Handwriting) -> float:
    """What is written by hand was not read, however sure the engine is of it."""
    return min(page_confidence, 1.0 - hand.share) if hand.most_of_it else page_confidence


def _verdicts(
    reading: Reading, reader: PageReader, trial: Trial, *, low: bool
) -> Iterator[Verdict]:
    options, look = reader.options, reader.scan.look
    if is_nearly_blank(look):
        facts: dict[str, Fact] = {
            "ink_mm2": round(ink_mm2(look), 2),
            "words": len(reading.text.words),
        }
        yield Verdict(VerdictCode.NEARLY_BLANK, facts)
    if reading.ink_coverage < options.low_coverage:
        yield Verdict(VerdictCode.LOST_INK, {"coverage": round(reading.ink_coverage, 3)})
    if much_unread(reading.text.unread, body_px=_body_px(trial)):
        yield Verdict(VerdictCode.UNREAD, _unread_facts(reading.text.unread))
    if (seen := reading.text.appearance) is not None and seen.by_hand:
        yield Verdict(VerdictCode.HANDWRITING, {"share": round(seen.hand_share, 2)})
    if low:
        yield Verdict(VerdictCode.LOW_CONFIDENCE, {"confidence": round(reading.confidence, 3)})
    if reading.x_height_px and reading.x_height_px < options.low_x_height_px:
        facts = {"x_height_px": round(reading.x_height_px, 1), "dpi": round(reader.scan.dpi)}
        yield Verdict(VerdictCode.LOW_RESOLUTION, facts)
    if not reader.turn_is_sure(trial):
        tried = len({attempt.rotated_cw_deg for attempt in reading.attempts})
        yield Verdict(VerdictCode.TURNED_UNSURE, {"turns_tried": tried})
    yield from _scan_quality(reader)


def _scan_quality(reader: PageReader) -> Iterator[Verdict]:
    """What is wrong with the scan itself; a wrong turn is not: it has been taken out."""
    scan = reader.scan
    for fault in faults_of(quality_of(scan.grey, scan.look, reader.lie, dpi=scan.dpi)):
        if fault.code in KEPT_FOR_RECORD:
            yield Verdict(fault.code, {**fault.facts, "severity": str(fault.severity)})


def _body_px(trial: Trial) -> float:
    return trial.ink.body_px / trial.ink.scale_y


def _unread_facts(places: tuple[Unread, ...]) -> dict[str, Fact]:
    listed: list[list[int | str]] = [
        [*place.box, str(place.reason)] for place in places[:MOST_PLACES]
    ]
    return {"count": len(places), "places": listed}


def _paper_colour(image: PageImage | HalvedColours, look: Look) -> tuple[int, ...]:
    """The middling colour of the sheet: what is not ink is the greater part of it."""
    step = 4 * look.factor
    if isinstance(image, HalvedColours):
        image, step = image.half, step // 2
    sample = image[::step, ::step].reshape(-1, image.shape[2] if image.ndim == 3 else 1)
    bright = sample[sample.mean(axis=1) >= sample.mean() * 0.8]
    return tuple(int(value) for value in np.median(bright, axis=0))
