"""The findings on sides, kinds and handwriting as Markdown, for ``docs/accuracy.md``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import pairwise

from benchmarks.quality.tables import Table, markdown
from benchmarks.sides.judge import HARDLY, MOSTLY, Judged, PageTold, hand_counts, kinds_of, macro_f1
from benchmarks.sides.plan import SCANNERS, side_of_kind
from benchmarks.sides.reading import FileRead
from classify.proposals import Side

_SIDES = [str(side) for side in Side]
_STEPS = (0.0, 0.5, 0.7, 0.9, 0.98, 1.01)


def sections(found: Judged) -> dict[str, str]:
    """What stands between the markers that tell of sides, by marker."""
    return {
        "sides-summary": summary(found),
        "sides": markdown(side_table(found)),
        "sides-confusion": markdown(confusion_table(found.pages)),
        "sides-confidence": markdown(confidence_table(found.pages)),
        "sides-kinds": kind_lines(found.pages),
        "sides-handwriting": markdown(hand_table(found)),
        "sides-wrong": wrong_lines(found),
    }


def summary(found: Judged) -> str:
    """The figures that count, in a few lines."""
    pages = found.pages
    right = sum(page.right for page in pages)
    silent = sum(not page.right and not page.referred for page in pages)
    hits, false, missed, _ = hand_counts(pages)
    written = sum(not page.page.blank for page in pages)
    return "\n".join(
        [
            f"- Sides: {right}/{len(pages)} pages right ({right / len(pages):.1%}) in "
            f"{len(found.files)} undeclared files; {sum(p.referred for p in pages)} pages "
            f"referred, {silent} wrong without a person being asked.",
            f"- Kinds of page: macro-F1 {macro_f1(list(kinds_of(pages))):.3f}.",
            f"- Pages written by hand (made ones): {hits} of {hits + missed} told, "
            f"{false} others taken for such.",
            "- Processor time of all of `classify/`: "
            f"{1000 * found.cpu_s / max(1, written):.1f} ms a page.",
        ]
    )


def side_table(found: Judged) -> Table:
    """By scanner, paper and order of the file."""
    heads = (
        "files", "pages", "side right", "by itself", "without any word", "referred",
        "wrong, nobody asked",
    )  # fmt: skip
    groups: list[tuple[str, Callable[[FileRead], bool]]] = [("all", lambda _: True)]
    groups += [(f"{name} scans", _scanner(name)) for name in SCANNERS]
    papers = dict.fromkeys(file.plan.note_paper for file in found.files)
    groups += [(f"notes on {paper} paper", _paper(paper)) for paper in sorted(papers)]
    groups += [("notes without margin rule", lambda file: not _ruled(file))]
    orders = dict.fromkeys(file.plan.order for file in found.files)
    groups += [(order, _order(order)) for order in sorted(orders)]
    return heads, [_side_row(name, found.where(holds)) for name, holds in groups]


def confusion_table(pages: Sequence[PageTold]) -> Table:
    """True sides down, told sides across."""
    counts = Counter((side_of_kind(page.page.kind), page.side) for page in pages)
    rows = [[true, *(str(counts[true, told]) for told in _SIDES)] for true in _SIDES]
    return ("really \\ told", *_SIDES), rows


def confidence_table(pages: Sequence[PageTold]) -> Table:
    """Whether the probability of a side means what it says."""
    written = [page for page in pages if page.side != Side.BLANK]
    rows = []
    for low, high in pairwise(_STEPS):
        step = [page for page in written if low <= page.confidence < high]
        if step:
            sure = sum(page.confidence for page in step) / len(step)
            right = sum(page.right for page in step) / len(step)
            name = f"{low:.2f} to {min(high, 1.0):.2f}"
            rows.append((name, str(len(step)), f"{sure:.3f}", f"{right:.3f}"))
    return ("confidence", "pages", "mean", "right"), rows


def kind_lines(pages: Sequence[PageTold]) -> str:
    """Kinds of page that were told wrongly, by pairs, and the figure over all."""
    pairs = list(kinds_of(pages))
    true = Counter(one for one, _ in pairs)
    rows = []
    for kind in sorted(true):
        told = Counter(other for one, other in pairs if one == kind)
        others = ", ".join(f"{n} {name}" for name, n in told.most_common() if name != kind)
        rows.append((kind, str(true[kind]), str(told[kind]), others or "–"))
    table = markdown((("kind", "pages", "told", "told otherwise"), rows))
    return f"Macro-F1 {macro_f1(pairs):.3f} over kinds that have a name.\n\n{table}"


def hand_table(found: Judged) -> Table:
    """Handwriting by scanner: pages by hand told, others taken for such."""
    heads = (
        "scans", "by hand", "told", "recall", "precision", "typed", "taken for handwriting",
        "in between", "of them referred",
    )  # fmt: skip
    rows = []
    for name in ("all", *SCANNERS):
        pages = found.where(_scanner(name)) if name != "all" else list(found.pages)
        hits, false, missed, left = hand_counts(pages)
        between = [page for page in pages if HARDLY < page.hand_share < MOSTLY]
        rows.append(
            (
                name,
                str(hits + missed),
                str(hits),
                f"{hits / max(1, hits + missed):.1%}",
                f"{hits / max(1, hits + false):.1%}",
                str(false + left),
                str(false),
                str(len(between)),
                str(sum(page.by_hand for page in between)),
            )
        )
    return heads, rows


def wrong_lines(found: Judged) -> str:
    """Every page that was told a wrong side."""
    lines = []
    for page in found.pages:
        if page.right:
            continue
        plan = found.files[page.file].plan
        asked = "referred" if page.referred else "nobody asked"
        by = ", ".join(page.evidence) or "–"
        lines.append(
            f"- file {plan.seed} ({plan.scanner}, {plan.order}, notes on {plan.note_paper}): "
            f"{page.page.kind} told as {page.side} ({page.confidence:.2f}, {asked}; {by})"
        )
    return "\n".join(lines) or "None."


def _side_row(name: str, pages: Sequence[PageTold]) -> Sequence[str]:
    count = max(1, len(pages))
    alone = sum(page.alone == side_of_kind(page.page.kind) for page in pages)
    unworded = sum(page.unworded == side_of_kind(page.page.kind) for page in pages)
    return (
        name,
        str(len(pages)),
        f"{sum(page.right for page in pages) / count:.1%}",
        f"{alone / count:.1%}",
        f"{unworded / count:.1%}",
        str(sum(page.referred for page in pages)),
        str(sum(not page.right and not page.referred for page in pages)),
    )


def _scanner(name: str) -> Callable[[FileRead], bool]:
    return lambda file: file.plan.scanner == name


def _paper(name: str) -> Callable[[FileRead], bool]:
    return lambda file: file.plan.note_paper == name


def _order(name: str) -> Callable[[FileRead], bool]:
    return lambda file: file.plan.order == name


def _ruled(file: FileRead) -> bool:
    return any(page.options.ruled for page in file.plan.pages if page.side == "noting")
