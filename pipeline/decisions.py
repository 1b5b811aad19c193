"""Decisions: what a person says of a file, checked and brought into the form that records keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from classify.proposals import FieldName, Side
from classify.reading import fold
from classify.rulebook import Rules
from errors import WrongUsage
from ocr.corrected import LineEdit, NewLine, clean

LONGEST = 500


@dataclass(frozen=True, slots=True)
class TextEdits:
    """What a person changed in one page's text."""

    lines: Sequence[LineEdit] = ()
    new: Sequence[NewLine] = ()


@dataclass(frozen=True, slots=True)
class Decision:
    """What a person decided about a file in one go.

    Attributes:
        fields: values by the name of their field, see ``classify.proposals.FieldName``.
        sides: side by the sequence of a page: noting, correspondence or cover.
        texts: changed text by the sequence of a page.
        blank: sequences of pages that have nothing on them.
        accept: nothing else stands against the file.
        note: why, in the person's words.
    """

    fields: Mapping[str, str] = field(default_factory=dict)
    sides: Mapping[int, str] = field(default_factory=dict)
    texts: Mapping[int, TextEdits] = field(default_factory=dict)
    blank: frozenset[int] = frozenset()
    accept: bool = False
    note: str = ""

    @property
    def pages(self) -> set[int]:
        """Sequences of all pages that it is about."""
        return {*self.sides, *self.texts, *self.blank}

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
