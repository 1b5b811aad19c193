"""File numbers: every form, every slip, and everything that only looks like one."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from importlib.resources import files

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classify.doubts import Thresholds, needs_review
from classify.file import Declared, SeenPage, describe_file
from classify.proposals import DoubtCode, FieldName, Proposal
from classify.rulebook import Rules, load_rules
from tests.classify.typed import described, english_letter, letter, typed

BOOK = tomllib.loads((files("classify") / "rules/numbers.toml").read_text(encoding="utf-8"))
EXAMPLES = [
    (form["name"], *example) for form in BOOK["form"] for example in form.get("examples", [])
]
RULES = load_rules()
COVER = """मध्यप्रदेश शासन
सामान्य प्रशासन विभाग

नस्ती
नस्ती क्रमांक : एफ 11-20/2014/1/9
विषय : स्थानांतरण
अभिलेख वर्ग : ख
"""


@pytest.mark.parametrize(("form", "paper", "value", "key"), EXAMPLES)
def test_each_form_reads_its_own_examples(
    form: str, paper: str, value: str, key: str, rules: Rules
) -> None:
    found = described(paper, rules=rules).values[FieldName.FILE_NUMBER]
    assert (found.value, found.canonical) == (value, key)
    assert found.rule.startswith(f"{form}/")


@pytest.mark.parametrize("paper", BOOK["counter"]["examples"])
def test_what_only_looks_like_a_number_is_left_alone(paper: str, rules: Rules) -> None:
    assert FieldName.FILE_NUMBER not in described(paper, rules=rules).values


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("एफ 11-20/2014/1/9", "F11-20/2014/1/9"),
        ("क्रमांक एफ ११-२०/२०१४/१/९", "F11-20/2014/1/9"),
        ("F. No. 11-20/2014/1/9", "11-20/2014/1/9"),
        ("एफ क्रमांक 11-20/2014/1/9", "F11-20/2014/1/9"),
        ("f 011-20 / 2014 / 01 / 09", "F11-20/2014/1/9"),
        ("क्र./4521/स्था./2017", "4521/स्था/2017"),
        ("4521/स्था/2017", "4521/स्था/2017"),
        ("रा.प्र.क्र. 12/अ-6/2015-16", "12/A-6/2015-16"),
        ("12/A-6/2015-16", "12/A-6/2015-16"),
        ("a-21001(3)/5/2008/dfg", "A-21001(3)/5/2008/DFG"),
        ("", ""),
        ("क्रमांक", "क्रमांक"),
    ],
)
def test_all_writings_of_a_number_have_one_key(written: str, key: str, rules: Rules) -> None:
    assert rules.numbers.canonical(written) == key


ALPHABET = "0123456789०१२३४५६७८९एफअबसFfAlI|।!Oo/-:;.() क्रमांकNoXzst़\u200dः=–"


@given(st.text(alphabet=ALPHABET, max_size=60))
@settings(max_examples=400, deadline=None)
def test_the_key_of_a_key_is_the_key(text: str) -> None:
    key = RULES.numbers.canonical(text)
    assert RULES.numbers.canonical(key) == key


@pytest.mark.parametrize(
    "misread",
    [
        "क्रमांक एफ |1-20/2014/1/9",
        "क्रमांक एफ ।।-20/2014/।/9",
        "क्रमांक एफ l1-2O/2014/1/9",
        "क्रमांक एफ 11:20/2014/1/9",
        "क्रमांक एफ 11 - 20 / 2014 / 1 / 9",
        "क्रमांक एफ 11-20/20 14/1/9",
        "क्रमांक:- एफ. 11-20/2014/1/9",
        "क्रमांकः एफ-11-20/2014/1/9।",
        "कमांक एफ 11–20/2014/1/9",
        "क्रमांक एक 11-20/2014/1/9 भोपाल, दिनांक 12.03.2014",
        "फा. क्र. एफ 11-20/2014/1/9",
        "नस्ती क्रमांक- एफ 11-20/2014/1/9",
        "क्रमांक\nएफ 11-20/2014/1/9",
        "क्रमांक एफ 11-20/2014/\n1/9",
        "क्रमांक एफ 11-20/2014\n/1/9",
    ],
)
def test_reading_slips_and_broken_lines_leave_the_number_whole(misread: str, rules: Rules) -> None:
    found = described(misread, rules=rules).values[FieldName.FILE_NUMBER]
    assert found.canonical == "F11-20/2014/1/9"
    assert found.value == "एफ 11-20/2014/1/9"


@pytest.mark.parametrize(
    ("misread", "value"),
    [
        ("File No. H-15241(7)/58/1987IAdmn Dated 9.12.1987", "H-15241(7)/58/1987/Admn"),
        ("File No. H-15241(7)/58/1987lAdmn", "H-15241(7)/58/1987/Admn"),
        ("File No. H-15241(7)/58/1987|Admn", "H-15241(7)/58/1987/Admn"),
        ("नस्ती क्रमांक एफ 3-45/2010।सात/1", "एफ 3-45/2010/सात/1"),
        ("क्र./4521/स्था./2017।", "4521/स्था./2017"),
        ("नस्ती क्रमांक एफ ३-४५/२०१०।सात/१", "एफ ३-४५/२०१०/सात/१"),
        ("शासन का आदेश क्रमांक एफ 11-20/2014।श्री शर्मा को", "एफ 11-20/2014"),
        ("आदेश क्रमांक एफ 11-20/2014।उप-सचिव को", "एफ 11-20/2014"),
        ("No. GAD/1234/2015 I am directed", "GAD/1234/2015"),
    ],
)
def test_a_stroke_behind_the_year_is_a_slash_where_letters_follow(
    misread: str, value: str, rules: Rules
) -> None:
    assert described(misread, rules=rules).values[FieldName.FILE_NUMBER].value == value


@pytest.mark.parametrize("between", [":", "-", ".", ":-", "–", "ः"])
def test_a_badly_read_sign_behind_the_letter_f_takes_neither_it_nor_the_trust_away(
    between: str, rules: Rules
) -> None:
    def number(sure: float) -> Proposal:
        page = typed(f"क्रमांक एफ {between} 11-20/2014/1/9\n\nविषय : स्थानांतरण")
        first = page.lines[0]
        words = [replace(w, confidence=sure) if w.text == between else w for w in first.words]
        lines = (replace(first, words=tuple(words)), *page.lines[1:])
        found = describe_file([SeenPage(1, replace(page, lines=lines))], declared=None, rules=rules)
        return found.values[FieldName.FILE_NUMBER]

    assert number(sure=0.2).canonical == "F11-20/2014/1/9"
    assert number(sure=0.2).confidence == number(sure=0.95).confidence


def test_a_badly_read_sign_between_digits_costs_trust(rules: Rules) -> None:
    page = typed("क्रमांक एफ 11 - 20/2014/1/9")
    first = page.lines[0]
    words = [replace(w, confidence=0.2) if w.text == "-" else w for w in first.words]
    doubtful = replace(page, lines=(replace(first, words=tuple(words)),))
    clean, less = (
        describe_file([SeenPage(1, each)], declared=None, rules=rules) for each in (page, doubtful)
    )
    number = FieldName.FILE_NUMBER
    assert less.values[number].confidence < clean.values[number].confidence


@pytest.mark.parametrize(
    ("paper", "value"),
    [
        ("File No. F 37-32/16/ Bhopal, Dated the 23rd December, 2016\nXXII-1", "F 37-32/16/XXII-1"),
        ("क्रमांक एफ 12-54/1989/1/ भोपाल, दिनांक 18.12.1989\n1", "एफ 12-54/1989/1/1"),
        ("क्रमांक एफ १२-५४/१९८९/१/ भोपाल, दिनांक १८.१२.१९८९\n१", "एफ १२-५४/१९८९/१/१"),
    ],
)
def test_a_number_goes_on_beneath_where_place_and_date_stand_behind_its_slash(
    paper: str, value: str, rules: Rules
) -> None:
    assert described(paper, rules=rules).values[FieldName.FILE_NUMBER].value == value


def test_a_number_whose_rest_is_missing_is_never_sure_and_takes_no_word_for_it(
    rules: Rules,
) -> None:
    head = "मध्यप्रदेश शासन\nसामान्य प्रशासन विभाग\nमंत्रालय, भोपाल\n"
    whole, cut = (
        described(f"{head}क्रमांक एफ 12-54/1989/1{end} भोपाल, दिनांक 18.12.1989\nअधिसूचना", rules=rules)
        for end in ("/1", "/")
    )
    number = FieldName.FILE_NUMBER
    assert whole.values[number].value == "एफ 12-54/1989/1/1"
    assert cut.values[number].value == "एफ 12-54/1989/1"
    asked = {doubt.code for doubt in needs_review(cut, thresholds=Thresholds())}
    assert DoubtCode.FILE_NUMBER_UNSURE in asked
    assert cut.values[number].confidence < 0.7 < whole.values[number].confidence


def test_a_numeral_that_was_anywhere_read_with_a_stroke_more_is_never_sure(rules: Rules) -> None:
    own, longer = "5-23/1978/XXI-5", "5-23/1978/XXII-5"
    cover = f"Tribal Welfare Department\nFILE\nFile No. : F {own}\nSubject : Training\nClass : B"
    note = f"1/n\nNOTE SHEET\nTribal Welfare Department\nFile No. F {own}\nSub: Training"
    head = "GOVERNMENT OF MADHYA PRADESH\nTribal Welfare Department\n"

    def number(second_reading: str | None) -> Proposal:
        letter = typed(f"{head}Letter No. F {own} Bhopal, Dated 3.4.1978\nSub: Training")
        lines = [
            replace(
                line,
                words=tuple(
                    replace(word, alternative=second_reading) if word.text == own else word
                    for word in line.words
                ),
            )
            for line in letter.lines
        ]
        pages = (typed(cover), typed(note), replace(letter, lines=tuple(lines)))
        seen = [SeenPage(place, page) for place, page in enumerate(pages, start=1)]
        said = describe_file(seen, declared=None, rules=rules)
        return said.values[FieldName.FILE_NUMBER]

    assert number(None).confidence > 0.95
    assert number("5-23/1979/XXI-5").confidence > 0.95
    assert number(longer).canonical == "F5-23/1978/XXI-5"
    assert number(longer).confidence < 0.7


def test_a_case_head_that_readers_take_for_another_is_asked_about(rules: Rules) -> None:
    head = "कार्यालय कलेक्टर, जिला हरदा (म.प्र.)\n(राजस्व शाखा)\nनस्ती\nनस्ती क्रमांक : "
    sure, other = (
        described(f"{head}96/{case}-68/1981-82\nविषय : नियुक्ति", rules=rules).values[
            FieldName.FILE_NUMBER
        ]
        for case in ("ब", "स")
    )
    assert (other.canonical, other.others) == ("96/C-68/1981-82", ("96/A-68/1981-82",))
    assert other.confidence < 0.7 < sure.confidence


def test_a_slip_lowers_the_confidence(rules: Rules) -> None:
    clean = described("क्रमांक एफ 11-20/2014/1/9", rules=rules)
    slipped = described("क्रमांक एफ l1-2O/2014/1/9", rules=rules)
    number = FieldName.FILE_NUMBER
    assert slipped.values[number].confidence < clean.values[number].confidence


@pytest.mark.parametrize(
    ("text", "own"), [(letter(), "F11-20/2014/1/9"), (english_letter(), "F17-3/2001/XX-1")]
)
def test_a_letters_own_number_is_told_from_those_it_cites(
    text: str, own: str, rules: Rules
) -> None:
    found = described(text, rules=rules)
    assert found.values[FieldName.FILE_NUMBER].canonical == own
    assert found.values[FieldName.FILE_NUMBER].confidence > 0.6
    assert not found.doubts


def test_a_number_that_is_only_cited_is_never_sure(rules: Rules) -> None:
    text = "महोदय,\nशासन के पत्र क्रमांक एफ 9-1/2010/1/10 दिनांक 3.4.2010 के अनुसार कार्यवाही हो"
    found = described(text, rules=rules).values.get(FieldName.FILE_NUMBER)
    assert found is None or found.confidence < 0.3


def test_the_note_side_outvotes_letters_from_other_offices(rules: Rules) -> None:
    note = "1/n\nनोटशीट\nसामान्य प्रशासन विभाग\nनस्ती क्रमांक एफ 11-20/2014/1/9\nविषय:- स्थानांतरण"
    others = [letter(number=f"एफ {n}-4/2013/2/7", date=f"{n}.1.2014") for n in (4, 6)]
    found = described(note, *others, rules=rules).values[FieldName.FILE_NUMBER]
    assert (found.canonical, found.page) == ("F11-20/2014/1/9", 1)


def test_a_number_on_several_letters_against_the_note_sides_is_referred(rules: Rules) -> None:
    note = "1/n\nनोटशीट\nसामान्य प्रशासन विभाग\nनस्ती क्रमांक एफ 11-20/2014/1/9\nविषय:- स्थानांतरण"
    others = [letter(number="एफ 4-4/2013/2/7", date=f"{day}.1.2014") for day in (4, 6)]
    found = described(note, *others, rules=rules)
    asked = {doubt.code for doubt in needs_review(found, thresholds=Thresholds())}
    assert DoubtCode.FILE_NUMBER_UNSURE in asked


def test_pages_that_agree_make_surer_than_one(rules: Rules) -> None:
    once = described(letter(), rules=rules).values[FieldName.FILE_NUMBER]
    twice = described(letter(), letter(), rules=rules).values[FieldName.FILE_NUMBER]
    assert twice.confidence > once.confidence


def test_two_numbers_that_stand_equal_are_referred(rules: Rules) -> None:
    reference = "संदर्भ:- आपका पत्र क्रमांक एफ 3-5/2012/1/9 दिनांक 01.02.2012"
    letters = (letter(), letter(number="एफ 12-7/2013/1/9"))
    found = described(*(text.replace(reference, "") for text in letters), rules=rules)
    assert [doubt.code for doubt in found.doubts] == [DoubtCode.FILE_NUMBER_RIVAL]
    assert DoubtCode.FILE_NUMBER_UNSURE in {
        doubt.code for doubt in needs_review(found, thresholds=Thresholds())
    }


def test_the_evidence_points_at_the_words_themselves(rules: Rules) -> None:
    page = typed("मध्यप्रदेश शासन\nक्रमांक एफ l1-20/2014/1/9 भोपाल")
    found = describe_file([SeenPage(7, page)], declared=None, rules=rules)
    number = found.values[FieldName.FILE_NUMBER]
    first, last = page.lines[1].words[1].box, page.lines[1].words[2].box
    assert number.page == 7
    assert number.bbox == (first.x0, first.y0, last.x1, last.y1)
    assert number.verbatim == "एफ l1-20/2014/1/9"


def test_a_declared_number_wins_and_keeps_the_place_where_it_was_read(rules: Rules) -> None:
    declared = Declared(file_number="F 11-20/2014/1/9")
    found = described(letter(), rules=rules, declared=declared)
    number = found.values[FieldName.FILE_NUMBER]
    assert (number.value, number.rule, number.page) == ("F 11-20/2014/1/9", "batch.csv", 1)
    assert number.confidence > 0.98
    assert not found.doubts


def test_a_declared_number_that_the_paper_contradicts_is_referred(rules: Rules) -> None:
    found = described(letter(), rules=rules, declared=Declared(file_number="एफ 11-21/2014/1/9"))
    assert found.values[FieldName.FILE_NUMBER].value == "एफ 11-21/2014/1/9"
    (doubt,) = found.doubts
    assert doubt.code is DoubtCode.FILE_NUMBER_DISAGREES
    assert "एफ 11-20/2014/1/9" in doubt.reason
    assert "एफ 11-21/2014/1/9" in doubt.reason


def test_a_list_that_no_page_bears_out_gives_way_to_pages_that_agree(rules: Rules) -> None:
    note = "1/n\nनोटशीट\nसामान्य प्रशासन विभाग\nनस्ती क्रमांक एफ 11-20/2014/1/9\nविषय:- स्थानांतरण"
    declared = Declared(file_number="एफ 11-26/2014/1/9")
    found = described(COVER, note, letter(), letter(), rules=rules, declared=declared)
    number = found.values[FieldName.FILE_NUMBER]
    assert (number.canonical, number.page) == ("F11-20/2014/1/9", 1)
    assert [doubt.code for doubt in found.doubts] == [DoubtCode.FILE_NUMBER_DISAGREES]


def test_a_persons_number_stands_whatever_the_pages_say(rules: Rules) -> None:
    declared = Declared(file_number="एफ 11-26/2014/1/9", decided=frozenset({"file_number"}))
    found = described(COVER, letter(), letter(), rules=rules, declared=declared)
    number = found.values[FieldName.FILE_NUMBER]
    assert (number.canonical, number.confidence) == ("F11-26/2014/1/9", 1.0)


def test_the_numbers_that_a_file_only_cites_are_kept_as_references(rules: Rules) -> None:
    received = letter(number="एफ 4-4/2013/2/7", date="4.1.2014")
    found = described(COVER, letter(), received, rules=rules)
    cited = {one.canonical: (one.page, one.cited) for one in found.references}
    assert cited["F3-5/2012/1/9"] == (2, True)
    assert cited["F9-1/2010/1/10"][0] == 2
    assert cited["F4-4/2013/2/7"] == (3, False)
    assert "F11-20/2014/1/9" not in cited
    assert all(one.bbox and one.verbatim and one.rule for one in found.references)


def test_letters_that_cite_our_number_say_which_file_they_lie_in(rules: Rules) -> None:
    replies = [
        letter(number=f"एफ {n}-4/2013/2/{n}").replace("एफ 3-5/2012/1/9", "एफ 11-20/2014/1/9")
        for n in (5, 8)
    ]
    found = described(*replies, rules=rules).values[FieldName.FILE_NUMBER]
    assert found.canonical == "F11-20/2014/1/9"


def test_a_second_reading_that_other_pages_bear_out_wins(rules: Rules) -> None:
    pages = [typed("मध्यप्रदेश शासन\nक्रमांक एफ 11-20/2014/1/9 भोपाल"), typed(letter())]
    first = pages[0]
    misread = replace(first.lines[1].words[2], text="11-26/2014/1/9", alternative="11-20/2014/1/9")
    line = replace(first.lines[1], words=(*first.lines[1].words[:2], misread))
    pages[0] = replace(first, lines=(first.lines[0], line))
    seen = [SeenPage(place, page) for place, page in enumerate(pages, start=1)]
    found = describe_file(seen, declared=None, rules=rules).values[FieldName.FILE_NUMBER]
    assert found.canonical == "F11-20/2014/1/9"
