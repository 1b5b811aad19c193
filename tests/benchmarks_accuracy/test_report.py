"""The whole measurement in small: boxes made, read by the program, judged, written down."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import report_accuracy
from benchmarks.quality.deposited import alto_lines
from benchmarks.quality.real import plain_tesseract, real_scans
from benchmarks.scans import encode
from benchmarks.scans.maker import JUDGING_FACES, Kind, PageOptions, make_page
from errors import WrongUsage
from ocr.alto import AltoDescription, write_alto
from ocr.page import Box, Line, PageText, Word
from tests.test_docs import ROOT

DOCUMENT = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def real_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two scans in the form of real ones, one of them without its text."""
    folder = tmp_path_factory.mktemp("real")
    for name, seed in (("paper__1", 3), ("paper__2", 4)):
        options = PageOptions(small=True, dpi=150, typefaces=JUDGING_FACES, language="en")
        made = make_page("letter", seed, options=options)
        encode.write_page(made.image, folder / f"{name}.jpeg", Kind.COLOUR_JPEG, 150)
        if seed == 3:
            (folder / f"{name}.gt.txt").write_text(
                f"{made.truth.text}\n---------------\n", encoding="utf-8"
            )
    return folder


def test_the_program_is_measured_from_outside_and_the_document_filled(
    tmp_path: Path, real_folder: Path
) -> None:
    document = tmp_path / "accuracy.md"
    document.write_text(DOCUMENT, encoding="utf-8")
    arguments = ["--quick", "--out", tmp_path, "--document", document, "--real", real_folder]
    assert report_accuracy.main([str(argument) for argument in arguments]) == 0

    found = json.loads((tmp_path / "accuracy.json").read_text(encoding="utf-8"))
    office = found["boxes"]["office"]
    assert office["unexplained"] == 0
    assert office["pages"]["text"]["cer_any_order"] < 0.3
    assert len(found["files"]) == 2
    scans = found["real"]["pages"]
    assert [scan["ours"] is not None for scan in scans] == [True, False]
    assert scans[0]["plain"]["cer_any_order"] < 0.5
    assert all(scan["deposited"] for scan in scans)
    assert scans[0]["ours"]["lines_lost"] == 0
    written = document.read_text(encoding="utf-8")
    assert "paper__1.jpeg" in written
    assert "seed 608171" in written
    assert not any(path.name.startswith("abhilekh") for path in tmp_path.iterdir())


def test_a_folder_that_is_in_use_is_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine").touch()
    assert report_accuracy.main(["--quick", "--keep", str(tmp_path)]) == 2
    assert "in use already" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["mine"]


def test_a_folder_without_scans_is_refused_before_anything_is_made(tmp_path: Path) -> None:
    with pytest.raises(WrongUsage, match="no scans"):
        real_scans(tmp_path)


def test_the_lines_of_a_deposited_alto_come_out_in_their_order(tmp_path: Path) -> None:
    box = Box(0, 0, 10, 10)
    lines = tuple(
        Line(tuple(Word(word, box, 0.9) for word in text.split()), box, block)
        for block, text in enumerate(("मध्यप्रदेश शासन", "क्रमांक 1", "भोपाल"))
    )
    alto = tmp_path / "00001.xml"
    about = AltoDescription("a.jpg", "0" * 64, "engine", "1")
    alto.write_bytes(write_alto(PageText(lines, 100, 100, 300), description=about))
    assert alto_lines(alto) == ("मध्यप्रदेश शासन", "क्रमांक 1", "भोपाल")


def test_plain_tesseract_reads_the_image_as_it_is(real_folder: Path) -> None:
    text, cpu_s = plain_tesseract(real_folder / "paper__1.jpeg")
    assert len(text.split()) > 5
    assert cpu_s > 0
