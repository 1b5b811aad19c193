"""The typefaces that lines are set in: where each comes from, and what it can draw.

Those of Debian are installed by ``packages.apt`` (need ``train``); those of npm are fetched and
turned into plain TrueType by ``python -m training.fetch``. None of them is committed. The faces
that the scan maker keeps for judging (``benchmarks.scans.options``) are never used here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from PIL import ImageFont

# Never trained on: the scan maker's judging faces and those for judging at length.
HELD_BACK = ("NotoSerifDevanagari", "Gargi", "nakula", "sahadeva", "AnnapurnaSIL")


@dataclass(frozen=True, slots=True)
class FontFile:
    """One font file.

    Attributes:
        path: where it lies.
        family: its family, as its maker names it.
        source: the Debian or npm package that brings it.
        licence: as the package states it.
        signs: what it can draw.
        style: ``sans``, ``serif``, ``typed``, ``dots``; only for Latin.
    """

    path: Path
    family: str
    source: str
    licence: str
    signs: frozenset[str]
    style: str = ""


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All font files, by the script that they are used for."""

    devanagari: tuple[FontFile, ...]
    latin: tuple[FontFile, ...]
    held_back: tuple[FontFile, ...]

    @property
    def for_judging(self) -> Catalogue:
        """The faces that nothing is trained on, beside the same Latin ones."""
        return Catalogue(self.held_back, self.latin, ())


@cache
def catalogue(folder: Path) -> Catalogue:
    """The catalogue that ``training.fetch`` wrote into ``folder``."""
    entries = json.loads((folder / "typefaces.json").read_text(encoding="utf-8"))
    made = {
        script: tuple(
            FontFile(
                Path(entry["path"]),
                entry["family"],
                entry["source"],
                entry["licence"],
                frozenset(entry["signs"]),
                entry.get("style", ""),
            )
            for entry in entries[script]
        )
        for script in ("devanagari", "latin", "held_back")
    }
    return Catalogue(**made)


@lru_cache(maxsize=2048)
def loaded(path: Path, size_px: int) -> ImageFont.FreeTypeFont:
    """The font at an em of so many pixels, with shaping."""
    return ImageFont.truetype(path, size_px, layout_engine=ImageFont.Layout.RAQM)
