"""Engines that read what they are told to, or fail as they are told to."""

from __future__ import annotations

import os
import signal
import time
from datetime import UTC, datetime, timedelta, tzinfo

from ocr.engine import Segmentation
from ocr.page import Box, GrayImage, Line, Word

TEXT = (
    "मध्यप्रदेश शासन",
    "सामान्य प्रशासन विभाग",
    "क्रमांक एफ 11-20/2014/1/9 भोपाल, दिनांक 04.06.1988",
    "विषय:- अभिलेखों के डिजिटलीकरण के संबंध में।",
)


class ScriptedEngine:
    """Reads the same lines on every page, spread over the image; counts its readings."""

    name = "scripted"
    version = "scripted 1"

    def __init__(self, *text: str) -> None:
        self.readings = 0
        self.text = text or TEXT

    def recognise(
        self, image: GrayImage, *, dpi: float, segmentation: Segmentation = Segmentation.AUTO
    ) -> tuple[Line, ...]:
        self.readings += 1
        height, width = image.shape
        return tuple(
            _line(text, number, width, height // (len(self.text) + 1))
            for number, text in enumerate(self.text)
        )

    def close(self) -> None:
        pass


def _line(text: str, number: int, width: int, step: int) -> Line:
    """Words set as type is: letters half as wide as high, a letter's width between words."""
    size = max(8, width // 40)
    top, left = step // 2 + number * step, size
    words = []
    for word in text.split():
        right = left + max(1, len(word) * size // 2)
        words.append(Word(word, Box(left, top, right, top + size), 0.96))
        left = right + size // 2
    return Line(tuple(words), Box(size, top, words[-1].box.x1, top + size))


def _is_marked(image: GrayImage) -> bool:
    """The poison: a page thrice as long as wide, which no other test page or line of one is."""
    height, width = image.shape
    return height > 2.2 * width and height > 1000


class PoisonedEngine(ScriptedEngine):
    """Ends the whole process on a marked page, as native code does when it crashes."""

    def recognise(
        self, image: GrayImage, *, dpi: float, segmentation: Segmentation = Segmentation.AUTO
    ) -> tuple[Line, ...]:
        if _is_marked(image):
            os.kill(os.getpid(), signal.SIGSEGV)
        return super().recognise(image, dpi=dpi, segmentation=segmentation)


class HangingEngine(ScriptedEngine):
    """Never comes back from a marked page, as native code does when it loops."""

    def recognise(
        self, image: GrayImage, *, dpi: float, segmentation: Segmentation = Segmentation.AUTO
    ) -> tuple[Line, ...]:
        if _is_marked(image):
            time.sleep(3600)
        return super().recognise(image, dpi=dpi, segmentation=segmentation)


class SlowEngine(ScriptedEngine):
    """Takes its time over every page."""

    def recognise(
        self, image: GrayImage, *, dpi: float, segmentation: Segmentation = Segmentation.AUTO
    ) -> tuple[Line, ...]:
        time.sleep(0.7)
        return super().recognise(image, dpi=dpi, segmentation=segmentation)


def broken() -> ScriptedEngine:
    """An engine that cannot be made, for a reason that nobody foresaw."""
    raise ZeroDivisionError("never meant to be seen")


def ten_minutes_fast() -> SlowEngine:
    """Sets the clock of the worker process that makes it ten minutes ahead."""
    return _in_another_time(timedelta(minutes=10))


def ten_minutes_slow() -> SlowEngine:
    """Sets the clock of the worker process that makes it ten minutes back."""
    return _in_another_time(timedelta(minutes=-10))


def _in_another_time(wrong_by: timedelta) -> SlowEngine:
    """Every clock that Python code may ask for the time of day is wrong from now on."""
    import django.utils.timezone

    import config.app

    class Wrong(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + wrong_by

    right = time.time
    time.time = lambda: right() + wrong_by.total_seconds()
    config.app.datetime = Wrong  # type: ignore[misc]
    django.utils.timezone.now = lambda: datetime.now(UTC) + wrong_by
    return SlowEngine()
