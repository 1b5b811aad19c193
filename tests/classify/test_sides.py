"""The side of every page of a file, from words, layout, paper and neighbours together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from classify.doubts import Thresholds, needs_review
from classify.file import SeenPage, describe_file
from classify.proposals import DoubtCode, FieldName, FileDescription, OrderRule, Side
from classify.rulebook import Rules
from classify.side_chain import compile_side_weights, sides_of_file
from classify.side_signs import SideSigns
from records.side_words import SIGN_WORDS, told_by
from tests.classify.typed import Look, Page, letter, typed

NOTE = """
विषय:- शासकीय सेवकों के स्थानांतरण के संबंध में।

प्रस्ताव नियमानुसार होने से अनुमोदन हेतु प्रस्तुत है। कृपया अवलोकनार्थ।

12.3.2014

चर्चा अनुसार संशोधित प्रारूप पुनः प्रस्तुत है।

14.3.2014
"""
BAR = 0.85  # below it, a person is asked for the number
PLAIN = "प्रकरण से संबंधित जानकारी एकत्र की गई\nजिला मुख्यालय के प्रतिवेदन पर विचार किया जाना है"
GREEN, WHITE = (205, 226, 196), (250, 250, 248)
NOTE_PAPER = Look(paper=GREEN, margin=1.0)


def file_of(*pages: Page, rules: Rules, sides: Sequence[str | None] = ()) -> FileDescription:
    seen = [
        SeenPage(number, page, sides[number - 1] if number <= len(sides) else None)
        for number, page in enumerate(pages, start=1)
    ]
    return describe_file(seen, declared=None, rules=rules)


def page(text: str, look: Look | None = None) -> Page:
    return replace(typed(text), appearance=look or Look())


def test_the_paper_tells_the_side_where_the_words_do_not(rules: Rules) -> None:
    (bare,) = file_of(page(PLAIN), rules=rules).sides
    (found,) = file_of(page(PLAIN, NOTE_PAPER), rules=rules).sides
    assert found.side is Side.NOTING
    assert {"green", "margin_rule"} <= set(found.evidence)
    assert bare.side is not Side.NOTING or bare.confidence < found.confidence


def test_a_letter_on_green_paper_stays_a_letter(rules: Rules) -> None:
    (found,) = file_of(page(letter(), Look(paper=GREEN)), rules=rules).sides
    assert found.side is Side.CORRESPONDENCE
    assert found.rule == "correspondence_words"


def test_a_note_on_white_unruled_paper_is_known_by_its_words(rules: Rules) -> None:
    (found,) = file_of(page(NOTE), rules=rules).sides
    assert found.side is Side.NOTING
    assert "noting_words" in found.evidence


def test_scans_without_colour_are_told_too(rules: Rules) -> None:
    black_and_white = Look(paper=(255, 255, 255), coloured=False)
    ruled = replace(black_and_white, margin=1.0)
    found = file_of(page(NOTE, ruled), page(letter(), black_and_white), rules=rules)
    assert [side.side for side in found.sides] == [Side.NOTING, Side.CORRESPONDENCE]


def test_the_upright_rules_of_a_table_are_no_margin(rules: Rules) -> None:
    table = Look(margin=0.9, further=0.6, level_rules=20)
    (found,) = file_of(page(PLAIN, table), rules=rules).sides
    assert "margin_rule" not in found.evidence
    assert found.side is Side.CORRESPONDENCE


def test_an_interleaved_file_is_not_forced_into_two_runs(rules: Rules) -> None:
    pages = [page(NOTE, NOTE_PAPER), page(letter())] * 3
    found = file_of(*pages, rules=rules)
    assert [side.side for side in found.sides] == [Side.NOTING, Side.CORRESPONDENCE] * 3
    assert needs_sides(found) == []


def test_pages_that_nothing_tells_are_referred_with_their_place_in_the_file(rules: Rules) -> None:
    seen = [
        SeenPage(4, page(NOTE, NOTE_PAPER)),
        SeenPage(7, page("यथोचित", Look(hand_share=0.9))),
        SeenPage(9, page(letter())),
    ]
    found = describe_file(seen, declared=None, rules=rules)
    assert needs_sides(found) == ["7"]


def needs_sides(found: FileDescription) -> list[str]:
    doubts = needs_review(found, thresholds=Thresholds())
    return [str(d.facts["pages"]) for d in doubts if d.code is DoubtCode.SIDES_UNSURE]


def test_a_declared_side_speaks_for_its_neighbours(rules: Rules) -> None:
    plain = page("यथोचित")
    found = file_of(plain, plain, plain, rules=rules, sides=["noting", None, "noting"])
    assert found.sides[1].side is Side.NOTING


def test_behind_a_separator_the_other_side_begins(rules: Rules) -> None:
    def behind(side: Side) -> float:
        """How likely a page that hardly tells is correspondence, behind that side's separator."""
        before = [SideSigns(side), SideSigns(side), SideSigns(Side.SEPARATOR)]
        *_, last = sides_of_file([*before, SideSigns(None, {"few_words": 0.5})], rules.side_weights)
        return last.confidence if last.side is Side.CORRESPONDENCE else 1 - last.confidence

    assert behind(Side.NOTING) > behind(Side.CORRESPONDENCE) + 0.1


