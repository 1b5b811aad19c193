"""Typefaces, and shaped text in them: each run of a script in a font that has its letters."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import ImageFont, features

from errors import ToolMissing

FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
# Strong characters choose the font; digits, signs and spaces stay with what stood before them.
_DEVANAGARI = r"ऀ-ॿ‌‍"
_RUNS = re.compile(rf"[{_DEVANAGARI}][^A-Za-z–—‘’“”]*|[^{_DEVANAGARI}]+")


@dataclass(frozen=True, slots=True)
class Font:
    """One font file and the Debian package that brings it."""

    regular: str
    bold: str | None
    package: str


_LOHIT = Font("Lohit-Devanagari.ttf", None, "fonts-lohit-deva")
_NOTO_SANS = Font(
    "NotoSansDevanagari-Regular.ttf", "NotoSansDevanagari-Bold.ttf", "fonts-noto-core"
)
_NOTO_SERIF = Font(
    "NotoSerifDevanagari-Regular.ttf", "NotoSerifDevanagari-Bold.ttf", "fonts-noto-core"
)
_SERIF = Font("LiberationSerif-Regular.ttf", "LiberationSerif-Bold.ttf", "fonts-liberation")
_SANS = Font("LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf", "fonts-liberation")
_MONO = Font("LiberationMono-Regular.ttf", "LiberationMono-Bold.ttf", "fonts-liberation")
_GARGI = Font("Gargi.ttf", None, "fonts-gargi")
_NAKULA = Font("nakula.ttf", None, "fonts-nakula")
_SAHADEVA = Font("sahadeva.ttf", None, "fonts-sahadeva")
_ANNAPURNA = Font("AnnapurnaSIL-Regular.ttf", "AnnapurnaSIL-Bold.ttf", "fonts-sil-annapurna")


@dataclass(frozen=True, slots=True)
class Typeface:
    """A Devanagari font with the Latin one that stands beside it.

    ``latin_scale`` matches the heights; ``tracking`` is extra space between words, in em.
    """

    name: str
    devanagari: Font
    latin: Font
    latin_scale: float = 0.92
    tracking: float = 0.0


FACES = {
    face.name: face
    for face in (
        Typeface("lohit", _LOHIT, _SERIF),
        Typeface("noto-sans", _NOTO_SANS, _SANS, latin_scale=0.95),
        Typeface("noto-serif", _NOTO_SERIF, _SERIF, latin_scale=1.0),
        Typeface("lohit-typed", _LOHIT, _MONO, latin_scale=0.85, tracking=0.12),
        Typeface("gargi", _GARGI, _SANS, latin_scale=0.9),
        Typeface("nakula", _NAKULA, _SERIF, latin_scale=0.95, tracking=0.1),
        Typeface("sahadeva", _SAHADEVA, _SERIF, latin_scale=0.95, tracking=0.1),
        Typeface("annapurna", _ANNAPURNA, _SERIF, latin_scale=0.95),
    )
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of one script, ready to draw; lengths in pixels."""

    text: str
    font: ImageFont.FreeTypeFont
    width: float
    top: int
    bottom: int
    stroke: int


def face_named(name: str) -> Typeface:
    """The typeface of that name.

    Raises:
        errors.ToolMissing: there is no such typeface.
    """
    if name in FACES:
        return FACES[name]
    raise ToolMissing(
        "The scan maker knows no typeface {name}.",
        kept="Nothing was written.",
        todo="Choose from: {known}.",
        name=name,
        known=", ".join(FACES),
    )


def installed(name: str) -> bool:
    """Whether the fonts of that typeface are on this machine."""
    face = face_named(name)
    return all(_find(font.regular) is not None for font in (face.devanagari, face.latin))


@lru_cache(maxsize=16384)
def pieces(word: str, face: Typeface, size_px: int, bold: bool) -> tuple[Piece, ...]:
    """``word`` cut into runs, each with a font that has its glyphs.

    Args:
        word: NFC text without line breaks.
        face: the typeface.
        size_px: em size of the Devanagari font, pixels.
        bold: bold; a font without a bold cut is struck twice as thick instead.

    Raises:
        errors.ToolMissing: a font, or Pillow's shaping, is not installed.
    """
    return tuple(_piece(run, face, size_px, bold) for run in _RUNS.findall(word))


def _piece(run: str, face: Typeface, size_px: int, bold: bool) -> Piece:
    hindi = re.match(f"[{_DEVANAGARI}]", run) is not None
    font = face.devanagari if hindi else face.latin
    size = size_px if hindi else round(size_px * face.latin_scale)
    name = font.bold if bold and font.bold else font.regular
    loaded = _load(name, font.package, size)
    stroke = max(1, round(size / 50)) if bold and not font.bold else 0
    box = loaded.getbbox(run, anchor="ls", stroke_width=stroke)
    return Piece(run, loaded, loaded.getlength(run), int(box[1]), int(box[3]), stroke)


@lru_cache(maxsize=64)
def _load(name: str, package: str, size_px: int) -> ImageFont.FreeTypeFont:
    if not features.check("raqm"):
        raise ToolMissing(
            "Pillow here cannot shape Devanagari (libraqm is missing).",
            kept="Nothing was written.",
            todo="Install Pillow from its wheel, which brings libraqm: make setup",
        )
    path = font_file(name, package)
    return ImageFont.truetype(path, size_px, layout_engine=ImageFont.Layout.RAQM)


def font_file(name: str, package: str = "fonts-liberation") -> Path:
    """Where the font lies.

    Raises:
        errors.ToolMissing: it is not installed; ``package`` brings it.
    """
    path = _find(name)
    if path is None:
        raise ToolMissing(
            "The font {name} is not installed.",
            kept="Nothing was written.",
            todo="Install it: sudo apt-get install {package}",
            name=name,
            package=package,
        )
    return path


@lru_cache(maxsize=64)
def _find(name: str) -> Path | None:
    return next((path for folder in FONT_FOLDERS for path in sorted(folder.rglob(name))), None)
