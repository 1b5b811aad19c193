"""The figures of ``benchmarks.fields``: as a record, and as a section of the document."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.fielding.marks import Marked
from classify.number_signs import bare
from classify.proposals import FieldName
from classify.rulebook import Rules

_BANDS = ((0.0, 0.5), (0.5, 0.8), (0.8, 0.95), (0.95, 1.01))
_NAMES = {
    FieldName.FILE_NUMBER: "file number", FieldName.DATE: "date", FieldName.SUBJECT: "subject",
    FieldName.DEPARTMENT: "department or office", FieldName.DOCUMENT_TYPE: "kind of document",
}  # fmt: skip
_MOST_SHOWN = 12


def found(
    alone: Sequence[Marked], beside: Sequence[Marked], faces: Sequence[str], rules: Rules
) -> dict[str, Any]:
    """All figures of one run.

    Args:
        alone: the files described from their pages only.
        beside: the same with a list of numbers, some of them wrong.
        faces: typefaces that the files were written in.
        rules: of the room ``classify``.
    """
    pages = sum(len(one.file.texts) for one in alone)
    return {
        "files": len(alone),
        "pages": pages,
        "faces": list(faces),
        "cpu_ms_a_page": round(1000 * sum(one.cpu_s for one in alone) / max(pages, 1), 1),
        "fields": {str(name): _field(name, alone) for name in FieldName},
        "kinds_macro_f1": round(_macro_f1(alone), 3),
        "with_list": _field(FieldName.FILE_NUMBER, beside),
        "references": _references(alone, rules),
        "wrong": [_wrong(one, name) for name in FieldName for one in _misses(alone, name)],
    }


def markdown_of(run: dict[str, Any]) -> str:
    """The figures as Markdown."""
    heads = ["field", "right", "likeness", "sure of", "of these right", "confidence off by (ECE)"]
    lines = [
        f"{run['files']} files, {run['pages']} scans, in {', '.join(run['faces'])}; "
        f"{run['cpu_ms_a_page']} ms of processor time a page for all of `classify/`.",
        "",
        f"| {' | '.join(heads)} |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    rows = {_NAMES[FieldName(name)]: figures for name, figures in run["fields"].items()}
    rows["file number, with a list of which one row in seven is wrong"] = run["with_list"]
    lines += [
        f"| {name} | {row['right']:.1%} | {row['likeness']:.3f} | {row['sure']:.1%} "
        f"| {row['right_among_sure']:.2%} | {row['ece']:.3f} |"
        for name, row in rows.items()
    ]
    cited = run["references"]
    lines += [
        "",
        f"Kinds of documents: macro-F1 {run['kinds_macro_f1']:.3f}. Numbers at the head of other "
        f"letters kept as references: {cited['kept']} of {cited['there']}.",
        "",
        "Wrong, the surest first:",
        "",
        "| field | confidence | really | found | pages of the file |",
        "| --- | ---: | --- | --- | --- |",
    ]
    wrong = sorted(run["wrong"], key=lambda one: -one["confidence"])
    lines += [
        f"| {_NAMES[FieldName(one['field'])]} | {one['confidence']:.2f} | {one['truth']} "
        f"| {one['found'] or '–'} | {one['pages']} |"
        for one in wrong[:_MOST_SHOWN]
    ]
    if len(wrong) > _MOST_SHOWN:
        lines.append(f"\n… and {len(wrong) - _MOST_SHOWN} more, less sure.")
    return "\n".join(lines)


def _field(name: FieldName, files: Sequence[Marked]) -> dict[str, Any]:
    marks = [one.fields[name] for one in files]
    sure = [mark for mark in marks if not mark.asked]
    bands = [[mark for mark in marks if low <= mark.confidence < high] for low, high in _BANDS]
    off = sum(abs(sum(m.right for m in band) - sum(m.confidence for m in band)) for band in bands)
    return {
        "right": sum(mark.right for mark in marks) / max(len(marks), 1),
        "likeness": sum(mark.likeness for mark in marks) / max(len(marks), 1),
        "sure": len(sure) / max(len(marks), 1),
        "right_among_sure": sum(mark.right for mark in sure) / max(len(sure), 1),
        "ece": off / max(len(marks), 1),
        "bands": [
            {"from": low, "files": len(band), "right": sum(mark.right for mark in band)}
            for (low, _), band in zip(_BANDS, bands, strict=True)
        ],
    }


def _macro_f1(files: Sequence[Marked]) -> float:
    """Mean over the kinds of 2·right / (said + there)."""
    pairs = [
        (one.fields[FieldName.DOCUMENT_TYPE].truth, one.fields[FieldName.DOCUMENT_TYPE].found)
        for one in files
    ]
    kinds = {truth for truth, _ in pairs}
    scores = []
    for kind in kinds:
        right = sum(truth == found == kind for truth, found in pairs)
        there = sum(truth == kind for truth, _ in pairs)
        said = sum(found == kind for _, found in pairs)
        scores.append(2 * right / (there + said))
    return sum(scores) / max(len(scores), 1)


def _references(files: Sequence[Marked], rules: Rules) -> dict[str, int]:
    """Of the other numbers at the heads of the files' letters, how many are references."""
    there = kept = 0
    for one in files:
        own = one.file.truth.file_number
        others = {
            bare(rules.numbers.canonical(page.file_number))
            for page in one.file.truth.pages
            if page.file_number is not None and page.file_number != own
        }
        known = {bare(reference.canonical) for reference in one.said.references}
        there += len(others)
        kept += len(others & known)
    return {"there": there, "kept": kept}


def _misses(files: Sequence[Marked], name: FieldName) -> list[Marked]:
    return [one for one in files if not one.fields[name].right]


def _wrong(one: Marked, name: FieldName) -> dict[str, Any]:
    mark = one.fields[name]
    own = one.file.truth.file_number
    pages = ", ".join(
        page.kind + ("*" if page.file_number == own else "") for page in one.file.truth.pages
    )
    return {
        "field": str(name),
        "confidence": round(mark.confidence, 3),
        "truth": mark.truth,
        "found": mark.found,
        "rule": mark.rule,
        "pages": pages,
    }
