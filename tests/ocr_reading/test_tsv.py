"""Tesseract's table of words becomes lines, without its layout rows."""

from __future__ import annotations

from ocr.page import Box
from ocr.tsv import lines_of

HEAD = (
    "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
)


def row(word: str, *, block: int = 1, line: int = 1, left: int = 10, conf: float = 91.5) -> str:
    return f"5\t1\t{block}\t1\t{line}\t1\t{left}\t20\t30\t40\t{conf}\t{word}"


def test_words_keep_their_order_lines_and_boxes() -> None:
    table = "\n".join([HEAD, row("क"), row("ख", left=50), row("ग", line=2), row("घ", block=3)])
    lines = lines_of(table)
    assert [line.text for line in lines] == ["क ख", "ग", "घ"]
    assert lines[0].box == Box(10, 20, 80, 60)
    assert [line.block for line in lines] == [0, 0, 1]
    assert lines[0].words[0].confidence == 0.915


def test_layout_rows_and_empty_words_are_no_words() -> None:
    layout = "4\t1\t1\t1\t1\t0\t0\t0\t99\t99\t-1\t"
    table = "\n".join([HEAD, layout, row("", conf=95), row("  ", conf=95), row("x", conf=-1)])
    assert lines_of(table) == ()


def test_text_is_in_nfc_and_bare_of_joiners_at_its_ends() -> None:
    (line,) = lines_of(
        "\n".join([row("\u0915\u093c"), row("राजन्\u200c"), row("क\u200dख", left=90)])
    )
    assert [word.text for word in line.words] == ["\u0915\u093c", "राजन्", "क\u200dख"]
