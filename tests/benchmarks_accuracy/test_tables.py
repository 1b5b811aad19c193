"""The document holds the figures, and JSON holds no text of any record."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.quality import tables
from benchmarks.quality.file_marks import mark_file
from benchmarks.quality.findings import Findings, as_json, by_confidence
from benchmarks.quality.knowing import knowing
from benchmarks.quality.knowing_tables import engine_table, knowing_sections, knowing_table
from benchmarks.quality.made import BoxPlan, MadeBox
from benchmarks.quality.page_marks import mark_page
from benchmarks.quality.real import RealMark, RealScans, by_collection
from benchmarks.quality.side_by_side import SideBySide
from benchmarks.scans.maker import Ageing
from errors import WrongUsage
from ocr.page_score import count_text
from tests.benchmarks_accuracy.makers import (
    LINES,
    deposited_file,
    deposited_page,
    file_truth,
    page_truth,
)

_RUN = {
    "engine": "tesserocr",
    "version": "tesseract 5.5.4 Devanagari",
    "profile": "scan",
    "pages_read": 3,
    "catastrophic_pages": 1,
    "cpu_s_a_page": 0.5,
    "calibration": {"word_error": 0.01, "page_error": 0.02},
    "total": {
        "cer_any_order": 0.02,
        "cer_any_order_invented": 0.01,
        "cer_in_order": 0.03,
        "order_error": 0.0,
        "words_found": 0.98,
        "numbers": 9,
        "numbers_exact": 8,
        "lines": 20,
        "lines_lost": 1,
    },
}
DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "accuracy.md"


def _real(name: str, read: tuple[str, ...], confidence: float) -> RealMark:
    return RealMark(
        name=name,
        ours=count_text(LINES, read),
        plain=count_text(LINES, LINES[:2]),
        plain_cpu_s=1.2,
        deposited=True,
        has_pdf=True,
        rotated_cw_deg=0,
        skew_ccw_deg=-0.4,
        confidence=confidence,
        verdicts=("low_confidence",),
    )


def _found() -> Findings:
    plan = BoxPlan("office", 7, 1, (2, 2), Ageing.OFFICE, ("noto-serif",))
    good = mark_page("office 1/1", page_truth(), deposited_page())
    bad = mark_page(
        "office 1/2", page_truth(), deposited_page(LINES[:2], confidence=0.75, rotated_cw_deg=180)
    )
    empty = mark_page("office 1/3", page_truth(()), deposited_page(()))
    file = mark_file("office 1", file_truth(), deposited_file(reasons=("page_doubtful",)))
    box = MadeBox(plan, (good, bad, empty), (file,), 0)
    unknown = RealMark("z__1.png", None, None, 0.4, True, True, 0, 0.0, 0.8, ())
    real = RealScans((_real("old__1.png", LINES, 1.0), _real("new__1.png", (), 0.3), unknown), 2.0)
    conditions = {"measured_on": "2026-01-05", "versions": {"product": "Abhilekh 1"}}
    compared = SideBySide("box office", (_RUN, _RUN))
    return Findings((box,), real, conditions, (compared,))


def test_the_document_has_a_place_for_every_table() -> None:
    found = _found()
    assert found.real
    sections = tables.made_sections(found) | tables.real_sections(found.real)
    sections |= knowing_sections(found)
    written = tables.put_into(DOCUMENT.read_text(encoding="utf-8"), sections)
    assert all(text in written for text in sections.values())


def test_writing_the_tables_again_changes_nothing_else() -> None:
    document = "before\n<!-- a -->\nold\n<!-- /a -->\nafter\n"
    once = tables.put_into(document, {"a": "new | \\1"})
    assert once == "before\n<!-- a -->\nnew | \\1\n<!-- /a -->\nafter\n"
    assert tables.put_into(once, {"a": "new | \\1"}) == once


def test_a_document_without_a_place_for_a_table_is_refused() -> None:
    with pytest.raises(WrongUsage, match="no place for a"):
        tables.put_into("nothing here", {"a": "new"})


def test_every_row_of_a_table_has_as_many_cells_as_its_head() -> None:
    found = _found()
    assert found.real
    made = (tables.text_table, tables.setting_table, tables.kind_table, tables.field_table)
    shown = [table(found) for table in (*made, tables.worst_table, tables.confidence_table)]
    shown += [table(found.real) for table in (tables.collection_table, tables.real_table)]
    shown += [engine_table(found.compared[0]), knowing_table(knowing(found))]
    for heads, rows in shown:
        assert rows
        assert {len(row) for row in rows} == {len(heads)}


def test_columns_of_figures_stand_to_the_right_and_signs_of_the_table_are_kept_out() -> None:
    shown = tables.markdown((("page", "CER", "why"), [("a|b", "-1.2%", "–"), ("c", "–", "blur")]))
    assert shown.splitlines() == [
        "| page | CER | why |",
        "| --- | ---: | --- |",
        "| a\\|b | -1.2% | – |",
        "| c | – | blur |",
    ]


def test_the_tables_say_what_went_wrong() -> None:
    sections = tables.made_sections(_found())
    assert "| set upright | 1/2 | 1/2 |" in sections["made-setting"]
    assert "| empty sheets seen as empty | 1/1 | 1/1 |" in sections["made-setting"]
    assert "office 1/2 | letter" in sections["made-worst"]
    assert "office 1/1" not in sections["made-worst"]
    assert "| page_doubtful | 1 |" in sections["made-review"]


def test_pages_are_sorted_by_how_sure_the_product_is() -> None:
    steps = {step.name: step for step in by_confidence(_found())}
    assert {name: step.pages for name, step in steps.items()} == {
        "0.9 to 1.0": 2,
        "0.8 to 0.9": 0,
        "0.7 to 0.8": 1,
        "0.0 to 0.7": 1,
    }
    assert steps["0.0 to 0.7"].worst == 1.0


def test_scans_without_a_known_text_count_in_no_sum() -> None:
    real = _found().real
    assert real
    sums = by_collection(real.marks)
    assert list(sums) == ["old", "new", "all"]
    assert sums["all"].pages == 2
    assert sums["all"].ours.any_order.rate == 0.5


def test_the_json_holds_figures_and_no_text_of_a_page() -> None:
    text = json.dumps(as_json(_found()), ensure_ascii=False)
    assert all(line not in text for line in LINES)
    assert json.loads(text)["boxes"]["office"]["pages"]["turned_right"] == [1, 2]
    assert json.loads(text)["real"]["pages"][0]["plain"]["lines_lost"] == 2
