"""The programs that are compared, each called as its users call it, on the same pages."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from benchmarks.measure import Cost, error_file, measured
from benchmarks.page_sets import PageSet
from errors import ToolMissing

HERE = Path(sys.executable).parent
ABHILEKH = HERE / "abhilekh"
NEEDED = ("tesseract", "pdftotext", "unpaper", "gs")
MODELS = ("Devanagari", "hin", "eng", "osd")
OCRMYPDF_TOLERATED = (0, 10)  # 10: the PDF is good, but could not be made PDF/A


@dataclass(frozen=True, slots=True)
class Outcome:
    """One run of one program over one set of pages.

    Attributes:
        cost: what it took.
        pdf: the finished PDF; None when the program made none.
        shown: for every scan, whether it has a page in the PDF (an empty back may not).
        problem: why there is no PDF.
    """

    cost: Cost
    pdf: Path | None
    shown: tuple[bool, ...]
    problem: str = ""


class Contender(Protocol):
    """A program under comparison."""

    @property
    def name(self) -> str:
        """Short name, also the key in the report."""

    @property
    def shown_as(self) -> str:
        """The command as a person would type it."""

    def run(self, pages: PageSet, folder: Path) -> Outcome:
        """Read ``pages``; everything that is written goes below the empty ``folder``."""


@dataclass(frozen=True, slots=True)
class Ours:
    """``abhilekh run`` on a new home: admission, reading, assembly, deposit, report."""

    name: str = "abhilekh"
    shown_as: str = "abhilekh run FOLDER --json"

    def run(self, pages: PageSet, folder: Path) -> Outcome:
        """See ``Contender``."""
        report_path = folder / "report.json"
        cost = run_ours(pages.folder, folder / "home", report_path)
        if cost.exit_code != 0:
            return Outcome(cost, None, (), last_line(error_file(report_path)))
        file = json.loads(report_path.read_text(encoding="utf-8"))["files"][0]
        shown = tuple(page["state"] == "recognised" for page in file["pages"])
        pdf = folder / "access.pdf"
        if not _fetch_access(file, folder / "home", pdf):
            return Outcome(cost, None, shown, (file["reasons"] or ["no access copy"])[-1])
        return Outcome(cost, pdf, shown)


@dataclass(frozen=True, slots=True)
class OcrMyPdf:
    """OCRmyPDF on one PDF that holds the scans."""

    name: str
    options: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def shown_as(self) -> str:
        """See ``Contender``."""
        before = "".join(f"{name}={value} " for name, value in self.environment.items())
        return f"{before}ocrmypdf {' '.join(self.options)} IN.pdf OUT.pdf"

    def run(self, pages: PageSet, folder: Path) -> Outcome:
        """See ``Contender``."""
        pdf, log = folder / "out.pdf", folder / "ocrmypdf.log"
        program = [sys.executable, "-m", "ocrmypdf", *self.options]
        command = [*program, str(pages.pdf), str(pdf)]
        cost = measured(
            command, output=log, environment={"TMPDIR": str(folder), **self.environment}
        )
        if cost.exit_code not in OCRMYPDF_TOLERATED or not pdf.exists():
            return Outcome(cost, None, (), last_line(error_file(log)))
        return Outcome(cost, pdf, (True,) * pages.pages)


DOCUMENTED = OcrMyPdf("ocrmypdf", ("-l", "hin+eng", "--deskew", "--rotate-pages", "--clean"), {})
EXPERT = OcrMyPdf(
    "ocrmypdf-expert",
    ("-l", "Devanagari", "--pdf-renderer", "sandwich", "--pdfa-backend", "internal", "-d", "-r"),
    {"OMP_THREAD_LIMIT": "1"},
)
OURS = Ours()
ALL: tuple[Contender, ...] = (OURS, DOCUMENTED, EXPERT)


def run_ours(source: Path, home: Path, report: Path, *options: str, memory: bool = True) -> Cost:
    """``abhilekh run`` on ``source`` with a home of its own; the JSON report goes to ``report``."""
    return measured(
        [ABHILEKH, "run", source, "--json", *options],
        output=report,
        environment={"ABHILEKH_HOME": str(home), "ABHILEKH_LANG": "en"},
        memory=memory,
    )


def last_line(path: Path) -> str:
    """The last thing that a program said there."""
    lines = path.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def check_tools() -> None:
    """See that every program and model is here before an hour is spent.

    Raises:
        ToolMissing: names all that are missing.
    """
    missing = [name for name in NEEDED if shutil.which(name) is None]
    missing += [f"Tesseract model {model}" for model in MODELS if model not in _models()]
    if not ABHILEKH.exists():
        missing.append("abhilekh")
    if missing:
        raise ToolMissing(
            "The comparison needs programs that are not on this machine: {missing}.",
            kept="Nothing was begun.",
            todo="Install them with: make setup-bench",
            missing=", ".join(missing),
        )


def versions() -> dict[str, str]:
    """What is compared with what, as each program says it."""
    import tesserocr

    from config.app import software

    bundled = tesserocr.tesseract_version().split()[1]
    found = {
        "abhilekh": software(),
        "tesserocr": f"{tesserocr.__version__} with Tesseract {bundled}",
    }
    for name, command in (
        ("ocrmypdf", [sys.executable, "-m", "ocrmypdf", "--version"]),
        ("tesseract program", ["tesseract", "--version"]),
        ("ghostscript", ["gs", "--version"]),
        ("unpaper", ["unpaper", "--version"]),
        ("poppler", ["pdftotext", "-v"]),
        ("img2pdf", [sys.executable, "-m", "img2pdf", "--version"]),
    ):
        found[name] = _first_line(command)
    return found


def machine() -> dict[str, Any]:
    """Processors, their name, and how busy the machine is at the moment."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text().splitlines()
        if line.startswith("model name")
    ]
    return {
        "processors": len(os.sched_getaffinity(0)),
        "processor": names[0] if names else "unknown",
        "load_1_5_15_min": [round(load, 2) for load in os.getloadavg()],
    }


def _models() -> Sequence[str]:
    if shutil.which("tesseract") is None:
        return MODELS  # the program is named as missing already
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True)
    return (listed.stdout + listed.stderr).split()


def _first_line(command: Sequence[str]) -> str:
    said = subprocess.run(command, capture_output=True, text=True)
    lines = (said.stdout or said.stderr).strip().splitlines()
    return lines[0] if lines else "unknown"


def _fetch_access(file: dict[str, Any], home: Path, target: Path) -> bool:
    objects = (file["deposit"] or {"objects": []})["objects"]
    keys = [entry["key"] for entry in objects if entry["role"] == "access"]
    if not keys:
        return False
    fetch = [ABHILEKH, "store", "get", keys[0], "-o", target]
    subprocess.run(
        fetch, check=True, capture_output=True, env={**os.environ, "ABHILEKH_HOME": str(home)}
    )
    return True
