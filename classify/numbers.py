"""File numbers: slips repaired, forms recognised, one key for one number.

A form is a shape (``rules/numbers.toml``) that becomes a regular expression without nested
or unbounded repetition, tried at one place of a text of bounded length: no text can make it
take more than a few microseconds.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from classify.dates import starts_with_date
from classify.reading import LETTERS, ascii_digits, fold

MAX_NUMBER_CHARS = 96

SLIP_COST, LEAST_AFTER_SLIPS = 0.03, 0.6
"""Share of a form's strength that each mended sign costs, and what always remains."""

JOINING_GAIN = 0.02
"""Spaces between digits are closed only if that makes a form so much stronger fit."""

_YEAR = r"(?:1[89]|20)\d\d"
_PAIR = rf"(?:-(?:{_YEAR}|\d\d)(?!\d))?"
_PART = (
    rf"(?:[{LETTERS}][{LETTERS}.]{{0,11}}+|\d{{1,6}}+)"
    rf"(?:-(?:\d{{1,4}}+|[{LETTERS}][{LETTERS}.]{{0,7}}+))?(?:\(\d{{1,3}}\))?"
)
_ATOMS = {
    "YYYY": rf"{_YEAR}(?!\d){_PAIR}",
    "Y": rf"(?:{_YEAR}|\d\d)(?!\d){_PAIR}",
    "#": r"\d{1,6}+",
    "W": rf"[{LETTERS}][{LETTERS}.]{{0,23}}+(?: [{LETTERS}][{LETTERS}.]{{1,15}}+(?=[/-]))?",
    "P": _PART,
    "R": r"[अबसदABCD][-. ]{0,2}\d{1,3}(?:\([^\W\d]{1,2}\))?",
    "C": "[A-Z]",
    "[": "(?:",
    "]": ")?",
}
_ATOM = re.compile(r"YYYY|Y|#|W|P|R|C|F|\[|\]|.")
_END = rf"(?![\d{LETTERS}])"

_ONES, _LETTERLIKE = "|।!l", "IOo"
_SLIPS = {**dict.fromkeys("|।!lI", "1"), "O": "0", "o": "0"}
_TOKEN = re.compile(r"[^\s/\-().,:;ः=]+")
_DIGIT_GAP = re.compile(r"(?<=\d) (?=\d)")
_ROMAN_GAP = re.compile(r"(?<=[IVX]) (?=[IVX]{1,4}-\d)")
_MISREAD_SLASH = re.compile(
    r"(?<=[/-](?:[1१][89८९]|[2२][0०])\d\d)"
    rf"(?:[|।!Il](?=[A-Z][A-Za-z])|[|।!](?=[{LETTERS}][{LETTERS}.]{{1,11}}[/-]\d))"
)
_MISREAD_LETTER = re.compile(r"(?<=/)[658](?=[A-Z]{1,3} ?/)")
_SLASH_FOR = dict.fromkeys("|।!Il", "/")
_LETTERS_FOR = {"6": "G", "5": "S", "8": "B"}
_HEAD = re.compile(r"(?<=[/-])[अबसद](?=[-. ]{0,2}\d)")
_CASE_HEADS = {"अ": "A", "ब": "B", "स": "C", "द": "D"}


@dataclass(frozen=True, slots=True)
class Repaired:
    """Text with slips mended.

    Attributes:
        text: what is left.
        origin: where each of its characters stood before.
        slips: where the signs stood that were taken for another one.
    """

    text: str
    origin: tuple[int, ...]
    slips: tuple[int, ...]


