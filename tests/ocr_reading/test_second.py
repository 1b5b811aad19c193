"""Numbers and unsure words are read twice, and the two readings become one."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import numpy as np
import pytest

from benchmarks.scans.pages import MadePage
from ocr.attempts import Scan
from ocr.engine import OcrEngine, Segmentation
from ocr.geometry import Pose
from ocr.ink import look_at
from ocr.merging import CONTESTED, digit_runs, merged_number, merged_word
from ocr.models import DEBIAN_TESSDATA
from ocr.montage import Piece, stacked
from ocr.page import Box, GrayImage, Line, Word
from ocr.pytesseract_engine import PytesseractEngine
from ocr.reading import Reading, ReadingOptions, read_page
from ocr.second import NOBODY, SecondReaders, Shown, read_again
from ocr.spans import MOST_UNSURE_WORDS, Script, holds_number, numbers_in, unsure_in
from ocr.tesserocr_engine import TesserocrEngine
from tests.ocr_reading.sheets import DPI, ToldEngine, made, sheet

needs_models = pytest.mark.skipif(
    not all((DEBIAN_TESSDATA / f"{m}.traineddata").exists() for m in ("Devanagari", "eng", "hin"))
    and "CI" not in os.environ,
    reason="the models are not installed",
)


def words(*told: tuple[str, float], top: int = 100) -> tuple[Word, ...]:
    """Words of a line, 20 px high, 100 px apart."""
    return tuple(
        Word(text, Box(100 * n, top, 100 * n + 80, top + 20), sure)
        for n, (text, sure) in enumerate(told)
    )


def line(*told: tuple[str, float], top: int = 100) -> Line:
    of_line = words(*told, top=top)
    return Line(of_line, Box(0, top, of_line[-1].box.x1, top + 20))


class Repeating:
    """Reads every row of a montage as told, the rows from the top; an empty one as nothing."""

    name = "repeating"
    version = "repeating 1"

    def __init__(self, *rows: str, sure: float = 0.9) -> None:
        self.rows, self.sure = rows, sure
        self.images: list[GrayImage] = []

    def recognise(
        self, image: GrayImage, *, dpi: float, segmentation: Segmentation = Segmentation.AUTO
    ) -> tuple[Line, ...]:
        self.images.append(image)
        pitch = (image.shape[0] - 24) / len(self.rows)
        lines = []
        for number, row in enumerate(self.rows):
            top = round(24 + pitch * number)
            found = tuple(
                Word(text, Box(24 + 30 * n, top, 50 + 30 * n, top + 10), self.sure)
                for n, text in enumerate(row.split())
            )
            if found:
                lines.append(Line(found, found[0].box))
        return tuple(lines)

    def close(self) -> None:
        pass


def page(size: tuple[int, int] = (600, 1000)) -> Shown:
    height, width = size
    grey = sheet(size=size)
    scan = Scan(grey, look_at(grey, dpi=150.0), 150.0)
    pose = Pose(width, height, width, height, 0, 0.0)
    return Shown(scan, pose, 0.8, "tesseract 5 Devanagari")


# Which words


@pytest.mark.parametrize(
    "text", ["1", "०४.०६.१९८८", "11-20/2014/1/9", "क्र./4521/स्था./2017", "I/n", "12/c", "l/c", "2nd"]
)
def test_what_holds_a_number_is_known(text: str) -> None:
    assert holds_number(text)


@pytest.mark.parametrize("text", ["दुःख", "है।", "I", "|", "Sir,", "and/or", "सचिव/अपर", "Rev/Estt"])
def test_what_holds_no_number_is_left_alone(text: str) -> None:
    assert not holds_number(text)


def test_a_number_in_several_words_is_one_span() -> None:
    (one, two) = numbers_in(
        [line(("एफ", 0.9), ("11-", 0.9), ("20/2014", 0.9), ("दि.", 0.9), ("4", 0.9))]
    )
    assert [word.text for word in one.words] == ["11-", "20/2014"]
    assert [word.text for word in two.words] == ["4"]
    assert one.first == 1


def test_the_script_of_a_number_chooses_its_reader() -> None:
    lines = [line(("2014", 0.9), ("और", 0.9), ("२०१४", 0.9), ("और", 0.9), ("12/अ-6", 0.9))]
    scripts = [span.script for span in numbers_in(lines)]
    assert scripts == [Script.LATIN, Script.DEVANAGARI, Script.DEVANAGARI]
    # A danda behind an ASCII number is a sign of both scripts.
    (only,) = numbers_in([line(("1988।", 0.9))])
    assert only.script is Script.LATIN


def test_a_piece_keeps_clear_of_the_words_beside_it() -> None:
    crowded = Line(
        (
            Word("दि", Box(0, 0, 98, 20), 0.9),
            Word("1988", Box(100, 0, 180, 20), 0.9),
            Word("को", Box(400, 0, 450, 20), 0.9),
        ),
        Box(0, 0, 450, 20),
    )
    (span,) = numbers_in([crowded])
    place = span.place((500, 300))
    assert 98 < place.x0 < 100
    assert place.x1 == 185
    assert place.y0 == 0
    assert place.y1 == 23


def test_only_the_least_sure_words_are_read_again_and_no_single_sign() -> None:
    many = [
        line(("अ", 0.1), (f"शब्द{chr(0x915 + n % 30)}", 0.5 - n / 1000), top=n * 30)
        for n in range(60)
    ]
    spans = unsure_in(many, below=0.7)
    assert len(spans) == MOST_UNSURE_WORDS
    assert spans[0].words[0].confidence == min(one.words[1].confidence for one in many)
    assert unsure_in(many, below=0.2) == []


# One image


def test_pieces_stand_in_a_column_and_find_their_place_on_the_page_again() -> None:
    places = [Box(100, 50, 200, 70), Box(300, 500, 360, 520)]
    pieces = [
        Piece(place, np.full((40, place.width * 2), n, np.uint8)) for n, place in enumerate(places)
    ]
    montage = stacked(pieces)
    assert montage.image.shape == (2 * 40 + 3 * 24, 200 + 2 * 24)
    for n, top in enumerate(montage.tops):
        assert (montage.image[top : top + 40, 24 : 24 + pieces[n].image.shape[1]] == n).all()
    second = Word("7", Box(24 + 20, montage.tops[1] + 10, 24 + 40, montage.tops[1] + 30), 0.9)
    found = montage.words_by_piece([Line((second,), second.box)])
    assert found[0] == []
    assert found[1][0].box == Box(310, 505, 320, 515)


def test_words_of_a_piece_come_from_left_to_right_whatever_line_they_were_read_in() -> None:
    montage = stacked([Piece(Box(0, 0, 100, 20), np.zeros((20, 100), np.uint8))])
    right, left = Word("2", Box(90, 30, 95, 40), 0.9), Word("1", Box(30, 20, 40, 40), 0.9)
    (found,) = montage.words_by_piece([Line((right,), right.box), Line((left,), left.box)])
    assert [word.text for word in found] == ["1", "2"]


# Two readings of a number


def test_the_same_digits_in_either_script_agree_and_are_surer() -> None:
    (merged,) = merged_number(words(("२०१४", 0.8)), words(("2014", 0.7)))
    assert merged.same
    assert merged.word.text == "२०१४"
    assert merged.word.confidence == pytest.approx(0.94)
    assert merged.word.alternative is None


def test_where_digits_differ_the_surer_reading_stands_and_both_are_kept() -> None:
    first, second = words(("26", 0.9)), words(("20", 0.97))
    (merged,) = merged_number(first, second)
    assert (merged.word.text, merged.word.alternative, merged.same) == ("20", "26", False)
    assert merged.word.box == first[0].box
    (merged,) = merged_number(words(("380/1", 0.9)), words(("380/41", 0.56)))
    assert (merged.word.text, merged.word.alternative) == ("380/1", "380/41")
    assert merged.word.confidence <= CONTESTED


def test_a_reading_that_is_no_number_never_takes_the_place_of_one() -> None:
    (merged,) = merged_number(words(("6", 0.4)), words(("lc69a", 0.9)))
    assert (merged.word.text, merged.word.alternative) == ("6", "lc69a")


def test_a_digit_that_moved_over_a_separator_is_no_agreement() -> None:
    assert digit_runs("772/2") != digit_runs("77/22")
    (merged,) = merged_number(words(("77/22", 0.9)), words(("772/2", 0.5)))
    assert not merged.same


@pytest.mark.parametrize(
    ("first", "second"), [("IX-4", "1X-4"), ("1st", "ist"), ("1.", "l."), ("10/n", "1O/n")]
)
def test_strokes_for_1_and_rings_for_0_are_one_writing(first: str, second: str) -> None:
    (merged,) = merged_number(words((first, 0.8)), words((second, 0.8)))
    assert merged.same
    assert merged.word.text == first


@pytest.mark.parametrize(
    ("first", "second"),
    [("12/A-27/2014", "12/C-27/2014"), ("2002/XXI-3", "2002/XXII-3"), ("१२/अ-६", "12/स-6")],
)
def test_letters_that_are_a_part_of_a_number_are_compared_like_its_digits(
    first: str, second: str
) -> None:
    (merged,) = merged_number(words((first, 0.9)), words((second, 0.8)))
    assert (merged.word.text, merged.word.alternative, merged.same) == (first, second, False)
    assert merged.word.confidence <= CONTESTED


@pytest.mark.parametrize(
    ("first", "second"),
    [("एफ-11", "F-11"), ("12/अ-6", "12/-6"), ("स्था/12", "xx/12"), ("5th/12", "5lh/12")],
)
def test_letters_that_a_reader_does_not_know_contradict_nothing(first: str, second: str) -> None:
    (merged,) = merged_number(words((first, 0.9)), words((second, 0.8)))
    assert merged.same


def test_spaces_and_table_rules_around_a_number_do_not_matter() -> None:
    merged = merged_number(
        words(("5,07,", 0.8), ("500", 0.9)), words(("|", 0.3), ("5,07,500|", 0.9))
    )
    assert all(each.same for each in merged)
    assert [each.word.text for each in merged] == ["5,07,", "500"]


def test_of_several_words_only_the_differing_one_is_doubted() -> None:
    merged = merged_number(
        words(("1544", 0.9), ("26,30,500", 0.9)), words(("1544", 0.9), ("26,36,500", 0.8))
    )
    assert [each.same for each in merged] == [True, False]


def test_a_number_read_in_another_count_of_words_is_taken_whole() -> None:
    first = words(("11-", 0.5), ("2/2014", 0.5))
    second = words(("11-20/2014", 0.95))
    (merged,) = merged_number(first, second)
    assert (merged.word.text, merged.word.alternative) == ("11-20/2014", "11- 2/2014")
    kept = merged_number(words(("11-", 0.97), ("2/2014", 0.97)), second)
    assert [each.word.alternative for each in kept] == ["11-20/2014", "11-20/2014"]
    assert all(each.word.confidence <= CONTESTED for each in kept)


def test_a_number_that_the_second_reader_did_not_see_is_doubted() -> None:
    (merged,) = merged_number(words(("9", 0.95)), ())
    assert (merged.word.text, merged.word.confidence, merged.same) == ("9", CONTESTED, False)


# Two readings of a word


def test_a_clearly_surer_reading_takes_the_place_of_an_unsure_word() -> None:
    merged = merged_word(words(("डूटी", 0.12))[0], words(("ड्यूटी", 0.93)))
    assert (merged.word.text, merged.word.alternative) == ("ड्यूटी", "डूटी")
    assert merged.word.confidence == 0.93


@pytest.mark.parametrize(("again", "sure"), [("प्राककलन", 0.72), ("ER", 0.99), ("", 0.0)])
def test_an_unsure_word_stays_without_a_better_one(again: str, sure: float) -> None:
    merged = merged_word(words(("प्राक्कलन", 0.68))[0], words((again, sure)) if again else ())
    assert merged.word == words(("प्राक्कलन", 0.68))[0]
    assert not merged.same


# The page


def test_numbers_are_read_again_in_one_call_and_the_rest_stays() -> None:
    latin = Repeating("11-20/2014", "1988")
    lines = (line(("एफ", 0.9), ("11-20/2014", 0.8)), line(("दि.", 0.9), ("1986", 0.6), top=300))
    again = read_again(page(), lines, SecondReaders(latin=latin))
    assert len(latin.images) == 1
    texts = [[word.text for word in one.words] for one in again.lines]
    assert texts == [["एफ", "11-20/2014"], ["दि.", "1988"]]
    assert again.lines[0].words[0] is lines[0].words[0]
    assert sorted(again.agreed.values()) == [False, True]
    assert again.lines[1].words[1].alternative == "1986"


def test_without_a_second_reader_the_very_lines_come_back() -> None:
    lines = (line(("1988", 0.2)),)
    again = read_again(page(), lines, NOBODY)
    assert again.lines[0].words[0] is lines[0].words[0]
    assert again.agreed == {}


def test_a_page_without_numbers_costs_no_second_reading() -> None:
    latin = Repeating("x")
    lines = (line(("शासन", 0.9)),)
    assert read_again(page(), lines, SecondReaders(latin, latin, latin)).lines == lines
    assert latin.images == []


def test_two_numbers_of_one_line_keep_their_places_when_one_falls_apart() -> None:
    latin = Repeating("11 26", "1988")
    lines = (line(("1120", 0.3), ("और", 0.9), ("1988", 0.9)),)
    again = read_again(page(), lines, SecondReaders(latin=latin))
    assert [word.text for word in again.lines[0].words] == ["11", "26", "और", "1988"]


class Unsure(ToldEngine):
    """Reads one word at low confidence, and at a higher one from a larger image."""

    def __init__(self, surer: float) -> None:
        super().__init__(self._read)
        self.surer = surer

    def _read(self, image: GrayImage) -> tuple[Line, ...]:
        larger = image.shape[1] > 1.2 * self.asked[0][0].shape[1]
        box = Box(10, 10, image.shape[1] - 10, image.shape[0] // 4)
        word = Word("बड़ा" if larger else "छोटा", box, self.surer if larger else 0.65)
        return (Line((word,), box),)


@pytest.mark.parametrize(("surer", "kept"), [(0.9, "बड़ा"), (0.4, "छोटा")])
def test_an_unsure_page_is_read_once_more_at_a_larger_scale_and_the_better_reading_stays(
    surer: float, kept: str
) -> None:
    image = made("order", 12).image
    nobody, asked = Unsure(surer), Unsure(surer)
    assert "छोटा" in read_page(image, dpi=DPI, engine=nobody).text.text
    options = ReadingOptions(second=SecondReaders(devanagari=asked))
    reading = read_page(image, dpi=DPI, engine=asked, options=options)
    assert kept in reading.text.text
    whole = [attempt for attempt in reading.attempts if attempt.region is None]
    assert [attempt.won for attempt in whole] == [kept == "छोटा", kept == "बड़ा"]
    assert whole[1].scale == pytest.approx(1.4 * whole[0].scale)


@pytest.fixture(scope="module")
def first() -> Iterator[TesserocrEngine]:
    engine = TesserocrEngine()
    yield engine
    engine.close()


def _numbers_right(pages: Sequence[MadePage], readings: Sequence[Reading]) -> int:
    """How many digit strings of the truth stand in the text of their page."""
    right = 0
    for made_page, reading in zip(pages, readings, strict=True):
        found = [run for word in reading.text.words for run in digit_runs(word.text)]
        for run in digit_runs(" / ".join(made_page.truth.text.split())):
            if run in found:
                found.remove(run)
                right += 1
    return right


@needs_models
@pytest.mark.parametrize("maker", [TesserocrEngine, PytesseractEngine])
def test_with_either_engine_a_second_reading_loses_no_number(
    maker: type[OcrEngine], first: TesserocrEngine
) -> None:
    make = lambda model: maker(language=model)  # type: ignore[call-arg] # noqa: E731
    second = SecondReaders(latin=make("eng"), devanagari=first, hindi=make("hin"))
    pages = [made("order", 12), made("note_sheet", 5, language="mixed")]
    once = [read_page(each.image, dpi=DPI, engine=first) for each in pages]
    options = ReadingOptions(second=second)
    twice = [read_page(each.image, dpi=DPI, engine=first, options=options) for each in pages]
    assert _numbers_right(pages, twice) >= _numbers_right(pages, once)
    read_twice = [
        word for reading in twice for word in reading.text.words if holds_number(word.text)
    ]
    trusted = [word for word in read_twice if word.alternative is None]
    assert len(trusted) > 0.8 * len(read_twice)
    again = read_page(pages[0].image, dpi=DPI, engine=first, options=options)
    assert again.text == twice[0].text, "the same page is read the same twice"
    second.close()
