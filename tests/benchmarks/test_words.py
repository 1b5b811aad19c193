"""Words, numbers and letters that the made pages are set in."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from benchmarks.scans import numbers, typefaces
from benchmarks.scans.__main__ import main
from benchmarks.scans.maker import ALL_FACES, FURTHER_FACES, JUDGING_FACES, TUNING_FACES
from benchmarks.scans.vocabulary import Clerk, draw_matter, words_of
from errors import ToolMissing


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("एफ 11-20/2014/1/9", "F11-20/2014/1/9"),
        ("क्रमांक एफ 2-7/1989/1/9", "F2-7/1989/1/9"),
        ("फा.क्र. एफ ११-२०/२०१४/१/९", "F11-20/2014/1/9"),
        ("No. F 17-3/2001/XX-1", "F17-3/2001/XX-1"),
        ("क्र./4521/स्था./2017", "4521/स्था./2017"),
        ("रा.प्र.क्र. १२/अ-६/२०१५-१६", "12/अ-6/2015-16"),
        ("A-21001(3)/5/2008/DFG", "A-21001(3)/5/2008/DFG"),
    ],
)
def test_writings_of_one_number_have_one_key(written: str, key: str) -> None:
    assert numbers.canonical(written) == key


def test_every_form_of_date_has_the_day_before_the_month() -> None:
    rng = np.random.default_rng(1)
    forms = {numbers.printed_date(rng, dt.date(1998, 3, 12), hindi=hindi)
             for hindi in (True, False) for _ in range(60)}  # fmt: skip
    assert len(forms) >= 8
    assert all(re.match(r"\D*12", form) for form in forms)


def test_every_template_can_be_filled() -> None:
    for language in ("hi", "en"):
        for seed in range(20):
            clerk = Clerk(
                np.random.default_rng(seed), draw_matter(np.random.default_rng(seed), language)
            )
            for template in strings(words_of(language)):
                filled = clerk.text(template)
                assert filled and not re.search(r"[{}]", filled)


def test_both_languages_have_the_same_parts() -> None:
    assert words_of("hi").keys() == words_of("en").keys()
    assert words_of("hi")["departments"].keys() == words_of("en")["departments"].keys()


@pytest.mark.parametrize("face", ALL_FACES)
def test_every_character_has_a_glyph_in_the_font_it_is_set_in(face: str) -> None:
    typeface = typefaces.face_named(face)
    rng = np.random.default_rng(1)
    dates = [numbers.printed_date(rng, dt.date(2001, n, 9), hindi=True) for n in range(1, 13)]
    texts = [*strings(words_of("hi")), *strings(words_of("en")), *dates]
    texts.append("0123456789०१२३४५६७८९ 1/n ११/n // F 17-3/2001/XX-1 एफ A-21001(3)/5/2008/DFG")
    for word in {word for text in texts for word in re.sub(r"\{\w+\}", "1", text).split()}:
        for bold in (False, True):
            for piece in typefaces.pieces(word, typeface, 40, bold):
                assert {ord(sign) for sign in piece.text} <= glyphs(str(piece.font.path)), word


@cache
def glyphs(path: str) -> frozenset[int]:
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap())


def test_tuning_and_judging_share_no_typeface() -> None:
    assert not set(TUNING_FACES) & (set(JUDGING_FACES) | set(FURTHER_FACES))


def test_a_missing_font_names_its_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(typefaces, "FONT_FOLDERS", (tmp_path,))
    caches = (typefaces.pieces, typefaces._load, typefaces._find)
    for kept in caches:
        kept.cache_clear()
    with pytest.raises(ToolMissing, match="fonts-lohit-deva") as missing:
        typefaces.pieces("शासन", typefaces.face_named("lohit"), 40, False)
    assert missing.value.what and missing.value.kept and missing.value.todo
    for kept in caches:
        kept.cache_clear()


def test_the_command_makes_a_box_and_refuses_to_write_over_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [
        str(tmp_path / "b"),
        "--seed",
        "4",
        "--files",
        "1",
        "--pages",
        "2",
        "--small",
        "--progress",
    ]
    assert main(asked) == 0
    assert "2 scans of 1 files" in capsys.readouterr().out
    assert main(asked) == 2
    assert "in use" in capsys.readouterr().err


def strings(part: object) -> Iterator[str]:
    """Every text in a vocabulary."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, dict):
        for name, value in part.items():
            yield from strings(value) if name != "departments" or isinstance(value, dict) else ()
    elif isinstance(part, list):
        for value in part:
            yield from strings(value)