def repair(text: str) -> Repaired:
    """``text`` (folded) with look-alikes of digits and hyphens mended, stray spaces closed.

    ``|`` ``।`` ``l`` ``!`` and ``I`` become 1 and ``O`` 0 inside digits and between
    separators; ``:`` ``;`` ``=`` and visarga become a hyphen between digits; 6, 5 and 8 become
    G, S and B before capitals (``/6A/``); an upright stroke between a year and letters
    becomes a slash (``/1987IAdmn``, ``/2010।सात/1``); a danda that ends a sentence goes.
    """
    signs = list(text)
    slips: list[int] = []
    for token in _TOKEN.finditer(text):
        slips += _repair_token(signs, token, text)
    mended = "".join(signs)
    for match in re.finditer(r"(?<=[\d\x00]) ?[:;=ः] ?(?=\d)", mended):
        at = match.start() + (match.group()[0] == " ")
        signs[at] = "-"
        slips.append(at)
    for pattern, meant in ((_MISREAD_SLASH, _SLASH_FOR), (_MISREAD_LETTER, _LETTERS_FOR)):
        for match in pattern.finditer("".join(signs)):
            signs[match.start()] = meant[match.group()]
            slips.append(match.start())
    kept = _close_gaps("".join(signs))
    repaired = Repaired("".join(signs[i] for i in kept), tuple(kept), tuple(slips))
    return _without(repaired, _ROMAN_GAP)


def _repair_token(signs: list[str], token: re.Match[str], text: str) -> list[int]:
    """Mend one run of signs between separators in place; where it was mended."""
    run, start, end = token.group(), token.start(), token.end()
    if any(not (sign.isdigit() or sign in _SLIPS) for sign in run):
        return []
    before, after = text[:start].rstrip()[-1:], text[end:].lstrip()[:1]
    has_digit = any(sign.isdigit() for sign in run)
    joined_left, joined_right = before in {"/", "-"}, after in {"/", "-", "(", ":", ";"}
    if not has_digit:
        plain_ones = all(sign in _ONES for sign in run)
        single = len(run) == 1 and joined_left and joined_right
        if not (single or (plain_ones and (joined_left or joined_right))):
            return []
    mended = []
    for offset, sign in enumerate(run):
        if sign not in _SLIPS:
            continue
        if sign in "।|!" and has_digit and offset == len(run) - 1 and not joined_right:
            signs[start + offset] = " "
        else:
            signs[start + offset] = _SLIPS[sign]
        mended.append(start + offset)
    return mended


def _close_gaps(text: str) -> list[int]:
    """Offsets of what stays when spaces beside separators and doubled separators go."""
    kept: list[int] = []
    for offset, sign in enumerate(text):
        last = text[kept[-1]] if kept else ""
        if sign.isspace() and (last in {"/", "-", "(", " "} or not last):
            continue
        if sign in "/-" and last in {"/", "-"} and last:
            if sign == "/":
                kept[-1] = offset
            continue
        if sign in "/-()" and last == " ":
            kept.pop()
        kept.append(offset)
    return kept


def _without(repaired: Repaired, gap: re.Pattern[str]) -> Repaired:
    """Without the spaces that ``gap`` finds; each counts as a slip."""
    gaps = [match.start() for match in gap.finditer(repaired.text)]
    if not gaps:
        return repaired
    kept = [i for i in range(len(repaired.text)) if i not in gaps]
    return Repaired(
        "".join(repaired.text[i] for i in kept),
        tuple(repaired.origin[i] for i in kept),
        repaired.slips + tuple(repaired.origin[i] for i in gaps),
    )


@dataclass(frozen=True)
class Form:
    """One way in which numbers are written, as patterns to try at one place."""

    name: str
    strength: float
    needs_label: bool
    patterns: tuple[re.Pattern[str], ...]


@dataclass(frozen=True, slots=True)
class Reading:
    """A number that was recognised at the beginning of a text.

    Attributes:
        value: slips mended, digits in the script of the text.
        form: name of the form.
        strength: of the form, less for every slip.
        start: offset of its first character in the text that was given.
        end: offset behind its last character.
    """

    value: str
    form: str
    strength: float
    start: int
    end: int


