"""Page text as plain lists, for the line between us and a cell (``ocr.pdf_cell``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ocr.page import Box, Line, PageText, Word


def as_json(text: PageText) -> dict[str, Any]:
    """``text`` in lists, strings and numbers; ``from_json`` reads it back."""
    return {
        "width_px": text.width_px,
        "height_px": text.height_px,
        "dpi": text.dpi,
        "lines": [
            [
                line.block,
                list(line.box),
                [[w.text, *w.box, w.confidence, w.alternative] for w in line.words],
            ]
            for line in text.lines
        ],
    }


def from_json(told: Mapping[str, Any]) -> PageText:
    """What ``as_json`` made.

    Raises:
        KeyError: a part is missing.
        TypeError: a part is not what it should be.
        ValueError: likewise.
    """
    lines = tuple(
        Line(
            tuple(
                Word(
                    str(text),
                    Box(int(x0), int(y0), int(x1), int(y1)),
                    float(confidence),
                    None if alternative is None else str(alternative),
                )
                for text, x0, y0, x1, y1, confidence, alternative in words
            ),
            Box(*(int(edge) for edge in box)),
            int(block),
        )
        for block, box, words in told["lines"]
    )
    return PageText(lines, int(told["width_px"]), int(told["height_px"]), float(told["dpi"]))
