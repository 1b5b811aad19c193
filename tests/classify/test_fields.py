"""Subject, department, kind of document, side of each page."""

from __future__ import annotations

import csv
import io
import tomllib
from importlib.resources import files

import pytest

from classify.departments import declared_code
from classify.doubts import Thresholds, needs_review
from classify.file import Declared, SeenPage, describe_file
from classify.proposals import REASONS, Doubt, DoubtCode, FieldName, Side
from classify.rulebook import Rules
from classify.subjects import clean_subject
from lang import use
from tests.classify.typed import described, english_letter, letter, typed

FOLDER = files("classify") / "rules"


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((FOLDER / name).read_text(encoding="utf-8"))))


# --- subject --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "subject"),
    [
        ("विषय:- स्थानांतरण के संबंध में।", "स्थानांतरण के संबंध में"),
        ("विषयः- सड़क निर्माण की स्वीकृति।", "सड़क निर्माण की स्वीकृति"),
        ("विषय :\nसड़क निर्माण की स्वीकृति", "सड़क निर्माण की स्वीकृति"),
        ("विषय:-अनुकंपा नियुक्ति", "अनुकंपा नियुक्ति"),
        ("Sub: Repair of the tank at Rithi.\nSir,", "Repair of the tank at Rithi"),
        (
            "Subject:- Transfer of\nGovernment servants\nRef: Your letter",
            "Transfer of Government servants",
        ),
        ("विषय:- नामांतरण प्रकरणों के\nनिराकरण बाबत।\nमहोदय,", "नामांतरण प्रकरणों के निराकरण बाबत"),
        ("विषय:- नामांतरण बाबत\nउपरोक्त विषय में लेख है", "नामांतरण बाबत"),
        ("विषय:- पेंशन प्रकरण\n\n\nउपरोक्त विषय में लेख है", "पेंशन प्रकरण"),
        ("विषय : पेंशन प्रकरण\nदिनांक 12.3.2014", "पेंशन प्रकरण"),
        ("विषय:- पिछड़ा\nवर्ग के छात्रावास", "पिछड़ा वर्ग के छात्रावास"),
        ("Sub Divisional Officer\n3.8.1991\n\nSub: Repair of a culvert", "Repair of a culvert"),
        ("विषय:- | पेंशन ' प्रकरण ।", "पेंशन प्रकरण"),
        ("Sub: Admini-\nstrative approval", "Administrative approval"),
    ],
)
def test_a_subject_goes_from_its_label_to_the_next_part(
    written: str, subject: str, rules: Rules
) -> None:
    assert described(written, rules=rules).values[FieldName.SUBJECT].value == subject


@pytest.mark.parametrize(
    "text", ["उपरोक्त विषय में लेख है", "विषयान्तर्गत लेख है", "Subjects of study", "विषय:-", ""]
)
def test_the_word_subject_in_running_text_is_no_label(text: str, rules: Rules) -> None:
    assert FieldName.SUBJECT not in described(text, rules=rules).values


def test_cleaning_a_clean_subject_changes_nothing() -> None:
    once = clean_subject("| विषय - सड़क & पुल निर्माण ।")
    assert clean_subject(once) == once == "विषय - सड़क & पुल निर्माण"


def test_a_subject_keeps_the_nuktas_of_the_paper(rules: Rules) -> None:
    found = described("विषय:- सड़क पर वाहनों की आवाजाही।", rules=rules)
    assert found.values[FieldName.SUBJECT].value == "सड़क पर वाहनों की आवाजाही"


def test_the_clearest_of_agreeing_subjects_is_shown(rules: Rules) -> None:
    blurred = SeenPage(
        1, typed(letter(subject="शासकीय सेवको के स्थानातरण के प्रकरणों में कार्यवाही।"), confidence=0.6)
    )
    clear = SeenPage(2, typed(letter()))
    found = describe_file([blurred, clear], declared=None, rules=rules).values[FieldName.SUBJECT]
    assert (found.value, found.page) == ("शासकीय सेवकों के स्थानांतरण के प्रकरणों में कार्यवाही", 2)


# --- department -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        name
        for row in table("departments.csv")
        for name in (row["hindi"], row["english"], *row["aliases"].split("|"))
        if len(name) > 8
    ],
)
def test_every_department_is_found_under_each_of_its_names(name: str, rules: Rules) -> None:
    text = f"मध्यप्रदेश शासन\n{name}\nमंत्रालय, भोपाल"
    found = described(text, rules=rules).values[FieldName.DEPARTMENT]
    codes = {
        row["code"]
        for row in table("departments.csv")
        if name in (row["hindi"], row["english"], *row["aliases"].split("|"))
    }
    assert found.value == name
    assert found.canonical in codes


