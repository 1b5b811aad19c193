"""``python -m training.card FOLDER DOCUMENT``: the data card's list of typefaces, written anew."""

from __future__ import annotations

import argparse
from pathlib import Path

from benchmarks.quality.tables import put_into
from training.typefaces import FontFile, catalogue


def main(arguments: list[str] | None = None) -> int:
    """Write the list between the document's markers; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.card", description=__doc__)
    parser.add_argument("folder", type=Path, help="what training.fetch made")
    parser.add_argument("document", type=Path)
    asked = parser.parse_args(arguments)
    faces = catalogue(asked.folder)
    sections = {
        "typefaces-devanagari": _table(faces.devanagari),
        "typefaces-latin": _table(faces.latin),
        "typefaces-held-back": _table(faces.held_back),
    }
    text = asked.document.read_text(encoding="utf-8")
    asked.document.write_text(put_into(text, sections), encoding="utf-8")
    return 0


def _table(fonts: tuple[FontFile, ...]) -> str:
    """One row a package: its families, how many cuts, the licence."""
    rows = ["| package | families | cuts | licence |", "|---|---|---|---|"]
    for source, licence in sorted({(font.source, font.licence) for font in fonts}):
        cuts = [font for font in fonts if font.source == source]
        families = ", ".join(sorted({font.family for font in cuts}))
        rows.append(f"| {source} | {families} | {len(cuts)} | {licence} |")
    return "\n".join(rows)


if __name__ == "__main__":
    raise SystemExit(main())
