"""Which scans make up one physical file, and in which order.

- A sub-folder of SOURCE is one physical file; deeper folders are flattened in counting order.
- A SOURCE without sub-folders, or with none but side folders, is itself one physical file.
- Beside sub-folders, a loose PDF or TIFF of several pages is a physical file of its own, and
  the other loose scans together make one more, named after SOURCE.
- A scan that a line of ``batch.csv`` names is a physical file of its own, wherever it lies.
- Inside a file: pages of no declared side (covers) first, then noting, then correspondence.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path, PurePath
from typing import TypeAlias

from ingest.declarations import Declarations, Row
from ingest.manifest import Scan, Side, SourceFile
from ingest.names import SortKey, counting_order, printable, side_of

Placed: TypeAlias = tuple[PurePath, Scan]  # where it lies below SOURCE, and what it is

_SELF = PurePath()  # stands for the file that SOURCE itself is
_SIDE_ORDER: dict[Side | None, int] = {None: 0, "noting": 1, "correspondence": 2}


@dataclass(frozen=True, slots=True)
class Grouped:
    """Physical files in counting order of their names, and the rows that fit none of them."""

    files: tuple[SourceFile, ...]
    unmatched: tuple[Row, ...]


def grouped(source: Path, placed: Iterable[Placed], declarations: Declarations) -> Grouped:
    """The physical files that the scans make up, each with its scans in page order.

    Args:
        source: the resolved SOURCE.
        placed: every scan with its path below SOURCE; the bare name if SOURCE is one file.
        declarations: rows of ``batch.csv``.
    """
    scans = list(placed)
    whole = _is_one_file(inside for inside, _ in scans)
    groups: dict[PurePath, list[Placed]] = {}
    for inside, scan in scans:
        groups.setdefault(_group(inside, scan, whole, declarations), []).append((inside, scan))
    rows = {group: _row(source, group, declarations) for group in groups}
    names = _names(source, groups)
    ordered = sorted(groups, key=lambda group: counting_order(PurePath(names[group])))
    files = tuple(_file(names[group], group, groups[group], rows[group]) for group in ordered)
    used = {row.line for row in rows.values() if row}
    unmatched = (row for row in declarations.rows.values() if row.line not in used)
    return Grouped(files, tuple(unmatched))


def _names(source: Path, groups: Iterable[PurePath]) -> dict[PurePath, str]:
    names = {group: printable(str(group)) for group in groups}
    if _SELF in names:
        own = printable(source.name)
        while own in names.values():
            own += "~"
        names[_SELF] = own
    return names


def _row(source: Path, group: PurePath, declarations: Declarations) -> Row | None:
    return declarations.of(group) or (declarations.of(source.name) if not group.parts else None)


def _is_one_file(places: Iterable[PurePath]) -> bool:
    return all(len(inside.parts) == 1 or side_of(inside.parts[0]) for inside in places)


def _group(inside: PurePath, scan: Scan, whole: bool, declarations: Declarations) -> PurePath:
    if declarations.of(inside) is not None:
        return inside
    if whole:
        return _SELF
    if len(inside.parts) > 1:
        return PurePath(inside.parts[0])
    return inside if len(scan.frames) > 1 else _SELF


def _file(name: str, group: PurePath, members: list[Placed], row: Row | None) -> SourceFile:
    sided = [(inside, replace(scan, side=_side(inside, group))) for inside, scan in members]
    ordered = sorted(sided, key=_page_order)
    return SourceFile(name, tuple(scan for _, scan in ordered), row.declared if row else None)


def _page_order(placed: Placed) -> tuple[int, SortKey]:
    inside, scan = placed
    return _SIDE_ORDER[scan.side], counting_order(inside)


def _side(inside: PurePath, group: PurePath) -> Side | None:
    below = inside.parts[len(group.parts) : -1]
    return next((side for side in map(side_of, below) if side is not None), None)
