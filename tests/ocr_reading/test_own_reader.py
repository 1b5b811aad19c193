"""The reader of our own: lines cut alike, read alike in any company, and no crash on odd ones."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from benchmarks.scans.maker import PageOptions
from benchmarks.scans.pages import make_page
from errors import ToolMissing
from ocr.decoding import Sign, signs_in, words_in
from ocr.line_finder import InkLine
from ocr.line_image import BODY_PX, HEIGHT_PX, band_image, body_rows, inked, line_image
from ocr.line_model import MODEL, LineModel, fingerprint
from ocr.own_engine import OwnEngine, _joined
from ocr.page import Box, Line
from ocr.reading import read_page
from tests.ocr_reading.sheets import grey, made, sheet
from tests.ocr_reading.sheets import inked as written

SIGNS = ("क", "्त", "ि", " ", "1", "a")


@pytest.fixture(scope="module")
def engine() -> OwnEngine:
    return OwnEngine()


@pytest.fixture(scope="module")
def model() -> LineModel:
    return LineModel()


def told(*classes: int, sure: float = 0.9) -> np.ndarray:
    """Probabilities whose likeliest classes are these."""
    made_up = np.full((len(classes), len(SIGNS) + 1), (1 - sure) / len(SIGNS), np.float32)
    made_up[np.arange(len(classes)), list(classes)] = sure
    return made_up


def text(lines: tuple[Line, ...]) -> str:
    return "\n".join(line.text for line in lines)


# What is read out of probabilities.


def test_repetitions_are_one_sign_and_blanks_part_two_of_a_kind() -> None:
    words = words_in(signs_in(told(1, 1, 0, 1, 2, 2, 3, 0), SIGNS))
    assert [word.text for word in words] == ["कक्ति"]


def test_spaces_part_words_and_many_or_outer_ones_make_none() -> None:
    words = words_in(signs_in(told(4, 1, 4, 0, 4, 5, 0, 5, 4), SIGNS))
    assert [word.text for word in words] == ["क", "11"]


def test_a_word_is_as_sure_as_its_least_sure_sign() -> None:
    both = np.vstack([told(1, sure=0.95), told(0), told(6, sure=0.4)])
    (word,) = words_in(signs_in(both, SIGNS))
    assert word.sure == pytest.approx(0.4)
    assert [sign.at for sign in word.signs] == [0.5, 2.5]


def test_nothing_but_blanks_or_no_step_at_all_is_no_word() -> None:
    assert words_in(signs_in(told(0, 0, 0), SIGNS)) == []
    assert words_in(signs_in(np.zeros((0, 7), np.float32), SIGNS)) == []


# How a line is cut.


def test_letters_have_one_size_and_place_at_every_resolution() -> None:
    seen = []
    for factor in (1, 2, 3):
        page = np.full((60 * factor, 200 * factor), 255, np.uint8)
        for left in range(30, 170, 10):
            page[20 * factor : 40 * factor, left * factor : (left + 3) * factor] = 0
        line = InkLine(
            Box(30 * factor, 20 * factor, 170 * factor, 40 * factor),
            20.0 * factor,
            40.0 * factor,
            1,
        )
        seen.append(line_image(page, line))
    assert all(image.shape[0] == HEIGHT_PX for image in seen)
    assert max(image.shape[1] for image in seen) - min(image.shape[1] for image in seen) <= 2
    for image in seen:
        rows = np.flatnonzero(image.max(axis=1) > 128)
        assert abs(len(rows) - BODY_PX) <= 2


def test_white_letters_on_black_become_ink_on_paper() -> None:
    dark = np.full((40, 200), 30, np.uint8)
    dark[15:25, 20:60] = 240
    light = 255 - dark
    assert np.abs(inked(dark).astype(int) - inked(light)).max() <= 16
    assert inked(dark)[20, 40] > 200 > 60 > inked(dark)[5, 5]


@settings(max_examples=60, deadline=None)
@given(
    st.integers(1, 90), st.integers(1, 300), st.integers(0, 2**32 - 1), st.floats(-400, 400),
    st.floats(-400, 400), st.floats(-50, 150), st.floats(-50, 150),
)  # fmt: skip
def test_any_band_of_any_image_is_cut_to_the_height(
    height: int, width: int, seed: int, x0: float, x1: float, top: float, end: float
) -> None:
    page = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    image = band_image(page, x0, x1, (top, end))
    assert image.shape[0] == HEIGHT_PX
    assert image.dtype == np.uint8
    assert 8 <= image.shape[1] <= 8192
    first, last = body_rows(page)
    assert 0 <= first < last <= height


# The model's file.


def test_a_line_reads_the_same_alone_and_beside_others(model: LineModel) -> None:
    lines = []
    for number, words in enumerate(
        ("No", "No. 4521 dated 4 June", "1988", "Enclosure 3 and 4 of it")
    ):
        image = written(sheet(size=(60, 600)), words, (20, 42), darkness=220, height=1.0)
        lines.append(band_image(image[:, : 60 + 130 * number], 0, 60 + 130 * number, (20.0, 42.0)))
    together = model.read(lines)
    for line, read in zip(lines, together, strict=True):
        (alone,) = model.read([line])
        assert read.shape == alone.shape
        assert read.sum(axis=1) == pytest.approx(1, abs=1e-3)
        names = model.about.signs
        assert [sign.text for sign in signs_in(read, names)] == [
            sign.text for sign in signs_in(alone, names)
        ]


@pytest.mark.parametrize("damage", ["missing", "empty", "cut short", "scrambled", "another", "old"])
def test_a_model_that_cannot_be_used_is_said_plainly(damage: str, tmp_path: Path) -> None:
    path, whole = tmp_path / "line_reader.onnx", MODEL.read_bytes()
    spoilt = {
        "empty": b"",
        "cut short": whole[: len(whole) // 2],
        "scrambled": bytes(byte ^ 0x5A for byte in whole[:50_000]) + whole[50_000:],
        "another": _nothing_of_ours(),
        "old": whole.replace(b'"format": 1', b'"format": 9'),
    }
    if damage != "missing":
        path.write_bytes(spoilt[damage])
        assert path.read_bytes() != whole
    with pytest.raises(ToolMissing) as unusable:
        LineModel(path)
    assert "line_reader.onnx" in unusable.value.what
    assert unusable.value.kept
    assert "ABHILEKH_OCR_ENGINE" in unusable.value.todo


def _nothing_of_ours() -> bytes:
    """A sound network that says nothing of itself: one node, y = x."""
    name = b"\x0a\x01x\x12\x01y\x22\x08Identity"
    tensor = b"\x12\x0d\x0a\x0b\x08\x01\x12\x07\x0a\x05\x0a\x03\x08\x01\x12\x00"[:0]
    graph = b"\x0a" + bytes([len(name)]) + name + b"\x12\x01g" + tensor
    return b"\x08\x08\x42\x04\x0a\x00\x10\x11\x3a" + bytes([len(graph)]) + graph


def test_the_model_says_what_it_is_and_is_small() -> None:
    about = json.loads(
        onnxruntime.InferenceSession(MODEL).get_modelmeta().custom_metadata_map["abhilekh"]
    )
    assert about["format"] == 1
    assert {"क", "1", "१", "।", "A", "₹", "्र"} <= set(about["signs"])
    assert MODEL.stat().st_size <= 5_000_000


def test_the_card_is_about_this_very_model(model: LineModel) -> None:
    card = (Path(__file__).parents[2] / "docs" / "reader.md").read_text(encoding="utf-8")
    assert f"{model.about.version}, `{fingerprint()}`" in card


# Odd lines and whole pages.


def odd_images() -> dict[str, np.ndarray]:
    noise = np.random.default_rng(1).integers(0, 256, (300, 900), np.uint8)
    long_line = written(
        sheet(size=(80, 32_000)), "A 4521 " * 290, (20, 55), darkness=220, height=1.0
    )
    return {
        "empty": np.full((200, 300), 255, np.uint8),
        "black": np.zeros((200, 300), np.uint8),
        "one pixel": np.zeros((1, 1), np.uint8),
        "one row": np.zeros((1, 4000), np.uint8),
        "one column": np.zeros((4000, 1), np.uint8),
        "noise": noise,
        "giant letters": written(
            sheet(size=(1400, 2400)), "Aa1", (100, 1100), darkness=220, height=35.0
        ),
        "2,000 signs": long_line,
        "on its side": np.rot90(grey(made("cover", 4))),
        "inverted": 255 - grey(made("cover", 4)),
        "sieve": np.indices((400, 400)).sum(0).astype(np.uint8) % 2 * 255,
    }


@pytest.mark.parametrize("name", list(odd_images()))
def test_no_odd_image_crashes_the_reader_or_leaves_the_page(name: str, engine: OwnEngine) -> None:
    image = np.asarray(odd_images()[name], np.uint8)
    height, width = image.shape
    for line in engine.recognise(image, dpi=150.0):
        for word in line.words:
            assert word.text == word.text.strip() != ""
            assert 0 <= word.confidence <= 1
            assert 0 <= word.box.x0 < word.box.x1 <= width
            assert 0 <= word.box.y0 < word.box.y1 <= height


def test_a_line_of_two_thousand_signs_is_read_to_its_end(engine: OwnEngine) -> None:
    read = text(engine.recognise(odd_images()["2,000 signs"], dpi=150.0))
    assert read.count("4521") > 280


@pytest.mark.parametrize("face", ["lohit", "noto-serif"])
@pytest.mark.parametrize("language", ["hi", "en"])
def test_a_page_is_read_in_faces_known_and_unknown(
    face: str, language: str, engine: OwnEngine
) -> None:
    options = PageOptions(dpi=200, language=language, typefaces=(face,), marks=False)
    page = make_page("letter", 17, options=options)
    read = read_page(page.image, dpi=200, engine=engine)
    truth = {line.text for line in page.truth.lines}
    found = [line.text for line in read.text.lines]
    lost = [
        line
        for line in truth
        if len(line) > 8 and min(Levenshtein.normalized_distance(line, one) for one in found) > 0.34
    ]
    assert len(lost) <= 1, lost
    assert read.confidence > 0.6


def test_digits_are_written_as_they_stand(engine: OwnEngine) -> None:
    page = sheet(size=(420, 900))
    rows = ("4521/1907/06", "11111 00000 1010", "2345.67", "04-06-1988")
    for number, row in enumerate(rows):
        page = written(page, row, (40, 80 + 90 * number), darkness=220, height=1.1)
    read = [line.text.replace(" ", "") for line in engine.recognise(page, dpi=150.0)]
    assert read == [row.replace(" ", "") for row in rows]


def test_words_lie_where_they_are_printed(engine: OwnEngine) -> None:
    options = PageOptions(dpi=200, typefaces=("lohit",), marks=False, skew_ccw_deg=0.0)
    page = make_page("letter", 5, options=options)
    read = read_page(page.image, dpi=200, engine=engine)
    near = 0
    for line in page.truth.lines:
        match = [one for one in read.text.lines if one.text == line.text]
        near += any(
            abs(one.box.x0 - line.box.x0) < 12 and abs(one.box.x1 - line.box.x1) < 12
            for one in match
        )
    assert near >= len(page.truth.lines) // 3


def test_it_can_be_used_again_after_it_was_closed(engine: OwnEngine) -> None:
    image = written(sheet(size=(60, 500)), "Dated 4 June 1988", (20, 42), darkness=220, height=1.0)
    before = engine.recognise(image, dpi=150.0)
    engine.close()
    assert engine.recognise(image, dpi=150.0) == before != ()


# Numbers whose strokes stand wide.


@pytest.mark.parametrize(
    ("said", "gap_px", "read"),
    [
        ("25/ A- 3/ 98", 8, ["25/A-3/98"]),
        ("25/ A- 3/ 98", 14, ["25/", "A-", "3/", "98"]),
        ("1998- 99", 8, ["1998-99"]),
        ("1- क", 8, ["1-", "क"]),
        ("क:- 25", 8, ["क:-", "25"]),
        ("50/- क", 8, ["50/-", "क"]),
        ("- 25", 8, ["-", "25"]),
        ("क क", 8, ["क", "क"]),
        ("कम- 12/5", 8, ["कम-", "12/5"]),
        ("कम/ कब", 8, ["कम/", "कब"]),
    ],
)
def test_a_wide_stroke_does_not_part_a_number(said: str, gap_px: int, read: list[str]) -> None:
    step_px, wide_px = 4, 12
    seen = np.zeros((HEIGHT_PX, 600), np.uint8)
    signs, x = [], 10
    for sign in said:
        if sign != " ":
            seen[10:30, x : x + wide_px] = 255
        signs.append(Sign(sign, (x + (gap_px if sign == " " else wide_px) / 2) / step_px, 0.9))
        x += gap_px if sign == " " else wide_px
    words = _joined(words_in(signs), seen, step_px)
    assert [word.text for word in words] == read
