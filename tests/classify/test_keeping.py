"""How long files are kept, and which documents are never destroyed."""

from __future__ import annotations

from pathlib import Path

import pytest

from classify.file import Declared
from classify.rulebook import Rules, load_rules
from tests.classify.typed import LETTER, described

SALE = """
विक्रय पत्र

यह विक्रय पत्र आज दिनांक 04.06.1988 को ग्राम पिपरिया तहसील कटनी में
विक्रेता रामलाल पिता मोहनलाल निवासी खितौली द्वारा
क्रेता गीता बाई पति सुरेश के पक्ष में निष्पादित किया गया।
"""
WILL = """
GOVERNMENT STAMP PAPER

LAST WILL AND TESTAMENT

I, Ram Prasad, hereby revoke all former wills and declare this to be my
last will and testament made on 12th March 1998.
"""
ATTORNEY = """
मुख्तारनामा आम

मैं रामलाल अपने पुत्र मोहन को अपना मुख्तार आम नियुक्त
करता हूं।
"""


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("क", "क"),
        ("ख", "ख"),
        ("'ग'", "ग"),
        ("A", "क"),
        ("Class B", "ख"),
        ("Category-C", "ग"),
        ("c5", "ग"),
        ("C-3 years", "ग"),
        ("ग-५ वर्ष", "ग"),
        ("अभिलेख वर्ग - ख", "ख"),
        ("श्रेणी: क", "क"),
        ("5 वर्ष", "ग"),
        ("स्थायी", "क"),
        ("PERMANENT", "क"),
        ("A - Keep and Microfilm", "क"),
        ("", None),
        ("D", None),
        ("Rack 7", None),
        ("क ख", None),
    ],
)
def test_a_retention_class_is_known_however_a_list_writes_it(
    written: str, code: str | None, rules: Rules
) -> None:
    meant = rules.keeping.classes.meant_by(written)
    assert (meant.code if meant else None) == code


def test_only_the_first_class_is_never_destroyed(rules: Rules) -> None:
    classes = [rules.keeping.classes.meant_by(code) for code in "कखग"]
    assert [(one.latin, one.destroyed) for one in classes if one] == [
        ("A", False),
        ("B", True),
        ("C", True),
    ]


@pytest.mark.parametrize(
    ("text", "kind", "rule"),
    [
        (SALE, "sale_deed", "title"),
        (SALE.replace("विक्रय पत्र\n\n", "विकय पत्र\n\n", 1), "sale_deed", "title"),
        (SALE.split("\n\n", 1)[1], "sale_deed", "wording"),
        (WILL, "will", "title"),
        (ATTORNEY, "power_of_attorney", "title"),
        ("\nसेवा पुस्तिका\n\nनाम श्री रामलाल\nपदनाम पटवारी", "service_book", "title"),
        ("\nPROMISSORY NOTE\n\nOn demand I promise to pay", "negotiable_instrument", "title"),
    ],
)
def test_a_document_that_is_never_destroyed_is_told_with_its_place(
    text: str, kind: str, rule: str, rules: Rules
) -> None:
    (found,) = described(LETTER, text, rules=rules).never_destroyed
    assert (found.kind.code, found.rule, found.page, found.pages) == (kind, rule, 2, (2,))
    assert found.bbox is not None
    assert found.confidence >= 0.5


@pytest.mark.parametrize(
    "text",
    [
        LETTER,
        LETTER + "\nसंलग्न -\n1. विक्रय पत्र\n2. खसरा",
        "\nप्रतिवेदन\n\nआवेदक ने विक्रय पत्र दिनांक 04.06.1988 की प्रति प्रस्तुत की।\nक्रेता उपस्थित।",
        "\nBill\n\nVoucher No. 12 will be passed for payment",
        "\nआवेदन\n\nमुझे सेवा पुस्तिका की प्रति दी जाए।",
        "\nआदेश\n\nवसीयत के आधार पर नामांतरण स्वीकृत किया जाता है।",
    ],
)
def test_a_page_that_only_speaks_of_such_a_document_is_none(text: str, rules: Rules) -> None:
    assert described(text, rules=rules).never_destroyed == ()


def test_several_pages_of_one_deed_are_one_finding(rules: Rules) -> None:
    found = described(SALE, LETTER, SALE, WILL, rules=rules).never_destroyed
    assert {one.kind.code: one.pages for one in found} == {"sale_deed": (1, 3), "will": (4,)}


def test_a_subject_tells_what_the_file_is_but_not_what_it_is_about(rules: Rules) -> None:
    def kinds(subject: str) -> list[tuple[str, int | None]]:
        said = described("", rules=rules, declared=Declared(subject=subject))
        return [(one.kind.code, one.page) for one in said.never_destroyed]

    assert kinds("सेवा पुस्तिका श्री रामलाल पटवारी") == [("service_book", None)]
    assert kinds("सेवा पुस्तिका के सत्यापन के संबंध में") == []
    assert kinds("नामांतरण वसीयत के आधार पर") == []


def test_an_office_adds_kinds_and_classes_without_code(tmp_path: Path) -> None:
    (tmp_path / "keeping.toml").write_text(
        '[[kind]]\ncode = "sanad"\nhindi = "सनद"\nenglish = "sanad"\ntitle = ["सनद"]\nphrase = []\n'
        'subject = []\n[[class]]\ncode = "ख"\nlatin = "B"\ndestroyed = false\nwritings = ["ख"]\n',
        encoding="utf-8",
    )
    rules = load_rules(own=tmp_path)
    (found,) = described("\nसनद\n\nमहाराजा द्वारा प्रदत्त", rules=rules).never_destroyed
    assert found.kind.hindi == "सनद"
    kept = rules.keeping.classes.meant_by("ख")
    assert kept is not None
    assert not kept.destroyed
