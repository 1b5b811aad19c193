"""Which e-file a file is: what must be linked, what must be left to a person."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classify.efile import EFile, Match, Matched, Register, Wanted, Why
from classify.efile_match import match
from classify.number_neighbours import Nearness, nearness, neighbours, writings, year_of
from classify.register_words import number_words, plain, words_of
from classify.rulebook import load_rules

RULES = load_rules()
DIGITS = "०१२३४५६७८९"
SUBJECT = "ग्राम पिपरिया की शासकीय भूमि पर अतिक्रमण हटाने बाबत्"
OTHER = "स्टेनोग्राफर संवर्ग की वरिष्ठता सूची का प्रकाशन"
COUNTS = {
    "ग्राम": 40_000,
    "पिपरिय": 60,
    "शासकिय": 9_000,
    "भुमि": 20_000,
    "अतिक्रमण": 8_000,
    "हटाने": 8_000,
}
REGISTER = Register(100_000, {plain(word): n for word, n in COUNTS.items()})


def _efile(number: str, subject: str = SUBJECT, key: str = "F11-20/2014/1/9", **more: str) -> EFile:
    return EFile(number, key, key, subject, **more)


def _match(wanted: Wanted, *efiles: EFile) -> Matched:
    return match(wanted, efiles, REGISTER, RULES.register)


def _read(
    key: str = "F11-20/2014/1/9", *, subject: str | None = SUBJECT, sure: float = 0.9
) -> Wanted:
    return Wanted(key=key, number_sure=sure, subject=subject)


def test_the_same_number_and_subject_is_an_exact_match() -> None:
    found = _match(_read(), _efile("7"))
    assert (found.match, found.efile) == (Match.EXACT, _efile("7"))
    assert found.ranked[0].why == (Why.NUMBER_SAME, Why.SUBJECT_SAME)


def test_one_digit_off_with_a_rare_subject_and_its_department_is_probable() -> None:
    wanted = Wanted(key="F17-20/2014/1/9", number_sure=0.9, subject=SUBJECT, department="REVENUE")
    found = _match(wanted, _efile("7", department="REVENUE"))
    assert found.match is Match.PROBABLE
    assert found.efile is not None


def test_one_digit_off_is_not_believed_against_department_and_year_together() -> None:
    read = Wanted(
        key="F17-20/2014/1/9", number_sure=0.9, subject=SUBJECT, department="HOME", year=2014
    )
    other = EFile("7", "", "F11-20/2014/1/9", SUBJECT, department="REVENUE", opened=1999)
    found = _match(read, other)
    assert found.match is Match.AMBIGUOUS
    assert {Why.DEPARTMENT_DIFFERS, Why.YEAR_DIFFERS} <= set(found.ranked[0].why)
    later = EFile("7", "", "F11-20/2014/1/9", SUBJECT, department="HOME", opened=1999)
    assert _match(read, later).match is Match.PROBABLE


def test_the_number_of_a_second_reading_is_believed_where_the_subject_agrees() -> None:
    read = Wanted(key="12/C-27/2014", number_sure=0.4, subject=SUBJECT, others=("12/XA-27/2014",))
    found = _match(read, _efile("7", key="12/XA-27/2014"))
    assert (found.match, found.ranked[0].why[0]) == (Match.PROBABLE, Why.NUMBER_OTHERWISE)
    without = replace(read, subject=None, department="HOME", year=2014)
    known = EFile("7", "", "12/XA-27/2014", department="HOME", opened=2014)
    found = _match(without, known)
    assert (found.match, found.efile) == (Match.AMBIGUOUS, None)


def test_where_both_readings_stand_in_the_register_the_subject_decides() -> None:
    read = Wanted(key="12/C-27/2014", number_sure=0.4, others=("12/A-27/2014",))
    both = (_efile("7", key="12/A-27/2014"), _efile("8", OTHER, "12/C-27/2014"))
    assert _match(read, *both).match is Match.AMBIGUOUS
    assert _match(replace(read, subject=SUBJECT), *both).efile == both[0]


def test_one_digit_off_without_a_subject_is_left_to_a_person() -> None:
    found = _match(_read("F17-20/2014/1/9", subject=None), _efile("7"))
    assert found.match is not Match.PROBABLE
    assert found.efile is None


def test_one_digit_off_with_a_subject_that_thousands_share_is_left_to_a_person() -> None:
    common = "ग्राम की भूमि"
    found = _match(_read("F17-20/2014/1/9", subject=common), _efile("7", common))
    assert found.efile is None


def test_a_look_alike_number_of_another_matter_does_not_win_over_the_right_one() -> None:
    right, look_alike = _efile("7"), _efile("8", OTHER, "F17-20/2014/1/9")
    found = _match(_read("F17-20/2014/1/9"), right, look_alike)
    assert found.efile != look_alike
    assert {one.efile.computer_number for one in found.ranked} == {"7", "8"}


def test_two_efiles_with_one_number_and_one_subject_are_ambiguous() -> None:
    found = _match(_read(), _efile("7"), _efile("8"))
    assert (found.match, found.efile) == (Match.AMBIGUOUS, None)
    assert [round(one.score, 2) for one in found.ranked] == [0.5, 0.5]


def test_of_two_efiles_with_one_number_the_one_with_the_subject_is_taken() -> None:
    found = _match(_read(), _efile("7"), _efile("8", OTHER))
    assert found.efile == _efile("7")


def test_the_same_number_with_quite_another_subject_is_not_taken_on_faith() -> None:
    assert _match(_read(sure=0.7, subject=OTHER), _efile("7")).match is not Match.EXACT


def test_a_computer_number_from_the_list_is_an_exact_match() -> None:
    found = _match(Wanted(computer_number="7"), _efile("7"))
    assert found.match is Match.EXACT


def test_a_computer_number_that_the_file_number_contradicts_is_ambiguous() -> None:
    wanted = Wanted("7", "F2-7/1989/1/9", 0.9, subject=OTHER)
    found = _match(wanted, _efile("7"), _efile("8", OTHER, "F2-7/1989/1/9"))
    assert (found.match, found.efile) == (Match.AMBIGUOUS, None)


def test_a_file_without_number_and_subject_matches_nothing() -> None:
    assert _match(Wanted(), _efile("7")).match is not Match.EXACT
    assert _match(Wanted()).match is Match.NONE


@pytest.mark.parametrize(
    ("read", "kept", "near"),
    [
        ("F11-20/2014/1/9", "F11-20/2014/1/9", Nearness.SAME),
        ("11-20/2014/1/9", "F11-20/2014/1/9", Nearness.SAME),
        ("F2-7/89/1/9", "F2-7/1989/1/9", Nearness.SAME),
        ("F17-20/2014/1/9", "F11-20/2014/1/9", Nearness.ONE_CONFUSED),
        ("F1-20/2014/1/9", "F11-20/2014/1/9", Nearness.ONE_CONFUSED),
        ("F11-02/2014/1/9", "F11-20/2014/1/9", Nearness.ONE_LOST),
        ("F11-2/2014/1/9", "F11-20/2014/1/9", Nearness.ONE_LOST),
        ("F15-20/2014/1/9", "F11-20/2014/1/9", Nearness.ONE_EDIT),
        ("F11-205/2014/1/9", "F11-20/2014/1/9", Nearness.ONE_EDIT),
        ("12/A-6/2015-16", "12/A-27/2015-16", Nearness.TWO_EDITS),
        ("12/A-6/2015-16", "12/A-6/2016-17", Nearness.TWO_EDITS),
        ("F11-20/2014/1/9", "4521/स्था/2017", Nearness.FAR),
    ],
)
def test_how_near_two_numbers_are(read: str, kept: str, near: Nearness) -> None:
    assert nearness(read, kept, RULES.register.confusions) is near


def test_neighbours_hold_every_number_one_digit_away() -> None:
    near = set(neighbours("4521/स्था/2017", RULES.register.confusions))
    for other in (
        "4522/स्था/2017",
        "452/स्था/2017",
        "45211/स्था/2017",
        "5421/स्था/2017",
        "4521/स्था/2011",
    ):
        assert other in near
    assert "4521/स्था/2017" not in near


@settings(max_examples=200)
@given(st.text(alphabet="0123456789F/-()ABअस्था ", max_size=60))
def test_neighbours_are_bounded_and_really_near(key: str) -> None:
    near = neighbours(key, RULES.register.confusions)
    assert len(near) <= 3_000
    assert key not in near


NUMBERS = st.one_of(
    st.builds(
        "एफ {}-{}/{}/{}/{}".format,
        *[st.integers(1, n) for n in (40, 999)],
        st.integers(1950, 2024),
        st.integers(1, 9),
        st.integers(1, 40),
    ),
    st.builds("क्र./{}/स्था./{}".format, st.integers(1, 9999), st.integers(1950, 2024)),
    st.builds("{}/अ-{}/{}-16".format, st.integers(1, 900), st.integers(1, 121), st.just(2015)),
    st.builds(
        "A-{}({})/{}/{}/DFG".format,
        st.integers(11001, 49999),
        st.integers(1, 9),
        st.integers(1, 60),
        st.integers(1950, 2024),
    ),
)


@settings(max_examples=150)
@given(NUMBERS, st.sampled_from(["", "क्रमांक ", "No. ", "फा.क्र. "]), st.booleans(), st.booleans())
def test_one_number_has_one_key_however_it_is_written(
    number: str, label: str, hindi_digits: bool, spaced: bool
) -> None:
    key = RULES.numbers.canonical(number)
    written = number.replace("/", " / ").replace("-", " - ") if spaced else number
    if hindi_digits:
        written = "".join(DIGITS[int(s)] if s.isdigit() else s for s in written)
    if label == "No. " and not number[0].isascii():
        label = ""
    again = RULES.numbers.canonical(label + written)
    assert again == key
    assert RULES.numbers.canonical(again) == again
    assert key in writings(key)
    assert year_of(key) is not None


def test_words_have_one_spelling_and_leave_out_what_says_nothing() -> None:
    assert plain("खण्डवा") == plain("खंडवा")
    assert plain("भूमि") == plain("भुमी")
    stop = RULES.register.stop_words
    assert words_of(["ग्राम की भूमि के संबंध में"], stop) == words_of(["ग्राम भूमि"], stop)
    assert list(number_words("4521/स्था/2017")) == ["4521", "स्था", "2017"]
    assert plain("Leave—Sanction!") == "leave sanction"


def test_the_same_number_with_quite_another_subject_is_shown_with_what_speaks_against_it() -> None:
    found = _match(_read(sure=0.97, subject=OTHER), _efile("7"))
    assert (found.match, found.efile) == (Match.AMBIGUOUS, None)
    assert found.ranked[0].why == (Why.NUMBER_SAME, Why.SUBJECT_DIFFERS)


def test_a_number_that_somebody_typed_needs_no_subject() -> None:
    found = _match(Wanted(key="F11-20/2014/1/9", declared=True), _efile("7"))
    assert found.match is Match.EXACT
