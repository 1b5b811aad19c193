"""Pages of words laid out as a typist would, for rules to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from classify.file import Declared, SeenPage, describe_file
from classify.proposals import FileDescription
from classify.rulebook import Rules

LINE_PITCH_PX, LETTER_PX, TOP_PX, LEFT_PX = 60, 18, 160, 200


class Box(NamedTuple):
    x0: int
    y0: int
    x1: int
    y1: int


@dataclass(frozen=True)
class Word:
    text: str
    box: Box
    confidence: float = 0.95
    alternative: str | None = None


@dataclass(frozen=True)
class Line:
    words: tuple[Word, ...]
    box: Box
    block: int = 0

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)


@dataclass(frozen=True)
class Look:
    paper: tuple[int, int, int] = (250, 250, 248)
    coloured: bool = True
    margin: float = 0.05
    further: float = 0.05
    level_rules: int = 0
    hand_share: float = 0.02

    @property
    def by_hand(self) -> bool:
        return self.hand_share > 0.5


@dataclass(frozen=True)
class Page:
    lines: tuple[Line, ...]
    width_px: int = 2480
    height_px: int = 3508
    dpi: float = 300.0
    appearance: Look | None = None


def typed(text: str, *, confidence: float = 0.95, pitch_px: int = LINE_PITCH_PX) -> Page:
    """``text`` as a page: a line a line, an empty line is clear space."""
    lines = []
    for row, content in enumerate(text.strip("\n").split("\n")):
        words, x, y = [], LEFT_PX, TOP_PX + row * pitch_px
        for word in content.split():
            right = x + LETTER_PX * len(word)
            words.append(Word(word, Box(x, y, right, y + 40), confidence))
            x = right + LETTER_PX
        if words:
            box = Box(words[0].box.x0, y, words[-1].box.x1, y + 40)
            lines.append(Line(tuple(words), box))
    return Page(tuple(lines))


def described(
    *texts: str, rules: Rules, declared: Declared | None = None, sides: Sequence[str | None] = ()
) -> FileDescription:
    """What the room says about a file of such pages, sides declared for the first ones."""
    pages = [
        SeenPage(number, typed(text), sides[number - 1] if number <= len(sides) else None)
        for number, text in enumerate(texts, start=1)
    ]
    return describe_file(pages, declared=declared, rules=rules)


LETTER = """
मध्यप्रदेश शासन
सामान्य प्रशासन विभाग
मंत्रालय, भोपाल

क्रमांक {number} भोपाल, दिनांक {date}

प्रति,
     कलेक्टर,
     जिला कटनी (म.प्र.)

विषय:- {subject}
संदर्भ:- आपका पत्र क्रमांक एफ 3-5/2012/1/9 दिनांक 01.02.2012

महोदय,
     उपरोक्त विषय में लेख है कि शासन के आदेश क्रमांक एफ 9-1/2010/1/10 दिनांक 03.04.2010
के अनुसार कार्यवाही की जावे तथा की गई कार्यवाही से अवगत कराया जावे ।

     भवदीय
     अवर सचिव

पृष्ठांकन क्रमांक {number} भोपाल, दिनांक {date}
प्रतिलिपि:-
1. कलेक्टर, जबलपुर की ओर उनके पत्र क्रमांक एफ 4-4/2011/1/9 दिनांक 5.6.2011 के संदर्भ में।
"""

ENGLISH_LETTER = """
GOVERNMENT OF MADHYA PRADESH
General Administration Department
Mantralaya, Bhopal

No. {number} Bhopal, Dated {date}

To,
     The Collector,
     District Katni (M.P.)

Sub: {subject}
Ref: Your letter No. F 3-5/2012/XX-1 dated 1.2.2012

Sir,
     With reference to the above it is stated that the proposal has been examined in the
department and the sanction is conveyed as below.

     Yours faithfully,
     Under Secretary
"""


def letter(
    number: str = "एफ 11-20/2014/1/9",
    date: str = "12 मार्च, 2014",
    subject: str = "शासकीय सेवकों के स्थानांतरण के प्रकरणों में कार्यवाही।",
) -> str:
    """A Hindi letter of the secretariat."""
    return LETTER.format(number=number, date=date, subject=subject)


def english_letter(
    number: str = "F 17-3/2001/XX-1",
    date: str = "12th March 2001",
    subject: str = "Transfer of Government servants in the district.",
) -> str:
    """An English letter of the secretariat."""
    return ENGLISH_LETTER.format(number=number, date=date, subject=subject)
