"""An evaluation as JSON, as tables for people, and as a folder of report and charts."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

from errors import ServiceUnreachable
from lang import say
from ocr.calibration import table_version
from ocr.page_score import CATASTROPHE, TextCount
from ocr.reliability import BAD_PAGE, Bin, bins_of
from ocr.scoring import Recall
from pipeline import evaluation_charts
from pipeline.evaluation import AS_RECEIVED, Evaluation, PageResult, RunResult

FORMAT = 1
REPORT, DOCUMENT = "report.md", "report.json"
Table: TypeAlias = tuple[Sequence[str], Sequence[Sequence[str]]]


def write(found: Evaluation, folder: Path) -> list[Path]:
    """Write report, figures and charts into ``folder``; returns what was written.

    Raises:
        ServiceUnreachable: the folder cannot be written to.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        report, document = folder / REPORT, folder / DOCUMENT
        charts = evaluation_charts.draw(found, folder)
        report.write_text(markdown(found, [chart.name for chart in charts]), encoding="utf-8")
        text = json.dumps(as_json(found), ensure_ascii=False, indent=1)
        document.write_text(text + "\n", encoding="utf-8")
    except OSError as fault:
        raise ServiceUnreachable(
            "The report cannot be written into {folder}: {reason}",
            kept="Nothing else was changed; the pages are as they were.",
            todo="Name a folder that can be written to with -o, and run it again.",
            folder=folder,
            reason=fault.strerror or type(fault).__name__,
        ) from fault
    return [report, document, *charts]


def as_json(found: Evaluation) -> dict[str, Any]:
    """Every figure, page by page and in total; no text of any page."""
    truth = found.truth
    return {
        "format": FORMAT,
        "confidence_table": table_version(),
        "truth": {
            "pages": len(truth.pages),
            "without_truth": list(truth.without_truth),
            "without_scan": list(truth.without_scan),
            "rejected": [{"page": name, "reason": str(why)} for name, why in truth.rejected],
        },
        "runs": [_run(run) for run in found.runs],
    }


def summary(found: Evaluation) -> Table:
    """The readers side by side, a figure a row."""
    columns = [_column(run) for run in found.runs]
    rows = [[name, *(column[name] for column in columns)] for name in columns[0]]
    return ["", *(run.reader.name for run in found.runs)], rows


def left_out(found: Evaluation) -> list[str]:
    """A line for each scan or text that could not be used, and why."""
    truth = found.truth
    lines = [say("No text beside this scan: {file}", file=name) for name in truth.without_truth]
    lines += [say("No scan beside this text: {file}", file=name) for name in truth.without_scan]
    refused = dict(truth.rejected)
    for run in found.runs:
        refused.update(run.rejected)
    return [*lines, *(why.what for why in refused.values())]


def markdown(found: Evaluation, charts: Sequence[str]) -> str:
    """The whole report as Markdown, in the language in use."""
    parts = [f"# {say('How well the pages were read')}", _table(summary(found))]
    parts += [f"![{chart.partition('.')[0]}]({chart})" for chart in charts]
    parts += ["\n".join(f"- {line}" for line in left_out(found))] if left_out(found) else []
    for run in found.runs:
        parts += [f"## {run.reader.name} ({run.version})", _table(_pages(run))]
    return "\n\n".join(parts) + "\n"


def _column(run: RunResult) -> dict[str, str]:
    total, review = run.total, run.review
    bad = say("{caught} of {bad}", caught=round(review.caught * review.bad), bad=review.bad)
    stored = [page.stored_bytes for page in run.pages if page.stored_bytes is not None]
    shares = {
        say("Pages"): str(len(run.pages)),
        say("Characters on them"): f"{total.any_order.characters:,}",
        say("Wrong characters, lines in any order (CER)"): _percent(total.any_order.rate),
        say("… of them invented where no print stands"): _percent(total.invented_rate),
        say("Wrong characters in the order of reading"): _percent(total.in_order.rate),
        say("Pairs of lines in the wrong order"): _percent(total.order_error),
        say("Wrong words in the order of reading (WER)"): _percent(total.word_errors.rate),
        say("Words found"): _percent(total.words.rate),
        say("Numbers exactly right"): _of(total.numbers),
        say("Lines lost"): _of(Recall(total.lines_lost, total.lines)),
        say("Pages with more than {limit} % wrong", limit=round(100 * CATASTROPHE)): _of(
            Recall(run.catastrophes, len(run.pages))
        ),
        say("Word confidence is off by (ECE)"): _percent(run.word_calibration_error),
        say("Page confidence is off by (ECE)"): _percent(run.page_calibration_error),
        say(
            "Pages with more than {limit} % wrong, found in the tenth with the lowest confidence",
            limit=round(100 * BAD_PAGE),
        ): bad,
        say("Processor seconds a page"): f"{run.cpu_s_a_page:.2f}",
    }
    if stored:
        shares[say("kB a page in the PDF")] = f"{sum(stored) / len(stored) / 1000:.0f}"
    else:
        shares[say("kB a page in the PDF")] = "–"
    return shares