def test_no_name_stands_for_two_departments() -> None:
    seen: dict[str, str] = {}
    for row in table("departments.csv") + table("districts.csv"):
        for name in (row["hindi"], row["english"], *row["aliases"].split("|")):
            assert not name or seen.setdefault(name, row["code"]) == row["code"], name


def test_the_gazetteer_holds_all_55_districts() -> None:
    assert len({row["code"] for row in table("districts.csv")}) == 55


@pytest.mark.parametrize("row", table("districts.csv"), ids=lambda row: row["code"])
def test_every_collectors_office_is_found(row: dict[str, str], rules: Rules) -> None:
    hindi = described(f"कार्यालय कलेक्टर, जिला {row['hindi']} (म.प्र.)", rules=rules)
    english = described(f"OFFICE OF THE COLLECTOR\nDistrict {row['english']} (M.P.)", rules=rules)
    found, also = hindi.values[FieldName.DEPARTMENT], english.values[FieldName.DEPARTMENT]
    assert found.canonical == also.canonical == f"COLLECTOR/{row['code']}"
    assert found.value == f"कार्यालय कलेक्टर, जिला {row['hindi']}"
    assert also.value == f"Office of the Collector, {row['english']}"


@pytest.mark.parametrize(
    ("misread", "code"),
    [
        ("सामान्य प्रशासन विभाम", "GAD"),
        ("सामान्य प्रसासन विभाग", "GAD"),
        ("वित विभाग", "FINANCE"),
        ("Genera1 Administration Department", "GAD"),
        ("मध्यप्रदेश शासन, लोक निर्माण विभाग, मंत्रालय", "PWD"),
        ("पंचायत एवं ग्रामीण\nविकास विभाग", "PANCHAYAT"),
    ],
)
def test_a_misread_letterhead_still_names_its_department(
    misread: str, code: str, rules: Rules
) -> None:
    assert described(misread, rules=rules).values[FieldName.DEPARTMENT].canonical == code


def test_an_addressee_is_not_the_sender(rules: Rules) -> None:
    text = "कार्यालय कलेक्टर, जिला कटनी\n\nप्रति,\n    प्रमुख सचिव,\n    वित्त विभाग\n\nविषय:- बजट आवंटन"
    found = described(text, rules=rules).values[FieldName.DEPARTMENT]
    assert found.canonical == "COLLECTOR/KATNI"


@pytest.mark.parametrize(
    "text", ["विभाग", "कार्यालय", "जिला कटनी", "उक्त विभाग की टीप देखें", "अबक विभाग"]
)
def test_a_word_of_a_name_is_not_a_department(text: str, rules: Rules) -> None:
    assert FieldName.DEPARTMENT not in described(text, rules=rules).values


def test_the_letterhead_outweighs_the_department_of_a_countersignature(rules: Rules) -> None:
    text = letter() + "\n" * 3 + "उप सचिव\nवित्त विभाग"
    found = described(text, rules=rules).values[FieldName.DEPARTMENT]
    assert found.canonical == "GAD"
    assert found.confidence > 0.7


def test_a_declared_department_gets_its_code(rules: Rules) -> None:
    assert declared_code("general administration department", rules.gazetteer) == "GAD"
    assert declared_code("Department of Mysteries", rules.gazetteer) is None


# --- kinds and sides ------------------------------------------------------------------

KINDS = tomllib.loads((FOLDER / "kinds.toml").read_text(encoding="utf-8"))["kind"]
TITLES = [
    (kind["code"], title)
    for kind in KINDS
    for title in kind["title"]
    if title not in ("Order", "File", "Cover")
]


@pytest.mark.parametrize(("kind", "title"), TITLES)
def test_a_title_tells_the_kind_of_document(kind: str, title: str, rules: Rules) -> None:
    text = f"मध्यप्रदेश शासन\n\n// {title} //\n\nराज्य शासन द्वारा यह व्यक्त किया जाता है कि कार्य किया जावे"
    found = described(text, rules=rules)
    assert found.values[FieldName.DOCUMENT_TYPE].value == kind
    assert found.kinds[0].kind == kind


@pytest.mark.parametrize("text", [letter(), english_letter()])
def test_a_letter_is_known_by_its_parts(text: str, rules: Rules) -> None:
    found = described(text, rules=rules)
    assert found.values[FieldName.DOCUMENT_TYPE].value == "letter"
    assert found.sides[0].side is Side.CORRESPONDENCE
    assert found.sides[0].confidence > 0.9


def test_a_circular_with_all_the_parts_of_a_letter_is_a_circular(rules: Rules) -> None:
    text = letter().replace("प्रति,", "परिपत्र\n\nप्रति,")
    assert described(text, rules=rules).values[FieldName.DOCUMENT_TYPE].value == "circular"


