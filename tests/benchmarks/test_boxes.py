"""A box: folders, formats, the list beside them, and truth that matches the files."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image

from benchmarks.scans.maker import BoxOptions, BoxTruth, Kind, load_truth, make_box
from errors import WrongUsage
from tests.benchmarks.conftest import SMALL


def test_truth_survives_its_file(box: BoxTruth) -> None:
    assert load_truth(box.scans.parent) == box
    assert load_truth(box.scans.parent / "truth.json") == box


def test_every_scan_is_accounted_for_and_nothing_else_lies_in_the_source(box: BoxTruth) -> None:
    there = {
        path.relative_to(box.scans).as_posix() for path in box.scans.rglob("*") if path.is_file()
    }
    assert there == {page.source for page in box.pages} | {"batch.csv"}
    for file in box.files:
        assert [page.sequence for page in file.pages] == list(range(1, len(file.pages) + 1))
        assert file.declared_pages == len(file.pages)


def test_the_same_seed_gives_the_same_bytes(box: BoxTruth, tmp_path: Path) -> None:
    options = BoxOptions(page=SMALL, blank_backs=0.3, duplicates=0.3, turned=0.4, batch_csv=True)
    again = make_box(tmp_path / "b", seed=5, files=1, pages_per_file=(6, 9), options=options)
    assert again.files[0] == box.files[0]
    for page in again.pages:
        assert (again.scans / page.source).read_bytes() == (box.scans / page.source).read_bytes()


def test_a_file_has_a_cover_then_notes_then_letters(box: BoxTruth) -> None:
    for file in box.files:
        assert file.pages[0].side == "cover"
        sides = [page.side for page in file.pages if page.side in ("noting", "correspondence")]
        assert sides == sorted(sides, reverse=True)
        assert {"noting", "correspondence"} <= set(sides)


def test_the_principal_document_bears_the_number_date_and_type_of_the_file(box: BoxTruth) -> None:
    for file in box.files:
        principal = next(page for page in file.pages if page.side == "correspondence")
        assert principal.file_number == file.file_number
        assert (principal.date, principal.document_type) == (file.date, file.document_type)
        assert principal.subject == file.subject


def test_a_duplicate_names_the_earlier_scan_of_its_sheet(box: BoxTruth) -> None:
    duplicates = [(file, page) for file in box.files for page in file.pages if page.duplicate_of]
    assert duplicates
    for file, page in duplicates:
        earlier = file.pages[(page.duplicate_of or 0) - 1]
        assert earlier.sequence < page.sequence
        assert earlier.lines == page.lines
        pixels = [(box.scans / scan.source).read_bytes() for scan in (earlier, page)]
        assert pixels[0] != pixels[1]


def test_turned_and_blank_scans_occur_and_are_named(box: BoxTruth) -> None:
    assert {page.rotated_cw_deg for page in box.pages} > {0}
    assert any(page.blank for page in box.pages)


def test_the_list_says_what_the_truth_says(box: BoxTruth) -> None:
    with (box.scans / "batch.csv").open(encoding="utf-8-sig", newline="") as rows:
        listed = {row["path"]: row for row in csv.DictReader(rows)}
    assert set(listed) == {file.folder for file in box.files}
    for file in box.files:
        row = listed[file.folder]
        assert (row["file_number"], row["subject"]) == (file.file_number, file.subject)
        assert int(row["declared_pages"]) == len(file.pages)
        assert row["retention_class"] in "कखग" and row["computer_number"].isdigit()


def test_sides_can_have_folders_of_their_own(tmp_path: Path) -> None:
    options = BoxOptions(page=SMALL, side_folders=True)
    made = make_box(tmp_path / "b", seed=2, files=1, pages_per_file=(6, 6), options=options)
    for page in made.pages:
        parts = Path(page.source).parts
        assert parts[0] == made.files[0].folder
        expected = {"noting": "टीप", "correspondence": "पत्राचार"}.get(page.side)
        assert expected is None or parts[1] == expected


@pytest.mark.parametrize(
    ("kind", "suffix", "form", "mode"),
    [
        (Kind.COLOUR_JPEG, ".jpg", "JPEG", "RGB"),
        (Kind.GREY_TIFF, ".tif", "TIFF", "L"),
        (Kind.BILEVEL_TIFF, ".tif", "TIFF", "1"),
        (Kind.PNG, ".png", "PNG", "RGB"),
    ],
)
def test_each_kind_opens_with_its_mode_and_resolution(
    tmp_path: Path, kind: Kind, suffix: str, form: str, mode: str
) -> None:
    made = one_file(tmp_path, kind)
    for page in made.pages:
        with Image.open(made.scans / page.source) as image:
            assert (Path(page.source).suffix, image.format, image.mode) == (suffix, form, mode)
            assert image.info["dpi"] == pytest.approx((150, 150), abs=0.1)
            turned = page.rotated_cw_deg in (90, 270)
            size = (page.width_px, page.height_px)
            assert image.size == (size[::-1] if turned else size)
            if kind is Kind.BILEVEL_TIFF:
                assert image.info["compression"] == "group4"
                assert np.asarray(image).mean() > 0.8  # paper, not ink


def test_a_multipage_tiff_holds_all_pages_of_the_file(tmp_path: Path) -> None:
    made = one_file(tmp_path, Kind.MULTIPAGE_TIFF)
    assert len({page.source for page in made.pages}) == 1
    with Image.open(made.scans / made.pages[0].source) as image:
        assert image.n_frames == len(made.pages)  # type: ignore[attr-defined]
        for page in made.pages:
            image.seek(page.frame)
            assert image.info["dpi"] == pytest.approx((150, 150), abs=0.1)


def test_a_multipage_pdf_holds_one_full_page_image_a_page(tmp_path: Path) -> None:
    made = one_file(tmp_path, Kind.PDF)
    with pikepdf.open(made.scans / made.pages[0].source) as pdf:
        assert [page.frame for page in made.pages] == list(range(len(pdf.pages)))
        for page in pdf.pages:
            pictures = page.get_images()
            assert len(pictures) == 1
            width_pt = float(page.mediabox[2])
            picture = next(iter(pictures.values()))
            assert int(picture.Width) * 72 / width_pt == pytest.approx(150, abs=0.1)


@pytest.mark.parametrize("kind", [Kind.PDF, Kind.MULTIPAGE_TIFF])
def test_files_of_many_pages_have_the_same_bytes_again(tmp_path: Path, kind: Kind) -> None:
    one, other = (one_file(tmp_path / name, kind) for name in "ab")
    source = one.pages[0].source
    assert (one.scans / source).read_bytes() == (other.scans / source).read_bytes()


def test_a_mixed_box_has_another_format_for_each_file(tmp_path: Path) -> None:
    options = BoxOptions(kind=Kind.MIXED, page=SMALL)
    made = make_box(tmp_path / "b", seed=1, files=6, pages_per_file=(1, 1), options=options)
    assert {Path(page.source).suffix for page in made.pages} == {".jpg", ".tif", ".png", ".pdf"}


def test_whoever_watches_is_told_of_every_page(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    options = BoxOptions(kind=Kind.PDF, page=SMALL, on_page=lambda *count: seen.append(count))
    make_box(tmp_path / "b", seed=1, files=2, pages_per_file=(2, 2), options=options)
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]


def test_a_folder_in_use_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(WrongUsage):
        make_box(tmp_path, seed=1, files=1, options=BoxOptions(page=SMALL))
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


@pytest.mark.parametrize(("files", "pages"), [(0, (1, 2)), (1, (0, 2)), (1, (3, 2))])
def test_a_box_of_nothing_is_refused(tmp_path: Path, files: int, pages: tuple[int, int]) -> None:
    with pytest.raises(WrongUsage):
        make_box(tmp_path / "b", seed=1, files=files, pages_per_file=pages)
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("text", [None, "", "[]", '{"format": 99}', "{"])
def test_a_file_that_is_no_truth_is_refused(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "truth.json"
    if text is not None:
        path.write_text(text)
    with pytest.raises(WrongUsage):
        load_truth(path)


def one_file(tmp_path: Path, kind: Kind) -> BoxTruth:
    """A file of three small pages."""
    options = BoxOptions(kind=kind, page=SMALL, turned=0.5)
    tmp_path.mkdir(exist_ok=True)
    return make_box(tmp_path / "b", seed=3, files=1, pages_per_file=(3, 3), options=options)
