"""``python -m benchmarks.care``: are identity numbers and deeds found on worn scans, as read?

Sheets with identity numbers among other long numbers, and deeds of the kinds that may never be
destroyed among papers that only speak of such deeds, are printed in the typefaces for judging,
worn, scanned and read by the program's own readers. All numbers and names are made up.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.readers import begin
from benchmarks.scans import ageing
from benchmarks.scans.options import JUDGING_FACES, Ageing, Paper
from benchmarks.scans.sheet import Sheet, Style
from benchmarks.scans.truth import Box
from benchmarks.scans.typefaces import face_named
from classify.identity import has_check_digit, identity_numbers_on
from classify.rulebook import Rules, load_rules
from classify.side_signs import PaperLook
from classify.view import look_at
from ocr.page import PageText
from ocr.reading import read_page

SEED = 20261126
DPI = 200
MOST_SKEW_DEG = 2.0
_DEVANAGARI = str.maketrans("0123456789", "०१२३४५६७८९")
_WEARS = (Ageing.OFFICE, Ageing.OFFICE, Ageing.HARD)
_IDENTITY = (
    "आधार क्रमांक {fours}", "आधार नंबर : {fours}", "Aadhaar No. {fours}", "UID {plain}",
    "आधार कार्ड क्र. {plain}", "{fours}", "आधार संख्या {hindi}",
)  # fmt: skip
_OTHERS = (
    "बैंक खाता क्रमांक {plain}", "मोबाइल नंबर 98{ten}", "चालान क्रमांक {fours}", "Account No. {plain}",
    "राशि रुपये {ten}.00", "उपभोक्ता क्रमांक {plain}",
)  # fmt: skip
_DEEDS = {
    "will": ("वसीयतनामा", "मैं वसीयतकर्ता अपनी मृत्यु के पश्चात अपनी समस्त संपत्ति अपने पुत्र को देता हूं।"),
    "sale_deed": ("विक्रय पत्र", "यह विक्रय पत्र विक्रेता द्वारा क्रेता के पक्ष में निष्पादित किया गया।"),
    "power_of_attorney": ("मुख्तारनामा आम", "मैं अपनी ओर से निम्न व्यक्ति को मुख्तार आम नियुक्त करता हूं।"),
    "gift_deed": ("GIFT DEED", "This deed of gift is made between the donor and the donee below."),
    "lease": ("पट्टा विलेख", "पट्टाकर्ता एवं पट्टागृहीता के मध्य यह पट्टा विलेख लिखा गया।"),
}
_ONLY_ABOUT = (
    "विषय:- वसीयत के संबंध में तहसीलदार का प्रतिवेदन", "विषय:- विक्रय पत्र की प्रति प्रदान करने बाबत्",
    "विषय:- पट्टा निरस्त करने के विरुद्ध शिकायत",
)  # fmt: skip
_FILLER = (
    "आवेदक ग्राम पिपरिया तहसील विजयराघवगढ़ जिला कटनी का निवासी है।",
    "प्रस्तुत दस्तावेजों का परीक्षण कर नियमानुसार कार्यवाही की जावे।",
    "उपरोक्त जानकारी अभिलेख के अनुसार सत्य एवं पूर्ण है।",
)


@dataclass(frozen=True)
class Made:
    """One sheet as scanned: where its identity numbers stand, which deed it is, if any."""

    image: NDArray[np.uint8]
    identity: tuple[Box, ...]
    deed: str | None
    wear: Ageing


def main(arguments: Sequence[str] | None = None) -> int:
    """Make, read, count, print; returns the exit code."""
    asked = _parser().parse_args(arguments)
    reader, rules, counts = begin(), load_rules(), Counter[str]()
    for number in range(asked.pages):
        made = sheet(np.random.default_rng((SEED, number)), number)
        text = read_page(made.image, dpi=DPI, engine=reader.engine, options=reader.options).text
        counts.update(outcomes(made, text, rules))
    for name, found in sorted(counts.items()):
        print(f"{name:34} {found:5}")
    return 0


def sheet(rng: np.random.Generator, number: int) -> Made:
    """Every third sheet is a deed, the others bear two identity numbers among other ones."""
    page = Sheet(DPI)
    face = JUDGING_FACES[number % len(JUDGING_FACES)]
    style = Style(face_named(face), float(rng.choice([11.5, 12.5, 14.0])), pitch=1.7)
    deed: str | None = None
    identity: tuple[Box, ...] = ()
    if number % 3 == 2:
        deed = str(rng.choice(list(_DEEDS)))
        title, words = _DEEDS[deed]
        page.line(title, style, "centre")
        page.paragraph(words, style)
    else:
        page.line(str(rng.choice(_ONLY_ABOUT)), style)
        identity = tuple(_numbered(page, style, rng))
    for line in _FILLER:
        page.paragraph(line, style)
    wear = _WEARS[int(rng.integers(len(_WEARS)))]
    skew = float(rng.uniform(-MOST_SKEW_DEG, MOST_SKEW_DEG)) / 2
    seeds = ((SEED, number, 1), (SEED, number, 2))
    scan = ageing.Scan(DPI, Paper.CREAM, ageing.WEAR[wear], skew, *seeds)
    return Made(ageing.age(page.pixels(), None, scan), identity, deed, wear)


def _numbered(page: Sheet, style: Style, rng: np.random.Generator) -> Iterator[Box]:
    """Two identity numbers and two others, in any order; yields where the former stand."""
    forms = [(str(form), True) for form in rng.choice(_IDENTITY, 2, replace=False)]
    forms += [(str(form), False) for form in rng.choice(_OTHERS, 2, replace=False)]
    for place in rng.permutation(len(forms)):
        form, is_identity = forms[place]
        plain = identity_number(rng)
        fours = f"{plain[:4]} {plain[4:8]} {plain[8:]}"
        page.line(
            form.format(
                plain=plain, fours=fours, hindi=fours.translate(_DEVANAGARI), ten=plain[:8]
            ),
            style,
        )
        if is_identity:
            yield page.lines[-1].box
        page.paragraph(str(rng.choice(_FILLER)), style)


def identity_number(rng: np.random.Generator) -> str:
    """Twelve digits with a check digit, as nobody's number."""
    first = str(rng.integers(2, 10)) + "".join(map(str, rng.integers(0, 10, 10)))
    return next(first + last for last in "0123456789" if has_check_digit(first + last))


