"""The findings as Markdown tables, and where they stand in the document."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TypeAlias

from benchmarks.quality.file_marks import FIELDS, sum_field
from benchmarks.quality.findings import Findings, by_confidence, by_kind, sums
from benchmarks.quality.page_marks import PageMark, PageSum, sum_of, worst
from benchmarks.quality.real import RealMark, RealScans, by_collection
from errors import WrongUsage
from ocr.page_score import TextCount
from ocr.scoring import Recall

WORST_PAGES = 10
_FIELD_NAMES = {
    "file_number": "file number",
    "date": "date",
    "subject": "subject",
    "department": "department",
    "document_type": "kind of document",
}

Table: TypeAlias = tuple[Sequence[str], Sequence[Sequence[str]]]


def made_sections(found: Findings) -> dict[str, str]:
    """What stands between the markers that tell of made scans, by marker."""
    return {
        "made-summary": made_summary(found),
        "conditions": conditions(found),
        "made-text": markdown(text_table(found)),
        "made-setting": markdown(setting_table(found)),
        "made-kinds": markdown(kind_table(found)),
        "made-files": markdown(field_table(found)),
        "made-review": review_lines(found),
        "made-worst": markdown(worst_table(found)),
        "confidence": markdown(confidence_table(found)),
    }


def real_sections(real: RealScans) -> dict[str, str]:
    """What stands between the markers that tell of real scans, by marker."""
    return {
        "real-summary": real_summary(real),
        "real-collections": markdown(collection_table(real)),
        "real-pages": markdown(real_table(real)),
    }


def put_into(document: str, sections: dict[str, str]) -> str:
    """The document with new text between ``<!-- NAME -->`` and ``<!-- /NAME -->``.

    Raises:
        errors.WrongUsage: a marker is not in the document.
    """
    for name, text in sections.items():
        begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
        pattern = re.compile(f"{re.escape(begin)}.*?{re.escape(end)}", re.S)
        if not pattern.search(document):
            raise WrongUsage(
                "The document has no place for {name}.",
                kept="The document is as it was.",
                todo="Put these two lines where the table belongs: {begin} {end}",
                name=name,
                begin=begin,
                end=end,
            )
        filled = f"{begin}\n{text}\n{end}"
        document = pattern.sub(lambda _, filled=filled: filled, document)  # type: ignore[misc]
    return document


def markdown(table: Table) -> str:
    """A Markdown table; columns of figures to the right."""
    heads, rows = table
    columns = zip(*rows, strict=True) if rows else ([] for _ in heads)
    rule = ["---:" if all(map(_is_figure, cells)) else "---" for cells in columns]
    lines = [list(heads), rule, *map(list, rows)]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in lines
    )


def made_summary(found: Findings) -> str:
    """The made scans in a few sentences."""
    parts = sums(found.boxes)
    texts = "; ".join(
        f"box *{name}* {_percent(total.text.any_order.rate)} wrong characters, of which "
        f"{_percent(total.text.invented_rate)} were invented out of strokes that are no print"
        for name, total in parts.items()
        if name != "all"
    )
    total, number = parts["all"], sum_field("file_number", found.files)
    return "\n".join(
        [
            f"- Made office scans: {texts}.",
            f"- {_of(total.turns)} pages with text were set upright, {_of(total.blanks)} empty "
            f"sheets seen as empty, {total.blanks_taken.words - total.blanks_taken.found} others "
            f"taken for empty, {_of(Recall(total.text.lines_lost, total.text.lines))} lines lost.",
            f"- {_of(number.right)} file numbers right, "
            f"{number.wrong_and_sure} wrong without a person being asked.",
        ]
    )


def real_summary(real: RealScans) -> str:
    """The real scans in a few sentences."""
    total = by_collection(real.marks)["all"]
    ours, plain = total.ours, total.plain
    kept = Recall(sum(mark.deposited for mark in real.marks), len(real.marks))
    with_pdf = Recall(sum(mark.has_pdf for mark in real.marks), len(real.marks))
    pages = len(real.marks)
    plain_s = sum(mark.plain_cpu_s for mark in real.marks) / pages
    return "\n".join(
        [
            f"- {total.pages} real scans of old and new print with a known text: "
            f"{_percent(ours.any_order.rate)} wrong characters, plain Tesseract on the same images "
            f"{_percent(plain.any_order.rate)}; with the order of lines counted "
            f"{_percent(ours.in_order.rate)} against {_percent(plain.in_order.rate)}.",
            f"- {_of(kept)} real scans deposited, {_of(with_pdf)} with a finished PDF; "
            f"{real.cpu_s / pages:.1f} s of processor time a page for everything, plain "
            f"Tesseract {plain_s:.1f} s for reading alone.",
        ]
    )


def conditions(found: Findings) -> str:
    """When, with what and on which pages the figures were taken."""
    facts = found.conditions
    boxes = [
        f"- box *{box.plan.name}*: {len(box.files)} files, {len(box.pages)} scans, "
        f"ageing `{box.plan.ageing}`, typeface {', '.join(box.plan.typefaces)}, "
        f"seed {box.plan.seed}"
        for box in found.boxes
    ]
    versions = ", ".join(facts["versions"].values())
    return "\n".join([f"Measured on {facts['measured_on']} with {versions}.", "", *boxes])


def text_table(found: Findings) -> Table:
    """How well the text was read, by box."""
    heads = (
        "box", "scans", "characters", "CER any order", "of it invented", "CER in order",
        "lines in wrong order", "WER in order",
        "words found", "in the PDF, poppler", "in the PDF, PDFium", "numbers exactly right",
        "lines lost", "pages over 30 % wrong",
    )  # fmt: skip
    rows = [
        (
            name,
            str(total.pages),
            f"{total.text.any_order.characters:,}",
            *_rates(total.text)[:3],
            _percent(total.text.order_error),
            _percent(total.text.word_errors.rate),
            _percent(total.text.words.rate),
            _percent(total.poppler.rate),
            _percent(total.pdfium.rate),
            _of(total.text.numbers),
            _of(Recall(total.text.lines_lost, total.text.lines)),
            _of(total.catastrophes),
        )
        for name, total in sums(found.boxes).items()
    ]
    return heads, rows


def setting_table(found: Findings) -> Table:
    """What became of turned, tilted, empty and repeated sheets, by box."""
    names = sums(found.boxes)
    lines: list[tuple[str, Callable[[PageSum], str]]] = [
        ("set upright", lambda total: _of(total.turns)),
        ("tilt left over: mean", lambda total: f"{total.skew_mean_deg:.2f}°"),
        ("tilt left over: worst", lambda total: f"{total.skew_worst_deg:.2f}°"),
        ("empty sheets seen as empty", lambda total: _of(total.blanks)),
        ("sheets taken for empty that are", lambda total: _of(total.blanks_taken)),
        ("side (noting, correspondence, cover)", lambda total: _of(total.sides)),
        ("sheets scanned twice, noticed", lambda total: _of(total.repeats)),
    ]
    rows = [(name, *(shown(total) for total in names.values())) for name, shown in lines]
    return ("", *names), rows


def kind_table(found: Findings) -> Table:
    """How well each kind of page was read."""
    heads = (
        "kind", "scans", "CER any order", "of it invented", "CER in order", "words found",
        "lines lost", "set upright", "side",
    )  # fmt: skip
    rows = []
    for kind, marks in by_kind(found).items():
        total = sum_of(marks)
        text = total.text
        rates: tuple[str, ...] = ("–",) * 4
        if text.any_order.characters:
            rates = (*_rates(text)[:3], _percent(text.words.rate))
        lost = _of(Recall(text.lines_lost, text.lines))
        rows.append((kind, str(total.pages), *rates, lost, _of(total.turns), _of(total.sides)))
    return heads, rows


def field_table(found: Findings) -> Table:
    """What was found out about the files, field by field."""
    heads = (
        "field", "exactly right", "right", "mean likeness", "wrong, and nobody is asked",
        "right, and a person is asked",
    )  # fmt: skip
    rows = []
    for field in FIELDS:
        total = sum_field(field, found.files)
        rows.append(
            (
                _FIELD_NAMES[field],
                _of(total.exact),
                _of(total.right),
                _percent(total.likeness),
                str(total.wrong_and_sure),
                str(total.right_but_doubted),
            )
        )
    return heads, rows


def review_lines(found: Findings) -> str:
    """How many files wait for a person, and for what."""
    waiting = [mark for mark in found.files if mark.state == "in_review"]
    counts: dict[str, int] = {}
    for mark in waiting:
        for code in set(mark.reasons):
            counts[code] = counts.get(code, 0) + 1
    without = sum(not mark.has_pdf for mark in found.files)
    told = [
        f"{len(waiting)} of {len(found.files)} files wait for a person's look; "
        f"{without} have no finished PDF; "
        f"{sum(box.unexplained for box in found.boxes)} scans are unaccounted for.",
    ]
    reasons = [
        (code, str(count))
        for code, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    return "\n".join([*told, "", markdown((("reason", "files"), reasons))]) if reasons else told[0]


def worst_table(found: Findings) -> Table:
    """The made pages that were read worst."""
    heads = (
        "page", "kind", "language", "characters", "CER any order", "of it invented",
        "lines lost", "upright",
        "confidence", "verdicts",
    )  # fmt: skip
    return heads, [_worst_row(mark) for mark in worst(found.pages, WORST_PAGES)]


def confidence_table(found: Findings) -> Table:
    """Whether the product's own confidence tells good pages from bad ones."""
    heads = ("page confidence", "pages", "CER any order", "worst page")
    rows = [
        (
            step.name,
            str(step.pages),
            _percent(step.text.any_order.rate) if step.pages else "–",
            _percent(step.worst) if step.pages else "–",
        )
        for step in by_confidence(found)
    ]
    return heads, rows


