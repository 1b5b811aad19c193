"""What the document says of confidence, and of engines and profiles side by side."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.quality.findings import Findings
from benchmarks.quality.knowing import CALIBRATION, RISK, Knowing, knowing
from benchmarks.quality.side_by_side import SideBySide
from benchmarks.quality.tables import Table, markdown


def knowing_sections(found: Findings) -> dict[str, str]:
    """What stands between the markers that tell of confidence and of engines, by marker."""
    return {
        "knowing": markdown(knowing_table(knowing(found))),
        "knowing-charts": f"![Confidence and truth]({CALIBRATION})\n\n![Risk]({RISK})",
        "engines": "\n\n".join(_compared(one) for one in found.compared) or "Not compared.",
    }


def knowing_table(groups: Sequence[Knowing]) -> Table:
    """How far confidence is off, and what a review of the unsurest tenth finds."""
    heads = (
        "pages", "number", "words", "word confidence off by (ECE)", "page confidence off by (ECE)",
        "pages over 5 % wrong", "of them in the unsurest tenth", "most that a tenth can hold",
    )  # fmt: skip
    return heads, [_row(one) for one in groups]


def engine_table(compared: SideBySide) -> Table:
    """One row an engine and profile."""
    heads = (
        "engine, image", "pages", "CER any order", "of it invented", "CER in order",
        "lines in wrong order", "words found", "numbers exactly right", "lines lost",
        "pages over 30 % wrong", "word ECE", "page ECE", "CPU-s a page",
    )  # fmt: skip
    return heads, [_engine_row(run) for run in compared.runs]


def _compared(one: SideBySide) -> str:
    return f"**{one.name}**\n\n{markdown(engine_table(one))}"


def _row(one: Knowing) -> Sequence[str]:
    review = one.review
    return (
        one.name,
        str(review.pages),
        f"{len(one.word_sure):,}",
        f"{one.word_ece:.3f}",
        f"{one.page_ece:.3f}",
        str(review.bad),
        f"{review.caught:.0%}" if review.bad else "–",
        f"{review.most:.0%}" if review.bad else "–",
    )


def _engine_row(run: dict[str, Any]) -> Sequence[str]:
    total, calibration = run["total"], run["calibration"]
    return (
        f"{run['engine']} ({run['version']}), {run['profile']}",
        str(run["pages_read"]),
        f"{total['cer_any_order']:.1%}",
        f"{total['cer_any_order_invented']:.1%}",
        f"{total['cer_in_order']:.1%}",
        f"{total['order_error']:.1%}",
        f"{total['words_found']:.1%}",
        f"{total['numbers_exact']}/{total['numbers']}",
        f"{total['lines_lost']}/{total['lines']}",
        f"{run['catastrophic_pages']}/{run['pages_read']}",
        f"{calibration['word_error']:.3f}",
        f"{calibration['page_error']:.3f}",
        f"{run['cpu_s_a_page']:.2f}",
    )
