"""What two readings of a number come to, from the scan to ``batch show``."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.reading import make_second, missing_models
from config.settings import Settings
from ocr.alto import read_alto
from ocr.engine import Segmentation
from ocr.page import Box, GrayImage, Line, Word
from ocr.second import NOBODY, SecondReaders
from pipeline import admit
from pipeline.app import App
from tests.conftest import written_scan
from tests.engines import ScriptedEngine
from tests.pipeline.steps import report_of, settle

NUMBER, DAY = "11-20/2014/1/9", "04.06.1988"


class WholePages(ScriptedEngine):
    """Reads pages, but finds nothing in parts of them that it is asked about once more."""

    def recognise(
        self, image: GrayImage, *, dpi: float, segmentation: Segmentation = Segmentation.AUTO
    ) -> tuple[Line, ...]:
        if segmentation is not Segmentation.AUTO:
            return ()
        return super().recognise(image, dpi=dpi, segmentation=segmentation)


class SecondEngine(ScriptedEngine):
    """Reads the numbers of the scripted page from the column they are cut out into."""

    version = "second eng"

    def __init__(self, *numbers: str) -> None:
        super().__init__()
        self.numbers = numbers

    def recognise(
        self, image: GrayImage, *, dpi: float, segmentation: Segmentation = Segmentation.AUTO
    ) -> tuple[Line, ...]:
        self.readings += 1
        pitch = image.shape[0] / len(self.numbers)
        boxes = [
            Box(24, int(pitch * n), 90, int(pitch * (n + 1))) for n in range(len(self.numbers))
        ]
        return tuple(
            Line((Word(text, box, 0.9),), box)
            for text, box in zip(self.numbers, boxes, strict=True)
        )


def shown(app: App, tmp_path: Path) -> dict[str, Any]:
    written_scan(tmp_path / "box" / "नस्ती १" / "1.png", mark=1)
    batch = admit.run(app, tmp_path / "box")
    settle(app, batch)
    file: dict[str, Any] = report_of(batch)["files"][0]
    return file


@pytest.mark.django_db
def test_a_number_that_reads_otherwise_the_second_time_goes_to_a_person(
    make_app: Callable[..., App], tmp_path: Path
) -> None:
    again = SecondReaders(latin=SecondEngine("11-26/2014/1/9", DAY))
    app = make_app(read_by=WholePages(), again=again)
    file = shown(app, tmp_path)
    number, day = file["metadata"]["file_number"], file["metadata"]["date"]
    assert number["value"] == "एफ 11-20/2014/1/9"
    assert number["alternative"] == "एफ 11-26/2014/1/9"
    assert number["others"] == ["F11-26/2014/1/9"]
    assert number["confidence"] < 0.7
    assert day["alternative"] is None
    assert "file_number_unsure" in file["reason_codes"]
    assert file["state"] == "in_review"
    (key,) = (made["key"] for made in file["deposit"]["objects"] if made["role"] == "alto")
    alto = app.store.read_bytes(key)
    assert [w.alternative for w in read_alto(alto).words if w.alternative] == ["11-26/2014/1/9"]
    assert "again: eng" in alto.decode()


@pytest.mark.django_db
def test_a_number_that_reads_the_same_twice_goes_without(
    make_app: Callable[..., App], tmp_path: Path
) -> None:
    once = shown(make_app(read_by=WholePages()), tmp_path / "once")["metadata"]["file_number"]
    again = SecondReaders(latin=SecondEngine(NUMBER, DAY))
    file = shown(make_app(read_by=WholePages(), again=again), tmp_path / "twice")
    number = file["metadata"]["file_number"]
    assert number["alternative"] is None
    assert number["confidence"] >= once["confidence"]
    assert "file_number_unsure" not in file["reason_codes"]


@pytest.mark.parametrize("engine", ["tesserocr", "pytesseract"])
def test_a_model_that_is_not_installed_stops_nothing(engine: str, tmp_path: Path) -> None:
    first = ScriptedEngine()
    settings = Settings(ocr_engine=engine, tessdata=tmp_path)
    assert make_second(settings, first) == SecondReaders(latin=first, devanagari=first)
    assert missing_models(settings) == ("eng", "hin")


def test_our_own_reader_reads_alone_where_tesseract_has_no_model(tmp_path: Path) -> None:
    settings = Settings(ocr_engine="own+tesseract", tessdata=tmp_path)
    assert make_second(settings, ScriptedEngine()) == NOBODY
    assert missing_models(settings) == ("eng", "Devanagari")


def test_second_readings_can_be_switched_off_and_are_ours_alone() -> None:
    for settings in (
        Settings(second_readings=False),
        Settings(ocr_engine="own"),
        Settings(ocr_engine="tests.engines:ScriptedEngine"),
    ):
        assert make_second(settings, ScriptedEngine()) is NOBODY
        assert missing_models(settings) == ()


@pytest.mark.parametrize(
    ("engine", "models"),
    [("tesserocr", "eng, 1, hin"), ("own+tesseract", "eng, Devanagari")],
)
def test_the_models_of_second_readings_are_loaded_when_they_are_first_needed(
    engine: str, models: str
) -> None:
    second = make_second(Settings(ocr_engine=engine), ScriptedEngine())
    assert second.latin is not None
    assert second.models == models
    assert second.latin._free == []  # type: ignore[attr-defined]
    second.close()
