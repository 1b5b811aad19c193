"""Which pages have their text beside them, and what is said of all the rest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from errors import WrongUsage
from ingest.truth import TrueSet, find_truth
from tests.evaluate.makers import page_image, true_page

TEXT = "मध्यप्रदेश शासन\nक्रमांक एफ 11-20/2014/1/9\n"


def test_scans_and_texts_are_paired_in_every_folder(tmp_path: Path) -> None:
    true_page(tmp_path / "पृष्ठ 2.png", TEXT)
    true_page(tmp_path / "अंदर" / "8071_093.3B.png", TEXT)
    (tmp_path / "INDEX.tsv").write_text("path\n", encoding="utf-8")
    found = find_truth(tmp_path)
    assert {page.name for page in found.pages} == {"पृष्ठ 2.png", "अंदर/8071_093.3B.png"}
    assert found.pages[0].lines == ("मध्यप्रदेश शासन", "क्रमांक एफ 11-20/2014/1/9")
    assert (found.without_truth, found.without_scan, found.rejected) == ((), (), ())


def test_what_is_alone_is_listed_and_not_lost(tmp_path: Path) -> None:
    true_page(tmp_path / "a.png", TEXT)
    page_image(tmp_path / "lonely.png")
    (tmp_path / "nothing.gt.txt").write_text(TEXT, encoding="utf-8")
    found = find_truth(tmp_path)
    assert found.without_truth == ("lonely.png",)
    assert found.without_scan == ("nothing.gt.txt",)


def test_an_empty_text_is_an_empty_sheet_and_rows_of_dashes_are_no_lines(tmp_path: Path) -> None:
    true_page(tmp_path / "a.png", "")
    true_page(tmp_path / "b.png", f"\ufeff{TEXT}------\n\n")
    found = find_truth(tmp_path)
    assert [len(page.lines) for page in found.pages] == [0, 2]
    assert found.pages[1].lines[0] == "मध्यप्रदेश शासन"


def test_form_feeds_part_the_pages_of_one_source(tmp_path: Path) -> None:
    true_page(tmp_path / "a.png", f"{TEXT}\fविषय\f")
    names = [(page.name, page.frame, len(page.lines)) for page in find_truth(tmp_path).pages]
    assert names == [("a.png#1", 0, 2), ("a.png#2", 1, 1)]


def test_texts_and_scans_that_cannot_be_read_are_named_with_the_reason(tmp_path: Path) -> None:
    page_image(tmp_path / "latin1.png")
    (tmp_path / "latin1.gt.txt").write_bytes(b"caf\xe9 \xff\xfe")
    page_image(tmp_path / "huge.png")
    (tmp_path / "huge.gt.txt").write_bytes(b"a" * ((1 << 20) + 1))
    (tmp_path / "odd.jpg").write_bytes(bytes(range(256)) * 4)
    (tmp_path / "odd.gt.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "out.png").symlink_to("/etc/hostname")
    (tmp_path / "out.gt.txt").write_text(TEXT, encoding="utf-8")
    found = find_truth(tmp_path)
    assert found.pages == ()
    assert {name for name, _ in found.rejected} >= {"latin1.png", "huge.png", "odd.jpg"}
    assert all(why.what and why.todo for _, why in found.rejected)
    assert found.without_scan in ((), ("out.gt.txt",))


@pytest.mark.parametrize("folder", ["", "not there", "file"])
def test_a_folder_without_any_truth_is_refused(tmp_path: Path, folder: str) -> None:
    (tmp_path / "file").write_text(TEXT, encoding="utf-8")
    with pytest.raises(WrongUsage):
        find_truth(tmp_path / folder)


def _box(tmp_path: Path, **changes: Any) -> TrueSet:
    page = {
        "source": "f/0001.png",
        "frame": 0,
        "lines": [{"text": "मध्यप्रदेश शासन", "box": [0, 0, 1, 1]}],
        "marks": [{"text": "आवक", "box": [0, 0, 1, 1]}],
    }
    record = {"scans": "scans", "files": [{"pages": [{**page, **changes}]}]}
    (tmp_path / "truth.json").write_text(json.dumps(record), encoding="utf-8")
    return find_truth(tmp_path)


def test_a_made_box_is_read_by_its_own_truth(tmp_path: Path) -> None:
    page_image(tmp_path / "scans" / "f" / "0001.png")
    (page,) = _box(tmp_path).pages
    assert (page.name, page.lines, page.optional) == ("f/0001.png", ("मध्यप्रदेश शासन",), ("आवक",))


@pytest.mark.parametrize("source", ["../../etc/passwd", "/etc/passwd"])
def test_a_made_box_cannot_lead_out_of_its_folder(tmp_path: Path, source: str) -> None:
    (tmp_path / "scans").mkdir()
    with pytest.raises(WrongUsage, match="ground truth"):
        _box(tmp_path, source=source)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"scans": 1, "files": 3}', '{"files": [{}]}'])
def test_a_truth_json_of_another_kind_is_refused(tmp_path: Path, text: str) -> None:
    (tmp_path / "truth.json").write_text(text, encoding="utf-8")
    with pytest.raises(WrongUsage, match="ground truth"):
        find_truth(tmp_path)


def test_a_missing_scan_of_a_made_box_is_rejected_by_name(tmp_path: Path) -> None:
    (tmp_path / "scans").mkdir()
    ((name, why),) = _box(tmp_path).rejected
    assert name == "f/0001.png"
    assert why.exit_code == 3
