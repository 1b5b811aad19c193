"""Pages and page texts for the layering tests: made here, small, and always the same."""

from __future__ import annotations

import io
import subprocess
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pypdfium2
from numpy.typing import NDArray
from PIL import Image

from ocr.layers import layer_page
from ocr.page import Box, ColourImage, GrayImage, Line, PageText, Word
from ocr.profile import Profile

CREAM, GREEN, WHITE = (236, 226, 196), (196, 214, 182), (250, 250, 249)
BLACK, RED, BLUE = (34, 32, 36), (188, 44, 52), (36, 52, 140)
HINDI = [
    *("दिनांक", "विभाग", "क्षेत्रीय", "कार्यालय", "ज़िला", "श्रीमान्", "हिन्दी।", "विषय:-"),
    *("एफ", "11-20/2014/1/9", "क्‍ष", "रु०", "१२३"),
]


def sheet(colour: tuple[int, int, int] = CREAM, size: tuple[int, int] = (900, 1200)) -> ColourImage:
    """Empty paper with grain and uneven light, (width, height) in pixels."""
    width, height = size
    grain = np.random.default_rng(7).normal(0, 3, (height, width, 1))
    light = 1 - 0.06 * np.linspace(0, 1, width)[None, :, None]
    return (np.array(colour) * light + grain).clip(0, 255).astype(np.uint8)


def write(page: NDArray[np.uint8], ink: object = BLACK, rows: range = range(120, 700, 60)) -> None:
    """Lines of Latin type in one ink, strokes four pixels wide."""
    colour = ink if isinstance(ink, tuple) else (ink,)
    for row in rows:
        cv2.putText(
            page,
            "No 4521 Collector office",
            (60, row),
            cv2.FONT_HERSHEY_SIMPLEX,
            1.4,
            colour,
            4,
            cv2.LINE_AA,
        )


def stamp(page: ColourImage, centre: tuple[int, int] = (250, 950)) -> None:
    """A round red seal."""
    cv2.circle(page, centre, 110, RED, 9, cv2.LINE_AA)
    cv2.putText(
        page, "SEAL", (centre[0] - 70, centre[1] + 15), cv2.FONT_HERSHEY_SIMPLEX, 1.6, RED, 8
    )


def sign(page: ColourImage, left: int = 520, row: int = 950) -> None:
    """A blue signature."""
    steps = np.arange(0, 280, 4)
    curve = np.stack([left + steps, row + 50 * np.sin(steps / 16)], axis=1).astype(np.int32)
    cv2.polylines(page, [curve], False, BLUE, 5, cv2.LINE_AA)


def letter() -> ColourImage:
    """Aged paper with black type, a red seal and a blue signature."""
    page = sheet()
    write(page)
    stamp(page)
    sign(page)
    return page


def gray_letter() -> GrayImage:
    """The same in grey."""
    return cv2.cvtColor(letter(), cv2.COLOR_RGB2GRAY)  # type: ignore[return-value]


def bilevel_letter() -> GrayImage:
    """The same in black and white."""
    return np.where(gray_letter() < 140, 0, 255).astype(np.uint8)


def photograph(height: int, width: int) -> ColourImage:
    """A continuous-tone picture: soft blobs over a gradient, with texture."""
    rng = np.random.default_rng(3)
    coarse = rng.integers(30, 200, (height // 24 + 2, width // 24 + 2, 3)).astype(np.uint8)
    soft = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC).astype(np.int16)
    return (soft + rng.normal(0, 12, (height, width, 1))).clip(0, 255).astype(np.uint8)


def text_of(words: list[str], *, lines: int = 3, dpi: float = 100) -> PageText:
    """The words, once on each line, in boxes of plausible size."""
    made = []
    for number in range(lines):
        top, left, row = 100 + 60 * number, 50, []
        for word in words:
            width = 14 * max(1, len(word))
            row.append(Word(word, Box(left, top, left + width, top + 36), 0.9))
            left += width + 12
        made.append(Line(tuple(row), Box(50, top, left, top + 36)))
    return PageText(tuple(made), 2400, 1200, dpi)


def layered(
    folder: Path, name: str, image: NDArray[np.uint8], profile: Profile = Profile.COMPACT
) -> Path:
    """A page's image layers on disk."""
    path = folder / f"{name}.pdf"
    path.write_bytes(layer_page(image, dpi=100, profile=profile))
    return path


def shown_by_pdfium(pdf: bytes, dpi: float = 100) -> ColourImage:
    """The first page as PDFium shows it."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return np.asarray(document[0].render(scale=dpi / 72).to_pil().convert("RGB"))
    finally:
        document.close()


def shown_by_poppler(pdf: bytes, dpi: float = 100) -> ColourImage:
    """The first page as poppler shows it."""
    command = ["pdftoppm", "-r", str(dpi), "-singlefile", "-png", "-"]
    png = subprocess.run(command, input=pdf, capture_output=True, check=True).stdout
    with Image.open(io.BytesIO(png)) as image:
        return np.asarray(image.convert("RGB"))


def images_of(pdf: bytes) -> list[dict[str, object]]:
    """The dictionaries of the first page's images, in order of drawing."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        found = document.pages[0].obj["/Resources"]["/XObject"]
        return [
            {"code": image.read_raw_bytes(), **{key: str(value) for key, value in image.items()}}
            for _, image in sorted(found.items())
        ]
