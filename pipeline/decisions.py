"""Decisions: what a person says of a file, checked and brought into the form that records keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from classify.proposals import FieldName, Side
from classify.reading import fold
from classify.rulebook import Rules
from errors import WrongUsage
from ocr.corrected import LineEdit, NewLine, clean
from records.page_marks import PageMark

LONGEST = 500


@dataclass(frozen=True, slots=True)
class TextEdits:
    """What a person changed in one page's text."""

    lines: Sequence[LineEdit] = ()
    new: Sequence[NewLine] = ()


@dataclass(frozen=True, slots=True)
class Mark:
    """What a person says of a sheet; ``of``: sequence of the page that a duplicate repeats."""

    kind: PageMark
    of: int | None = None


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a file in one go.

    Attributes:
        fields: values by the name of their field, see ``classify.proposals.FieldName``.
        sides: side by the sequence of a page: noting, correspondence or cover.
        texts: changed text by the sequence of a page.
        blank: sequences of pages that have nothing on them.
        marks: what else is said of a sheet, by the sequence of its page.
        turns: quarter turns clockwise, as the page is shown, by its sequence; it is read again.
        accept: nothing else stands against the file.
        note: why, in the person's words.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    sides: Mapping[int, str] = field(default_factory=dict)
    texts: Mapping[int, TextEdits] = field(default_factory=dict)
    blank: frozenset[int] = frozenset()
    marks: Mapping[int, Mark] = field(default_factory=dict)
    turns: Mapping[int, int] = field(default_factory=dict)
    accept: bool = False
    note: str = ""

    @property
    def pages(self) -> set[int]:
        """Sequences of all pages that it is about."""
        return {*self.sides, *self.texts, *self.blank, *self.marks, *self.turns}

    @property
    def answered(self) -> set[int]:
        """Sequences of pages whose doubts it settles."""
        settled = {n for n, mark in self.marks.items() if mark.kind != PageMark.SCAN_AGAIN}
        return {*self.texts, *self.blank, *settled}

    @property
    def is_empty(self) -> bool:
        """Whether it says nothing."""
        return not (self.fields or self.pages or self.accept)


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who decides, and which version of the file they had before them."""

    name: str
    seen_version: int | None = None  # None: whichever there is


def field_value(name: str, said: str, rules: Rules) -> str:
    """What a person said, as the field keeps it: one line, dates in ISO 8601, kinds by code.

    Raises:
        WrongUsage: there is no such field, or it cannot hold this.
    """
    if name not in set(FieldName):
        raise _refused("There is no field {name}.", name=name, known=", ".join(FieldName))
    value = clean(said)
    if not value:
        raise WrongUsage(
            "The field {name} cannot be emptied.",
            kept="Nothing was changed.",
            todo="Write what is right there, or leave what stood there.",
            name=name,
        )
    if len(value) > LONGEST:
        raise _refused("The field {name} cannot be so: {said}", name=name, said=value[:60])
    if name == FieldName.DATE:
        return _date(value, rules)
    if name == FieldName.DOCUMENT_TYPE:
        return _kind(value, rules)
    return value


def side_value(said: str) -> str:
    """The side of a file that a person named.

    Raises:
        WrongUsage: no such side, or one that a page cannot be put on by hand.
    """
    known = (Side.NOTING, Side.CORRESPONDENCE, Side.COVER)
    if said in known:
        return said
    raise _refused("There is no side {said}.", said=said, known=", ".join(known))


def turn_value(said: int) -> int:
    """A quarter turn, clockwise.

    Raises:
        WrongUsage: it is none.
    """
    if said in (90, 180, 270):
        return said
    raise _refused(
        "A page cannot be turned by {said} degrees.", said=str(said), known="90, 180, 270"
    )


def _date(value: str, rules: Rules) -> str:
    year, _, rest = value.partition("-")
    if len(year) == 4 and year.isdecimal():
        value = "-".join(reversed([year, *rest.split("-")]))
    found = [reading.resolved(None) for reading in rules.dates.find(fold(value))]
    if len(found) != 1 or found[0] is None:
        raise _refused("{said} is no date.", said=value, known="1988-06-04, 04.06.1988")
    return found[0].isoformat()


def _kind(value: str, rules: Rules) -> str:
    kinds = {cues.code for cues in rules.kinds}
    if value in kinds:
        return value
    raise _refused("There is no kind of document {said}.", said=value, known=", ".join(kinds))


def _refused(what: str, **facts: str) -> WrongUsage:
    todo = "Choose one of: {known}." if "known" in facts else "Write it in one line, not too long."
    return WrongUsage(what, kept="Nothing was changed.", todo=todo, **facts)
