"""Which of the words that were read are right, wherever their lines stand on the page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from rapidfuzz.distance import Levenshtein
from rapidfuzz.fuzz import partial_ratio

from ocr.scoring import ALIKE_ENOUGH, SHORT, normal


@dataclass(slots=True)
class _Line:
    """Words of a line, and which of them have found their like."""

    words: list[str]
    taken: list[bool] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.taken = [False] * len(self.words)

    @property
    def text(self) -> str:
        return " ".join(self.words)

    def waiting(self) -> list[int]:
        return [place for place, taken in enumerate(self.taken) if not taken]


def right_words(
    truth: Sequence[str], read: Sequence[Sequence[str]], *, optional: Sequence[str] = ()
) -> list[list[bool]]:
    """For every word of every line that was read, whether it stands so on the page.

    A word is right when its line resembles a line of the truth and the same word stands there
    at its place, letter for letter with all signs, or when the word is left over in the truth
    after all alike lines were compared. Every word of the truth serves one word that was read.

    Args:
        truth: the lines that stand on the page.
        read: the words of each line that was read.
        optional: what may be read or left out, such as the words of a seal; right when read.
    """
    expected = [_Line(normal(line).split()) for line in (*truth, *optional)]
    found = [_Line([normal(word) for word in words]) for words in read]
    alike = [
        (partial_ratio(one.text, other.text) * min(len(one.text), len(other.text)), here, there)
        for here, one in enumerate(found)
        for there, other in enumerate(expected)
        if len(one.text) >= SHORT and partial_ratio(one.text, other.text) >= ALIKE_ENOUGH
    ]
    for _, here, there in sorted(alike, key=lambda pair: (-pair[0], pair[1], pair[2])):
        _pair_off(found[here], expected[there])
    _take_left_over(found, expected)
    return [line.taken for line in found]


def _pair_off(read: _Line, truth: _Line) -> None:
    """Mark the words that both lines share in the same order."""
    ours, theirs = read.waiting(), truth.waiting()
    steps = Levenshtein.opcodes(
        [read.words[place] for place in ours], [truth.words[place] for place in theirs]
    )
    for step in steps:
        if step.tag == "equal":
            for place in ours[step.src_start : step.src_end]:
                read.taken[place] = True
            for place in theirs[step.dest_start : step.dest_end]:
                truth.taken[place] = True


def _take_left_over(read: Sequence[_Line], truth: Sequence[_Line]) -> None:
    """Words that stand in the truth still; a sign alone is found anywhere by chance."""
    left = Counter(line.words[place] for line in truth for place in line.waiting())
    for line in read:
        for place in line.waiting():
            word = line.words[place]
            if left[word] and any(map(str.isalnum, word)):
                left[word] -= 1
                line.taken[place] = True
