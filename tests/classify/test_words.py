"""The rooms fit together without knowing each other."""

from __future__ import annotations

from dataclasses import replace

from classify.doubts import Thresholds, needs_review
from classify.file import SeenPage, describe_file
from classify.proposals import DoubtCode, FieldName, Proposal
from classify.reading import read_page
from classify.rulebook import Rules
from classify.words import LineLike, PageLike, WordLike
from ocr.page import Box, Line, PageText, Word

WORDS = (
    Word("क्रमांक", Box(100, 100, 200, 140), 0.9),
    Word("एफ", Box(210, 100, 250, 140), 0.9),
    Word("11-20/2014/1/9", Box(260, 100, 500, 140), 0.9),
)
LINE = Line(WORDS, Box(100, 100, 500, 140))


def test_what_the_reader_gives_is_what_this_room_takes(rules: Rules) -> None:
    # The annotations are the test: mypy --strict runs over it.
    word: WordLike = WORDS[0]
    line: LineLike = LINE
    page: PageLike = PageText((LINE,), 2480, 3508, 300.0)
    assert (word.text, line.text) == ("क्रमांक", "क्रमांक एफ 11-20/2014/1/9")
    found = describe_file([SeenPage(3, page)], declared=None, rules=rules)
    number = found.values[FieldName.FILE_NUMBER]
    assert (number.page, number.bbox) == (3, (210, 100, 500, 140))


def test_every_stretch_of_folded_text_finds_its_words_again() -> None:
    words = tuple(
        Word(text, Box(100 * i, 0, 100 * i + 90, 40), 0.5 + 0.1 * i)
        for i, text in enumerate(["सड़क", "\u200d", "“बड़ी”", "पुल"])
    )
    page = read_page(1, PageText((Line(words, Box(0, 0, 390, 40)),), 400, 100, 300.0))
    (line,) = page.lines
    assert line.text == "सडक बडी पुल"
    second = line.evidence(4, 7)
    assert (second.verbatim, second.bbox) == ("“बड़ी”", (200, 0, 290, 40))
    assert line.evidence(0, len(line.text)).bbox == (0, 0, 390, 40)
    assert line.original_from(0) == "सड़क “बड़ी” पुल"
    assert line.original_from(1) == "ड़क “बड़ी” पुल"


def test_label_and_value_in_two_columns_belong_together(rules: Rules) -> None:
    rows = ["नस्ती क्रमांक :", "विषय :", "वर्ग :"], ["एफ 11-20/2014/1/9", "सड़क निर्माण", "ख"]
    lines = tuple(
        Line(
            (Word(text, Box(x, y, x + 200, y + 40), 0.9),), Box(x, y, x + 200, y + 40), block=column
        )
        for column, x in enumerate((100, 900))
        for text, y in zip(rows[column], (300, 420, 480), strict=True)
    )
    found = describe_file(
        [SeenPage(1, PageText(lines, 2480, 3508, 300.0))], declared=None, rules=rules
    )
    assert found.values[FieldName.FILE_NUMBER].canonical == "F11-20/2014/1/9"
    assert found.values[FieldName.FILE_NUMBER].bbox == (900, 300, 1100, 340)
    assert found.values[FieldName.SUBJECT].value == "सड़क निर्माण"


def test_a_number_whose_two_readings_differ_is_not_taken_without_a_person(rules: Rules) -> None:
    differing = replace(WORDS[2], alternative="11-26/2014/1/9")
    line = Line((*WORDS[:2], differing), LINE.box)
    date = Line(
        (
            Word("दिनांक", Box(100, 200, 200, 240), 0.99),
            Word("12", Box(210, 200, 250, 240), 0.99, "17"),
            Word("मार्च,", Box(260, 200, 350, 240), 0.99),
            Word("1998", Box(360, 200, 450, 240), 0.99),
        ),
        Box(100, 200, 450, 240),
    )
    page = PageText((line, date), 2480, 3508, 300.0)
    found = describe_file([SeenPage(1, page)], declared=None, rules=rules)
    number, day = found.values[FieldName.FILE_NUMBER], found.values[FieldName.DATE]
    assert number.value.endswith("11-20/2014/1/9")
    assert number.alternative == "एफ 11-26/2014/1/9"
    assert (day.value, day.alternative) == ("1998-03-12", "17 मार्च, 1998")
    codes = {doubt.code for doubt in needs_review(found, thresholds=Thresholds())}
    assert {DoubtCode.FILE_NUMBER_UNSURE, DoubtCode.DATE_UNSURE} <= codes


def test_pages_that_one_reader_reads_alike_and_the_other_alike_too_prove_nothing(
    rules: Rules,
) -> None:
    def said(*alternatives: str | None) -> Proposal:
        pages = []
        for sequence, alternative in enumerate(alternatives, start=1):
            sure = 0.4 if alternative else 0.97
            number = replace(WORDS[2], alternative=alternative, confidence=sure)
            page = PageText((Line((*WORDS[:2], number), LINE.box),), 2480, 3508, 300.0)
            pages.append(SeenPage(sequence, page))
        found = describe_file(pages, declared=None, rules=rules)
        return found.values[FieldName.FILE_NUMBER]

    limit = Thresholds().file_number
    assert limit is not None
    always = "11-26/2014/1/9"
    doubted = said(always, always, always, always)
    assert doubted.confidence < limit
    assert doubted.others == ("F11-26/2014/1/9",)
    assert said(None, always, always, always).confidence > doubted.confidence


def test_another_reading_of_a_word_without_digits_leaves_a_number_as_sure(rules: Rules) -> None:
    label = replace(WORDS[0], alternative="क्रमाक")
    plain, other = (
        describe_file(
            [SeenPage(1, PageText((Line(words, LINE.box),), 2480, 3508, 300.0))],
            declared=None,
            rules=rules,
        ).values[FieldName.FILE_NUMBER]
        for words in (WORDS, (label, *WORDS[1:]))
    )
    assert other.confidence == plain.confidence
    assert other.alternative is None


def test_one_alternative_for_several_words_is_told_once() -> None:
    words = tuple(
        Word(text, Box(100 * i, 0, 100 * i + 90, 40), 0.4, "11-26/2014")
        for i, text in enumerate(["11-", "20/2014"])
    )
    (line,) = read_page(1, PageText((Line(words, Box(0, 0, 190, 40)),), 400, 100, 300.0)).lines
    seen = line.evidence(0, len(line.text))
    assert (seen.verbatim, seen.alternative) == ("11- 20/2014", "11-26/2014")
