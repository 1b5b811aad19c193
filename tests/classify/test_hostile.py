"""Text that wants to crash, hang or fool the rules, and files of a thousand pages."""

from __future__ import annotations

import re
import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from re import _parser  # type: ignore[attr-defined]  # the only view of a pattern's structure
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import classify.candidates
import classify.cues
import classify.dates
import classify.departments
import classify.file_dates
import classify.numbers
import classify.subjects
from classify.doubts import Thresholds, needs_review
from classify.file import SeenPage, describe_file
from classify.numbers import MAX_NUMBER_CHARS
from classify.proposals import DoubtCode, FieldName
from classify.reading import (
    MAX_LINE_CHARS,
    MAX_LINES_FROM_BOTTOM,
    MAX_LINES_FROM_TOP,
    MAX_WORD_CHARS,
    read_page,
)
from classify.rulebook import Rules, load_rules
from tests.classify.typed import Box, Line, Page, Word, described, letter, typed

RULES = load_rules()
MODULES = (
    classify.candidates,
    classify.cues,
    classify.dates,
    classify.departments,
    classify.file_dates,
    classify.numbers,
    classify.subjects,
)


def patterns(thing: object) -> Iterator[re.Pattern[str]]:
    """Every compiled pattern inside the rules."""
    if isinstance(thing, re.Pattern):
        yield thing
    elif isinstance(thing, dict):
        for value in thing.values():
            yield from patterns(value)
    elif isinstance(thing, tuple | list):
        for value in thing:
            yield from patterns(value)
    elif is_dataclass(thing) and not isinstance(thing, type):
        for field in fields(thing):
            yield from patterns(getattr(thing, field.name))


def all_patterns() -> list[re.Pattern[str]]:
    constants = [value for module in MODULES for value in vars(module).values()]
    return [*patterns(RULES), *patterns(constants)]


def repeats(parsed: Iterable[Any], depth: int = 0) -> Iterator[tuple[int, int]]:
    """(nesting depth, most repetitions) of every repetition of more than one time."""
    for operator, argument in parsed:
        inner, deeper = argument, depth
        if str(operator) in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            most, inner = int(argument[1]), argument[2]
            if most > 1:
                yield depth, most
                deeper += 1
        yield from repeats(subpatterns(inner), deeper)


def subpatterns(argument: Any) -> list[Any]:
    """The operations directly inside an argument of a parsed pattern."""
    if isinstance(argument, _parser.SubPattern):
        return list(argument)
    if isinstance(argument, tuple | list):
        return [entry for part in argument for entry in subpatterns(part)]
    return []


@pytest.mark.parametrize("pattern", all_patterns(), ids=lambda p: p.pattern[:40])
def test_no_pattern_can_run_away(pattern: re.Pattern[str]) -> None:
    found = list(repeats(_parser.parse(pattern.pattern, pattern.flags & re.IGNORECASE)))
    assert all(depth == 0 for depth, _ in found), "repetition inside repetition"
    assert all(most <= MAX_NUMBER_CHARS for _, most in found if most != _parser.MAXREPEAT)
    unbounded = [most for _, most in found if most == _parser.MAXREPEAT]
    assert len(unbounded) <= 1, "two unbounded repetitions can be quadratic"


def test_the_check_itself_sees_a_pattern_that_runs_away() -> None:
    assert max(depth for depth, _ in repeats(_parser.parse(r"(?:a+b?)+c"))) == 1


def test_a_page_is_read_within_its_limits() -> None:
    word = Word("क" * 500, Box(0, 0, 9, 9))
    line = Line((word,) * 300, Box(0, 0, 9, 9))
    page = read_page(1, Page((line,) * 5000))
    assert len(page.lines) == MAX_LINES_FROM_TOP + MAX_LINES_FROM_BOTTOM
    assert all(len(line.text) <= MAX_LINE_CHARS + MAX_WORD_CHARS + 1 for line in page.lines)
    assert page.cut


def test_a_page_of_100000_words_is_described_and_says_that_it_was_cut(rules: Rules) -> None:
    words = ["क्रमांक", "एफ", "11-20/2014/1/9", "दिनांक", "12.03.2014", "विषय:-", "।|l1-", "विभाग"]
    rows = "\n".join(" ".join(words[(i + j) % 8] for j in range(20)) for i in range(5000))
    found = described(rows, rules=rules)
    assert found.values[FieldName.FILE_NUMBER].canonical == "F11-20/2014/1/9"
    assert DoubtCode.TEXT_CUT in {doubt.code for doubt in found.doubts}


