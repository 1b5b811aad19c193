"""What is said of a file and the e-files that it may be; ``efile_match`` decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Match(StrEnum):
    """How a file stands to the register."""

    EXACT = "exact"
    PROBABLE = "probable"
    AMBIGUOUS = "ambiguous"
    NONE = "none"


class Why(StrEnum):
    """What speaks for or against a candidate."""

    COMPUTER_NUMBER_SAME = "efile_computer_number_same"
    COMPUTER_NUMBER_DIFFERS = "efile_computer_number_differs"
    NUMBER_SAME = "efile_number_same"
    NUMBER_OTHERWISE = "efile_number_otherwise"
    NUMBER_NEAR = "efile_number_near"
    NUMBER_DIFFERS = "efile_number_differs"
    SUBJECT_SAME = "efile_subject_same"
    SUBJECT_NEAR = "efile_subject_near"
    SUBJECT_DIFFERS = "efile_subject_differs"
    DEPARTMENT_SAME = "efile_department_same"
    DEPARTMENT_DIFFERS = "efile_department_differs"
    YEAR_DIFFERS = "efile_year_differs"


WHY: Mapping[Why, str] = {
    Why.COMPUTER_NUMBER_SAME: "the computer number is the same",
    Why.COMPUTER_NUMBER_DIFFERS: "the computer number is another",
    Why.NUMBER_SAME: "the file number is the same",
    Why.NUMBER_OTHERWISE: "another reading of the file number is the same",
    Why.NUMBER_NEAR: "the file number differs in a sign or two",
    Why.NUMBER_DIFFERS: "the file number is another",
    Why.SUBJECT_SAME: "the subject is the same",
    Why.SUBJECT_NEAR: "the subject agrees in part",
    Why.SUBJECT_DIFFERS: "the subject is another",
    Why.DEPARTMENT_SAME: "the department is the same",
    Why.DEPARTMENT_DIFFERS: "the department is another",
    Why.YEAR_DIFFERS: "the years do not fit",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known of a scanned file; None where nothing is.

    Attributes:
        key: canonical file number.
        number_sure: how sure the reading of the number is, 0..1.
        others: canonical numbers that other readings or pages have in its place.
        declared: the number was typed in a list, not read.
        department: code of the department.
        year: of the file's date.
    """

    computer_number: str | None = None
    key: str | None = None
    number_sure: float = 0.0
    others: tuple[str, ...] = ()
    declared: bool = False
    subject: str | None = None
    department: str | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class EFile:
    """One e-file of the register, as far as it is compared."""

    computer_number: str
    file_number: str
    key: str
    subject: str = ""
    department: str = ""
    opened: int | None = None
    closed: int | None = None


@dataclass(frozen=True, slots=True)
class Register:
    """How large the register is, and in how many rows each wanted word stands."""

    rows: int
    rows_with: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate, its probability 0..1, and what speaks for and against it."""

    efile: EFile
    score: float
    why: tuple[Why, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """The outcome: ``efile`` for an exact or probable match, else None; the ranking always."""

    match: Match
    efile: EFile | None
    score: float
    ranked: tuple[Ranked, ...]
