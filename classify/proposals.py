"""What this room says about a file: values with their evidence, sides, doubts.

Everything here is a proposal. Nothing is decided: the caller compares confidences with
its own thresholds (``classify.doubts.needs_review``) and a person has the last word.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from lang import say


class FieldName(StrEnum):
    """The fields of a file that are read off its pages."""

    FILE_NUMBER = "file_number"
    SUBJECT = "subject"
    DEPARTMENT = "department"
    DATE = "date"
    DOCUMENT_TYPE = "document_type"


class Side(StrEnum):
    """What a page is within its file."""

    NOTING = "noting"
    CORRESPONDENCE = "correspondence"
    COVER = "cover"
    BLANK = "blank"
    SEPARATOR = "separator"


@dataclass(frozen=True, slots=True)
class Proposal:
    """One value for one field, with the evidence for it.

    Attributes:
        value: what to show: the number with reading slips repaired and its digits in the
            script of the paper, the date as ISO 8601, the subject in one line, the
            department's name, the document type's code.
        verbatim: the words as they were read, before any repair.
        confidence: 0..1, the more conservative of two views where they differ.
        page: sequence of the page it was read on; None if it was not read but declared.
        bbox: x0, y0, x1, y1 in pixels of that page's image; None if declared.
        rule: name of the rule that found it, ``batch.csv`` for declared values.
        canonical: the key for matching: file numbers in their normal form
            (``classify.numbers.NumberRules.canonical``), departments and offices as their code,
            None for other fields.
        alternative: the words as a second reading has them, where a number among them was read
            twice and differs; None otherwise.
        others: canonical file numbers that it may be instead, the likeliest first: what second
            readings have, and what other pages have that is the same but for a slip.
    """

    value: str
    verbatim: str
    confidence: float
    page: int | None
    bbox: tuple[int, int, int, int] | None
    rule: str
    canonical: str | None = None
    alternative: str | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """The number of another paper that the file's pages bear or cite, where it was seen first.

    Attributes:
        value: slips repaired.
        canonical: its key for matching.
        verbatim: the words as they were read.
        confidence: 0..1, how surely it was read.
        page: sequence of the page.
        bbox: x0, y0, x1, y1 in pixels of that page's image.
        rule: form of the number and kind of the word in front.
        cited: the page cites it; else the page bears it as its own, as other offices' letters do.
    """

    value: str
    canonical: str
    verbatim: str
    confidence: float
    page: int
    bbox: tuple[int, int, int, int]
    rule: str
    cited: bool


@dataclass(frozen=True, slots=True)
class SideProposal:
    """Which side of the file a page belongs to, how sure that is (0..1), and why.

    Attributes:
        side: the side, or what else the page is.
        confidence: probability that it is right.
        rule: the strongest sign, or ``declared``, ``blank``, ``neighbours``.
        evidence: the strongest signs (``classify.side_signs.SIGNS``), strongest first.
        number: the page's own number on its side as it stands there (``3/n``), if it bears one.
    """

    side: Side
    confidence: float
    rule: str
    evidence: tuple[str, ...] = ()
    number: str | None = None


class OrderRule(StrEnum):
    """Why the pages of a side stand in their order."""

    SCANNED = "scanned"  # nothing on the pages says otherwise
    NUMBERED = "numbered"  # their own numbers run like the scans
    BACKWARDS = "backwards"  # their own numbers run against the scans, which were laid from behind
    CONTRADICTED = "contradicted"  # their own numbers jump about; the scans' order is kept


@dataclass(frozen=True, slots=True)
class SideOrder:
    """The pages of one side in their order, and why they stand in it.

    Attributes:
        side: noting or correspondence.
        pages: sequences of the pages, in the order of reading.
        rule: why.
        numbered: how many of them bear a number of their own.
        jumps: sequences of pages whose own number is lower than one before it.
    """

    side: Side
    pages: tuple[int, ...]
    rule: OrderRule
    numbered: int
    jumps: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class KindProposal:
    """What kind of document a page is (``letter``, ``order`` …; None: no cue), and why."""

    kind: str | None
    confidence: float
    rule: str


@dataclass(frozen=True)
class KeptKind:
    """One kind that may never be destroyed; texts normalised, weights 0..1."""

    code: str
    hindi: str
    english: str
    titles: tuple[str, ...]
    phrases: tuple[tuple[str, float], ...]
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NeverDestroyed:
    """A kind that the file holds, with the page that shows it best.

    Attributes:
        kind: what it is.
        confidence: 0..1.
        pages: sequences of all pages that show it; empty where only the subject says so.
        page: the one that shows it best; of the subject where that says so, None if declared.
        bbox: where on that page.
        rule: ``title``, ``wording`` or ``subject``.
    """

    kind: KeptKind
    confidence: float
    pages: tuple[int, ...]
    page: int | None
    bbox: tuple[int, int, int, int] | None
    rule: str


class DoubtCode(StrEnum):
    """Reasons for which a person should look at a file."""

    FILE_NUMBER_MISSING = "file_number_missing"
    FILE_NUMBER_UNSURE = "file_number_unsure"
    FILE_NUMBER_RIVAL = "file_number_rival"
    FILE_NUMBER_DISAGREES = "file_number_disagrees"
    DATE_MISSING = "date_missing"
    DATE_UNSURE = "date_unsure"
    SUBJECT_MISSING = "subject_missing"
    SUBJECT_UNSURE = "subject_unsure"
    DEPARTMENT_MISSING = "department_missing"
    DEPARTMENT_UNSURE = "department_unsure"
    DOCUMENT_TYPE_MISSING = "document_type_missing"
    DOCUMENT_TYPE_UNSURE = "document_type_unsure"
    SIDES_UNSURE = "sides_unsure"
    ORDER_BACKWARDS = "order_backwards"
    ORDER_UNSURE = "order_unsure"
    TEXT_CUT = "text_cut"


REASONS: Mapping[DoubtCode, str] = {
    DoubtCode.FILE_NUMBER_MISSING: "No file number was found on any page.",
    DoubtCode.FILE_NUMBER_UNSURE: "The file number {value} is not certain.",
    DoubtCode.FILE_NUMBER_RIVAL: (
        "Two file numbers are almost equally likely: {value} and {rival} (page {page})."
    ),
    DoubtCode.FILE_NUMBER_DISAGREES: ("The list says {declared}, but page {page} says {value}."),
    DoubtCode.DATE_MISSING: "No date was found on any page.",
    DoubtCode.DATE_UNSURE: "The date {value} is not certain.",
    DoubtCode.SUBJECT_MISSING: "No subject was found on any page.",
    DoubtCode.SUBJECT_UNSURE: "The subject is not certain.",
    DoubtCode.DEPARTMENT_MISSING: "No department or office was found on any page.",
    DoubtCode.DEPARTMENT_UNSURE: "The department {value} is not certain.",
    DoubtCode.DOCUMENT_TYPE_MISSING: "The kind of document was not recognised.",
    DoubtCode.DOCUMENT_TYPE_UNSURE: "The kind of document is not certain.",
    DoubtCode.SIDES_UNSURE: "It is not certain which side these pages belong to: {pages}.",
    DoubtCode.ORDER_BACKWARDS: (
        "The numbers of the {side} pages run backwards: they were scanned from the last to the "
        "first."
    ),
    DoubtCode.ORDER_UNSURE: (
        "The numbers of the {side} pages do not run like the scans; look at pages {pages}."
    ),
    DoubtCode.TEXT_CUT: "Page {page} holds too much text: only its start and end were searched.",
}


@dataclass(frozen=True, slots=True)
class Doubt:
    """One reason for a person to look, with the facts its sentence names."""

    code: DoubtCode
    facts: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """The reason in plain words, in the language in use."""
        return say(REASONS[self.code], **self.facts)


@dataclass(frozen=True, slots=True)
class FileDescription:
    """All that was found out about one file.

    Attributes:
        values: the best proposal a field; a field that was not found is absent.
        sides: one a page, in the order the pages were given.
        kinds: one a page, likewise.
        doubts: what stands against the values whatever the thresholds.
        never_destroyed: kinds in it that must be kept for ever.
        orders: the two sequences that the file is split into.
        sequences: the place in the file of each page, in the order the pages were given.
        references: numbers of other papers on the file's pages.
    """

    values: Mapping[FieldName, Proposal]
    sides: tuple[SideProposal, ...]
    kinds: tuple[KindProposal, ...]
    doubts: tuple[Doubt, ...]
    never_destroyed: tuple[NeverDestroyed, ...] = ()
    orders: tuple[SideOrder, ...] = ()
    sequences: tuple[int, ...] = ()
    references: tuple[Reference, ...] = ()
