"""What a SOURCE holds: physical files, their scans in page order, and what was left aside."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias

from errors import InputRejected
from lang import say

FrameKind: TypeAlias = Literal["image", "scan", "mixed"]
Side: TypeAlias = Literal["noting", "correspondence"]


@dataclass(frozen=True, slots=True)
class Frame:
    """One page inside a source.

    Attributes:
        index: place inside the source, from 0.
        kind: ``image``: a frame of an image file; ``scan``: a PDF page that is one full-page
            image and nothing else; ``mixed``: any other PDF page.
        separator: a sheet that the office put in: a cover sheet or the sheet of a side. It is
            accounted for and left out of the PDF.
    """

    index: int
    kind: FrameKind
    separator: bool = False


@dataclass(frozen=True, slots=True)
class Scan:
    """One source on disk: an image or a PDF, as it was found.

    Attributes:
        path: where the bytes are.
        relative: the path inside SOURCE as one printable line, unique in the manifest.
        media_type: by the bytes, never by the name; ``None`` where it is no known scan format.
        size_bytes: size when it was hashed.
        sha256: of all bytes, lower-case hex; empty where the bytes could not be read.
        frames: pages in order; a rejected scan has one, so that it is counted.
        side: side of the nasti that its folder declares, if any.
        rejected: why it cannot become a page; ``None`` for a good scan.
        signed: a PDF with a digital signature: the master keeps it, the access copy cannot.
        repaired: the PDF was damaged or locked against changes and opened all the same.
        device: the scanner or camera that its own tags name; empty where they do not.
    """

    path: Path
    relative: str
    media_type: str | None
    size_bytes: int
    sha256: str
    frames: tuple[Frame, ...]
    side: Side | None = None
    rejected: InputRejected | None = None
    signed: bool = False
    repaired: bool = False
    device: str = ""


@dataclass(frozen=True, slots=True)
class Declared:
    """What ``batch.csv`` says of one physical file; ``None`` where the cell is empty."""

    file_number: str | None = None
    subject: str | None = None
    department: str | None = None
    declared_pages: int | None = None
    location: str | None = None
    retention_class: str | None = None
    computer_number: str | None = None


@dataclass(frozen=True, slots=True)
class Cover:
    """The cover sheet with which a physical file began.

    Attributes:
        sheet_id: the short name printed on it; empty when the sheet is not to be trusted.
        source: the scan and frame that shows it.
        problems: what does not add up, as codes of ``records.reasons``.
    """

    sheet_id: str
    source: str
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One physical file (nasti): its name inside SOURCE and its scans in page order.

    ``cover`` is there for files of a stream that was parted at cover sheets.
    """

    name: str
    scans: tuple[Scan, ...]
    declared: Declared | None = None
    cover: Cover | None = None


@dataclass(frozen=True, slots=True)
class Ignored:
    """Something in SOURCE that is no scan, and why it was left aside.

    Attributes:
        relative: where it stands in SOURCE, as one printable line.
        why: English template of the reason; the key of its translation.
        facts: what goes into its braces.
    """

    relative: str
    why: str
    facts: Mapping[str, str] = field(default_factory=dict)

    @property
    def reason(self) -> str:
        """Why it was left aside, in the language in use."""
        return say(self.why, **self.facts)


@dataclass(frozen=True, slots=True)
class Manifest:
    """All that is in one SOURCE; ``source`` is resolved, ``label`` its printable name."""

    source: Path
    label: str
    files: tuple[SourceFile, ...]
    ignored: tuple[Ignored, ...] = ()

    @property
    def scans(self) -> tuple[Scan, ...]:
        """Every scan, file by file, in page order."""
        return tuple(scan for file in self.files for scan in file.scans)