@pytest.mark.parametrize(
    ("text", "side"),
    [
        ("2/n\nआदेशार्थ प्रस्तुत है", Side.NOTING),
        ("नोटशीट\nनस्ती क्रमांक एफ 1-2/2010/1/9", Side.NOTING),
        ("NOTE SHEET\nSubmitted for orders please", Side.NOTING),
        ("देखा\n\n12.3.2014\n\nचर्चा करें\n\n14.3.2014", Side.NOTING),
        ("14/c\nविवरण तालिका", Side.CORRESPONDENCE),
        ("परिशिष्ट-1\nविवरण", Side.CORRESPONDENCE),
        ("नस्ती\n\nअभिलेख वर्ग : ख\nविषय : स्थानांतरण", Side.COVER),
        ("FILE COVER\nFile No. : F 1-2/2010/XX-1", Side.COVER),
        ("विभाजक पत्रक", Side.SEPARATOR),
    ],
)
def test_words_tell_the_side(text: str, side: Side, rules: Rules) -> None:
    (found,) = described(text, rules=rules).sides
    assert found.side is side
    assert found.confidence >= 0.5


def test_a_declared_side_wins_over_any_words(rules: Rules) -> None:
    (found,) = described(letter(), rules=rules, sides=["noting"]).sides
    assert (found.side, found.confidence, found.rule) == (Side.NOTING, 1.0, "declared")


def test_a_page_that_tells_nothing_goes_with_its_neighbours(rules: Rules) -> None:
    note, plain = "1/n\nनोटशीट\nआदेशार्थ प्रस्तुत", "यथोचित"
    inside = described(note, plain, note, letter(), rules=rules).sides[1]
    between = described(note, plain, letter(), rules=rules).sides[1]
    alone = described(plain, rules=rules).sides[0]
    assert (inside.side, inside.rule) == (Side.NOTING, "neighbours")
    limit = Thresholds().sides
    assert limit is not None
    assert max(between.confidence, alone.confidence) < limit


def test_a_weak_sign_is_believed_when_the_neighbours_agree(rules: Rules) -> None:
    note, weak = "1/n\nनोटशीट", "कृपया अवलोकनार्थ"
    alone = described(weak, rules=rules).sides[0]
    inside = described(note, weak, note, rules=rules).sides[1]
    limit = Thresholds().sides
    assert limit is not None
    assert inside.side is Side.NOTING
    assert alone.confidence < limit < inside.confidence


def test_a_bill_without_letterhead_is_correspondence_by_its_title(rules: Rules) -> None:
    (found,) = described("आकस्मिक व्यय देयक\n\n1 डाक टिकट 5,00,500", rules=rules).sides
    assert found.side is Side.CORRESPONDENCE
    assert found.confidence > 0.8


def test_a_blank_page_is_blank_whatever_was_read_on_it(rules: Rules) -> None:
    page = SeenPage(1, typed("८ .  ।"), blank=True)
    (found,) = describe_file([page], declared=None, rules=rules).sides
    assert found.side is Side.BLANK


# --- doubts ---------------------------------------------------------------------------


def test_a_file_without_pages_misses_everything(rules: Rules) -> None:
    found = describe_file([], declared=None, rules=rules)
    assert (found.sides, found.kinds) == ((), ())
    assert {doubt.code.value for doubt in found.doubts} == {f"{name}_missing" for name in FieldName}


def test_a_clear_letter_needs_no_person(rules: Rules) -> None:
    assert needs_review(described(letter(), rules=rules), thresholds=Thresholds()) == ()


def test_a_faint_letter_is_referred_field_by_field(rules: Rules) -> None:
    page = SeenPage(1, typed(letter(), confidence=0.3))
    found = describe_file([page], declared=None, rules=rules)
    codes = {doubt.code for doubt in needs_review(found, thresholds=Thresholds())}
    assert {DoubtCode.FILE_NUMBER_UNSURE, DoubtCode.SUBJECT_UNSURE} <= codes


def test_nobody_is_asked_about_a_waived_field(rules: Rules) -> None:
    found = described("यथोचित", rules=rules)
    waived = Thresholds(None, None, None, None, None, None)
    assert needs_review(found, thresholds=waived) == ()


def test_everything_declared_leaves_only_the_sides_in_doubt(rules: Rules) -> None:
    declared = Declared("एफ 1-2/2010/1/9", "स्थानांतरण", "वित्त विभाग", "2010-01-02", "letter")
    found = described("यथोचित", rules=rules, declared=declared)
    (doubt,) = needs_review(found, thresholds=Thresholds())
    assert doubt.code is DoubtCode.SIDES_UNSURE
    assert found.values[FieldName.DEPARTMENT].canonical == "FINANCE"


def test_every_doubt_has_a_sentence_for_people() -> None:
    use("en")
    facts = dict.fromkeys(["value", "rival", "page", "declared", "pages", "side"], "7")
    assert set(REASONS) == set(DoubtCode)
    for code in DoubtCode:
        assert Doubt(code, facts).reason.endswith(".")
    use(None)
