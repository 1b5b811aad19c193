"""What readings of undeclared files are worth: labels from the truth, signs from the product."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from benchmarks.sides.reading import FileRead, PageRead
from classify.file import SeenPage
from ocr.page import Appearance, PageText
from ocr.verdicts import VerdictCode

BY_HAND, PRINTED = 0.5, 0.1


def lines_by_hand(page: PageRead) -> NDArray[np.float64]:
    """(lines,) 0..1: share of each line's box that lies in true handwriting.

    The page as shown is the sheet up to a millimetre or two: both are upright and level.
    """
    shares = []
    for line in page.line_boxes:
        inside = 0
        for hand in page.hand_boxes:
            width = min(line.x1, hand.x1) - max(line.x0, hand.x0)
            height = min(line.y1, hand.y1) - max(line.y0, hand.y0)
            inside += max(0, width) * max(0, height)
        shares.append(min(1.0, inside / max(1, line.width * line.height)))
    return np.array(shares)


def true_hand_share(page: PageRead) -> float:
    """Share of the writing's ink that really is by hand."""
    if page.kind in ("hand_note", "hand_letter"):
        return 1.0
    if not len(page.line_ink) or not page.line_ink.sum():
        return 0.0
    return float((lines_by_hand(page) > BY_HAND) @ page.line_ink / page.line_ink.sum())


def with_share(page: PageRead, share: float) -> PageText:
    """The page's text with another share of handwriting, such as that of a new table.

    Of a sheet that is nearly empty nothing is said about a hand, as the product has it.
    """
    seen: Appearance | None = page.text.appearance
    if VerdictCode.NEARLY_BLANK in page.verdicts:
        share = 0.0
    return replace(page.text, appearance=replace(seen, hand_share=share) if seen else None)


def as_seen(file: FileRead, texts: list[PageText]) -> list[SeenPage]:
    """The pages as the product describes them; what it took for blank has no place there."""
    return [
        SeenPage(place, text, blank=page.blank)
        for place, (page, text) in enumerate(zip(file.pages, texts, strict=True), start=1)
    ]
