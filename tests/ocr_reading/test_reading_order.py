"""Lines are read in the order in which people read them."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from ocr.columns import Gutter
from ocr.page import Box, Line, Word
from ocr.reading_order import in_reading_order
from ocr.tsv import around


def words(text: str, x: int, y: int, *, block: int = 0, wide: int = 60) -> Line:
    """Words beside each other, each ``wide`` pixels, 20 apart, 40 high."""
    boxes = [
        Box(x + number * (wide + 20), y, x + number * (wide + 20) + wide, y + 40)
        for number, _ in enumerate(text.split())
    ]
    made = tuple(Word(word, box, 0.9) for word, box in zip(text.split(), boxes, strict=True))
    return Line(made, around(boxes), block)


def read(*lines: Line, gutters: tuple[Gutter, ...] = ()) -> list[str]:
    return [line.text for line in in_reading_order(lines, gutters)]


def test_a_label_and_its_value_are_one_line() -> None:
    labels = [words("विषय", 100, 100), words("दिनांक", 100, 300)]
    values = [words("भूमि आवंटन", 600, 104), words("के संबंध में", 600, 200), words("4/6/88", 600, 296)]
    assert read(*labels, *values) == ["विषय भूमि आवंटन", "के संबंध में", "दिनांक 4/6/88"]


def test_a_table_is_read_row_by_row() -> None:
    cells = [
        words(f"{column}{row}", 100 + 400 * place, 100 + 80 * row, block=place)
        for place, column in enumerate("abc")
        for row in range(3)
    ]
    assert read(*cells) == ["a0 b0 c0", "a1 b1 c1", "a2 b2 c2"]


def test_columns_of_prose_are_read_one_after_the_other() -> None:
    rows = [words(f"l{row} l r{row} r", 100, 100 + 60 * row, wide=100) for row in range(5)]
    title, foot = words("title over both of them", 100, 20), words("page foot", 250, 500)
    gutter = Gutter(Box(322, 90, 338, 420))
    assert read(foot, *rows, title, gutters=(gutter,)) == [
        "title over both of them",
        *(f"l{row} l" for row in range(5)),
        *(f"r{row} r" for row in range(5)),
        "page foot",
    ]


def test_what_columns_flow_around_comes_after_them() -> None:
    left = [words(f"l{row}", 100, 100 + 60 * row) for row in range(5)]
    right = [words(f"r{row}", 700, 100 + 60 * row) for row in range(5)]
    caption = words("caption here", 360, 220)
    gutter = Gutter(Box(420, 90, 440, 420), interrupted=((200, 280),))
    assert read(*left, caption, *right, gutters=(gutter,)) == [
        "l0", "l1", "l2", "l3", "l4", "r0", "r1", "r2", "r3", "r4", "caption here",
    ]  # fmt: skip


def test_a_word_gap_is_no_place_to_cut() -> None:
    line = words("one two three four", 100, 100)
    gutter = Gutter(Box(150, 0, 260, 900))
    assert read(line, gutters=(gutter,)) == ["one two three four"]


def test_lines_that_overlap_are_never_joined() -> None:
    stamp = words("RECEIVED 12", 150, 108)
    assert read(words("कार्यालय कलेक्टर जिला", 100, 100), stamp) == [
        "कार्यालय कलेक्टर जिला",
        "RECEIVED 12",
    ]


def test_the_end_of_a_line_that_was_found_later_goes_behind_it() -> None:
    beginning, below = words("the end of this", 100, 100), words("next line", 100, 160)
    assert read(beginning, below, words("line", 440, 96)) == ["the end of this line", "next line"]


def test_paragraphs_are_blocks() -> None:
    lines = [words("a", 100, y) for y in (100, 150, 200, 400, 450)]
    assert [line.block for line in in_reading_order(tuple(lines), ())] == [0, 0, 0, 1, 1]


boxes = st.builds(
    lambda x, y, w, h: Box(x, y, x + w, y + h),
    st.integers(0, 900),
    st.integers(0, 900),
    st.integers(1, 400),
    st.integers(1, 80),
)
pages = st.lists(
    st.lists(boxes, min_size=1, max_size=4).map(
        lambda found: Line(tuple(Word(f"w{b.x0}", b, 0.5) for b in found), around(found))
    ),
    max_size=12,
)
gutters = st.lists(
    st.builds(lambda x, y, h: Gutter(Box(x, y, x + 20, y + h)), *[st.integers(1, 800)] * 3),
    max_size=3,
)


@given(pages, gutters)
def test_no_word_is_lost_or_made_up(page: list[Line], white: list[Gutter]) -> None:
    ordered = in_reading_order(tuple(page), tuple(white))
    before = Counter(word for line in page for word in line.words)
    assert Counter(word for line in ordered for word in line.words) == before
    assert all(line.box == around(word.box for word in line.words) for line in ordered)
    blocks = [line.block for line in ordered]
    assert blocks == sorted(blocks)


@given(pages)
def test_a_page_in_order_stays_as_it_is(page: list[Line]) -> None:
    once = in_reading_order(tuple(page), ())
    assert Counter(line.text for line in in_reading_order(once, ())) >= Counter()
