"""How good a scan is, without reading it: what was measured, and what is wrong with it.

Everything is measured on the look and the grey scan that reading starts from anyway. Each fault
carries its figures, so that a person can see why, and a severity: ``note`` is worth knowing,
``look`` asks for a pair of eyes, ``again`` for another scan while the paper is still at hand.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

import numpy as np

from ocr.blank import is_blank
from ocr.borders import Cut, cuts_in, lid_mm
from ocr.ink import Look
from ocr.overlap import Edge, SlopeBreak, edge_across, slope_break
from ocr.page import Box, GrayImage
from ocr.quality_limits import AS_MEASURED, QualityLimits
from ocr.reduction import reduce_by
from ocr.sharpness import Sharpness, sharpness_of
from ocr.turn import Lie
from ocr.verdicts import Fact, VerdictCode

_MM_PER_INCH = 25.4
_A4_LONG_MM = 297.0
_BLOWN_OUT = 250  # grey level from which on paper has lost all structure


KEPT_FOR_RECORD = frozenset(
    {
        VerdictCode.CUT_OFF,
        VerdictCode.DOUBLE_FEED,
        VerdictCode.LONG_SHEET,
        VerdictCode.BLURRED,
        VerdictCode.DARK,
        VerdictCode.PALE,
        VerdictCode.WRONG_DPI,
        VerdictCode.SKEWED,
        VerdictCode.BLACK_BORDER,
    }
)
"""Faults that a page keeps as reasons when it is read; the others are settled by reading it."""


class Severity(StrEnum):
    """What a fault asks of the operator, in rising order."""

    NOTE = "note"
    LOOK = "look"
    AGAIN = "again"


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, or worth knowing, with the figures that led to it.

    Attributes:
        code: what it is.
        severity: what it asks for.
        facts: figures; their units stand in their names.
        box: where on the scan, pixels as scanned, if it is at one place.
    """

    code: VerdictCode
    severity: Severity
    facts: Mapping[str, Fact] = field(default_factory=lambda: MappingProxyType({}))
    box: Box | None = None


