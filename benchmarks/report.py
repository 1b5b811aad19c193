"""The findings for people: tables on the terminal, and the same as a Markdown page."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from benchmarks.contenders import OURS
from benchmarks.findings import MEGABYTE, Findings, Row, targets

HEADS = (
    "pages",
    "program",
    "CPU-s/page",
    "× ours",
    "wall s",
    "largest MB",
    "all MB",
    "CER any order",
    "CER in order",
    "recall poppler",
    "recall PDFium",
    "KB/page",
    "PDF/A",
)
LONGEST_PROBLEM = 70
NOTES = (
    "CPU-s/page: user and system time of the whole process tree over the scans, start-up "
    "included. Ours is the median of several runs between the runs of the others.",
    "largest MB: highest resident memory of one process; all MB: of all together (PSS), sampled.",
    "CER: characters wrong in the finished PDF's text (pdftotext) against what was typeset; "
    "any order: each line looked for anywhere on its page; in order: the page's whole text. "
    "Both with and without pdftotext's -raw, the kinder figure of each program counts.",
    "recall: words of the truth found again in the finished PDF by pdftotext and by PDFium.",
    "Ours takes the folder of image files. OCRmyPDF takes one input a call, so the same files "
    "were put into one PDF beforehand by img2pdf, without loss and outside of the measurement.",
    "An empty back has no page in our PDF; it counts as a scan all the same.",
)


def print_tables(found: Findings, console: Console) -> None:
    """The comparison and the targets."""
    if found.rows:
        console.print(_table("Side by side on the same pages", HEADS, _lines(found)))
    if found.stages:
        console.print(_table("Where our time goes", STAGE_HEADS, stage_lines(found)))
    console.print(_table("Targets", TARGET_HEADS, target_lines(found)))


def as_markdown(found: Findings) -> str:
    """The page that stands beside the JSON file."""
    parts = ["# Benchmark", ""]
    if found.rows:
        parts += [*_markdown_table(HEADS, _lines(found)), "", *(f"- {note}" for note in NOTES), ""]
    if found.stages:
        parts += ["## Where our time goes", "", *_markdown_table(STAGE_HEADS, stage_lines(found))]
        parts += ["", *(f"- {note}" for note in STAGE_NOTES), ""]
    parts += ["## Targets", "", *_markdown_table(TARGET_HEADS, target_lines(found)), ""]
    parts += ["## Conditions", ""]
    for name, value in found.conditions.items():
        if isinstance(value, dict):
            parts += [f"- {name}:", *(f"  - {key}: `{entry}`" for key, entry in value.items())]
        else:
            parts.append(f"- {name}: {value}")
    return "\n".join(parts) + "\n"


STAGE_HEADS = ("stage", "pages", "CPU-s/page", "share")
STAGE_NOTES = (
    "Stages: the product's own functions, timed in one process over the same pages; a stage is "
    "without those inside it. The first recognition loads no model: that is part of the start-up.",
    "Recognize() alone: one call a page on the very image that the first recognition gets.",
    "start-up, database and the rest: the whole run of the table above less all stages.",
)


def stage_lines(found: Findings) -> list[list[str]]:
    """Every stage of every set of pages, the costliest first; then the whole run."""
    lines = []
    for group, stages in found.stages.items():
        row = found.row(group, OURS.name)
        whole = row.cpu_s_a_page if row else stages.total_s
        shares = sorted(stages.stages_s.items(), key=lambda pair: -pair[1])
        rest = whole - stages.total_s
        ends = [("start-up, database and the rest", rest), ("the whole run", whole)]
        for name, spent in [*shares, *ends, ("Recognize() alone", stages.recognize_s)]:
            lines.append([name, group, f"{spent:.4f}", f"{spent / whole:.1%}"])
    return lines


TARGET_HEADS = ("target", "measured", "wanted", "")


def target_lines(found: Findings) -> list[list[str]]:
    """One line a target: name, figure, limit, verdict."""
    return [
        [
            target.name,
            f"{target.value:.2f}{target.unit}",
            f"{'at least' if target.at_least else 'at most'} {target.limit:.2f}{target.unit}",
            "met" if target.met else "MISSED",
        ]
        for target in targets(found)
    ]


def _lines(found: Findings) -> list[list[str]]:
    return [_line(found, row) for row in found.rows]


def _line(found: Findings, row: Row) -> list[str]:
    ratio = found.ratio(row.group, row.program)
    cells = [
        f"{row.pages} {row.group}",
        row.program,
        f"{row.cpu_s_a_page:.2f}",
        "–" if ratio is None else f"{ratio:.1f}",
        f"{row.wall_s:.1f}",
        f"{row.largest_bytes / MEGABYTE:.0f}",
        f"{row.tree_bytes / MEGABYTE:.0f}",
    ]
    if row.worth is None:
        return [
            *cells,
            f"no PDF: {row.problem[:LONGEST_PROBLEM]}",
            *[""] * (len(HEADS) - len(cells) - 1),
        ]
    worth = row.worth
    return [
        *cells,
        f"{worth.any_order.rate:.2%}",
        f"{worth.in_order.rate:.2%}",
        f"{worth.recall_poppler.rate:.2%}",
        f"{worth.recall_pdfium.rate:.2%}",
        f"{worth.kilobytes_a_page:.0f}",
        worth.pdfa,
    ]


def _table(title: str, heads: Sequence[str], lines: Sequence[Sequence[str]]) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    for head in heads:
        words = head in ("pages", "program", "stage", "target", "wanted", "")
        table.add_column(head, justify="left" if words else "right")
    for line in lines:
        table.add_row(*line)
    return table


def _markdown_table(heads: Sequence[str], lines: Sequence[Sequence[str]]) -> list[str]:
    rows = [heads, ["---"] * len(heads), *lines]
    return ["| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |" for row in rows]
