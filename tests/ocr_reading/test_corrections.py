"""Every correction changes what it must, leaves alone what it must not, and can be left out."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.reading import uncorrected
from config.settings import Settings
from errors import WrongUsage
from ocr.corrections import Rule, corrected, rules
from ocr.page import Box, Line, Word
from ocr.tsv import around

ROOT = Path(__file__).resolve().parents[2]
HIGH, GAP = 20, 5
TORN = {"torn_signs", "amount_spaces"}  # join words that stand closer than words do


def line(text: str, *, gap: int = GAP) -> Line:
    """Words of ``text``, letters half as wide as high."""
    words, left = [], 0
    for word in text.split(" "):
        box = Box(left, 100, left + 10 * len(word), 100 + HIGH)
        words.append(Word(word, box, 0.9))
        left = box.x1 + gap
    return Line(tuple(words), around(word.box for word in words))


def read(rule: Rule, text: str) -> str:
    of_line = line(text, gap=1 if rule.name in TORN else GAP)
    return " ".join(word.text for word in rule.correct(of_line.words))


EVERY = rules()
NAMES = [rule.name for rule in EVERY]


@pytest.mark.parametrize("rule", EVERY, ids=NAMES)
def test_it_changes_what_it_must(rule: Rule) -> None:
    assert rule.wrong
    for wrong, right in rule.wrong:
        assert read(rule, wrong) == right


@pytest.mark.parametrize("rule", EVERY, ids=NAMES)
def test_it_leaves_alone_what_it_must_not_touch(rule: Rule) -> None:
    assert rule.right
    for text in (*rule.right, *(right for _, right in rule.wrong)):
        assert read(rule, text) == text


UNTOUCHED = [
    "दुःख अतः प्रायः पुनः क्रमशः मूलतः सामान्यतः",
    "विषय:- शासकीय भूमि पर अतिक्रमण हटाने के संबंध में।",
    "क्रमांक एफ 11-20/2014/1/9 भोपाल, दिनांक 04.06.1988",
    "Ref: your letter No. F 17-3/2001/XX-1 dated the 1st June, 1988 [copy enclosed]",
    "चत्वारि वाक्परिमिता पदानि तानि विदुर्ब्राह्मणा ये मनीषिणः ॥ १ ॥",
    "खसरा नं. 12, 500 तथा 13, 14 भोपाल | कुल",
    "और ओस ऐसा औषधि ऑफिस आदेश इत्यादि एवं ऋषि",
    "कचर्\u200dयाला सत्ता बुद्धि अंश हँसी हैं",
]


@pytest.mark.parametrize("text", UNTOUCHED)
def test_good_text_comes_back_as_the_very_same_line(text: str) -> None:
    good = line(text)
    (after,) = corrected((good,))
    assert after is good


def test_a_rule_can_be_left_out() -> None:
    wrong = line("विषयः- जल प्रदाय")
    assert corrected((wrong,))[0].text == "विषय:- जल प्रदाय"
    assert corrected((wrong,), without={"label_colon"})[0] is wrong


def test_a_setting_leaves_rules_out_and_knows_their_names() -> None:
    assert uncorrected(Settings()) == frozenset()
    settings = Settings(corrections_off="table_rules, joiners,")
    assert uncorrected(settings) == {"table_rules", "joiners"}
    with pytest.raises(WrongUsage, match="no_such") as refused:
        uncorrected(Settings(corrections_off="no_such"))
    assert "label_colon" in refused.value.todo


def test_joined_words_share_one_box_the_lesser_confidence_and_both_readings() -> None:
    parts = (
        Word("35,", Box(0, 0, 30, 20), 0.9),
        Word("99,000", Box(36, 2, 100, 22), 0.7, "96,000"),
        Word("रुपये", Box(130, 0, 180, 20), 0.8),
    )
    (after,) = corrected((Line(parts, Box(0, 0, 180, 22)),))
    assert after.words[0] == Word("35,99,000", Box(0, 0, 100, 22), 0.7, "35,96,000")
    assert after.words[1] is parts[2]


def test_words_that_stand_apart_are_not_joined() -> None:
    apart = line("35,99, 000", gap=12)
    assert corrected((apart,))[0] is apart
    torn = line("व िभाग", gap=4)
    assert corrected((torn,))[0] is torn


def test_a_danda_that_was_read_apart_joins_its_verb() -> None:
    (after,) = corrected((line("पत्र प्राप्त हुआ है |"),))
    assert after.text == "पत्र प्राप्त हुआ है।"
    assert after.words[-1].box.x1 == line("पत्र प्राप्त हुआ है |").box.x1


def test_a_line_of_nothing_but_strokes_keeps_its_words() -> None:
    strokes = line("| _| |")
    assert corrected((strokes,))[0] is strokes
    assert corrected((Line((), Box(0, 0, 1, 1)),))[0].words == ()


signs = st.text(
    alphabet="कखरहैंाििुोौ्ःंँ़।॥|lI!:-/[]_,.015१९ \u200c\u200d\u25ccnNcविषय", min_size=1, max_size=30
).filter(lambda text: not text.isspace())


def _digits(text: str) -> list[str]:
    return re.findall("[0-9०-९]", text)


@given(signs)
def test_no_digit_is_ever_lost_changed_or_moved(text: str) -> None:
    told = line(" ".join(text.split()))
    (after,) = corrected((told,))
    # Strokes may become a 1; what was a digit stays one, in its place.
    left = iter(_digits(after.text))
    assert all(any(digit == other for other in left) for digit in _digits(told.text))


@given(signs)
def test_what_was_corrected_is_whole_normal_and_stays_as_it_is(text: str) -> None:
    told = line(unicodedata.normalize("NFC", " ".join(text.split())), gap=2)
    (after,) = corrected((told,))
    assert after.words
    assert all(word.text and " " not in word.text for word in after.words)
    assert all(unicodedata.is_normalized("NFC", word.text) for word in after.words)
    assert after.box == around(word.box for word in after.words)
    edges = [word.box.x0 for word in after.words]
    assert edges == sorted(edges)
    assert corrected((told,)) == (after,), "the same words are corrected the same twice"


def test_the_documentation_lists_every_rule_with_an_example() -> None:
    page = (ROOT / "docs" / "corrections.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.*?) → (.*?) \| (.*?) \|$", page, re.M)
    assert [name for name, *_ in rows] == NAMES
    for rule, (_, wrong, right, why) in zip(EVERY, rows, strict=True):
        shown = {(_visible(one), _visible(other)) for one, other in rule.wrong}
        assert (wrong.strip("`").replace("\\|", "|"), right.strip("`")) in shown
        assert why == rule.why


def _visible(text: str) -> str:
    """Signs without width by their names, as the page shows them."""
    names = {"\u200c": "ZWNJ", "\u200d": "ZWJ", "\u00ad": "SHY"}
    return "".join(f"‹{names[sign]}›" if sign in names else sign for sign in text)
