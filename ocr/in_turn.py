"""An engine that reads for one caller at a time: one model in memory, however many threads."""

from __future__ import annotations

import threading

from ocr.engine import OcrEngine, Segmentation
from ocr.page import GrayImage, Line


class InTurn:
    """An engine that is asked seldom and answers soon: who comes second waits.

    Second readings take a twentieth of a page's time, so two threads hardly ever meet, and the
    models of a second thread would weigh 14 MB.

    Args:
        engine: who reads.
    """

    def __init__(self, engine: OcrEngine) -> None:
        self._engine = engine
        self._turn = threading.Lock()
        self.name = engine.name

    @property
    def version(self) -> str:
        """See ``OcrEngine``."""
        return self._engine.version

    def recognise(
        self, image: GrayImage, *, dpi: float, segmentation: Segmentation = Segmentation.AUTO
    ) -> tuple[Line, ...]:
        """See ``OcrEngine``."""
        with self._turn:
            return self._engine.recognise(image, dpi=dpi, segmentation=segmentation)

    def close(self) -> None:
        """See ``OcrEngine``."""
        self._engine.close()
