"""Dates: every writing, both scripts, and the days that do not exist."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classify.dates import full_year
from classify.file import Declared, SeenPage, describe_file
from classify.file_dates import year_of
from classify.proposals import FieldName
from classify.reading import fold
from classify.rulebook import Rules, load_rules
from tests.classify.typed import described, english_letter, letter, typed

RULES = load_rules()
MONTH_NAMES = "जनवरी फरवरी मार्च अप्रैल मई जून जुलाई अगस्त सितम्बर अक्टूबर नवम्बर दिसम्बर"
MONTHS = MONTH_NAMES.split()


def read(text: str, rules: Rules) -> list[str]:
    return [str(found.resolved(None)) for found in rules.dates.find(fold(text))]


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("दिनांक 04.06.1988", "1988-06-04"),
        ("दि. 4/6/88", "1988-06-04"),
        ("०४-०६-१९८८", "1988-06-04"),
        ("दिनाँक ४/६/८८", "1988-06-04"),
        ("दिनांकः 4 . 6 . 1988", "1988-06-04"),
        ("दिनांक:-4/6/1988", "1988-06-04"),
        ("Dated-4/6/1988", "1988-06-04"),
        ("दिनांक 12 मार्च, 1998", "1998-03-12"),
        ("१२ मार्च १९९८", "1998-03-12"),
        ("दिनांक 5 अक्टबर, 2003।", "2003-10-05"),
        ("भोपाल, दिनांक 1 सितंबर 1976", "1976-09-01"),
        ("Dated 12th March 1998", "1998-03-12"),
        ("Dated the 2nd Oct, 2001", "2001-10-02"),
        ("Date: 04/06/1988", "1988-06-04"),
        ("March 12, 1998", "1998-03-12"),
        ("12-March-98", "1998-03-12"),
        ("दिनांक l2.O3.20।4", "2014-03-12"),
        ("दिनांक |2/03/2014", "2014-03-12"),
        ("दिनांक 29.02.2016", "2016-02-29"),
    ],
)
def test_a_date_is_read_day_month_year(written: str, iso: str, rules: Rules) -> None:
    assert read(written, rules) == [iso]


@pytest.mark.parametrize(
    "text",
    [
        "दिनांक 31.02.1998",
        "दिनांक 29.02.2015",
        "दिनांक 12.13.1998",
        "दिनांक 00.01.1998",
        "दिनांक 12.03.1849",
        "दिनांक    /03/2014",
        "एफ 11-20/2014/1/9",
        "A-21001(3)/5/2008/DFG",
        "एफ 6-12/5/2014",
        "क्रमांक-12/5/2014",
        "रुपये 12,500/-",
        "वर्ष 1998-99",
        "0755-2551234",
        "12 कर्मचारी 1998",
        "धारा 4.2",
    ],
)
def test_what_is_no_day_in_the_calendar_is_no_date(text: str, rules: Rules) -> None:
    assert read(text, rules) == []


@given(st.dates(dt.date(1850, 1, 1), dt.date(2099, 12, 31)), st.sampled_from("./-"))
def test_every_day_is_read_back_in_figures_and_words(day: dt.date, sign: str) -> None:
    figures = f"{day.day:02d}{sign}{day.month:02d}{sign}{day.year}"
    words = f"दिनांक {day.day} {MONTHS[day.month - 1]}, {day.year}"
    assert read(figures, RULES) == read(words, RULES) == [day.isoformat()]


@pytest.mark.parametrize(
    ("digits", "context", "year"),
    [
        (88, None, 1988),
        (30, None, 1930),
        (29, None, 2029),
        (5, 1905, 1905),
        (98, 2001, 1998),
        (2, 1999, 2002),
    ],
)
def test_two_digits_of_a_year_go_by_context_then_by_the_pivot(
    digits: int, context: int | None, year: int
) -> None:
    assert full_year(digits, context) == year


def test_the_year_in_the_number_is_the_context(rules: Rules) -> None:
    text = letter(number="एफ 11-20/1912/1/9", date="4/6/12")
    assert described(text, rules=rules).values[FieldName.DATE].value == "1912-06-04"


@pytest.mark.parametrize(
    ("key", "year"),
    [
        ("F11-20/2014/1/9", 2014),
        ("12/A-6/2015-16", 2015),
        ("F1-2/88", None),
        ("1998/2014", None),
        (None, None),
    ],
)
def test_a_key_with_one_year_gives_it(key: str | None, year: int | None) -> None:
    assert year_of(key) == year


@pytest.mark.parametrize(
    ("text", "iso"), [(letter(), "2014-03-12"), (english_letter(), "2001-03-12")]
)
def test_a_letters_own_date_is_told_from_those_it_cites(text: str, iso: str, rules: Rules) -> None:
    found = described(text, rules=rules).values[FieldName.DATE]
    assert found.value == iso
    assert found.confidence > 0.8


def test_a_files_date_is_that_of_the_first_letter_with_its_number(rules: Rules) -> None:
    note = "1/n\nनोटशीट\nनस्ती क्रमांक एफ 11-20/2014/1/9\nविषय:- स्थानांतरण\n\nटीप\n\n05.01.2014"
    received = letter(number="एफ 3-4/2013/2/7", date="10.02.2014")
    own, later = letter(), letter(date="20.04.2014")
    found = described(note, received, own, later, rules=rules).values[FieldName.DATE]
    assert (found.value, found.page) == ("2014-03-12", 3)


def test_a_clearer_later_letter_does_not_date_the_file(rules: Rules) -> None:
    pages = [
        SeenPage(1, typed(letter(), confidence=0.8)),
        SeenPage(2, typed(letter(date="20.04.2014"), confidence=1.0)),
    ]
    found = describe_file(pages, declared=None, rules=rules).values[FieldName.DATE]
    assert (found.value, found.page) == ("2014-03-12", 1)


def test_one_misread_digit_does_not_cost_the_principal_letter_its_date(rules: Rules) -> None:
    note = "1/n\nनोटशीट\nनस्ती क्रमांक एफ 11-20/2014/1/9\nविषय:- स्थानांतरण"
    misread, later = letter(number="एफ 11-20/2014/1/91"), letter(date="20.04.2014")
    found = described(note, misread, later, rules=rules).values[FieldName.DATE]
    assert (found.value, found.page) == ("2014-03-12", 2)


def test_an_inward_stamp_does_not_date_the_letter(rules: Rules) -> None:
    stamped = "आवक क्रमांक 4344\nदिनांक 20.03.2014\n" + letter()
    found = described(stamped, rules=rules).values[FieldName.DATE]
    assert found.value == "2014-03-12"


def test_a_date_far_from_the_year_of_the_number_is_doubted(rules: Rules) -> None:
    near = described(letter(date="12.03.2014"), rules=rules).values[FieldName.DATE]
    far = described(letter(date="12.03.1974"), rules=rules).values[FieldName.DATE]
    assert far.confidence < 0.7 * near.confidence


def test_two_digits_go_by_the_full_dates_of_the_file_where_the_number_has_no_year(
    rules: Rules,
) -> None:
    text = "कार्यालय कलेक्टर, जिला कटनी\nदिनांक 4/6/12\nविषय:- नामांतरण"
    old = "कार्यालय कलेक्टर, जिला कटनी\nदिनांक 12.5.1912\nविषय:- नामांतरण"
    assert described(text, rules=rules).values[FieldName.DATE].value == "2012-06-04"
    assert described(text, old, rules=rules).values[FieldName.DATE].value == "1912-06-04"


def test_a_file_of_nothing_but_notes_has_the_date_of_the_first(rules: Rules) -> None:
    note = (
        "1/n\nनोटशीट\nनस्ती क्रमांक एफ 11-20/2014/1/9\nविषय:- स्थानांतरण\n\n"
        "पत्र क्रमांक एफ 3-1/2013/1/9 दिनांक 02.01.2014 प्राप्त हुआ।\nअनुभाग अधिकारी\n05.02.2014\n\n"
        "अनुमोदित।\nउप सचिव\n09.02.2014"
    )
    found = described(note, rules=rules).values[FieldName.DATE]
    assert (found.value, found.page) == ("2014-02-05", 1)


def test_a_misread_day_at_the_head_gives_way_to_places_that_agree(rules: Rules) -> None:
    cover = "नस्ती\nनस्ती क्रमांक : एफ 11-20/2014/1/9\nप्रारंभ : दिनांक 12.03.2014\nअभिलेख वर्ग : ख"
    misread = letter(date="12.08.2014", number="एफ 11-20/2014/1/9").replace(
        "पृष्ठांकन क्रमांक एफ 11-20/2014/1/9 भोपाल, दिनांक 12.08.2014",
        "पृष्ठांकन क्रमांक एफ 11-20/2014/1/9 भोपाल, दिनांक 12.03.2014",
    )
    found = described(cover, misread, rules=rules).values[FieldName.DATE]
    assert found.value == "2014-03-12"


def test_two_digits_go_by_the_register_where_nothing_in_the_file_sets_their_century(
    rules: Rules,
) -> None:
    text = letter(number="4521/स्था./28", date="4/6/28").replace("2012", "12")
    said = described(text, rules=rules, declared=Declared(opened_year=1928))
    assert said.values[FieldName.DATE].value == "1928-06-04"
    assert described(text, rules=rules).values[FieldName.DATE].value == "2028-06-04"
    own = letter(number="एफ 11-20/1912/1/9", date="4/6/12")
    said = described(own, rules=rules, declared=Declared(opened_year=2011))
    assert said.values[FieldName.DATE].value == "1912-06-04"
