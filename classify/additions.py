"""What an office adds to the rules: departments, forms of numbers, kinds of documents."""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from errors import WrongUsage

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "departments.csv": ("code", "hindi", "english", "aliases"),
    "districts.csv": ("code", "hindi", "english", "aliases"),
    "offices.csv": ("code", "hindi", "english", "cues"),
}
TABLES: Mapping[str, tuple[str, ...]] = {
    "numbers.toml": ("form", "label"),
    "kinds.toml": ("kind",),
    "keeping.toml": ("class", "kind"),
}
_NEEDED = ("code", "hindi")
_MOST_BYTES = 4_000_000

Compiled = TypeVar("Compiled")


class Additions:
    """The files of one folder that add to our rules.

    Args:
        folder: where they lie; None for no additions at all.

    Raises:
        WrongUsage: the folder is not there.
    """

    def __init__(self, folder: Path | None) -> None:
        if folder is not None and not folder.is_dir():
            raise WrongUsage(
                "The folder of your own rules, {path}, is not there.",
                kept="Nothing was begun.",
                todo="Make the folder, or take ABHILEKH_RULES away.",
                path=folder,
            )
        self._folder = folder

    def rows(self, name: str) -> list[dict[str, str]]:
        """The added rows of a table, every column there and none of them None.

        Raises:
            WrongUsage: it is not CSV in UTF-8, or lacks a column or cell.
        """
        text = self._text(name)
        if text is None:
            return []
        rows = csv.DictReader(io.StringIO(text), strict=True)
        try:
            lacking = [column for column in COLUMNS[name] if column not in (rows.fieldnames or ())]
            if lacking:
                raise self._unusable(name, f"it has no column {', '.join(lacking)}")
            return [self._row(name, row, rows.line_num) for row in rows]
        except csv.Error as fault:
            raise self._unusable(name, f"line {rows.line_num}: {fault}") from fault

    def to(self, book: Mapping[str, Any], name: str, tables: Sequence[str]) -> Mapping[str, Any]:
        """``book`` with the added entries of its ``tables`` behind its own.

        Raises:
            WrongUsage: the addition is not TOML, or holds other tables.
        """
        text = self._text(name)
        if text is None:
            return book
        try:
            added = tomllib.loads(text)
        except tomllib.TOMLDecodeError as fault:
            raise self._unusable(name, str(fault)) from fault
        strange = [table for table in added if table not in tables]
        if strange or not all(isinstance(entries, list) for entries in added.values()):
            raise self._unusable(name, f"only [[{']], [['.join(tables)}]] can be added")
        return {**book, **{table: [*book[table], *entries] for table, entries in added.items()}}

    def checked(self, name: str, compiling: Callable[[], Compiled]) -> Compiled:
        """What ``compiling`` gives; its complaint about an addition in words for people."""
        try:
            return compiling()
        except (KeyError, TypeError, ValueError, re.error) as fault:
            if self._text(name) is None:
                raise
            raise self._unusable(name, f"{type(fault).__name__} {fault}") from fault

    def _row(self, name: str, row: Mapping[str | Any, Any], line: int) -> dict[str, str]:
        if None in row:
            raise self._unusable(name, f"line {line}: it has more cells than the first line")
        cells = {column: (row.get(column) or "").strip() for column in COLUMNS[name]}
        empty = [column for column in _NEEDED if not cells[column]]
        if empty:
            raise self._unusable(name, f"line {line}: {', '.join(empty)} is empty")
        return cells

    def _text(self, name: str) -> str | None:
        if self._folder is None or not (self._folder / name).is_file():
            return None
        path = self._folder / name
        try:
            if path.stat().st_size > _MOST_BYTES:
                raise self._unusable(name, "it is far too large")
            return path.read_text(encoding="utf-8-sig")
        except OSError as fault:
            raise self._unusable(name, fault.strerror or type(fault).__name__) from fault
        except UnicodeDecodeError as fault:
            raise self._unusable(name, "the letters are not saved as UTF-8") from fault

    def _unusable(self, name: str, why: str) -> WrongUsage:
        return WrongUsage(
            "Your own rules in {name} cannot be used: {why}.",
            kept="Nothing was begun.",
            todo="Correct the file {path}, or take it out of that folder.",
            name=name,
            why=why,
            path=f"{self._folder}/{name}",
        )
