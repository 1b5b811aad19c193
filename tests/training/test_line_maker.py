"""The line maker: text becomes classes and comes back; a seed always makes the same lines."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.scans.options import FURTHER_FACES, JUDGING_FACES
from benchmarks.scans.typefaces import FACES, font_file
from ocr.line_image import HEIGHT_PX
from training.alphabet import BLANK, CLASSES, SIGNS, classes_of, plain, text_of
from training.figures import number
from training.lines import LineMaker
from training.setting import SetLine
from training.texts import Sources, Writer
from training.typefaces import HELD_BACK
from training.wear import _beside_a_picture

WORDS = {
    "hi": [["विभाग", 0.5], ["नस्ती", 0.3], ["क्रमांक", 0.2]],
    "en": [["office", 0.6], ["order", 0.4]],
    "hi-spelling": [["प्रतिलिपि", 1.0], ["राज्य", 1.0]],
    "mr-spelling": [["अळंबी", 1.0], ["कचरा", 1.0]],
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What ``training.fetch`` leaves, with the fonts that every machine has."""
    made = tmp_path_factory.mktemp("training")
    (made / "words.json").write_text(json.dumps(WORDS), encoding="utf-8")
    devanagari = "".join(sign for sign in SIGNS if len(sign) == 1 and "\u0900" <= sign <= "\u097f")
    latin = "".join(sign for sign in SIGNS if len(sign) == 1 and sign.isascii())
    faces = {
        "devanagari": [_entry("Lohit-Devanagari.ttf", "fonts-lohit-deva", devanagari)],
        "held_back": [_entry("NotoSerifDevanagari-Regular.ttf", "fonts-noto-core", devanagari)],
        "latin": [
            {**_entry(f"Liberation{name}-Regular.ttf", "fonts-liberation", latin), "style": style}
            for name, style in (("Serif", "set"), ("Mono", "typed"), ("Sans", "dots"))
        ],
    }
    (made / "typefaces.json").write_text(json.dumps(faces), encoding="utf-8")
    return made


def _entry(name: str, package: str, signs: str) -> dict[str, str]:
    path = str(font_file(name, package))
    return {"path": path, "family": name, "source": package, "licence": "x", "signs": signs}


@given(st.lists(st.sampled_from(SIGNS), max_size=40).map("".join))
def test_every_text_of_known_signs_comes_back(text: str) -> None:
    known = plain(text)
    classes = classes_of(known)
    assert classes is not None
    assert text_of(classes) == known
    assert all(BLANK < number < CLASSES for number in classes)


def test_a_conjunct_takes_as_many_signs_as_it_has_consonants() -> None:
    assert classes_of("न्त्री") is not None
    assert len(classes_of("न्त्री") or []) == 4
    assert classes_of("漢") is None


def test_a_number_is_drawn_with_any_digit_of_either_script() -> None:
    rng = np.random.default_rng(3)
    drawn = "".join(number(rng) for _ in range(600))
    counts = [drawn.count(digit) for digit in "0123456789"]
    assert min(counts) > 0.3 * max(counts), counts
    assert set("०१२३४५६७८९") <= set(drawn)


def test_lines_are_the_same_for_a_seed_and_others_for_another(folder: Path) -> None:
    one, again, other = (LineMaker(folder, (), seed) for seed in (5, 5, 6))
    for index in range(12):
        line, same = one.make(index), again.make(index)
        assert line.text == same.text
        assert np.array_equal(line.image, same.image)
        assert line.image.shape[0] == HEIGHT_PX
        assert line.classes == classes_of(line.text)
        assert line.image.max() > 60, "something must be there to read"
    assert [one.make(n).text for n in range(12)] != [other.make(n).text for n in range(12)]


def test_held_back_faces_draw_the_letters_of_their_own_font(folder: Path) -> None:
    own, held_back = LineMaker(folder, (), 5), LineMaker(folder, (), 5, held_back=True)
    differing = [
        not np.array_equal(own.make(index).image, held_back.make(index).image)
        for index in range(12)
    ]
    assert sum(differing) >= 4


def test_the_faces_that_judge_are_held_back() -> None:
    for name in (*JUDGING_FACES, *FURTHER_FACES):
        file = FACES[name].devanagari.regular.lower().replace("-", "")
        assert any(held.lower() in file for held in HELD_BACK), name


def test_lines_can_be_written_with_and_without_prose(folder: Path, tmp_path: Path) -> None:
    prose = tmp_path / "prose.txt"
    prose.write_text("सब मनुष्य स्वतंत्र जन्म लेते हैं\n" * 3, encoding="utf-8")
    for sources in (Sources(folder, ()), Sources(folder, (prose,))):
        lines = [Writer(sources, np.random.default_rng(seed)).line() for seed in range(200)]
        assert all(line == plain(line) for line in lines)
        assert any("मनुष्य" in line for line in lines) == bool(sources.prose)


def test_titles_between_strokes_and_the_numbers_of_sheets_are_written(folder: Path) -> None:
    writers = (Writer(Sources(folder, ()), np.random.default_rng(seed)) for seed in range(600))
    lines = [writer.line() for writer in writers]
    assert any(line.startswith("//") and line.endswith("//") for line in lines)
    rng = np.random.default_rng(8)
    assert any(number(rng).endswith(("/n", "/c")) for _ in range(400))


def test_a_picture_beside_a_line_adds_strokes_off_the_text_and_none_to_it() -> None:
    ink = np.zeros((140, 300), np.float32)
    ink[60:80, 40:260] = 1.0
    sides = set()
    for seed in range(20):
        line = _beside_a_picture(SetLine(ink, 40, 260, 60, 80), np.random.default_rng(seed))
        told = line.ink[:, round(line.x0) : round(line.x1)]
        begin = int(np.flatnonzero((line.ink[60:80] == 1).all(axis=0))[0])
        assert (line.ink[60:80, begin : begin + 220] == 1).all()
        assert line.ink.sum() > ink.sum()
        assert told.shape[1] > 220 + 20
        sides.add("left" if begin - line.x0 > 20 else "right")
        text = line.ink[:, begin : begin + 220].copy()
        text[60:80] = 0
        assert not text.any()
    assert sides == {"left", "right"}
