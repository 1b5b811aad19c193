"""Old letters take the place of today's in a face; the rest of the face stays."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from fontTools.feaLib.builder import addOpenTypeFeaturesFromString
from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from benchmarks.scans.typefaces import font_file
from training.old_forms import with_old_forms

FACE = ("Lohit-Devanagari.ttf", "fonts-lohit-deva")
SIZE_PX = 60


@pytest.fixture(scope="module")
def donor(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A face whose third stylistic set writes ध for अ and ख for ण."""
    font = TTFont(font_file(*FACE))
    named = font.getBestCmap()
    swaps = f"sub {named[0x905]} by {named[0x927]}; sub {named[0x923]} by {named[0x916]};"
    addOpenTypeFeaturesFromString(font, f"feature ss03 {{ {swaps} }} ss03;", tables=["GSUB"])
    path = tmp_path_factory.mktemp("donor") / "donor.ttf"
    font.save(path)
    return path


@pytest.fixture(scope="module")
def made(donor: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "old.ttf"
    assert with_old_forms(font_file(*FACE), donor, path)
    return path


def _drawn(font: Path, text: str) -> np.ndarray:
    image = Image.new("L", (SIZE_PX * 6, SIZE_PX * 3))
    shaped = ImageFont.truetype(font, SIZE_PX, layout_engine=ImageFont.Layout.RAQM)
    ImageDraw.Draw(image).text((SIZE_PX // 2, SIZE_PX * 2), text, 255, shaped, "ls")
    return np.asarray(image) > 127


@pytest.mark.parametrize(
    ("written", "as_if"), [("अ", "ध"), ("ण", "ख"), ("कारण", "कारख"), ("आ", "धा"), ("ओ", "धो")]
)
def test_the_old_form_stands_where_the_letter_is_written(
    made: Path, written: str, as_if: str
) -> None:
    usual = font_file(*FACE)
    assert not np.array_equal(_drawn(made, written), _drawn(usual, written))
    differ = _drawn(made, written) != _drawn(usual, as_if)
    assert differ.mean() < 0.002  # outlines are rounded to whole units


@pytest.mark.parametrize("text", ["क्रमांक", "नस्ती", "श्री"])
def test_all_other_letters_stay(made: Path, text: str) -> None:
    assert np.array_equal(_drawn(made, text), _drawn(font_file(*FACE), text))


def test_a_face_without_these_letters_is_left(donor: Path, tmp_path: Path) -> None:
    latin = font_file("LiberationSerif-Regular.ttf", "fonts-liberation")
    assert not with_old_forms(latin, donor, tmp_path / "none.ttf")
    assert not (tmp_path / "none.ttf").exists()
