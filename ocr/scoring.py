"""How much of the truth stands in a text: character errors with and without order, words."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import partial_ratio_alignment

# A piece that shares less than this with a line (0..100) is another line, not a bad reading.
ALIKE_ENOUGH = 60.0
# Shorter pieces than this are found in any line by chance: they count as whole words only.
SHORT = 4
# What remains of a line or piece may still find its like elsewhere: it counts half meanwhile.
REMAINDER = 0.5
_INVISIBLE = dict.fromkeys(map(ord, "\u200b\u200c\u200d\u2060\ufeff\u00ad"))


@dataclass(frozen=True, slots=True)
class Errors:
    """Edits (insertions, deletions, substitutions) against characters of the truth."""

    edits: int = 0
    characters: int = 0

    def __add__(self, other: Errors) -> Errors:
        return Errors(self.edits + other.edits, self.characters + other.characters)

    @property
    def rate(self) -> float:
        """Character error rate, 0 up; of a text without characters, 0 or 1."""
        return self.edits / self.characters if self.characters else float(self.edits > 0)


@dataclass(frozen=True, slots=True)
class Recall:
    """Words of the truth and how many of them were found again."""

    found: int = 0
    words: int = 0

    def __add__(self, other: Recall) -> Recall:
        return Recall(self.found + other.found, self.words + other.words)

    @property
    def rate(self) -> float:
        """Share found, 0..1; 1 when there was nothing to find."""
        return self.found / self.words if self.words else 1.0


def normal(text: str) -> str:
    """NFC, without joiners and other invisible signs, each white space one blank."""
    shown = unicodedata.normalize("NFC", text).translate(_INVISIBLE)
    return " ".join(shown.split())


def errors_in_order(truth: str, read: str) -> Errors:
    """Edits between two whole texts; another order of the same lines counts as errors."""
    expected, found = normal(truth), normal(read)
    return Errors(Levenshtein.distance(expected, found), len(expected))


def errors_in_any_order(
    truth: Sequence[str], read: Sequence[str], *, optional: Sequence[str] = ()
) -> Errors:
    """Edits when every line of the truth may be looked for anywhere in what was read.

    Each line takes the piece of the reading that is most like it, the longest line first; a
    piece is used once. So the order of lines does not count, nor whether two columns were read
    as one line. Truth without a piece counts as deleted, pieces without a truth as inserted.
    Taking the best piece first can go astray where sentences recur: never more edits are
    counted than the same texts need in their order.

    Args:
        truth: the lines that stand on the page.
        read: the lines that were read.
        optional: what may be read or left out without error, such as the words of a seal.

    Source: after the flexible character accuracy of C. Clausner, S. Pletschacher and
        A. Antonacopoulos, Pattern Recognition Letters 131 (2020).
    """
    expected = _lines(truth)
    pieces = _lines(read)
    in_order = Levenshtein.distance(" ".join(expected), " ".join(pieces))
    edits = _take_all(expected, pieces)
    _take_all(_lines(optional), pieces)
    return Errors(min(edits + sum(map(len, pieces)), in_order), sum(map(len, expected)))


def word_recall(truth: str, read: str) -> Recall:
    """How many words of the truth occur in ``read``; signs at their ends do not matter."""
    expected, found = _words(truth), _words(read)
    return Recall(sum((expected & found).values()), sum(expected.values()))


def number_recall(truth: str, read: str) -> Recall:
    """How many words with a digit (numbers, dates, amounts) were found letter for letter.

    A blank inside of a number breaks it, and digits of the two scripts are not the same.
    """
    expected, found = (
        Counter({word: times for word, times in _words(text).items() if _has_digit(word)})
        for text in (truth, read)
    )
    return Recall(sum((expected & found).values()), sum(expected.values()))


def _has_digit(word: str) -> bool:
    return any(map(str.isdigit, word))


def _lines(texts: Iterable[str]) -> list[str]:
    return [line for line in map(normal, texts) if line]


def _words(text: str) -> Counter[str]:
    stripped = (_without_signs(word) for word in normal(text).split())
    return Counter(word for word in stripped if word)


def _without_signs(word: str) -> str:
    kept = [place for place, sign in enumerate(word) if unicodedata.category(sign)[0] in "LNM"]
    return word[kept[0] : kept[-1] + 1] if kept else ""


def _take_all(expected: Sequence[str], pieces: list[str]) -> int:
    """Take the best piece for every line out of ``pieces``; says the edits it needed."""
    waiting = sorted(expected, key=len, reverse=True)
    edits = 0
    while waiting:
        line = waiting.pop(0)
        best = max(
            (_Placing.of(line, piece, place) for place, piece in enumerate(pieces)),
            key=lambda placing: placing.gain,
            default=None,
        )
        if best is None or best.gain <= 0:
            edits += len(line)
            continue
        edits += best.edits
        pieces[best.place : best.place + 1] = best.rest_of_piece
        waiting = sorted([*waiting, *best.rest_of_line], key=len, reverse=True)
    return edits


@dataclass(frozen=True, slots=True)
class _Placing:
    """A line laid on a piece: what it costs and what remains of either."""

    place: int
    gain: int  # characters of the line that are explained
    edits: int = 0
    rest_of_line: tuple[str, ...] = ()
    rest_of_piece: tuple[str, ...] = ()

    @classmethod
    def of(cls, line: str, piece: str, place: int) -> _Placing:
        found = partial_ratio_alignment(line, piece, score_cutoff=ALIKE_ENOUGH)
        if found is None:
            return cls(place, 0)
        part = line[found.src_start : found.src_end]
        edits = Levenshtein.distance(part, piece[found.dest_start : found.dest_end])
        rest_of_line = _rest(line, found.src_start, found.src_end)
        rest_of_piece = _rest(piece, found.dest_start, found.dest_end)
        rest = sum(map(len, (*rest_of_line, *rest_of_piece)))
        if (whole := Levenshtein.distance(line, piece)) <= edits + REMAINDER * rest:
            return cls(place, len(line) - whole, whole)
        if len(part) < SHORT and (rest_of_piece or piece not in line.split()):
            return cls(place, 0)
        return cls(place, len(part) - edits, edits, rest_of_line, rest_of_piece)


def _rest(text: str, begin: int, end: int) -> tuple[str, ...]:
    return tuple(part for part in (text[:begin].strip(), text[end:].strip()) if part)
