"""The line maker: line number so and so of a seed, always the same pixels with the same text."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ocr.line_image import MARGIN, band_image
from training.alphabet import classes_of
from training.setting import Face, Ink, SetLine, face_for, set_line
from training.texts import Sources, Writer
from training.typefaces import Catalogue, catalogue
from training.wear import worn

_WIDEST_PX = 1500  # of a line for training, after it was brought to its height
_BODIES_PX = (8.5, 36.0)  # small letters of 8 points at 150 dpi .. 14 points at 300 dpi


@dataclass(frozen=True, slots=True)
class MadeLine:
    """Attributes: image: (HEIGHT_PX, width) uint8, 255 ink; text: what it says; classes: of it."""

    image: NDArray[np.uint8]
    text: str
    classes: list[int]


class LineMaker:
    """Makes lines from typefaces and texts."""

    def __init__(
        self, folder: Path, prose: tuple[Path, ...], seed: int, *, held_back: bool = False
    ):
        """Lines of a seed.

        Args:
            folder: as ``training.fetch`` left it.
            prose: plain text files.
            seed: another one makes other lines.
            held_back: set in the faces that nothing is trained on.
        """
        faces = catalogue(folder)
        self._catalogue: Catalogue = faces.for_judging if held_back else faces
        self._sources = Sources(folder, prose)
        self._seed = seed

    def make(self, number: int) -> MadeLine:
        """Line ``number`` of this seed."""
        rng = np.random.default_rng((self._seed, number))
        while True:
            made = self._tried(rng)
            if made is not None:
                return made

    def _tried(self, rng: np.random.Generator) -> MadeLine | None:
        """A line, or None when what was drawn cannot be set or is too long."""
        writer = Writer(self._sources, rng)
        text = writer.line()
        classes = classes_of(text)
        if not classes:
            return None
        face = face_for(text, self._catalogue, rng)
        if face is None:
            return None
        body = float(np.exp(rng.uniform(*np.log(_BODIES_PX))))
        neighbours = self._neighbours(writer, len(text) + 8, face, rng)
        line = set_line(text, neighbours, face, body, rng)
        dpi = int(np.clip(body * float(rng.uniform(9, 15)), 110, 420))
        grey, line = worn(line, self._back(line, rng), dpi, rng)
        image = cut(grey, line, rng)
        if image.shape[1] > _WIDEST_PX or image.shape[1] < 3 * len(classes):
            return None
        return MadeLine(image, text, classes)

    def _neighbours(
        self, writer: Writer, signs: int, face: Face, rng: np.random.Generator
    ) -> tuple[str, str]:
        above, below = (writer.line()[:signs] if rng.random() < 0.5 else "" for _ in range(2))
        return (above if face.has(above) else ""), (below if face.has(below) else "")

    def _back(self, line: SetLine, rng: np.random.Generator) -> Ink | None:
        if rng.random() > 0.35:
            return None
        return np.ascontiguousarray(np.roll(line.ink[:, ::-1], int(rng.integers(-60, 60)), (0,)))


def cut(grey: NDArray[np.uint8], line: SetLine, rng: np.random.Generator) -> NDArray[np.uint8]:
    """The line as the finder would cut it: never quite at its edges."""
    body = line.baseline - line.top
    top = line.top + body * float(rng.normal(0, 0.06))
    baseline = line.baseline + body * float(rng.normal(0, 0.06))
    edge = MARGIN * body
    x0 = line.x0 - edge + body * float(rng.normal(0, 0.15))
    x1 = line.x1 + edge + body * float(rng.normal(0, 0.15))
    return band_image(grey, x0, x1, (top, baseline))
