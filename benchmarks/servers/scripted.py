"""An engine that reads nothing: the same official head on every page, at once."""

from __future__ import annotations

from ocr.engine import Segmentation
from ocr.page import Box, GrayImage, Line, Word

HEAD = (
    "मध्यप्रदेश शासन",
    "सामान्य प्रशासन विभाग",
    "क्रमांक एफ 11-20/2014/1/9 भोपाल, दिनांक 04.06.1988",
    "विषय:- अभिलेखों के डिजिटलीकरण के संबंध में।",
)


class Scripted:
    """What servers and pipeline cost shows best when reading costs nothing."""

    name = "scripted"
    version = "scripted 1"

    def recognise(
        self, image: GrayImage, *, dpi: float, segmentation: Segmentation = Segmentation.AUTO
    ) -> tuple[Line, ...]:
        """The head, spread over the image, letters half as wide as high."""
        height, width = image.shape
        step = height // (len(HEAD) + 1)
        return tuple(_line(text, step // 2 + n * step, width) for n, text in enumerate(HEAD))

    def close(self) -> None:
        """Nothing is held."""


def _line(text: str, top: int, width: int) -> Line:
    size = max(8, width // 40)
    words, left = [], size
    for word in text.split():
        right = left + max(1, len(word) * size // 2)
        words.append(Word(word, Box(left, top, right, top + size), 0.96))
        left = right + size // 2
    return Line(tuple(words), Box(size, top, words[-1].box.x1, top + size))
