"""What the lines say: prose, words by frequency, official phrases, numbers, and no language at all.

Numbers and made-up words are there so that the network reads what is drawn and not what it
expects: a digit has no probable neighbour.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

import numpy as np

from benchmarks.scans.vocabulary import Clerk, draw_matter
from training.alphabet import VIRAMA, plain
from training.figures import number

_CONSONANTS = "कखगघचछजझटठडढणतथदधनपफबभमयरलवशषसह"
_MATRAS = ["", "", "", "ा", "ि", "ी", "ु", "ू", "े", "ै", "ो", "ौ", "ृ", "ं", "ाँ", "ें", "ों", "ीं", "ॉ", "़"]
_VOWELS = "अआइईउऊएऐओऔऋ"
_LONGEST = 110  # signs
_FRAMES = ("//", "//", "::", "-", "--", "*", "**", "॥", "-:", "=")
_PAIRS = ("()", "[]", '""', "‘’", "“”", "''")


@cache
def _phrases() -> dict[str, list[str]]:
    return tomllib.loads((Path(__file__).parent / "phrases.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Sources:
    """Where words come from.

    Args:
        folder: what ``training.fetch`` made (``words.json``).
        prose: plain text files.
    """

    folder: Path
    prose: tuple[Path, ...]

    @cached_property
    def words(self) -> dict[str, tuple[list[str], np.ndarray]]:
        """Words and their cumulated weights, by list; frequencies are flattened."""
        made = {}
        listed = json.loads((self.folder / "words.json").read_text(encoding="utf-8"))
        for name, entries in listed.items():
            weights = np.array([weight for _, weight in entries]) ** 0.4
            made[name] = ([word for word, _ in entries], np.cumsum(weights / weights.sum()))
        return made

    @cached_property
    def passages(self) -> list[list[str]]:
        """Paragraphs as lists of words."""
        lines = [
            plain(line)
            for path in self.prose
            for line in path.read_text(encoding="utf-8").splitlines()
        ]
        return [line.split() for line in lines if line]


class Writer:
    """Draws the text of one line; every choice comes from the given generator."""

    def __init__(self, sources: Sources, rng: np.random.Generator):
        self._sources, self._rng = sources, rng

    def line(self) -> str:
        """A plain text of 1 to some 90 signs."""
        made: list[tuple[float, Callable[[], str]]] = [
            (0.24 if self._sources.passages else 0.0, self._prose),
            (0.20, lambda: self._words("hi")),
            (0.10, lambda: self._words("hi-spelling")),
            (0.05, lambda: self._words("mr-spelling")),
            (0.10, lambda: self._words("en")),
            (0.08, self._official),
            (0.09, self._figures),
            (0.03, self._title),
            (0.12, self._made_up),
            (0.08, self._medley),
        ]
        shares = np.array([share for share, _ in made])
        chosen = int(self._rng.choice(len(made), p=shares / shares.sum()))
        return self._in_capitals(plain(made[chosen][1]()))[:_LONGEST].strip()

    def _in_capitals(self, text: str) -> str:
        return text.upper() if self._rng.random() < 0.06 else text

    def _chance(self, share: float) -> bool:
        return bool(self._rng.random() < share)

    def _count(self) -> int:
        """Words on a line: often few (headings, cells, last lines), mostly a full line."""
        if self._chance(0.35):
            return int(self._rng.integers(1, 4))
        return int(self._rng.integers(4, 13))

    def _prose(self) -> str:
        passages = self._sources.passages
        words = passages[int(self._rng.integers(len(passages)))]
        count = self._count()
        start = int(self._rng.integers(max(1, len(words) - count + 1)))
        return " ".join(words[start : start + count])

    def _word(self, name: str) -> str:
        words, cumulated = self._sources.words[name]
        return words[min(int(np.searchsorted(cumulated, self._rng.random())), len(words) - 1)]

    def _words(self, name: str) -> str:
        return " ".join(
            self._dressed(self._capital(self._word(name), name)) for _ in range(self._count())
        )

    def _capital(self, word: str, name: str) -> str:
        if name != "en":
            return word
        drawn = self._rng.random()
        return word.upper() if drawn < 0.12 else word.capitalize() if drawn < 0.4 else word

    def _dressed(self, word: str) -> str:
        """The word with the punctuation that may stand around it."""
        drawn = self._rng.random()
        if drawn < 0.72:
            return word
        if drawn < 0.80:
            return word + str(self._rng.choice([",", ",", "।", ".", ";"]))
        if drawn < 0.86:
            return word + str(
                self._rng.choice(["।", ":", ":-", "?", "!", "-", "–", " :-", ".-", "॥"])
            )
        if drawn < 0.92:
            pair = str(self._rng.choice(_PAIRS))
            return pair[0] + word + pair[1]
        if drawn < 0.95:
            return str(self._rng.choice(_phrases()["short"]))
        return f"{word}{self._rng.choice(['-', '/', '-'])}{self._word('hi')}"

    def _title(self) -> str:
        """A few words between the strokes that orders have them."""
        language = "en" if self._chance(0.2) else "hi"
        words = " ".join(self._word(language) for _ in range(self._few(3)))
        frame = str(self._rng.choice(_FRAMES))
        space = str(self._rng.choice(["", " "]))
        return f"{frame}{space}{words}{space}{frame[::-1]}"

    def _figures(self) -> str:
        parts = []
        for _ in range(int(self._rng.integers(1, 6))):
            if self._chance(0.4):
                parts.append(str(self._rng.choice(_phrases()["labels"])))
            parts.append(number(self._rng))
        return " ".join(parts)

    def _official(self) -> str:
        """A stretch of what the scan maker's offices write: numbers, dates, subjects."""
        rng = self._rng
        language = str(rng.choice(["hi", "hi", "en", "mixed"]))
        clerk = Clerk(rng, draw_matter(rng, language, varied=True))
        form = int(rng.integers(5))
        if form == 0:
            return f"{clerk.printed(clerk.new_number())} {clerk.date(clerk.day_near(before=300))}"
        if form == 1:
            return clerk.citation()
        if form == 2:
            return clerk.matter.department
        words = (clerk.matter.subject if form == 3 else clerk.about("body", 1)[0]).split()
        start = int(rng.integers(max(1, len(words) - 3)))
        return " ".join(words[start : start + self._count()])

    def _made_up(self) -> str:
        """Words of no language; half of them long and full of conjuncts, as in Sanskrit."""
        if self._chance(0.5):
            words = (self._syllables(3, 9, 0.4) + self._ending() for _ in range(self._few(6)))
            return " ".join(words) + str(self._rng.choice(["", " ।", " ॥", "।"]))
        return " ".join(self._dressed(self._syllables(1, 4, 0.25)) for _ in range(self._few(6)))

    def _few(self, most: int) -> int:
        return int(self._rng.integers(1, most + 1))

    def _syllables(self, fewest: int, most: int, joined: float) -> str:
        """Any consonant, ``joined`` of them conjuncts, each with any vowel sign."""
        rng, made = self._rng, []
        for _ in range(int(rng.integers(fewest, most + 1))):
            if self._chance(0.08):
                made.append(str(rng.choice(list(_VOWELS))))
                continue
            syllable = str(rng.choice(list(_CONSONANTS)))
            for share in (joined, joined / 4):
                if not self._chance(share):
                    break
                syllable += VIRAMA + str(rng.choice(list(_CONSONANTS if share > 0.2 else "यरवमन")))
            made.append(syllable + str(rng.choice(_MATRAS)))
        return "".join(made)

    def _ending(self) -> str:
        return str(self._rng.choice(["", "", "", "ः", "म्", "त्", "ऽ", "स्य"]))

    def _letters(self) -> str:
        """Latin letters, digits and signs without a pattern."""
        count = int(self._rng.integers(1, 9))
        return "".join(chr(code) for code in self._rng.integers(0x21, 0x7F, count))

    def _medley(self) -> str:
        makers: list[Callable[[], str]] = [
            lambda: number(self._rng),
            self._letters,
            lambda: self._dressed(self._word("hi")),
            lambda: self._dressed(self._capital(self._word("en"), "en")),
            lambda: str(self._rng.choice(_phrases()["labels"])),
            lambda: str(self._rng.choice(_phrases()["short"])),
        ]
        return " ".join(
            makers[int(self._rng.integers(len(makers)))]()
            for _ in range(int(self._rng.integers(1, 9)))
        )
