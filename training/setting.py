"""A line of text set in type, with its neighbours, as ink on nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from training.typefaces import Catalogue, FontFile, loaded

Ink = NDArray[np.float32]
_RUNS = re.compile(r"[ऀ-ॿ]+|[^ऀ-ॿ]+")
_DEVANAGARI = re.compile(r"[ऀ-ॿ]")
_LATIN_STYLES = {"set": 0.80, "typed": 0.17, "dots": 0.03}
_MOST_TRIES = 12
# Faces of running text are drawn more often than those of headings.
_BOOK_FACES = {
    *{"Chandas", "Samanata", "Kalimati", "Sarai", "FreeSerif", "FreeSans", "Lohit Devanagari"},
    *{
        "Lohit Marathi",
        "Lohit Nepali",
        "Noto Sans Devanagari",
        "Samyak Devanagari",
        "Aksharyogini2",
    },
    *{"Mukta", "Hind", "Martel", "Karma", "Halant", "Sumana", "Sahitya", "Vesper Libre", "Kadwa"},
    *{"Tiro Devanagari Hindi", "Tiro Devanagari Marathi", "Tiro Devanagari Sanskrit"},
    *{"Liberation Serif", "Liberation Sans", "Tinos", "Arimo", "Courier Prime"},
}
_BOOKISH = 3.0


@dataclass(frozen=True, slots=True)
class Face:
    """A Devanagari font with a Latin one beside it."""

    devanagari: FontFile
    latin: FontFile
    latin_scale: float

    def has(self, text: str) -> bool:
        """Whether it can draw all of the text."""
        return all(
            sign in (self.devanagari.signs if _DEVANAGARI.match(sign) else self.latin.signs)
            for sign in text
            if sign != " "
        )


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line as it was set.

    Attributes:
        ink: (height, width) 0 paper .. 1 ink, the neighbours' marks in it too.
        x0: left and
        x1: right end of the line, pixels.
        top: y of the headline or of the small Latin letters, pixels.
        baseline: y where they end.
    """

    ink: Ink
    x0: float
    x1: float
    top: float
    baseline: float


def draw_face(catalogue: Catalogue, rng: np.random.Generator) -> Face:
    """Any face: families are equally likely, whatever number of cuts they have."""
    style = str(rng.choice(list(_LATIN_STYLES), p=list(_LATIN_STYLES.values())))
    devanagari = _of_family(catalogue.devanagari, rng)
    latin = _of_family(tuple(f for f in catalogue.latin if f.style == style), rng)
    if rng.random() < 0.3:  # its own Latin, where it has one
        own = [font for font in catalogue.latin if font.family == devanagari.family]
        latin = own[int(rng.integers(len(own)))] if own else latin
    return Face(devanagari, latin, float(rng.uniform(0.82, 1.08)))


def _of_family(fonts: tuple[FontFile, ...], rng: np.random.Generator) -> FontFile:
    families = sorted({font.family for font in fonts})
    shares = np.array([_BOOKISH if family in _BOOK_FACES else 1.0 for family in families])
    family = families[int(rng.choice(len(families), p=shares / shares.sum()))]
    cuts = [font for font in fonts if font.family == family]
    return cuts[int(rng.integers(len(cuts)))]


def face_for(text: str, catalogue: Catalogue, rng: np.random.Generator) -> Face | None:
    """A face that can draw the text, or None when a dozen drawn ones cannot."""
    for _ in range(_MOST_TRIES):
        face = draw_face(catalogue, rng)
        if face.has(text):
            return face
    return None


class Setter:
    """Sets lines in one face at one size."""

    def __init__(self, face: Face, body_px: float):
        """``body_px``: height of the small letters, pixels."""
        probe = loaded(face.devanagari.path, 100)
        size = max(5, round(100 * body_px / max(1.0, -probe.getbbox("म", anchor="ls")[1])))
        self._devanagari = loaded(face.devanagari.path, size)
        # Latin capitals stand about as tall as Devanagari letters do.
        capital = -loaded(face.latin.path, 100).getbbox("H", anchor="ls")[1]
        tall = body_px * 1.12 * face.latin_scale
        self._latin = loaded(face.latin.path, max(5, round(100 * tall / max(1.0, capital))))

    def small_letters(self, text: str) -> float:
        """Height above the baseline at which most letters of the text begin, pixels."""
        letters = [sign for sign in text if sign.isalnum()]
        hindi = sum(bool(_DEVANAGARI.match(sign)) for sign in letters)
        if hindi * 2 >= max(1, len(letters)):
            return float(-self._devanagari.getbbox("म", anchor="ls")[1])
        small = sum(sign.islower() for sign in letters)
        return float(
            -self._latin.getbbox("x" if small * 2 >= len(letters) - hindi else "H", anchor="ls")[1]
        )

    def draw(
        self, canvas: ImageDraw.ImageDraw, at: tuple[float, float], text: str, gap_px: float
    ) -> float:
        """Draw the text from ``at`` (left, baseline); returns where it ends."""
        x, baseline = at
        for number, word in enumerate(text.split(" ")):
            if number:
                x += gap_px
            for run in _RUNS.findall(word):
                font = self._font(run)
                canvas.text((x, baseline), run, 255, font, "ls")
                x += font.getlength(run)
        return x

    def width(self, text: str, gap_px: float) -> float:
        """Length of the text, pixels."""
        words = text.split(" ")
        runs = (run for word in words for run in _RUNS.findall(word))
        return sum(self._font(run).getlength(run) for run in runs) + gap_px * (len(words) - 1)

    def _font(self, run: str) -> ImageFont.FreeTypeFont:
        return self._devanagari if _DEVANAGARI.match(run) else self._latin


def set_line(
    text: str, neighbours: tuple[str, str], face: Face, body_px: float, rng: np.random.Generator
) -> SetLine:
    """The text between its neighbours (above, below; empty for none), on a canvas of its own."""
    setter = Setter(face, body_px)
    gap = body_px * float(
        rng.choice([rng.uniform(0.3, 0.7), rng.uniform(0.7, 1.6)], p=[0.75, 0.25])
    )
    margin = body_px * float(rng.uniform(1.0, 2.5))
    length = setter.width(text, gap)
    height, width = round(body_px * 7), max(16, round(length + 2 * margin))
    image = Image.new("L", (width, height))
    canvas = ImageDraw.Draw(image)
    baseline = body_px * 4.0
    setter.draw(canvas, (margin, baseline), text, gap)
    pitch = body_px * float(rng.uniform(1.9, 3.0))
    for other, side in zip(neighbours, (-1, 1), strict=True):
        if other:
            start = margin + float(rng.normal(0, 2)) * body_px
            setter.draw(canvas, (start, baseline + side * pitch), other, gap)
    ink = np.asarray(image, np.float32) / 255
    top = baseline - setter.small_letters(text)
    return SetLine(ink, margin, margin + length, top, baseline)