def collection_table(real: RealScans) -> Table:
    """Real scans by collection, ours beside plain Tesseract."""
    heads = (
        "collection", "pages", "CER any order: ours", "plain", "CER in order: ours", "plain",
        "words found: ours", "plain", "lines lost: ours", "plain",
    )  # fmt: skip
    rows = [
        (name, str(total.pages), *_side_by_side(total.ours, total.plain))
        for name, total in by_collection(real.marks).items()
    ]
    return heads, rows


def real_table(real: RealScans) -> Table:
    """Real scans one by one."""
    heads = (
        "scan", "CER any order: ours", "plain", "CER in order: ours", "plain",
        "words found: ours", "plain", "lines lost: ours", "plain",
        "confidence", "turn", "tilt", "PDF", "verdicts",
    )  # fmt: skip
    return heads, [_real_row(mark) for mark in real.marks]


def _real_row(mark: RealMark) -> Sequence[str]:
    return (
        mark.name,
        *(_side_by_side(mark.ours, mark.plain) if mark.ours and mark.plain else ("–",) * 8),
        f"{mark.confidence:.2f}",
        f"{mark.rotated_cw_deg}°",
        f"{mark.skew_ccw_deg:.1f}°",
        "yes" if mark.has_pdf else "no",
        ", ".join(mark.verdicts) or "–",
    )


