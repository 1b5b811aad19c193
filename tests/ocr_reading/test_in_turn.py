"""Seldom asked models: one of each in memory, whoever comes second waits."""

from __future__ import annotations

import threading
import time

import numpy as np

from config.reading import make_second
from config.settings import Settings
from ocr.engine import OcrEngine, Segmentation
from ocr.in_turn import InTurn
from ocr.page import GrayImage, Line
from ocr.tesserocr_engine import TesserocrEngine
from tests.ocr_reading.test_engines import needs_model

PAPER = np.full((40, 40), 255, np.uint8)


class Counting:
    """Notes how many read at one time."""

    name = version = "counting 1 one"

    def __init__(self) -> None:
        self.inside = self.most = self.closed = 0

    def recognise(
        self, image: GrayImage, *, dpi: float, segmentation: Segmentation = Segmentation.AUTO
    ) -> tuple[Line, ...]:
        self.inside += 1
        self.most = max(self.most, self.inside)
        time.sleep(0.01)
        self.inside -= 1
        return ()

    def close(self) -> None:
        self.closed += 1


def test_two_threads_are_read_for_one_after_the_other() -> None:
    counting = Counting()
    engine: OcrEngine = InTurn(counting)
    threads = [
        threading.Thread(target=engine.recognise, args=(PAPER,), kwargs={"dpi": 150.0})
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counting.most == 1
    engine.close()
    assert counting.closed == 1
    assert (engine.name, engine.version) == (counting.name, counting.version)


@needs_model
def test_the_first_model_is_not_made_to_wait() -> None:
    first = TesserocrEngine()
    second = make_second(Settings(ocr_engine="tesserocr"), first)
    assert second.devanagari is first
    assert isinstance(second.latin, InTurn)
