"""All engines keep the same promises."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from errors import InputRejected, ToolMissing
from ocr.engine import OcrEngine, Segmentation
from ocr.models import DEBIAN_TESSDATA
from ocr.own_engine import OwnEngine
from ocr.page import Line
from ocr.pytesseract_engine import PytesseractEngine
from ocr.tesserocr_engine import TesserocrEngine
from tests.ocr_reading.sheets import grey, inked, made, sheet

needs_model = pytest.mark.skipif(
    not (DEBIAN_TESSDATA / "Devanagari.traineddata").exists() and "CI" not in os.environ,
    reason="the Devanagari model is not installed",
)
pytestmark = needs_model
TESSERACTS = [TesserocrEngine, PytesseractEngine]
ENGINES = [*TESSERACTS, OwnEngine]
Maker = Callable[..., OcrEngine]


@pytest.fixture(params=TESSERACTS, ids=lambda engine: engine.name)
def maker(request: pytest.FixtureRequest) -> Maker:
    chosen: Maker = request.param
    return chosen


@pytest.fixture(params=ENGINES, ids=lambda engine: engine.name)
def engine(request: pytest.FixtureRequest) -> Any:
    made_engine = request.param()
    yield made_engine
    made_engine.close()


def words(lines: tuple[Line, ...]) -> str:
    return " ".join(line.text for line in lines)


def test_hindi_and_digits_are_read_with_boxes_and_confidences(engine: OcrEngine) -> None:
    page = made("cover", 4)
    image = grey(page)
    lines = engine.recognise(image, dpi=150.0)
    assert "भोपाल" in words(lines)
    assert "1991" in words(lines), "the digit 1 must not be dropped"
    height, width = image.shape
    for line in lines:
        for word in line.words:
            assert word.text == word.text.strip()
            assert word.text
            assert 0 <= word.confidence <= 1
            assert 0 <= word.box.x0 < word.box.x1 <= width
            assert 0 <= word.box.y0 < word.box.y1 <= height


def test_the_version_names_program_and_model(engine: OcrEngine) -> None:
    program, version, model = engine.version.split()
    assert (program, model) in {("tesseract", "Devanagari"), ("abhilekh", "lines")}
    assert version[0].isdigit()


def test_an_empty_page_a_few_specks_and_a_sliver_give_no_words(engine: OcrEngine) -> None:
    empty = np.full((400, 300), 255, np.uint8)
    specks = empty.copy()
    specks[100:103, 50:52] = 0
    specks[300, 200] = 0
    for image in (empty, specks, specks[:, 45:54], empty[:1, :1], np.zeros((40, 3), np.uint8)):
        assert engine.recognise(image, dpi=150.0) == ()


def test_what_the_library_cannot_stomach_gives_no_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(table: str) -> tuple[Line, ...]:
        raise RuntimeError("Failed to recognize")

    monkeypatch.setattr("ocr.tesserocr_engine.lines_of", refuse)
    assert TesserocrEngine().recognise(sheet(size=(60, 500)), dpi=150.0) == ()


def test_a_line_alone_is_read_as_a_line(engine: OcrEngine) -> None:
    image = inked(sheet(size=(60, 500)), "Dated 4 June 1988", (20, 42), darkness=220, height=1.0)
    lines = engine.recognise(image, dpi=150.0, segmentation=Segmentation.SINGLE_LINE)
    assert "1988" in words(lines)
    assert len(lines) == 1


def test_a_part_of_a_larger_array_is_read_like_its_copy(engine: OcrEngine) -> None:
    image = inked(sheet(size=(300, 700)), "Enclosure 3", (120, 160), darkness=220, height=1.2)
    part = image[60:240, 40:660]
    assert engine.recognise(part, dpi=150.0) == engine.recognise(part.copy(), dpi=150.0) != ()


def test_two_threads_read_the_same_as_one(engine: OcrEngine) -> None:
    image = grey(made("cover", 4))[:700]
    alone = engine.recognise(image, dpi=150.0)
    found: list[tuple[Line, ...]] = []
    threads = [
        threading.Thread(target=lambda: found.append(engine.recognise(image, dpi=150.0)))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [alone, alone]


def test_a_missing_model_is_named_with_the_package_that_has_it(
    maker: Maker, tmp_path: Path
) -> None:
    with pytest.raises(ToolMissing) as missing:
        maker(tessdata=tmp_path)
    assert "Devanagari" in missing.value.what
    assert missing.value.kept
    assert "apt-get install tesseract-ocr-script-deva" in missing.value.todo


def test_a_recognition_that_takes_too_long_is_given_up(maker: Maker) -> None:
    hurried = maker(time_limit_s=0.01)
    with pytest.raises(InputRejected) as late:
        hurried.recognise(grey(made("letter", 31)), dpi=150.0)
    assert late.value.todo


def test_a_missing_program_is_named_with_the_command_that_installs_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    engine = PytesseractEngine()
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolMissing) as missing:
        engine.recognise(grey(made("cover", 4)), dpi=150.0)
    assert "apt-get install tesseract-ocr" in missing.value.todo


def test_models_are_lent_out_again_not_loaded_for_every_thread() -> None:
    engine = TesserocrEngine()
    image = inked(sheet(size=(60, 500)), "Dated 4 June 1988", (20, 42), darkness=220, height=1.0)
    for _ in range(4):
        thread = threading.Thread(target=engine.recognise, args=(image,), kwargs={"dpi": 150.0})
        thread.start()
        thread.join()
    assert len(engine._free) == 1
    engine.close()
    assert engine._free == []
