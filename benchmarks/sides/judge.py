"""What the product says of undeclared files against what they are."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks.sides.plan import side_of_kind
from benchmarks.sides.reading import FileRead, PageRead
from benchmarks.sides.truth import as_seen, true_hand_share, with_share
from classify.doubts import Thresholds
from classify.file import describe_file
from classify.proposals import Side
from classify.rulebook import Rules, load_rules
from classify.side_chain import alone, sides_of_file
from classify.side_signs import PaperLook, SideSigns
from classify.view import look_at
from ocr.handwriting import weighed
from ocr.page import PageText

KINDS = {"hand_note": "note_sheet", "cover": "file_cover", "hand_letter": "application"}
"""What a page of the scan maker is called by ``classify/rules/kinds.toml``, if not the same."""
NO_KIND = ("annexure", "blank", "separator")
UNSURE_KINDS = ("marked_letter",)  # the maker draws which kind of letter was written on
WORDED = frozenset(
    {
        "noting_words", "correspondence_words", "cover_words", "separator_words", "noting_number",
        "correspondence_number", "dated_notes",
    }
)  # fmt: skip
"""Signs that need words that were read."""
MOSTLY, HARDLY = 0.7, 0.3
"""Pages whose true share of handwriting lies between are neither one nor the other."""


@dataclass(frozen=True)
class PageTold:
    """One page: what it is and what was said of it.

    Attributes:
        file: number of its file.
        page: as it was read.
        alone: the side it was told by itself.
        unworded: the side it was told in its file, had no word been read anywhere in it.
        side, confidence: the side it was told in its file, and how sure that is.
        evidence: by which signs.
        kind: the kind of document it was told to be, or None.
        by_hand: whether it was told to be mostly handwriting.
        hand_share: the share of handwriting that really is there.
    """

    file: int
    page: PageRead
    alone: str
    unworded: str
    side: str
    confidence: float
    evidence: tuple[str, ...]
    kind: str | None
    by_hand: bool
    hand_share: float

    @property
    def right(self) -> bool:
        """Whether it was told its side."""
        return self.side == side_of_kind(self.page.kind)

    @property
    def referred(self) -> bool:
        """Whether a person is asked about its side."""
        limit = Thresholds().sides
        return limit is not None and self.confidence < limit


@dataclass(frozen=True)
class Judged:
    """All pages of all files, and what telling them cost.

    Attributes:
        files: as they were read.
        pages: in their order.
        cpu_s: processor time of all of ``classify`` for them.
    """

    files: tuple[FileRead, ...]
    pages: tuple[PageTold, ...]
    cpu_s: float

    def where(self, holds: Callable[[FileRead], bool]) -> list[PageTold]:
        """The pages of the files of which something holds."""
        return [page for page in self.pages if holds(self.files[page.file])]


def judged(files: Sequence[FileRead]) -> Judged:
    """Describe every file as the product does."""
    rules = load_rules()
    pages: list[PageTold] = []
    spent = 0.0
    for number, file in enumerate(files):
        texts = [_as_weighed(page) for page in file.pages]
        written = [place for place, page in enumerate(file.pages) if not page.blank]
        seen = as_seen(file, texts)
        began = time.process_time()
        found = describe_file([seen[place] for place in written], declared=None, rules=rules)
        spent += time.process_time() - began
        views = [_look(texts[place], rules) for place in written]
        by_looks = sides_of_file([_unworded(signs) for signs in views], rules.side_weights)
        looks = dict(zip(written, zip(views, by_looks, strict=True), strict=True))
        told = dict(zip(written, zip(found.sides, found.kinds, strict=True), strict=True))
        for place, (page, text) in enumerate(zip(file.pages, texts, strict=True)):
            if place not in told:
                pages.append(_blank(number, page))
                continue
            side, kind = told[place]
            pages.append(
                PageTold(
                    file=number,
                    page=page,
                    alone=str(alone(looks[place][0], rules.side_weights).side),
                    unworded=str(looks[place][1].side),
                    side=str(side.side),
                    confidence=side.confidence,
                    evidence=side.evidence,
                    kind=kind.kind,
                    by_hand=text.appearance is not None and text.appearance.by_hand,
                    hand_share=true_hand_share(page),
                )
            )
    return Judged(tuple(files), tuple(pages), spent)


def hand_counts(pages: Sequence[PageTold]) -> tuple[int, int, int, int]:
    """Of clear pages: rightly told by hand, wrongly told, missed, rightly left alone."""
    clear = [page for page in pages if not HARDLY < page.hand_share < MOSTLY]
    told = [page.by_hand for page in clear]
    true = [page.hand_share >= MOSTLY for page in clear]
    pairs = list(zip(told, true, strict=True))
    return (
        pairs.count((True, True)),
        pairs.count((True, False)),
        pairs.count((False, True)),
        pairs.count((False, False)),
    )


def kinds_of(pages: Sequence[PageTold]) -> Iterator[tuple[str, str]]:
    """The true kind and the told one of every page whose kind is known; ``none`` is one, too."""
    for page in pages:
        if page.page.blank or page.page.kind in UNSURE_KINDS or page.page.side == Side.BLANK:
            continue
        kind = page.page.kind
        true = "none" if kind in NO_KIND else KINDS.get(kind, kind)
        yield true, page.kind or "none"


def macro_f1(pairs: Sequence[tuple[str, str]]) -> float:
    """Mean of the F1 of every true kind but ``none``."""
    kinds = sorted({true for true, _ in pairs} - {"none"})
    scores = []
    for kind in kinds:
        hits = pairs.count((kind, kind))
        told = sum(other == kind for _, other in pairs)
        true = sum(one == kind for one, _ in pairs)
        scores.append(2 * hits / (told + true) if told + true else 0.0)
    return sum(scores) / max(1, len(scores))


def _as_weighed(page: PageRead) -> PageText:
    """The page's text with the share of handwriting by the table in force."""
    hand = weighed(page.line_boxes, page.line_signs, page.line_ink)
    return with_share(page, hand.share)


def _look(text: PageText, rules: Rules) -> SideSigns:
    return look_at(1, text, PaperLook(None, False, text.appearance), rules).signs


def _unworded(signs: SideSigns) -> SideSigns:
    """The signs of the page's layout and paper alone."""
    kept = {name: value for name, value in signs.figures.items() if name not in WORDED}
    return replace(signs, figures=kept, number=None, serial=None)


def _blank(number: int, page: PageRead) -> PageTold:
    blank = str(Side.BLANK)
    return PageTold(number, page, blank, blank, blank, 1.0, (), None, False, 0.0)
