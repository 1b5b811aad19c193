"""A stream of scans parted into physical files at the cover sheets between them.

Where a file begins is said by a sheet, and by a sheet alone; what a sheet says is compared with
the list of the office (``batch.csv``). Nothing is dropped: pages before the first sheet are a
file of their own, a sheet without pages is reported, and a missed sheet shows in the counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ingest.cover_payload import Sheet, SheetKind, sheet_id_of, sheet_in
from ingest.declarations import Declarations, Row
from ingest.manifest import Cover, Declared, Frame, Scan, Side, SourceFile
from ingest.names import folded, printable, side_of

Codes = Mapping[tuple[str, int], bytes]  # payloads by scan (its printable path) and frame

_SIDES: Mapping[SheetKind, Side] = {
    SheetKind.NOTING: "noting",
    SheetKind.CORRESPONDENCE: "correspondence",
}
FEWEST_PAGES = 2
BEFORE_FIRST = "cover_missing"
UNTRUSTED = "cover_untrusted"
NO_PAGES = "cover_without_pages"
TWICE = "cover_twice"
UNANNOUNCED = "cover_unannounced"


@dataclass(frozen=True, slots=True)
class Parted:
    """The files of a SOURCE after parting, and the lines of the list that sheets stand for."""

    files: tuple[SourceFile, ...]
    matched: frozenset[int] = frozenset()

    @property
    def at_covers(self) -> bool:
        """Whether there was any sheet to part the files at."""
        return any(file.cover is not None for file in self.files)


@dataclass(slots=True)
class _Part:
    """One file in the making."""

    sheet: Sheet | None = None
    source: str = ""
    scans: list[Scan] = field(default_factory=list)
    pages: int = 0


def candidates(files: Sequence[SourceFile]) -> Iterator[tuple[Scan, tuple[int, ...]]]:
    """Scans that may show cover sheets, with the frames to look at.

    Everywhere in a stream of loose scans and in sources of many pages; in a folder of its own a
    file can only begin with one. A lone page is no stream, and drawn pages of a PDF are no
    scans of paper.
    """
    if sum(len(scan.frames) for file in files for scan in file.scans) < FEWEST_PAGES:
        return
    for file in files:
        for place, scan in enumerate(file.scans):
            if scan.rejected is not None:
                continue
            frames = tuple(frame.index for frame in scan.frames if frame.kind != "mixed")
            if len(scan.frames) == 1 and place and _has_a_folder(scan):
                continue
            if frames:
                yield scan, frames


def _has_a_folder(scan: Scan) -> bool:
    """Whether the scan lies in a folder that makes it part of one file."""
    first, slash, _ = scan.relative.partition("/")
    return bool(slash) and side_of(first) is None


def parted(
    files: Sequence[SourceFile], codes: Codes, declarations: Declarations, *, key: bytes = b""
) -> Parted:
    """The files, each that holds cover sheets parted at them; the others as they are.

    Args:
        files: as ``grouping`` made them.
        codes: what was found on the pages.
        declarations: the office's list.
        key: the office's secret (see ``cover_payload``).
    """
    made: list[SourceFile] = []
    for file in files:
        parts = list(_parts(file, codes, key))
        if len(parts) == 1 and parts[0].sheet is None:
            made.append(file)
        else:
            made += _named(file, parts)
    return _reconciled(made, declarations.all_rows)


def _parts(file: SourceFile, codes: Codes, key: bytes) -> Iterator[_Part]:
    part, side = _Part(), None
    for scan in file.scans:
        for frame in scan.frames:
            payload = codes.get((scan.relative, frame.index))
            sheet = sheet_in(payload, key=key) if payload is not None else None
            if sheet is None:
                _add(part, scan, frame, scan.side or side)
            elif sheet.trusted and sheet.kind in _SIDES:
                side = _SIDES[sheet.kind]
                _add(part, scan, replace(frame, separator=True), side)
            elif part.sheet is not None and _same(part.sheet, sheet) and not part.pages:
                _add(part, scan, replace(frame, separator=True), side)  # the sheet scanned twice
            else:
                if part.scans:
                    yield part
                part, side = _Part(sheet, f"{scan.relative}#{frame.index}"), None
                # What is not to be trusted may be a page after all: it stays one.
                _add(part, scan, replace(frame, separator=sheet.trusted), side)
    yield part


def _add(part: _Part, scan: Scan, frame: Frame, side: Side | None) -> None:
    last = part.scans[-1] if part.scans else None
    if last is not None and last.relative == scan.relative and last.side == side:
        part.scans[-1] = replace(last, frames=(*last.frames, frame))
    else:
        part.scans.append(replace(scan, frames=(frame,), side=side))
    part.pages += not frame.separator


def _same(one: Sheet, other: Sheet) -> bool:
    return one.trusted and other.trusted and one.sheet_id == other.sheet_id


def _named(file: SourceFile, parts: Sequence[_Part]) -> Iterator[SourceFile]:
    """The parts under names that stay the same when the stream grows."""
    names = [_name(file, part) for part in parts]
    for place, part in enumerate(parts):
        before = names[:place].count(names[place])
        name = f"{names[place]} ({before + 1})" if before else names[place]
        problems = _problems(part, twice=names.count(names[place]) > 1)
        cover = Cover(part.sheet.sheet_id if part.sheet else "", part.source, problems)
        declared = part.sheet.declared if part.sheet else file.declared
        yield SourceFile(name, tuple(part.scans), declared, cover)


def _problems(part: _Part, *, twice: bool) -> tuple[str, ...]:
    if part.sheet is None:
        return (BEFORE_FIRST,)
    found = {
        UNTRUSTED: not part.sheet.trusted,
        NO_PAGES: not part.pages,
        TWICE: twice,
    }
    return tuple(problem for problem, holds in found.items() if holds)


def _name(file: SourceFile, part: _Part) -> str:
    if part.sheet is None:
        return file.name
    declared = part.sheet.declared
    if not part.sheet.trusted or declared is None:
        return f"{file.name} › {part.source}"
    number = declared.file_number or declared.computer_number or ""
    return printable(f"{number} [{part.sheet.sheet_id}]".strip())


def _reconciled(files: Sequence[SourceFile], rows: Sequence[Row]) -> Parted:
    """Each sheet with the line of the list that it stands for, if there is a list."""
    matched: set[int] = set()
    made: list[SourceFile] = []
    for file in files:
        cover = file.cover
        if cover is None or not cover.sheet_id or not rows:
            made.append(file)
        elif (row := _row_of(file, rows)) is not None:
            matched.add(row.line)
            made.append(replace(file, declared=row.declared))
        else:
            noted = replace(cover, problems=(*cover.problems, UNANNOUNCED))
            made.append(replace(file, cover=noted))
    return Parted(tuple(made), frozenset(matched))


def _row_of(file: SourceFile, rows: Sequence[Row]) -> Row | None:
    """The one row that a sheet was printed from, or that means the same file."""
    if file.cover is None or file.declared is None:
        return None
    printed = [row for row in rows if sheet_id_of(row.declared) == file.cover.sheet_id]
    if printed:
        return printed[0]
    # A list that was corrected after printing still means the same file.
    alike = [row for row in rows if _means(row.declared, file.declared)]
    return alike[0] if len(alike) == 1 else None


def _means(row: Declared, sheet: Declared) -> bool:
    if row.computer_number and sheet.computer_number:
        return row.computer_number == sheet.computer_number
    return bool(row.file_number and sheet.file_number) and _bare(row.file_number) == _bare(
        sheet.file_number
    )


def _bare(number: str | None) -> str:
    return "".join(folded(number or "").split())