@dataclass(frozen=True)
class NumberRules:
    """Forms, labels and the words around numbers, compiled from ``rules/numbers.toml``."""

    forms: tuple[Form, ...]
    label_weights: Mapping[str, float]
    label_pattern: re.Pattern[str]
    cited_before: re.Pattern[str]
    ours_before: re.Pattern[str]
    foreign_before: re.Pattern[str]
    foreign_before_bare: re.Pattern[str]
    stop: re.Pattern[str]
    letter_f: re.Pattern[str]
    confused: Mapping[str, str]

    def may_mean(self, number: str) -> str | None:
        """The number with the head that readers take for its own, None where that is no such."""
        read = fold(number)
        meant = _HEAD.sub(lambda head: self.confused.get(head[0], head[0]), read)
        return meant if meant != read else None

    def read(self, text: str, *, labelled: bool) -> Reading | None:
        """The number that ``text`` (folded) begins with, None if it begins with none.

        Args:
            text: looked at up to ``MAX_NUMBER_CHARS``.
            labelled: a word such as क्रमांक stood in front.
        """
        text = text[:MAX_NUMBER_CHARS]
        stop = self.stop.search(text)
        first = repair(text[: stop.start()] if stop else text)
        best: Reading | None = None
        for variant in (first, _without(first, _DIGIT_GAP)):
            found = self._best_form(variant, labelled=labelled)
            if found and (best is None or found.strength > best.strength + JOINING_GAIN):
                best = found
        return best

    def _best_form(self, repaired: Repaired, *, labelled: bool) -> Reading | None:
        plain = ascii_digits(repaired.text)
        if starts_with_date(plain):
            return None
        best: tuple[float, int, Form, re.Match[str]] | None = None
        for form in self.forms:
            if form.needs_label and not labelled:
                continue
            for pattern in form.patterns:
                match = pattern.match(plain)
                if match and (best is None or (form.strength, match.end()) > best[:2]):
                    best = (form.strength, match.end(), form, match)
        if best is None:
            return None
        strength, end, form, match = best
        end -= len(plain[:end]) - len(plain[:end].rstrip(".- "))
        value = self._shown(repaired.text[:end], match)
        last = repaired.origin[end - 1] + 1
        slips = sum(1 for at in repaired.slips if at < last)
        sure = strength * max(1 - SLIP_COST * slips, LEAST_AFTER_SLIPS)
        return Reading(value, form.name, sure, repaired.origin[0], last)

    def _shown(self, text: str, match: re.Match[str]) -> str:
        prefix = match.groupdict().get("f")
        if not prefix:
            return text.strip()
        letter = "F" if prefix in {"F", "f"} else "एफ"
        return f"{letter} {text[match.end('prefix') :].strip()}"

    def canonical(self, number: str) -> str:
        """The key under which all writings of one number are equal.

        Latin digits without leading zeros, upper-case Latin letters, no spaces, no dots, no
        label in front; ``F`` for एफ, ``A`` ``B`` ``C`` ``D`` for the case heads अ ब स द; one
        ``/`` or ``-`` between parts. Two-digit years stay as they are written. Idempotent.
        """
        text = fold(number)[:MAX_NUMBER_CHARS]
        for _ in range(8):
            mended = self._canonical_step(text)
            if mended == text:
                break
            text = mended
        return text

    def _canonical_step(self, text: str) -> str:
        text = ascii_digits(repair(text.strip()).text)
        label = self.label_pattern.match(text)
        if label and label.end() < len(text):
            text = text[label.end() :]
        text = re.sub(r"[\s.,]", "", text).upper()
        letter = self.letter_f.match(text)
        if letter:
            text = "F" + text[letter.end() :]
        text = re.sub(r"(?<![0-9])0+(?=[0-9])", "", text)
        text = re.sub(r"(?<![^/-])([अबसद])(?=-?[0-9])", lambda m: _CASE_HEADS[m[1]], text)
        text = re.sub(r"(?<![^/])([A-D])(?=[0-9]{1,3}/)", r"\1-", text)
        return re.sub(r"[/-]*/[/-]*", "/", text).strip("/-:;")


