"""What pages say: the matter of a file, and a clerk who writes about it."""

from __future__ import annotations

import datetime as dt
import tomllib
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.scans import habits, numbers
from benchmarks.scans.numbers import DEVANAGARI_DIGITS, FileNumber

COLLECTORATE = "collector"  # the code of a district office, which has no department
_WORDS = Path(__file__).parent / "words"


@lru_cache(maxsize=2)
def words_of(language: str) -> dict[str, Any]:
    """The vocabulary of ``hi`` or ``en``."""
    return tomllib.loads((_WORDS / f"{language}.toml").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Matter:
    """What a physical file is about; everything its pages have in common."""

    language: str  # hi | en | mixed
    devanagari_digits: bool
    office: str  # secretariat | district | revenue | centre
    department_code: str
    place: str
    topic: int
    subject: str
    number: FileNumber
    date: dt.date
    habits: habits.Habits = habits.PLAIN

    @property
    def words(self) -> str:
        """The vocabulary the matter is written in."""
        return "en" if self.language == "en" else "hi"

    @property
    def hindi(self) -> bool:
        """Whether the frame of the letter is Hindi."""
        return self.language != "en"

    @property
    def department(self) -> str:
        """Department or collectorate, as letterheads and note-sheets have it."""
        if self.department_code == COLLECTORATE:
            office = "कार्यालय कलेक्टर, जिला" if self.hindi else "Office of the Collector,"
            return f"{office} {self.place}"
        return str(words_of(self.words)["departments"][self.department_code]["name"])


def draw_matter(rng: np.random.Generator, language: str | None, *, varied: bool = False) -> Matter:
    """A file's matter; the language by chance when it is None, with ``varied`` habits too."""
    spoken = language or str(rng.choice(["hi", "en", "mixed"], p=[0.62, 0.2, 0.18]))
    vocabulary = words_of("en" if spoken == "en" else "hi")
    topic = int(rng.integers(len(vocabulary["topics"])))
    code = str(rng.choice(vocabulary["topics"][topic]["departments"]))
    offices = (
        ["secretariat", "district", "centre"]
        if spoken == "en"
        else ["secretariat", "district", "revenue"]
    )
    office = str(rng.choice(offices, p=[0.55, 0.3, 0.15]))
    day = dt.date(int(rng.integers(1972, 2017)), 1, 1) + dt.timedelta(int(rng.integers(365)))
    matter = Matter(
        language=spoken,
        devanagari_digits=spoken != "en" and bool(rng.random() < 0.25),
        office=office,
        department_code=COLLECTORATE if office in ("district", "revenue") else code,
        place=str(rng.choice(vocabulary["places"])),
        topic=topic,
        subject="",
        number=FileNumber("", "", ""),
        date=day,
    )
    if varied:
        matter = replace(matter, habits=habits.draw_habits(rng))
    clerk = Clerk(rng, matter)
    subject = clerk.text(str(rng.choice(vocabulary["topics"][topic]["subjects"])))
    return replace(matter, subject=subject, number=clerk.new_number())


class Clerk:
    """Writes sentences about one matter; every choice comes from the given generator."""

    def __init__(
        self, rng: np.random.Generator, matter: Matter, hand: np.random.Generator | None = None
    ):
        self.rng = rng
        self.hand = hand or rng  # draws what is written by hand, where that is apart
        self.matter = matter
        self.vocabulary = words_of(matter.words)

    def pick(self, key: str) -> str:
        """One filled entry of a list of the vocabulary."""
        return self.text(str(self.rng.choice(self.vocabulary[key])))

    def text(self, template: str, language: str | None = None) -> str:
        """``template`` with its braces filled, in the digits of the file."""
        return self.digits(template.format_map(_Slots(self, language or self.matter.words)))

    def digits(self, text: str) -> str:
        """``text`` with Devanagari digits where the file uses them."""
        return text.translate(DEVANAGARI_DIGITS) if self.matter.devanagari_digits else text

    def about(self, key: str, count: int) -> list[str]:
        """``count`` different sentences of the topic (``body`` or ``order``), filled."""
        return self.several(self.vocabulary["topics"][self.matter.topic][key], count)

    def several(self, templates: list[str], count: int) -> list[str]:
        """``count`` different filled templates of a list, fewer if it is shorter."""
        chosen = self.rng.permutation(len(templates))[:count]
        return [self.text(templates[int(index)]) for index in chosen]

    def english_aside(self) -> str:
        """A paragraph in English, as mixed letters have."""
        choices = words_of("en")["common"]
        return " ".join(
            self.text(choices[int(index)], "en") for index in self.rng.permutation(len(choices))[:2]
        )

    def new_number(self) -> FileNumber:
        """A number in the form that the office uses."""
        matter, rng, year = self.matter, self.rng, self.matter.date.year
        if matter.office == "centre":
            return numbers.centre(rng, year)
        if matter.office == "revenue":
            made = numbers.revenue_case(rng, year)
        elif matter.office == "district":
            section = str(rng.choice(self.vocabulary["section_letters"]))
            made = numbers.district(rng, year, section, hindi=matter.hindi)
        elif matter.hindi:
            department = self.vocabulary["departments"][matter.department_code]["number"]
            made = numbers.secretariat_hindi(rng, year, department)
        else:
            made = numbers.secretariat_english(rng, year)
        if matter.habits.varied:
            made = habits.in_other_form(rng, made, matter.habits)
        return replace(made, number=self.digits(made.number))

    def printed(self, number: FileNumber) -> str:
        """Label and number as this page has them."""
        manner = self.matter.habits
        if not manner.varied:
            return number.printed
        return habits.printed_number(self.rng, number, manner)

    def bare(self, number: FileNumber) -> str:
        """The number without its label, as this page has it."""
        manner = self.matter.habits
        return habits.loosely(self.rng, number.number, manner) if manner.varied else number.number

    def is_broken(self) -> bool:
        """Whether the number at hand goes on in the next line."""
        broken = self.matter.habits.broken
        return broken > 0 and bool(self.rng.random() < broken)

    def other_office(self) -> Matter:
        """Another office that writes letters into this file, with a number of its own."""
        other = draw_matter(self.rng, self.matter.language)
        manner = replace(self.matter.habits, short_years=bool(self.rng.random() < 0.3))
        other = replace(other, date=self.matter.date, habits=manner)
        return replace(other, number=Clerk(self.rng, other).new_number())

    def citation(self) -> str:
        """Another paper's number and date, as letters and notes cite them."""
        number = self.new_number() if self.rng.random() < 0.5 else self.other_office().number
        return f"{self.printed(number)} {self.date(self.day_near(before=400))}"

    def day_near(self, *, before: int = 0, after: int = 0) -> dt.date:
        """A date at most so many days before or after the file's own."""
        return self.matter.date + dt.timedelta(int(self.rng.integers(-before, after + 1)))

    def date(self, day: dt.date) -> str:
        """The day with its label, as this office writes it."""
        hindi, manner = self.matter.hindi, self.matter.habits
        if manner.varied and self.rng.random() < 0.6:
            short = manner.short_years
            return self.digits(habits.other_date_form(self.rng, day, hindi=hindi, short=short))
        return self.digits(numbers.printed_date(self.rng, day, hindi=hindi))


class _Slots(dict[str, str]):
    """Fills the braces of a template on demand."""

    def __init__(self, clerk: Clerk, language: str):
        super().__init__()
        self._clerk, self._words = clerk, words_of(language)

    def __missing__(self, slot: str) -> str:
        rng, year = self._clerk.rng, self._clerk.matter.date.year
        lists = {"district": "places", "tehsil": "tehsils", "village": "villages"}
        lists |= {"post": "posts", "person": "persons", "staff": "staff", "school": "schools"}
        if slot in lists:
            return str(rng.choice(self._words[lists[slot]]))
        made = {
            "n": lambda: str(rng.integers(2, 96)),
            "day": lambda: str(rng.integers(5, 21)),
            "days": lambda: str(rng.choice([3, 7, 10, 15, 30, 45])),
            "amount": lambda: grouped(int(rng.integers(12, 9000)) * 500),
            "year": lambda: str(year - int(rng.integers(0, 12))),
            "fy": lambda: numbers.span_of_years(year),
            "date": lambda: numbers.short_date(self._clerk.day_near(before=200)),
        }
        return made[slot]()


def grouped(amount: int) -> str:
    """An amount with Indian grouping: ``12,34,500``."""
    head, tail = divmod(amount, 1000)
    if not head:
        return str(tail)
    groups = []
    while head:
        head, group = divmod(head, 100)
        groups.append(f"{group:02d}" if head else str(group))
    return ",".join([*reversed(groups), f"{tail:03d}"])
