"""Identity numbers: found in every way they are written, never mistaken, never told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.identity import HIDDEN, has_check_digit, hidden, identity_numbers_on
from classify.rulebook import Rules
from tests.classify.typed import LETTER, Box, Line, Page, Word, typed

DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")


def made(first: str) -> str:
    """A number with its check digit; 234567890124 is nobody's."""
    return next(first + last for last in "0123456789" if has_check_digit(first + last))


NUMBER = made("23456789012")
GROUPS = f"{NUMBER[:4]} {NUMBER[4:8]} {NUMBER[8:]}"
WRONG = NUMBER[:-1] + str((int(NUMBER[-1]) + 1) % 10)
VID = made("912345678901234")


def told(text: str, rules: Rules) -> list[float]:
    found = identity_numbers_on(typed(text), rules.keeping.identity)
    return [one.confidence for one in found]


@pytest.mark.parametrize(
    ("text", "confidence"),
    [
        (f"आधार क्रमांक {GROUPS}", 0.99),
        (f"आधार कार्ड नं. {NUMBER} है", 0.99),
        (f"Aadhaar No. : {GROUPS}", 0.99),
        (f"UID:{NUMBER}", 0.99),
        (f"आधार नंबर -\n{GROUPS}", 0.99),
        (f"आधार {NUMBER[:3]} {NUMBER[3:7]} {NUMBER[7:]}", 0.99),
        (f"आधार न. {GROUPS.replace('0', 'O')}", 0.99),
        (f"VID {VID}", 0.99),
        (f"{VID[:4]} {VID[4:8]} {VID[8:12]} {VID[12:]}", 0.9),
        (GROUPS, 0.9),
        (GROUPS.translate(DEVANAGARI), 0.9),
        (f"({GROUPS}),", 0.9),
        (f"{NUMBER[:4]}-{NUMBER[4:8]}-{NUMBER[8:]}", 0.9),
        (f"3 {GROUPS} 45", 0.9),
        (f"रामलाल पिता मोहन {NUMBER} खितौली", 0.7),
        (f"{NUMBER[:4]} {NUMBER[4:6]} {NUMBER[6:8]} {NUMBER[8:]}", 0.7),
        (f"आधार संख्या {WRONG}", 0.6),
    ],
)
def test_a_number_is_found_however_it_is_written(
    text: str, confidence: float, rules: Rules
) -> None:
    assert told(text, rules) == [confidence]


@pytest.mark.parametrize(
    "text",
    [
        f"मोबाइल नं. {NUMBER}",
        f"दूरभाष: {GROUPS}",
        f"+91 {NUMBER[2:]} ",
        f"Phone +{NUMBER}",
        f"फा.क्र. {NUMBER}/2014",
        f"क्रमांक {NUMBER}",
        f"नस्ती क्रमांक {GROUPS}",
        f"बैंक खाता क्र. {NUMBER}",
        f"A/c No. {NUMBER}",
        f"चालान क्रमांक {NUMBER}",
        WRONG,
        "1" + NUMBER[1:],
        f"0{NUMBER[1:]}",
        f"{GROUPS} {NUMBER[:4]}",
        f"{NUMBER}{NUMBER[:3]}",
        f"A{NUMBER}",
        f"{NUMBER[:9]}.{NUMBER[9:]}",
        f"12,{NUMBER}",
        "1998 1999 2000 2001",
        "2013 2014 2015",
        "एफ 11-20/2014/1/9 दिनांक 04.06.2014",
        "आधार पर 12 प्रकरण",
        "IlIlIlIlIlIl oooooooooooo",
    ],
)
def test_other_numbers_are_left_alone(text: str, rules: Rules) -> None:
    assert told(text, rules) == []


def test_columns_of_figures_are_no_groups_of_one_number(rules: Rules) -> None:
    near = typed(GROUPS)
    (line,) = near.lines
    apart = tuple(
        replace(word, box=word.box._replace(x0=word.box.x0 + at * 300, x1=word.box.x1 + at * 300))
        for at, word in enumerate(line.words)
    )
    columns = Page((Line(apart, line.box._replace(x1=2000)),))
    assert identity_numbers_on(near, rules.keeping.identity)
    assert not identity_numbers_on(columns, rules.keeping.identity)


def test_only_the_place_is_told_and_it_is_the_numbers(rules: Rules) -> None:
    page = typed(f"{LETTER}\nआवेदक रामलाल आधार {GROUPS} ग्राम खितौली")
    (found,) = identity_numbers_on(page, rules.keeping.identity)
    words = [word for word in page.lines[-1].words if word.text in GROUPS.split()]
    assert found.bbox == (words[0].box.x0, words[0].box.y0, words[-1].box.x1, words[-1].box.y1)
    assert NUMBER[:4] not in repr(found)


def test_a_long_list_is_searched_to_its_end(rules: Rules) -> None:
    rows = "\n".join(f"{n} हितग्राही {made(f'4{n:010d}')}" for n in range(700, 1100))
    assert len(told(rows, rules)) == 400
    words = tuple(Word("९" * 60, Box(0, 0, 9, 9)) for _ in range(3_000))
    assert identity_numbers_on(Page((Line(words, Box(0, 0, 9, 9)),)), rules.keeping.identity) == ()


def test_what_is_kept_elsewhere_has_the_number_taken_out(rules: Rules) -> None:
    identity = rules.keeping.identity
    kept = hidden(f"रामलाल (आधार {GROUPS}) का आवेदन, पत्र 123/2014", identity)
    assert kept == f"रामलाल (आधार {HIDDEN * 4} {HIDDEN * 4} {HIDDEN * 4}) का आवेदन, पत्र 123/2014"
    assert hidden(f"मोबाइल {NUMBER}", identity) == f"मोबाइल {NUMBER}"
    assert hidden("एफ 11-20/2014/1/9", identity) == "एफ 11-20/2014/1/9"


@given(st.integers(2, 9), st.integers(0, 10**10 - 1), st.integers(0, 11), st.integers(1, 9))
def test_the_check_digit_sees_every_single_misread_digit(
    first: int, rest: int, place: int, other: int
) -> None:
    number = made(f"{first}{rest:010d}")
    wrong = str((int(number[place]) + other) % 10)
    assert not has_check_digit(number[:place] + wrong + number[place + 1 :])


def test_known_check_digits() -> None:
    """Source: the worked example 236 → 3 in the literature on Verhoeff's scheme."""
    assert has_check_digit("2363")
    assert not has_check_digit("2364")
    assert has_check_digit("123451")
