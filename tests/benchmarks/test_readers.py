"""The mark under which words that were read are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import readers


@pytest.fixture
def code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("ocr/tables/model.onnx", "ocr/tables/hand.json", "benchmarks/scans/pages.py"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    monkeypatch.setattr(readers, "_ROOT", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", ["ocr/tables/model.onnx", "benchmarks/scans/pages.py"])
def test_words_read_by_another_model_or_off_other_pages_are_kept_under_another_mark(
    code: Path, name: str
) -> None:
    before = readers.code_mark()
    assert before == readers.code_mark()
    (code / name).write_text("a better one")
    assert readers.code_mark() != before


def test_a_table_that_is_weighed_anew_anyway_changes_no_mark(code: Path) -> None:
    table = code / "ocr/tables/hand.json"
    before = readers.code_mark((table,))
    table.write_text("fitted anew")
    assert readers.code_mark((table,)) == before
    assert readers.code_mark() != before
