"""Text that a PDF page already carries: its words and lines, and whether they can be trusted."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby

from ocr.page import Box, Line, PageText, Word
from ocr.pdf_sight import Glyph
from ocr.textlayer import written_words


class Trust(StrEnum):
    """What a text that is already there is worth."""

    NONE = "none"  # there is none
    GOOD = "good"
    BAD = "bad"  # it would mislead a search


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict on existing text.

    Args:
        trust: the verdict.
        reason: why it is bad, as a short code: ``unmapped``, ``mojibake``, ``legacy_font``,
            ``torn_syllables``, ``noise``; empty otherwise.
    """

    trust: Trust
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page lies on its picture.

    Args:
        width_px: width of the picture.
        height_px: height of the picture.
        dpi: resolution of the picture.
    """

    width_px: int
    height_px: int
    dpi: float

    def holds(self, glyphs: Sequence[Glyph]) -> bool:
        """Whether the middle of these characters is on the page: text beside it is not shown."""
        x = (min(g.left for g in glyphs) + max(g.right for g in glyphs)) / 2 * self.dpi / 72
        y = (min(g.bottom for g in glyphs) + max(g.top for g in glyphs)) / 2 * self.dpi / 72
        return 0 <= x <= self.width_px and 0 <= y <= self.height_px

    def box(self, glyphs: Sequence[Glyph]) -> Box:
        """The pixels that characters cover, kept inside the picture, never empty."""
        scale = self.dpi / 72
        x0 = math.floor(min(g.left for g in glyphs) * scale)
        x1 = math.ceil(max(g.right for g in glyphs) * scale)
        y0 = math.floor(self.height_px - max(g.top for g in glyphs) * scale)
        y1 = math.ceil(self.height_px - min(g.bottom for g in glyphs) * scale)
        x0 = min(max(x0, 0), self.width_px - 1)
        y0 = min(max(y0, 0), self.height_px - 1)
        return Box(
            x0, y0, min(max(x1, x0 + 1), self.width_px), min(max(y1, y0 + 1), self.height_px)
        )


_TOUCHING = 0.12  # of the height of the higher character
_GAP_BEFORE_BLOCK = 1.2  # of the line height, between two lines of different blocks


def page_text(glyphs: Iterable[Glyph], place: Place, *, confidence: float = 1.0) -> PageText:
    """Words and lines from characters, in the order in which the PDF gives them.

    Args:
        glyphs: characters in extraction order; words end at white space, lines at line ends.
        place: the picture that the boxes refer to.
        confidence: 0..1, given to every word.
    """
    lines: list[Line] = []
    block = 0
    for line_end, run in groupby(glyphs, lambda g: g.char in "\r\n"):
        words = () if line_end else _words(run, place, confidence)
        if not words:
            continue
        box = _around([word.box for word in words])
        if lines and _apart(lines[-1].box, box):
            block += 1
        lines.append(Line(words, box, block))
    return PageText(tuple(lines), place.width_px, place.height_px, place.dpi)


def without_false_gaps(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The same without the spaces and line ends that PDFium put between characters that touch.

    It parts a raised figure from its word (``24 th``); other readers, and people, do not.
    """
    kept: list[Glyph] = []
    gaps: list[Glyph] = []
    for glyph in glyphs:
        if glyph.put_in:
            gaps.append(glyph)
            continue
        if not (kept and gaps and _touch(kept[-1], glyph)):
            kept += gaps
        gaps.clear()
        kept.append(glyph)
    return kept + gaps


def _touch(before: Glyph, after: Glyph) -> bool:
    if before.angle_deg or after.angle_deg or not (before.char.strip() and after.char.strip()):
        return False
    higher = max(before.top - before.bottom, after.top - after.bottom)
    level = min(before.top, after.top) - max(before.bottom, after.bottom) > -0.2 * higher
    return level and abs(after.left - before.right) < _TOUCHING * higher


def _words(run: Iterable[Glyph], place: Place, confidence: float) -> tuple[Word, ...]:
    words = []
    for space, letters in groupby(run, lambda g: g.char.isspace() or g.char == "\0"):
        glyphs = list(letters)
        if space or not place.holds(glyphs):
            continue
        seated = [g for g in glyphs if g.right > g.left] or glyphs
        for text in written_words("".join(g.char for g in glyphs)):
            words.append(Word(text, place.box(seated), confidence))
    return tuple(words)


def _around(boxes: Sequence[Box]) -> Box:
    return Box(
        min(b.x0 for b in boxes), min(b.y0 for b in boxes),
        max(b.x1 for b in boxes), max(b.y1 for b in boxes),
    )  # fmt: skip


def _apart(above: Box, below: Box) -> bool:
    gap = below.y0 - above.y1
    sideways = below.x0 >= above.x1 or below.x1 <= above.x0
    return sideways or gap < -2 * above.height or gap > _GAP_BEFORE_BLOCK * above.height


