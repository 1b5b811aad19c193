"""The order in which people read the lines of a page.

Row by row: what stands on one level belongs to one line, a label and its value, the cells of a
table, number and date of a letter, however far apart. Only where a gutter parts columns of
running text are the columns read one after the other: what stands above the gutter, the left
column, the right one, what stands below.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from ocr.columns import Gutter
from ocr.page import Box, Line, Word
from ocr.tsv import around

_LEVEL = 0.45  # pieces of one row: their middles differ by less than this share of the lower one
_OVERLAP = 0.3  # of the narrower of two pieces: more lies one over the other, not beside it
_FREE = 0.6  # of a gutter's width between two words that it parts
_PARAGRAPH = 1.0  # a gap of more than the height of a line begins a block


def in_reading_order(lines: tuple[Line, ...], gutters: tuple[Gutter, ...]) -> tuple[Line, ...]:
    """The lines as they are read, their blocks numbered anew from 0.

    Args:
        lines: what was recognised; a line that runs across a gutter is cut there.
        gutters: the white between columns, the tallest first.
    """
    pieces = [piece for line in lines for piece in _cut(line, gutters)]
    regions = _regions(pieces, gutters)
    ordered = [_rows(region) for region in regions if region]
    return tuple(_in_blocks(ordered))


def _cut(line: Line, gutters: Sequence[Gutter]) -> list[Line]:
    """The line in the pieces into which gutters part it."""
    crossing = [gutter for gutter in gutters if _crosses(line.box, gutter)]
    if not crossing:
        return [line]
    words = sorted(line.words, key=lambda word: word.box.x0)
    cuts = [
        place
        for place, (before, after) in enumerate(pairwise(words), start=1)
        if any(_lies_between(gutter.box, before.box, after.box) for gutter in crossing)
    ]
    if not cuts:
        return [line]
    edges = [0, *cuts, len(words)]
    return [_line(words[start:end], line.block) for start, end in pairwise(edges)]


def _crosses(box: Box, gutter: Gutter) -> bool:
    y = _middle(box)[1]
    beside = gutter.box.y0 <= y < gutter.box.y1 and gutter.is_open_at(y)
    return beside and box.x0 < gutter.x < box.x1


def _lies_between(gutter: Box, before: Box, after: Box) -> bool:
    free = min(after.x0, gutter.x1) - max(before.x1, gutter.x0)
    return free > _FREE * gutter.width


def _regions(pieces: list[Line], gutters: Sequence[Gutter]) -> list[list[Line]]:
    """The pieces in regions that are read one after the other."""
    for number, gutter in enumerate(gutters):
        sides: tuple[list[Line], ...] = ([], [], [], [], [])
        above, left, right, amid, below = sides
        for piece in pieces:
            x, y = _middle(piece.box)
            if y < gutter.box.y0:
                above.append(piece)
            elif y >= gutter.box.y1:
                below.append(piece)
            elif piece.box.x0 < gutter.x < piece.box.x1 and not gutter.is_open_at(y):
                amid.append(piece)
            else:
                (left if x < gutter.x else right).append(piece)
        if left and right:
            rest = gutters[number + 1 :]
            return [region for side in sides for region in _regions(side, rest)]
    return [pieces]


def _rows(pieces: list[Line]) -> list[Line]:
    """Pieces on one level as one line, from the top."""
    rows: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda each: (_middle(each.box)[1], each.box.x0)):
        beside = [row for row in rows[-6:] if _stands_in(piece, row)]
        if beside:
            nearest = min(beside, key=lambda row: abs(_level(row) - _middle(piece.box)[1]))
            nearest.append(piece)
        else:
            rows.append([piece])
    rows.sort(key=_level)
    return [_joined(row) for row in rows]


def _stands_in(piece: Line, row: list[Line]) -> bool:
    """True when the piece is on the level of its nearest neighbour and covers none."""
    if any(_overlap_x(piece.box, other.box) for other in row):
        return False
    near = min(row, key=lambda other: max(other.box.x0 - piece.box.x1, piece.box.x0 - other.box.x1))
    apart = abs(_middle(piece.box)[1] - _middle(near.box)[1])
    return apart < _LEVEL * min(piece.box.height, near.box.height)


def _overlap_x(one: Box, other: Box) -> bool:
    shared = min(one.x1, other.x1) - max(one.x0, other.x0)
    return shared > _OVERLAP * min(one.width, other.width)


def _joined(row: list[Line]) -> Line:
    if len(row) == 1:
        return row[0]
    pieces = sorted(row, key=lambda piece: piece.box.x0)
    return _line([word for piece in pieces for word in piece.words], pieces[0].block)


def _in_blocks(regions: Iterable[Sequence[Line]]) -> Iterable[Line]:
    block = -1
    for region in regions:
        before: Line | None = None
        for line in region:
            if before is None or line.box.y0 - before.box.y1 > _PARAGRAPH * before.box.height:
                block += 1
            yield Line(line.words, line.box, block)
            before = line


def _line(words: Sequence[Word], block: int) -> Line:
    return Line(tuple(words), around(word.box for word in words), block)


def _level(row: Sequence[Line]) -> float:
    return sum(_middle(piece.box)[1] for piece in row) / len(row)


def _middle(box: Box) -> tuple[float, float]:
    return (box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2