def _worst_row(mark: PageMark) -> Sequence[str]:
    return (
        mark.name,
        mark.kind,
        mark.language,
        str(mark.text.any_order.characters),
        *_rates(mark.text)[:2],
        _of(Recall(mark.text.lines_lost, mark.text.lines)),
        {True: "yes", False: "no", None: "–"}[mark.turn_right],
        f"{mark.confidence:.2f}",
        ", ".join(mark.verdicts) or "–",
    )


def _side_by_side(ours: TextCount, plain: TextCount) -> tuple[str, ...]:
    return (
        _percent(ours.any_order.rate),
        _percent(plain.any_order.rate),
        _percent(ours.in_order.rate),
        _percent(plain.in_order.rate),
        _percent(ours.words.rate),
        _percent(plain.words.rate),
        _percent(ours.lost_share),
        _percent(plain.lost_share),
    )


def _rates(text: TextCount) -> tuple[str, ...]:
    return (
        _percent(text.any_order.rate),
        _percent(text.invented_rate),
        _percent(text.in_order.rate),
        _percent(text.word_errors.rate),
    )


def _is_figure(cell: str) -> bool:
    return cell.lstrip("-")[:1].isdigit() or cell == "–"


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _of(share: Recall) -> str:
    return f"{share.found}/{share.words}" if share.words else "–"