def outcomes(made: Made, text: PageText, rules: Rules) -> Iterator[str]:
    """What was found and missed on one sheet, by name."""
    seen = [one.bbox for one in identity_numbers_on(text, rules.keeping.identity)]
    middles = [((y0 + y1) / 2) for _, y0, _, y1 in seen]
    right = 0
    for box in made.identity:
        # A sheet that lay askew was levelled: the number stands within a line of its place.
        near = box.y1 - box.y0
        found = any(box.y0 - near < middle < box.y1 + near for middle in middles)
        right += found
        yield f"identity number {'found' if found else 'missed'} ({made.wear.value})"
    for _ in range(max(0, len(seen) - right)):
        yield "other number flagged"
    view = look_at(1, text, PaperLook(None, False, text.appearance), rules)
    kinds = {one.kind.code for one in view.kept}
    if made.deed:
        yield f"deed {'found' if made.deed in kinds else 'missed'} ({made.wear.value})"
    elif kinds:
        yield "paper about a deed taken for one"
    for _ in kinds - {made.deed}:
        yield "another kind told"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.care",
        description="Identity numbers and deeds on worn scans, really read.",
    )
    parser.add_argument("--pages", type=int, default=60, help="how many sheets")
    return parser


if __name__ == "__main__":
    sys.exit(main())