def _pages(run: RunResult) -> Table:
    heads = [
        say("Page"), say("Characters"), "CER", say("Invented"), say("Wrong order"),
        "WER", say("Words found"), say("Numbers"), say("Lines lost"), say("Confidence"),
        say("Noticed"),
    ]  # fmt: skip
    return heads, [_page_row(page) for page in run.pages]


def _page_row(page: PageResult) -> list[str]:
    count = page.count
    return [
        page.name,
        str(count.any_order.characters),
        _percent(count.any_order.rate),
        _percent(count.invented_rate),
        _percent(count.order_error),
        _percent(count.word_errors.rate),
        _percent(count.words.rate),
        _of(count.numbers),
        _of(Recall(count.lines_lost, count.lines)),
        f"{page.confidence:.3f}",
        ", ".join(page.verdicts) or "–",
    ]


def _table(table: Table) -> str:
    heads, rows = table
    lines = [heads, ["---", *["---:"] * (len(heads) - 1)], *rows]
    return "\n".join(
        "| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def _run(run: RunResult) -> dict[str, Any]:
    review = run.review
    return {
        "engine": run.reader.called,
        "version": run.version,
        "profile": str(run.reader.profile or AS_RECEIVED),
        "pages_read": len(run.pages),
        "catastrophic_pages": run.catastrophes,
        "cpu_s_a_page": round(run.cpu_s_a_page, 4),
        "total": _count(run.total),
        "calibration": {
            "word_error": _rounded(run.word_calibration_error),
            "page_error": _rounded(run.page_calibration_error),
            "word_bins": _bins(bins_of(run.word_confidence, run.word_right)),
            "page_bins": _bins(bins_of(run.page_confidence, 1 - run.page_errors)),
        },
        "review": {
            "share": review.share,
            "bad_pages": review.bad,
            "caught": _rounded(review.caught),
            "most_possible": _rounded(review.most),
        },
        "pages": [_page(page) for page in run.pages],
        "rejected": [{"page": name, "reason": str(why)} for name, why in run.rejected],
    }


def _page(page: PageResult) -> dict[str, Any]:
    return {
        "page": page.name,
        "confidence": _rounded(page.confidence),
        "verdicts": list(page.verdicts),
        "stored_bytes": page.stored_bytes,
        **_count(page.count),
    }


def _count(count: TextCount) -> dict[str, Any]:
    return {
        "characters": count.any_order.characters,
        "cer_any_order": _rounded(count.any_order.rate),
        "cer_any_order_invented": _rounded(count.invented_rate),
        "cer_in_order": _rounded(count.in_order.rate),
        "order_error": _rounded(count.order_error),
        "wer_in_order": _rounded(count.word_errors.rate),
        "words": count.words.words,
        "words_found": _rounded(count.words.rate),
        "numbers": count.numbers.words,
        "numbers_exact": count.numbers.found,
        "lines": count.lines,
        "lines_lost": count.lines_lost,
    }


def _bins(bins: Sequence[Bin]) -> list[dict[str, float]]:
    return [
        {
            "count": step.count,
            "confidence": _rounded(step.confidence),
            "right": _rounded(step.right),
        }
        for step in bins
    ]


def _rounded(figure: float) -> float:
    return round(figure, 5)


def _percent(share: float) -> str:
    return f"{share:.1%}"


def _of(share: Recall) -> str:
    return f"{share.found}/{share.words}" if share.words else "–"
