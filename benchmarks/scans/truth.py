"""What is really on the made scans, and the file it is kept in."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, NamedTuple

from errors import WrongUsage

FORMAT = 1


class Box(NamedTuple):
    """A rectangle in pixels: left, top inclusive; right, bottom exclusive."""

    x0: int
    y0: int
    x1: int
    y1: int


@dataclass(frozen=True, slots=True)
class LineTruth:
    """One text line: NFC text, its box on the upright, level sheet before ageing."""

    text: str
    box: Box


@dataclass(frozen=True, slots=True)
class PageTruth:
    """What one scan holds.

    ``lines`` stand in reading order. Boxes belong to the sheet before ageing, which is
    ``width_px`` × ``height_px``, upright and level. ``rotated_cw_deg`` is the clockwise
    quarter turn that sets the scan upright; ``skew_ccw_deg`` is how far the content is tilted
    counter-clockwise once that is done. ``marks`` are readable things that are not lines of
    the record (seals, inward stamps); ``handwriting`` are strokes that imitate a hand and
    carry no text. ``duplicate_of`` is the ``sequence`` of the earlier scan of the same sheet.
    """

    kind: str
    language: str  # hi | en | mixed | none
    side: str  # noting | correspondence | cover | blank
    width_px: int
    height_px: int
    dpi: int
    seed: int
    typeface: str
    lines: tuple[LineTruth, ...] = ()
    marks: tuple[LineTruth, ...] = ()
    handwriting: tuple[Box, ...] = ()
    rotated_cw_deg: int = 0
    skew_ccw_deg: float = 0.0
    blank: bool = False
    near_blank: bool = False
    duplicate_of: int | None = None
    file_number: str | None = None
    date: str | None = None
    subject: str | None = None
    document_type: str | None = None
    source: str = ""
    frame: int = 0
    sequence: int = 1

    @property
    def text(self) -> str:
        """The page's text, one line a line."""
        return "\n".join(line.text for line in self.lines)


@dataclass(frozen=True, slots=True)
class FileTruth:
    """What one physical file (nasti) is, and its scans in order.

    ``file_number`` is verbatim; ``file_number_canonical`` has Latin digits, ``F`` for ``एफ``
    and no spaces. ``date`` (ISO 8601) is that of the principal document: the first on the
    correspondence side that bears the file's own number. ``department_code`` is the key in
    ``words/*.toml``, or ``collector``. ``declared_pages`` counts the scans.
    """

    folder: str
    file_number: str
    file_number_canonical: str
    date: str
    subject: str
    department: str
    department_code: str
    document_type: str
    language: str
    declared_pages: int
    pages: tuple[PageTruth, ...]


@dataclass(frozen=True, slots=True)
class BoxTruth:
    """Everything about one made box; ``scans`` is the folder to hand to the program."""

    scans: Path
    seed: int
    kind: str
    files: tuple[FileTruth, ...]

    @property
    def pages(self) -> tuple[PageTruth, ...]:
        """Every scan of every file, in order."""
        return tuple(page for file in self.files for page in file.pages)


def save_truth(truth: BoxTruth, path: Path) -> None:
    """Write the truth as JSON, UTF-8; ``scans`` relative to the file's own folder."""
    record = asdict(truth)
    record["scans"] = truth.scans.name
    record["format"] = FORMAT
    path.write_text(json.dumps(record, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def load_truth(path: Path) -> BoxTruth:
    """The truth of a box, from its ``truth.json`` or from the folder that holds it.

    Raises:
        errors.WrongUsage: the file is not there or is not of this format.
    """
    path = path / "truth.json" if path.is_dir() else path
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if record.pop("format") != FORMAT:
            raise KeyError("format")
        files = tuple(_file(entry) for entry in record.pop("files"))
        return BoxTruth(**{**record, "scans": path.parent / record["scans"], "files": files})
    except (FileNotFoundError, ValueError, KeyError, TypeError) as cause:
        raise WrongUsage(
            "{path} is not the ground truth of a made box of scans.",
            kept="Nothing was changed.",
            todo="Make the box again: python -m benchmarks.scans OUT",
            path=path,
        ) from cause


def _file(entry: dict[str, Any]) -> FileTruth:
    return FileTruth(**{**entry, "pages": tuple(_page(page) for page in entry["pages"])})


def _page(entry: dict[str, Any]) -> PageTruth:
    lines, marks = (tuple(map(_line, entry[key])) for key in ("lines", "marks"))
    hand = tuple(Box(*box) for box in entry["handwriting"])
    return PageTruth(**{**entry, "lines": lines, "marks": marks, "handwriting": hand})


def _line(entry: dict[str, Any]) -> LineTruth:
    return LineTruth(entry["text"], Box(*entry["box"]))
