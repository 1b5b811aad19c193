"""Two programs read one page: whole lines where the first was unsure, in one measure of trust."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr import trust
from ocr.page import Line
from ocr.second import SecondReaders, read_again
from ocr.trust import said_by
from tests.ocr_reading.test_second import Repeating, line, page

UNSURE = line(("उपर्यत्त", 0.5), ("विपय", 0.4), top=100)
SURE = line(("मध्यप्रदेश", 0.95), ("शासन", 0.97), top=200)


def texts(lines: tuple[Line, ...]) -> list[str]:
    return [each.text for each in lines]


def test_a_line_that_was_unsure_is_taken_from_the_surer_reader() -> None:
    other = Repeating("उपर्युक्त विषय", sure=0.9)
    again = read_again(page(), (UNSURE, SURE), SecondReaders(lines=other))
    assert texts(again.lines) == ["उपर्युक्त विषय", SURE.text]
    assert len(other.images) == 1, "sure lines are not read again"
    assert all(word.box.y0 < 160 for word in again.lines[0].words)


@pytest.mark.parametrize(
    ("told", "sure"),
    [
        ("उपर्युक्त विषय", 0.3),  # less sure
        ("~ =/ 4|", 0.9),  # something else: strokes that are no print
        ("", 0.9),  # nothing
    ],
)
def test_a_reading_that_is_no_better_leaves_the_line_alone(told: str, sure: float) -> None:
    readers = SecondReaders(lines=Repeating(told, sure=sure))
    assert read_again(page(), (UNSURE, SURE), readers).lines == (UNSURE, SURE)


def test_short_lines_and_pages_without_doubt_cost_no_second_reading() -> None:
    other = Repeating("x")
    read_again(page(), (line(("१/n", 0.2)), SURE), SecondReaders(lines=other))
    assert other.images == []


@pytest.fixture
def fitted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    table = tmp_path / "confidence.json"
    lines = {
        "abhilekh lines": {"bias": -1.0, "slope": 2.0},
        "tesseract Devanagari": {"bias": 0.5, "slope": 0.8},
    }
    table.write_text(json.dumps({"trust": lines}), encoding="utf-8")
    monkeypatch.setattr(trust, "TABLE", table)
    trust._line.cache_clear()
    yield
    trust._line.cache_clear()


OWN, TESSERACT = "abhilekh 1.0 lines", "tesseract 5.5 Devanagari"


@given(st.floats(0, 1))
def test_one_program_and_unknown_readers_keep_what_they_say(sure: float) -> None:
    assert said_by(TESSERACT, "tesseract 5.5 eng", sure) == sure
    assert said_by("scripted 1", "told 1", sure) == sure


@pytest.mark.usefixtures("fitted")
def test_trust_keeps_the_order_and_finds_its_way_back() -> None:
    steps = [number / 40 for number in range(1, 40)]
    told = [said_by(OWN, TESSERACT, sure) for sure in steps]
    assert told == sorted(told)
    assert said_by(OWN, TESSERACT, 0.5) > 0.5, "a modest reader is believed more"
    for sure in (0.2, 0.5, 0.8):
        assert said_by(TESSERACT, OWN, said_by(OWN, TESSERACT, sure)) == pytest.approx(
            sure, abs=0.01
        )
    assert 0 <= said_by(OWN, TESSERACT, 0.0) <= said_by(OWN, TESSERACT, 1.0) <= 1
