"""What each reader says of itself, and whether it is right: the figures that trust is made of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from benchmarks.fitting.logistic import fitted
from ocr.calibration import key_of
from ocr.engine import OcrEngine, Segmentation
from ocr.page import GrayImage, Line
from ocr.second import SecondReaders

Said = tuple[str, float]  # a word and how sure its reader was
Judged = tuple[float, bool]  # how sure a reader was of a word, and whether it was right
_LEAST = 0.001


@dataclass
class Heard:
    """An engine that keeps what it says."""

    engine: OcrEngine
    said: list[Said] = field(default_factory=list)

    @property
    def name(self) -> str:
        """See ``OcrEngine``."""
        return self.engine.name

    @property
    def version(self) -> str:
        """See ``OcrEngine``."""
        return self.engine.version

    def recognise(
        self, image: GrayImage, *, dpi: float, segmentation: Segmentation = Segmentation.AUTO
    ) -> tuple[Line, ...]:
        """See ``OcrEngine``."""
        lines = self.engine.recognise(image, dpi=dpi, segmentation=segmentation)
        self.said += [(word.text, word.confidence) for line in lines for word in line.words]
        return lines

    def close(self) -> None:
        """See ``OcrEngine``."""
        self.engine.close()

    def __hash__(self) -> int:
        return id(self)

    def __eq__(self, other: object) -> bool:
        return self is other


def heard(readers: SecondReaders) -> tuple[SecondReaders, list[Heard]]:
    """The same readers, each kept an ear on; one that reads in two roles is one."""
    kept: dict[int, Heard] = {}

    def ear(engine: OcrEngine | None) -> OcrEngine | None:
        return None if engine is None else kept.setdefault(id(engine), Heard(engine))

    told = replace(
        readers,
        latin=ear(readers.latin),
        devanagari=ear(readers.devanagari),
        hindi=ear(readers.hindi),
        lines=ear(readers.lines),
    )
    return told, list(kept.values())


def judged(ears: Sequence[Heard], truth: Sequence[str]) -> dict[str, list[Judged]]:
    """By reader: how sure it was of each word, and whether the page holds that word."""
    there = {word for line in truth for word in line.split()}
    return {key_of(ear.version): [(sure, word in there) for word, sure in ear.said] for ear in ears}


def trust_of(
    pages: Sequence[Mapping[str, Sequence[tuple[float, bool]]]],
) -> dict[str, dict[str, float]]:
    """Bias and slope of log odds for each reader."""
    lines = {}
    for key in sorted({key for page in pages for key in page}):
        said = np.array([pair for page in pages for pair in page.get(key, ())], np.float64)
        if len(said) < 50 or len(set(said[:, 1].tolist())) < 2:
            continue
        sure = np.clip(said[:, 0], _LEAST, 1 - _LEAST)
        odds = np.log(sure / (1 - sure))[:, np.newaxis]
        weights = fitted(odds, said[:, 1], names=["odds"], never_falling=["odds"])
        lines[key] = {"bias": round(weights.bias, 4), "slope": round(weights.by_sign[0], 4)}
    return lines
