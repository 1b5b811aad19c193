"""A page's text as a person corrected it: new words, in the places where the old ones stood."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

from errors import WrongUsage
from ocr.page import Box, Line, PageText, Word

LONGEST_LINE = 2_000
"""Letters in a line; the widest ledger has a few hundred."""

JOINERS = "\u200c\u200d"


@dataclass(frozen=True, slots=True)
class LineEdit:
    """A line with new text.

    Attributes:
        line: its place on the page, from 0.
        before: what the person saw there; a line that reads otherwise by now is not touched.
        after: what it says; empty takes the line away.
    """

    line: int
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line that was not read at all.

    Attributes:
        box: where it stands.
        text: what it says.
    """

    box: Box
    text: str


def corrected(page: PageText, edits: Iterable[LineEdit], new: Iterable[NewLine] = ()) -> PageText:
    """The page with the edited lines; what is left as it was keeps its boxes and confidence.

    Words that a person wrote have confidence 1 and share the room of those they replace. A
    place that was marked as unread and has a new line in it is unread no more.

    Args:
        page: as it was read, or corrected before.
        edits: at most one a line.
        new: lines to be put where their boxes stand in the reading order.

    Raises:
        WrongUsage: a line is not there, does not say any more what the person saw, or is longer
            than any sheet is wide.
    """
    lines: list[Line | None] = list(page.lines)
    for edit in edits:
        found = lines[edit.line] if 0 <= edit.line < len(lines) else None
        if found is None or clean(found.text) != clean(edit.before):
            raise _changed_meanwhile(edit)
        lines[edit.line] = _rewritten(found, _words(edit.after))
    kept = [line for line in lines if line is not None and line.words]
    unread = page.unread
    for line in new:
        words = _words(line.text)
        if words:
            box = _within(line.box, page)
            _insert(kept, Line(_shared(words, box), box, _block_at(kept, box)))
            unread = tuple(place for place in unread if not _inside(place.box, box))
    return replace(page, lines=tuple(kept), unread=unread)


def clean(text: str) -> str:
    """Text as records keep it: NFC, single spaces, no sign that nobody sees but Hindi's joiners."""
    shown = (" " if sign.isspace() else sign for sign in unicodedata.normalize("NFC", text))
    seen = (s for s in shown if unicodedata.category(s) not in ("Cc", "Cf") or s in JOINERS)
    return " ".join(word for word in "".join(seen).split() if word.strip(JOINERS))


def _words(text: str) -> list[str]:
    if len(text) > LONGEST_LINE:
        raise WrongUsage(
            "A line is too long: {letters} letters, more than {most}.",
            kept="Nothing was changed.",
            todo="Write each line of the page as a line of its own.",
            letters=len(text),
            most=LONGEST_LINE,
        )
    return clean(text).split()


def _rewritten(line: Line, words: Sequence[str]) -> Line:
    old = [word.text for word in line.words]
    now: list[Word] = []
    for step, a0, a1, b0, b1 in SequenceMatcher(None, old, words, autojunk=False).get_opcodes():
        if step == "equal":
            now += line.words[a0:a1]
        elif b1 > b0:
            now += _shared(words[b0:b1], _room(line, a0, a1))
    return replace(line, words=tuple(now))


def _room(line: Line, first: int, end: int) -> Box:
    """The room of the words ``first:end``; of the gap before ``first`` where those are none."""
    if end > first:
        boxes = [word.box for word in line.words[first:end]]
        tops, bottoms = [box.y0 for box in boxes], [box.y1 for box in boxes]
        return Box(boxes[0].x0, min(tops), max(box.x1 for box in boxes), max(bottoms))
    left = line.words[first - 1].box.x1 if first > 0 else line.box.x0
    right = line.words[first].box.x0 if first < len(line.words) else line.box.x1
    if right <= left:  # no room was left between the neighbours: the word stands on the seam
        left, right = right - line.box.height // 2, left + line.box.height // 2
    return Box(max(left, 0), line.box.y0, max(right, left + 1), line.box.y1)


def _shared(words: Sequence[str], room: Box) -> tuple[Word, ...]:
    """The words side by side in ``room``, each as wide as its share of the letters."""
    letters = sum(len(word) for word in words) + len(words) - 1
    step, at = room.width / letters, 0
    placed = []
    for word in words:
        left = room.x0 + round(at * step)
        right = max(left + 1, room.x0 + round((at + len(word)) * step))
        placed.append(Word(word, Box(left, room.y0, right, room.y1), 1.0))
        at += len(word) + 1
    return tuple(placed)


def _insert(lines: list[Line], new: Line) -> None:
    """Put ``new`` before the first line that begins below its middle and shares its columns."""
    middle = (new.box.y0 + new.box.y1) / 2
    for place, line in enumerate(lines):
        beside = line.box.x0 < new.box.x1 and new.box.x0 < line.box.x1
        if beside and line.box.y0 > middle:
            lines.insert(place, new)
            return
    lines.append(new)


def _block_at(lines: Sequence[Line], box: Box) -> int:
    """The block of the nearest line above, for a line that is new."""
    above = [line for line in lines if line.box.y0 <= box.y0]
    return above[-1].block if above else (lines[0].block if lines else 0)


def _within(box: Box, page: PageText) -> Box:
    x0, y0 = min(max(box.x0, 0), page.width_px - 1), min(max(box.y0, 0), page.height_px - 1)
    return Box(
        x0, y0, max(x0 + 1, min(box.x1, page.width_px)), max(y0 + 1, min(box.y1, page.height_px))
    )


def _inside(inner: Box, outer: Box) -> bool:
    x, y = (inner.x0 + inner.x1) / 2, (inner.y0 + inner.y1) / 2
    return outer.x0 <= x < outer.x1 and outer.y0 <= y < outer.y1


def _changed_meanwhile(edit: LineEdit) -> WrongUsage:
    return WrongUsage(
        "Line {line} does not say any more what you corrected.",
        kept="The page as it is now; your text for this line was not written.",
        todo="Look at the page again, then correct the line anew.",
        line=edit.line + 1,
    )
