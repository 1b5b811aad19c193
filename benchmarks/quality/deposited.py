"""What a run deposited, looked at from outside: its report, its ALTO, its finished PDF."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from defusedxml.ElementTree import parse

from benchmarks.contenders import ABHILEKH, last_line
from benchmarks.judging import pdfium_pages, poppler_pages
from benchmarks.measure import Cost, error_file, measured
from errors import AbhilekhError

_ALTO = "{http://www.loc.gov/standards/alto/ns-v4#}"
_ENDED_WELL = (0, 3)  # 3: some input was rejected, the rest is done


@dataclass(frozen=True, slots=True)
class DepositedPage:
    """One scan after the run.

    Attributes:
        facts: the page as ``batch show --json`` has it.
        lines: the lines of its ALTO, in their order; none when it has no ALTO.
        poppler: the text of its page in the finished PDF as pdftotext finds it, empty when
            there is no such page.
        pdfium: the same by PDFium.
        sure: confidence of each word of each line, 0..1, as its ALTO has it.
    """

    facts: Mapping[str, Any]
    lines: tuple[str, ...] = ()
    poppler: str = ""
    pdfium: str = ""
    sure: tuple[tuple[float, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class DepositedFile:
    """One physical file after the run; ``facts`` as ``batch show --json`` has it."""

    facts: Mapping[str, Any]
    pages: tuple[DepositedPage, ...]

    @property
    def has_pdf(self) -> bool:
        """Whether a finished PDF passed its check and was deposited."""
        return bool(_keys(self.facts, "access"))


@dataclass(frozen=True, slots=True)
class Run:
    """One ``abhilekh run`` in a home of its own."""

    cost: Cost
    ledger: Mapping[str, Any]
    files: tuple[DepositedFile, ...]


def run_product(source: Path, folder: Path, *options: str) -> Run:
    """Run the program on ``source``; look at what it left in its store.

    Args:
        source: the folder of scans.
        folder: where home, store and report go; must not hold a home yet.
        options: further options of ``abhilekh run``.

    Raises:
        errors.AbhilekhError: the run did not end well.
    """
    folder.mkdir(parents=True, exist_ok=True)
    report, store = folder / "report.json", folder / "store"
    cost = measured(
        [ABHILEKH, "run", source, "--json", *options],
        output=report,
        environment={
            "ABHILEKH_HOME": str(folder / "home"),
            "ABHILEKH_STORE_URL": f"file:{store}",
            "ABHILEKH_LANG": "en",
        },
    )
    if cost.exit_code not in _ENDED_WELL:
        raise AbhilekhError(
            "The run on {source} ended with code {code}: {said}.",
            kept="Nothing of the report was written.",
            todo="Run it by hand: abhilekh run SOURCE",
            source=source.name,
            code=cost.exit_code,
            said=last_line(error_file(report)),
        )
    shown = json.loads(report.read_text(encoding="utf-8"))
    files = tuple(_file(facts, store) for facts in shown["files"])
    return Run(cost, shown["ledger"], files)


def alto_lines(path: Path) -> tuple[str, ...]:
    """The text lines of an ALTO 4 document, words joined by one space."""
    return tuple(
        " ".join(word.attrib["CONTENT"] for word in line.iter(f"{_ALTO}String"))
        for line in parse(path).iter(f"{_ALTO}TextLine")
    )


def alto_confidence(path: Path) -> tuple[tuple[float, ...], ...]:
    """The confidence of every word of every text line, 0..1."""
    return tuple(
        tuple(float(word.attrib["WC"]) for word in line.iter(f"{_ALTO}String"))
        for line in parse(path).iter(f"{_ALTO}TextLine")
    )


def _file(facts: Mapping[str, Any], store: Path) -> DepositedFile:
    altos = {int(Path(key).stem): store / key for key in _keys(facts, "alto")}
    shown = [page for page in facts["pages"] if page["state"] == "recognised"]
    poppler, pdfium = _texts_by_sequence(facts, shown, store)
    pages = tuple(
        DepositedPage(
            page,
            alto_lines(altos[page["sequence"]]) if page["sequence"] in altos else (),
            poppler.get(page["sequence"], ""),
            pdfium.get(page["sequence"], ""),
            alto_confidence(altos[page["sequence"]]) if page["sequence"] in altos else (),
        )
        for page in facts["pages"]
    )
    return DepositedFile(facts, pages)


def _texts_by_sequence(
    facts: Mapping[str, Any], shown: Sequence[Mapping[str, Any]], store: Path
) -> tuple[dict[int, str], dict[int, str]]:
    """What either reader finds; the finished PDF has one page for every page that was read."""
    sequences = [page["sequence"] for page in shown]
    for key in _keys(facts, "access"):
        pdf = store / key
        return (
            dict(zip(sequences, poppler_pages(pdf), strict=True)),
            dict(zip(sequences, pdfium_pages(pdf), strict=True)),
        )
    return {}, {}


def _keys(facts: Mapping[str, Any], role: str) -> list[str]:
    objects = (facts["deposit"] or {"objects": []})["objects"]
    return [entry["key"] for entry in objects if entry["role"] == role]