def compile_number_rules(book: Mapping[str, Any]) -> NumberRules:
    """The rules in ``rules/numbers.toml``, ready for use.

    Raises:
        KeyError: a table or key that the rules need is not there.
    """
    clean = book["letters"]["F"]
    guessed = [*clean, *book["letters"]["F_behind_label"]]
    labels = book["label"]
    misread = book["misread"]
    return NumberRules(
        forms=tuple(_compile_form(form, guessed) for form in book["form"]),
        label_weights={label["name"]: float(label["weight"]) for label in labels},
        label_pattern=_label_pattern(labels, misread),
        cited_before=_ends_with(book["citing"]["before"]),
        ours_before=_ends_with(book["citing"]["yours"]),
        foreign_before=_ends_with(book["foreign"]["before"]),
        foreign_before_bare=_ends_with(book["foreign"]["before_bare"]),
        stop=_stop_pattern(book["stops"]["words"]),
        letter_f=re.compile(_letter_f(clean), re.IGNORECASE),
        confused=dict(book["confused"]),
    )


def _compile_form(form: Mapping[str, Any], letters: Sequence[str]) -> Form:
    return Form(
        name=form["name"],
        strength=float(form["strength"]),
        needs_label=form["label"] == "needed",
        patterns=tuple(re.compile(_shape(shape, letters)) for shape in form["shapes"]),
    )


def _shape(shape: str, letters: Sequence[str]) -> str:
    atoms = {**_ATOMS, "F": f"(?P<prefix>{_letter_f(letters)})"}
    return "".join(atoms.get(a, re.escape(a)) for a in _ATOM.findall(shape)) + _END


def _letter_f(letters: Sequence[str]) -> str:
    either = "|".join(map(re.escape, sorted(map(fold, letters), key=len, reverse=True)))
    return rf"(?P<f>{either})[ .:ः-]{{0,3}}(?:(?:No|NO|क्रमांक|क्र)[ .:ः-]{{0,3}})?(?=[0-9])"


def _label_pattern(
    labels: Sequence[Mapping[str, Any]], misread: Mapping[str, Sequence[str]]
) -> re.Pattern[str]:
    words = [(fold(word), label["name"]) for label in labels for word in label["words"]]
    words.sort(key=lambda entry: len(entry[0]), reverse=True)
    kinds: dict[str, int] = {}
    parts = []
    for word, name in words:
        kinds[name] = kinds.get(name, 0) + 1
        parts.append(f"(?P<{name}_{kinds[name]}>{_loose(word, misread)})")
    return re.compile(
        rf"(?<![{LETTERS}\d])(?:{'|'.join(parts)})(?![{LETTERS}])[ .:;\-ः/]{{0,8}}+", re.IGNORECASE
    )


def _loose(word: str, misread: Mapping[str, Sequence[str]]) -> str:
    """A label as a pattern: dots and spaces may be missing, pieces may be misread."""
    pieces = []
    for piece in re.split(r"[. ]+", word):
        readings = [piece, *map(fold, misread.get(piece, ()))]
        pieces.append(
            "(?:" + "|".join(map(re.escape, sorted(sorted(set(readings)), key=len)[::-1])) + ")"
        )
    return r"[. \-]{0,3}".join(pieces)


def _ends_with(words: Sequence[str]) -> re.Pattern[str]:
    """Matches where one of ``words`` stands at the end, with little behind it."""
    either = "|".join(map(re.escape, sorted(map(fold, words), key=len, reverse=True)))
    return re.compile(rf"(?<![{LETTERS}])(?:{either})[ .,:;\-ः]{{0,6}}+$", re.IGNORECASE)


def _stop_pattern(words: Sequence[str]) -> re.Pattern[str]:
    either = "|".join(map(re.escape, sorted(map(fold, words), key=len, reverse=True)))
    date = r"(?<=[0-9०-९|।]) \d{1,2}([./-])\d{1,2}\1\d{2,4}(?!\d)"
    return re.compile(
        rf"(?<![{LETTERS}])(?:{either})(?![{LETTERS}/])|{date}|[,\[\]{{}}]", re.IGNORECASE
    )