def test_a_separator_is_known_by_its_words(rules: Rules) -> None:
    for words in ("विभाजक पत्रक", "टीप भाग", "CORRESPONDENCE SIDE"):
        found = file_of(page(NOTE), page(words), page(letter()), rules=rules)
        assert found.sides[1].side is Side.SEPARATOR


# --- two sequences, and why they stand so ------------------------------------------------


def numbered(*numbers: int) -> list[Page]:
    return [page(f"{number}/n\n{NOTE}", NOTE_PAPER) for number in numbers]


@pytest.mark.parametrize(
    ("numbers", "rule", "pages"),
    [
        ((1, 2, 3), OrderRule.NUMBERED, (1, 2, 3)),
        ((3, 2, 1), OrderRule.BACKWARDS, (3, 2, 1)),
        ((1, 7, 3), OrderRule.CONTRADICTED, (1, 2, 3)),
        ((2, 1), OrderRule.CONTRADICTED, (1, 2)),
    ],
)
def test_the_pages_own_numbers_explain_or_question_the_order(
    numbers: tuple[int, ...], rule: OrderRule, pages: tuple[int, ...], rules: Rules
) -> None:
    found = file_of(*numbered(*numbers), page(letter()), rules=rules)
    noting, letters = found.orders
    assert (noting.side, noting.rule, noting.pages) == (Side.NOTING, rule, pages)
    assert (letters.rule, letters.pages) == (OrderRule.SCANNED, (len(numbers) + 1,))
    asked = {doubt.code for doubt in found.doubts}
    assert (DoubtCode.ORDER_BACKWARDS in asked) is (rule is OrderRule.BACKWARDS)
    assert (DoubtCode.ORDER_UNSURE in asked) is (rule is OrderRule.CONTRADICTED)


def test_each_side_of_an_interleaved_file_is_a_sequence_of_its_own(rules: Rules) -> None:
    notes = numbered(1, 2)
    found = file_of(notes[0], page(letter()), notes[1], page(letter()), rules=rules)
    assert [order.pages for order in found.orders] == [(1, 3), (2, 4)]


# --- handwriting -------------------------------------------------------------------------


def test_nothing_is_taken_from_what_a_hand_has_written(rules: Rules) -> None:
    unsure = replace(typed(letter(), confidence=0.8), appearance=Look(hand_share=0.8))
    assert file_of(unsure, rules=rules).values == {}
    signed = file_of(page(letter(), Look(hand_share=0.15)), rules=rules)
    assert set(signed.values) == set(FieldName)


def test_the_printed_head_of_a_page_by_hand_is_read_and_nothing_below_it(rules: Rules) -> None:
    sheet = letter() + "\n" * 30 + "नस्ती क्रमांक एफ 77-88/2019/1/9\n"
    by_hand = file_of(page(sheet, Look(hand_share=0.8)), rules=rules)
    printed = file_of(page(letter(), Look(hand_share=0.15)), rules=rules)
    number = by_hand.values[FieldName.FILE_NUMBER]
    assert number.canonical == printed.values[FieldName.FILE_NUMBER].canonical
    assert "77-88" not in str(by_hand.references)


def test_papers_at_the_head_of_later_note_sheets_do_not_name_the_file(rules: Rules) -> None:
    first = page("1/n\n\nक्रमांक/राजस्व/2014/7664\n" + NOTE, NOTE_PAPER)
    came_in = "पत्र नस्ती क्रमांक एफ 8-18/2013/1/4 दिनांक 3.4.2014 प्राप्त हुआ।"
    later = page(f"2/n\n\n{came_in}\n\nअवलोकनार्थ प्रस्तुत।\n\n15.3.2014\n", NOTE_PAPER)
    alone = file_of(first, rules=rules).values[FieldName.FILE_NUMBER]
    found = file_of(first, later, replace(later), rules=rules)
    assert found.values[FieldName.FILE_NUMBER].canonical == alone.canonical
    assert "F8-18/2013/1/4" in {reference.canonical for reference in found.references}


def test_a_first_note_sheet_without_a_number_lends_its_place_to_no_later_one(rules: Rules) -> None:
    came_in = "पत्र क्रमांक/1382/शिका/2015 दिनांक 3.4.2015 प्राप्त हुआ।"
    later = page(f"2/n\n\n{came_in}\n\nअवलोकनार्थ प्रस्तुत।\n\n15.4.2015\n", NOTE_PAPER)
    found = file_of(page("1/n\n" + NOTE, NOTE_PAPER), later, rules=rules)
    number = found.values.get(FieldName.FILE_NUMBER)
    assert number is None or number.confidence < BAR


# --- the rules themselves ----------------------------------------------------------------


def test_every_sign_has_words_for_people(rules: Rules) -> None:
    found = file_of(*numbered(3), page(letter()), rules=rules)
    assert set(found.sides[0].evidence) <= set(SIGN_WORDS)
    assert "page number 3/n" in told_by(("green", "noting_number"), found.sides[0].number)


def test_weights_of_signs_that_do_not_exist_are_refused() -> None:
    row = {"prior": 0.25, "bias": 0.0}
    answers = ("noting", "correspondence", "cover", "separator")
    book = {"trust": 1.0, "switches": [[0.1, 1.0]], "answer": {name: dict(row) for name in answers}}
    compile_side_weights(book)
    book["answer"]["cover"]["perfume"] = 1.0  # type: ignore[index]
    with pytest.raises(ValueError, match="perfume"):
        compile_side_weights(book)