def upright_turn(glyphs: Sequence[Glyph]) -> int:
    """Quarter turn, clockwise, that sets most of the characters upright: 0, 90, 180 or 270."""
    turns = [round(g.angle_deg / 90) * 90 % 360 for g in glyphs if not g.put_in and g.char.strip()]
    if not turns:
        return 0
    usual = max(set(turns), key=turns.count)
    return -usual % 360 if turns.count(usual) > 0.6 * len(turns) else 0


# ---- trust ---------------------------------------------------------------------------------

_MEANINGLESS = {"Co", "Cn", "Cc", "Cs"}  # private use, unassigned, control, half a pair
_UNMAPPED_SHARE = 0.05
_TORN_SHARE = 0.02
_FEW = 3  # a share says nothing about fewer words than this
_LEGACY_FONTS = re.compile(  # at the start of the name, after the tag of a subset
    r"(?:[A-Z]{6}\+)?(?:a?kruti|dev ?lys|(?:walkman[ _-]?)?chanakya|shusha|susha|shivaji|"
    r"shree-?(?:lipi|dev)|aps-|dvb?w?[-_]?(?:tt|yogesh|surekh)|naidunia|agra ?thin|richa|"
    r"bhaskar|4c ?gandhi|isfoc)",
    re.IGNORECASE,
)
# The commonest words of Hindi as the keys of Kruti-Dev type them. Source: the Remington layout.
_KRUTI_WORDS = frozenset(
    re.findall(
        r"\S+",
        "dk ds dh esa gS gSa ls dks fd vkSj ij us ugha Fkk Fks Fkh rFkk dj fy, ;k ,oa ;g "
        ";s ;gk vius fd;k djus djrs x;k fnukad fo\"k; lfpo foHkkx Hkkjr ljdkj izns'k Jh "
        "dqekj ,d gks jgs }kjk vkns'k i= la[;k bl ml izfr vuqHkkx dk;kZy; lfefr fuEu ",
    )
)
_MOJIBAKE = re.compile("à[¤¥][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|Ã[\u00a0-\u00bf]")
_DEVANAGARI = re.compile("[\u0900-\u097f]")
_SIGN_FIRST = re.compile("^[\u0900-\u0903\u093a-\u093c\u093e-\u094f\u0951-\u0957\u0962\u0963]")
_LONE_SHORT_I = re.compile("^(?:[\u0915-\u0939\u0958-\u095f]\u094d?){1,2}ि$")
_REAL_LONE = {"कि", "यदि"}


def judge(glyphs: Sequence[Glyph]) -> Judgement:
    """Whether a text can be found again by what a person would type.

    Args:
        glyphs: the characters in question, with the spaces between them.
    """
    written = [g for g in glyphs if not g.put_in and not g.char.isspace() and g.char != "\0"]
    if not written:
        return Judgement(Trust.NONE)
    if sum(_unreadable(g) for g in written) > _UNMAPPED_SHARE * len(written):
        return Judgement(Trust.BAD, "unmapped")
    words = "".join(g.char for g in glyphs).split()
    reason = (
        ("mojibake" if _is_mojibake(words) else "")
        or ("legacy_font" if _is_legacy(written, words) else "")
        or ("torn_syllables" if _is_torn(words) else "")
        or ("noise" if _is_noise(words) else "")
    )
    return Judgement(Trust.BAD if reason else Trust.GOOD, reason)


def _unreadable(glyph: Glyph) -> bool:
    # Hidden layers are compared with the picture anyway, and PDFium misses the mapping of the
    # commonest font for them, where the code is the character.
    unmapped = not glyph.mapped and not glyph.hidden
    return unmapped or glyph.char == "\ufffd" or unicodedata.category(glyph.char) in _MEANINGLESS


def _is_mojibake(words: Sequence[str]) -> bool:
    """UTF-8 that was read as if each byte were a letter: ``à¤•`` for क."""
    return sum(bool(_MOJIBAKE.search(word)) for word in words) > max(1, 0.05 * len(words))


def _is_legacy(written: Sequence[Glyph], words: Sequence[str]) -> bool:
    """Hindi glyphs on Latin letters: by the font's name, or by its commonest words."""
    named = sum(bool(_LEGACY_FONTS.match(g.font)) and g.char.isascii() for g in written)
    if named > 0.1 * len(written):
        return True
    typed = sum(word.strip("().") in _KRUTI_WORDS for word in words)
    return typed >= _FEW and typed > 0.08 * len(words)


def _is_torn(words: Sequence[str]) -> bool:
    """Syllables torn from their words, as shaped glyphs come out: ``दि नांक`` for दिनांक."""
    hindi = [word for word in words if _DEVANAGARI.search(word)]
    torn = sum(
        bool(_SIGN_FIRST.match(word))
        or (bool(_LONE_SHORT_I.match(word)) and word not in _REAL_LONE)
        for word in hindi
    )
    return torn >= 2 and torn > _TORN_SHARE * len(hindi)


def _is_noise(words: Sequence[str]) -> bool:
    """Mostly signs that are neither letters nor digits, nor rules and dot leaders."""
    chars = [c for word in words for c, _ in groupby(word)]
    wordlike = sum(unicodedata.category(c)[0] in "LNM" for c in chars)
    return len(chars) >= 20 and wordlike < 0.5 * len(chars)