@dataclass(frozen=True)
class Quality:
    """What was measured on one scan.

    Attributes:
        width_px, height_px: of the scan as received.
        dpi: that its sizes in millimetres go by.
        blank: nothing but paper.
        lie: how the page lies; its skew and turn.
        x_height_mm: height of the small letters (in Devanagari headline to baseline).
        paper_level: brightness of the paper, 0..255.
        blown_out: share of the scan that is all white, 0..1.
        sharpness: of the ink's edges, and how dark it is; ``None`` where it cannot be told.
        lid_mm: width of the dark lid by side.
        cuts: writing at the sides.
        edge: the clearest line across the page.
        slopes: where its lines of type begin to run otherwise.
    """

    width_px: int
    height_px: int
    dpi: float
    blank: bool
    lie: Lie
    x_height_mm: float | None
    paper_level: float
    blown_out: float
    sharpness: Sharpness | None
    lid_mm: Mapping[str, float]
    cuts: tuple[Cut, ...]
    edge: Edge | None
    slopes: SlopeBreak | None

    @property
    def darkness(self) -> float | None:
        """Of the ink against the paper, 0..1; ``None`` where there is too little of it."""
        return self.sharpness.darkness if self.sharpness else None

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the scanned area by its resolution."""
        mm = self.dpi / _MM_PER_INCH
        return self.width_px / mm, self.height_px / mm

    @property
    def effective_dpi(self) -> float:
        """The resolution as sheet and type size have it, whatever the file says.

        The file is believed as long as its sheet has the size of paper and its type the size of
        type; else an upright sheet is taken for A4, if its type then has the size of type.
        """
        long_px = max(self.width_px, self.height_px)
        sheet_mm = long_px / self.dpi * _MM_PER_INCH
        type_fits = self.x_height_mm is None or 1.0 <= self.x_height_mm <= 8.0
        if 135.0 <= sheet_mm <= 650.0 and type_fits:
            return self.dpi
        by_sheet = long_px / _A4_LONG_MM * _MM_PER_INCH
        if self.x_height_mm is None:
            return by_sheet
        x_mm = self.x_height_mm * self.dpi / by_sheet
        return by_sheet if 1.2 <= x_mm <= 5.0 else self.dpi


def quality_of(grey: GrayImage, look: Look, lie: Lie, *, dpi: float) -> Quality:
    """What can be measured on a scan without reading it.

    Args:
        grey: the scan at full resolution.
        look: the same at reduced scale.
        lie: how the page lies.
        dpi: resolution of the scan as far as it is known.
    """
    blank = is_blank(look, grey)
    size = (look.paper.shape[1], look.paper.shape[0])
    whole: GrayImage = grey[: size[1] * look.factor, : size[0] * look.factor]
    small = reduce_by(whole, look.factor)
    sheet = look.paper[look.lid == 0]
    body = lie.body_height_px
    return Quality(
        width_px=grey.shape[1],
        height_px=grey.shape[0],
        dpi=dpi,
        blank=blank,
        lie=lie,
        x_height_mm=body * look.factor / dpi * _MM_PER_INCH if body else None,
        paper_level=float(np.median(sheet)) if len(sheet) else 0.0,
        blown_out=float(np.mean(small >= _BLOWN_OUT)),
        sharpness=None if blank else sharpness_of(grey, look),
        lid_mm=lid_mm(look),
        cuts=() if blank else cuts_in(grey, look),
        edge=edge_across(small, look),
        slopes=None if blank or lie.rotated_cw_deg in (90, 270) else slope_break(look),
    )


def faults_of(quality: Quality, limits: QualityLimits = AS_MEASURED) -> tuple[Fault, ...]:
    """What is wrong with the scan, the gravest first.

    Args:
        quality: what was measured.
        limits: where each verdict begins.
    """
    if quality.blank:
        found = [Fault(VerdictCode.BLANK, Severity.NOTE)]
        found += [*_two_sheets(quality, limits), *_light(quality, limits)]
    else:
        found = [
            *_edges(quality, limits),
            *_two_sheets(quality, limits),
            *_softness(quality, limits),
            *_light(quality, limits),
            *_resolution(quality, limits),
            *_lie(quality, limits),
            *_lid(quality, limits),
        ]
    rank = list(Severity)
    return tuple(sorted(found, key=lambda fault: -rank.index(fault.severity)))


def _edges(seen: Quality, limits: QualityLimits) -> Iterator[Fault]:
    mm = seen.dpi / _MM_PER_INCH
    for cut in seen.cuts:
        facts: dict[str, Fact] = {
            "side": cut.side,
            "pieces": cut.pieces,
            "span_mm": round(cut.span_mm, 1),
        }
        several = cut.pieces >= limits.cut_pieces and cut.span_mm >= limits.cut_span_mm
        tall = cut.tall_mm >= limits.cut_tall_mm
        if cut.touching and (several or (tall and cut.span_mm >= limits.cut_word_mm)):
            yield Fault(VerdictCode.CUT_OFF, Severity.AGAIN, facts, cut.box)
        elif (
            cut.touching and tall and min(cut.box.width, cut.box.height) >= limits.cut_deep_mm * mm
        ):
            yield Fault(VerdictCode.CUT_OFF, Severity.LOOK, facts, cut.box)
        elif not cut.touching:
            yield Fault(VerdictCode.NO_MARGIN, Severity.LOOK, facts, cut.box)


def _two_sheets(seen: Quality, limits: QualityLimits) -> Iterator[Fault]:
    width_mm, height_mm = seen.size_mm
    shape = max(width_mm, height_mm) / max(min(width_mm, height_mm), 1.0)
    if shape > limits.longest_shape and max(width_mm, height_mm) > limits.longest_mm:
        facts: dict[str, Fact] = {"length_mm": round(max(width_mm, height_mm))}
        yield Fault(VerdictCode.LONG_SHEET, Severity.AGAIN, facts)
    yield from _overlap(seen, limits)


def _overlap(seen: Quality, limits: QualityLimits) -> Iterator[Fault]:
    """The edge of a second sheet, by what is seen of it and by how the lines beyond it run."""
    edge, slopes = seen.edge, seen.slopes
    # On a page that lies on its side, the ruled margin of a note-sheet is such a line.
    upright = seen.lie.rotated_cw_deg in (0, 180)
    other_slope = slopes is not None and slopes.by_deg >= limits.slopes_apart_deg
    signs = (
        (
            edge.paper_step >= limits.edge_paper_step,
            edge.writing_ends >= limits.edge_writing and upright,
            edge.one_sidedness >= limits.edge_one_sided,
        )
        if edge is not None and edge.share >= limits.edge_share
        else ()
    )
    facts: dict[str, Fact] = {}
    if slopes is not None and other_slope:
        facts["slopes_apart_deg"] = round(slopes.by_deg, 1)
    if edge is not None and any(signs):
        plain = edge.paper_step >= limits.edge_plain_step
        again = sum(signs) + other_slope > 1 or plain
        y_px = edge.y_px
        facts |= {
            "slope_deg": round(edge.slope_ccw_deg, 1),
            "paper_step": round(edge.paper_step, 1),
            "writing_ends": round(edge.writing_ends, 2),
            "one_sidedness": round(edge.one_sidedness, 1),
        }
    elif slopes is not None and other_slope:
        again, y_px = False, slopes.y_px
    else:
        return
    facts["at_mm"] = round(y_px / seen.dpi * _MM_PER_INCH)
    severity = Severity.AGAIN if again else Severity.LOOK
    yield Fault(VerdictCode.DOUBLE_FEED, severity, facts, Box(0, y_px, seen.width_px, y_px + 1))


def _softness(seen: Quality, limits: QualityLimits) -> Iterator[Fault]:
    sharp = seen.sharpness
    if sharp is None:
        return
    both = float(np.sqrt(sharp.across_mm * sharp.down_mm))
    again = both >= limits.blur_again_mm or sharp.worst_mm >= limits.smear_again_mm
    if not again and sharp.worst_mm < limits.blur_look_mm:
        return
    facts: dict[str, Fact] = {
        "across_mm": round(sharp.across_mm, 2),
        "down_mm": round(sharp.down_mm, 2),
    }
    yield Fault(VerdictCode.BLURRED, Severity.AGAIN if again else Severity.LOOK, facts)


def _light(seen: Quality, limits: QualityLimits) -> Iterator[Fault]:
    facts: dict[str, Fact] = {"paper_level": round(seen.paper_level)}
    if seen.paper_level < limits.dark_look:
        again = seen.paper_level < limits.dark_again
        yield Fault(VerdictCode.DARK, Severity.AGAIN if again else Severity.LOOK, facts)
    if seen.blank or seen.darkness is None:
        return
    washed_out = seen.blown_out >= limits.blown_out and seen.darkness < limits.washed_out
    if washed_out or seen.darkness < limits.pale:
        facts |= {"ink_darkness": round(seen.darkness, 2), "blown_out": round(seen.blown_out, 2)}
        again = washed_out and seen.darkness < limits.washed_out_again
        yield Fault(VerdictCode.PALE, Severity.AGAIN if again else Severity.LOOK, facts)


def _resolution(seen: Quality, limits: QualityLimits) -> Iterator[Fault]:
    dpi = seen.effective_dpi
    if abs(dpi - seen.dpi) > limits.dpi_differs * seen.dpi:
        facts: dict[str, Fact] = {"stated_dpi": round(seen.dpi), "effective_dpi": round(dpi)}
        yield Fault(VerdictCode.WRONG_DPI, Severity.LOOK, facts)
    if dpi < limits.dpi_look:
        severity = Severity.AGAIN if dpi < limits.dpi_again else Severity.LOOK
        yield Fault(VerdictCode.LOW_RESOLUTION, severity, {"dpi": round(dpi)})


def _lie(seen: Quality, limits: QualityLimits) -> Iterator[Fault]:
    lie = seen.lie
    skew = abs(lie.skew_ccw_deg)
    if lie.axis_sure and skew >= limits.skew_look_deg:
        severity = Severity.AGAIN if skew >= limits.skew_again_deg else Severity.LOOK
        yield Fault(VerdictCode.SKEWED, severity, {"skew_ccw_deg": round(lie.skew_ccw_deg, 1)})
    if lie.axis_sure and lie.rotated_cw_deg in (90, 270):
        yield Fault(VerdictCode.SIDEWAYS, Severity.LOOK, {"rotated_cw_deg": lie.rotated_cw_deg})
    elif lie.axis_sure and lie.end_sure and lie.rotated_cw_deg == 180:
        yield Fault(VerdictCode.UPSIDE_DOWN, Severity.LOOK)


def _lid(seen: Quality, limits: QualityLimits) -> Iterator[Fault]:
    for side, width_mm in seen.lid_mm.items():
        if width_mm >= limits.border_mm:
            facts: dict[str, Fact] = {"side": side, "border_mm": round(width_mm)}
            yield Fault(VerdictCode.BLACK_BORDER, Severity.LOOK, facts)
