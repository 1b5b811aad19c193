"""Whether an export is still what was written: every file there, unchanged, nothing added."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from errors import WrongUsage
from pipeline.export_tables import MARK, RECORDS, SUMS

_OURS = {MARK, SUMS}


def run(target: Path) -> dict[str, Any]:
    """Every file of the export in ``target`` hashed again.

    Returns:
        ``{"checked", "damaged", "findings": [{"path", "state"}]}``; ``state`` is ``missing``,
        ``changed``, or ``stranger`` for a file that the export did not write.

    Raises:
        WrongUsage: there is no finished export.
    """
    sums = target / SUMS
    if not sums.is_file():
        raise WrongUsage(
            "There is no finished export in {path}.",
            kept="Nothing was changed.",
            todo="Name the folder that was given to: abhilekh export eoffice",
            path=target,
        )
    expected = dict(_listed(sums))
    findings = [
        {"path": path, "state": state}
        for path, digest in expected.items()
        if (state := _state(target / path, digest)) != "ok"
    ]
    findings += [{"path": path, "state": "stranger"} for path in _strangers(target, set(expected))]
    return {"checked": len(expected), "damaged": len(findings), "findings": findings}


def _listed(sums: Path) -> Iterator[tuple[str, str]]:
    for line in sums.read_text(encoding="utf-8").splitlines():
        digest, _, path = line.partition("  ")
        yield path, digest


def _state(path: Path, digest: str) -> str:
    try:
        with path.open("rb") as stream:
            found = hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return "missing"
    return "ok" if found == digest else "changed"


def _strangers(target: Path, expected: set[str]) -> Iterator[str]:
    for path in sorted(target.rglob("*")):
        inside = path.relative_to(target).as_posix()
        known = inside in expected or inside in _OURS or inside.startswith(f"{RECORDS}/")
        if path.is_file() and not known:
            yield inside