@pytest.mark.parametrize(
    "text",
    [
        "1" * 3000,
        "1-" * 3000,
        "एफ " + "1/" * 3000,
        "क्रमांक " * 500,
        "क्रमांक " + "(" * 500,
        "दिनांक " + "1." * 900,
        "विषय:-" * 400,
        "विषय:- " + "- | । " * 500,
        "|।l!IO०" * 400,
        "\u200d\u200c\ufeff़" * 300,
        "\x00\x01\ud7ff\U0010ffff" * 100,
        "٣٤٥/٦٧٨-௧௨௩ 九/十",
        "एफ ²³-½/²⁰¹⁴/①/⑨",
        "दिनांक ३१.٠٢.२०१४",
        "कार्यालय " * 300 + "जिला " * 300,
        "{value} {} %s \\1 \\g<0>",
        "Sub: " + "\\" * 300,
    ],
)
def test_strange_text_neither_crashes_nor_is_believed(text: str, rules: Rules) -> None:
    found = described(text, "\n".join([text] * 30), rules=rules)
    number = found.values.get(FieldName.FILE_NUMBER)
    assert number is None or number.confidence < 0.6 or "क्रमांक" in text
    assert all(doubt.reason for doubt in needs_review(found, thresholds=Thresholds()))


PIECES = """
क्रमांक एफ F No. 11-20/2014/1/9 /2014 12/अ-6/2015-16 दिनांक दि. 12.03.2014 मार्च विषय:- Sub: संदर्भ
प्रति, महोदय, विभाग कलेक्टर कटनी 1/n | । : - / प्रतिलिपि:- पृष्ठांकन आदेश आवक
"""
WORDS = st.one_of(st.text(max_size=12), st.sampled_from(PIECES.split()))
BOXES = st.tuples(*[st.integers(-50, 5000)] * 4).map(lambda edges: Box(*edges))
CONFIDENCES = st.floats(allow_nan=True, allow_infinity=True)


@st.composite
def strange_pages(draw: st.DrawFn) -> Page:
    lines = draw(
        st.lists(st.lists(st.builds(Word, WORDS, BOXES, CONFIDENCES), max_size=8), max_size=12)
    )
    boxed = tuple(Line(tuple(words), draw(BOXES)) for words in lines)
    return Page(boxed, draw(st.integers(0, 3000)), draw(st.integers(0, 3000)), 0.0)


@given(st.lists(strange_pages(), max_size=3))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_page_makes_it_fail_and_confidences_stay_in_range(pages: list[Page]) -> None:
    seen = [SeenPage(number, page) for number, page in enumerate(pages, start=1)]
    found = describe_file(seen, declared=None, rules=RULES)
    assert len(found.sides) == len(found.kinds) == len(pages)
    sure = [value.confidence for value in found.values.values()]
    sure += [side.confidence for side in found.sides] + [kind.confidence for kind in found.kinds]
    assert all(0.0 <= confidence <= 1.0 for confidence in sure)
    for value in found.values.values():
        assert value.value.strip()
        assert value.page in {page.sequence for page in seen}
    assert describe_file(seen, declared=None, rules=RULES) == found


@pytest.mark.parametrize("confidence", [float("nan"), float("inf"), -1.0, 96.0])
def test_a_confidence_that_is_none_counts_within_0_and_1(confidence: float, rules: Rules) -> None:
    page = SeenPage(1, typed(letter(), confidence=confidence))
    found = describe_file([page], declared=None, rules=rules)
    assert all(0.0 <= value.confidence <= 1.0 for value in found.values.values())


def test_the_words_of_a_page_are_let_go_once_it_was_looked_at(rules: Rules) -> None:
    class Remade:
        """A page whose words exist only while somebody looks."""

        width_px, height_px, dpi = 2480, 3508, 300.0
        appearance = None

        @property
        def lines(self) -> tuple[Line, ...]:
            return typed(letter()).lines

    describe_file([SeenPage(1, Remade())], declared=None, rules=rules)
    tracemalloc.start()
    pages = [SeenPage(number, Remade()) for number in range(1, 61)]
    describe_file(pages, declared=None, rules=rules)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60 * 40_000
