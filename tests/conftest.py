"""What several rooms' tests share: a small app on throw-away folders, and a clock to turn."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ocr.engine import OcrEngine
from ocr.reader import ReadingOptions
from ocr.second import NOBODY, SecondReaders
from pipeline.app import App, Makers, Policy
from storage.local import LocalStore
from storage.store import ObjectStore
from tests.engines import ScriptedEngine

pytest_plugins = ["tests.databases", "tests.brokers"]
SHARED = Path(__file__).resolve().parent.parent.parent / "shared"


@pytest.fixture(autouse=True)
def _own_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test depends on what the caller's environment sets."""
    for name in [name for name in os.environ if name.startswith("ABHILEKH_")]:
        monkeypatch.delenv(name)


class Clock:
    """A clock that stands still until it is turned."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path) -> ObjectStore:
    return LocalStore(tmp_path / "store")


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine()


@pytest.fixture
def make_app(
    tmp_path: Path, store: ObjectStore, engine: ScriptedEngine, clock: Clock
) -> Callable[..., App]:
    """Builds an App on the test's store, engine and clock; each may be replaced."""

    def make(
        *,
        holder: str = "worker-1",
        on: ObjectStore | None = None,
        read_by: OcrEngine | None = None,
        again: SecondReaders = NOBODY,
    ) -> App:
        work = tmp_path / "work"
        work.mkdir(exist_ok=True)

        def reading(first: OcrEngine) -> ReadingOptions:
            return ReadingOptions(second=again)

        makers = Makers(lambda: on or store, lambda: read_by or engine, clock, reading)
        return App(
            Policy(office="katni"), makers, workdir=work, software="Abhilekh t", holder=holder
        )

    return make


@pytest.fixture
def app(make_app: Callable[..., App]) -> App:
    return make_app()


def written_scan(path: Path, *, mark: int = 0, dpi: int = 100, height: int = 584) -> Path:
    """A small page with some ink on it (rows of bars like words), different for each ``mark``."""
    path.parent.mkdir(parents=True, exist_ok=True)
    page = np.full((height, 413), 245, np.uint8)
    rng = np.random.default_rng(mark)
    for top in range(60, height - 60, 26):
        left = 40
        while left < 340:
            width = int(rng.integers(18, 60))
            page[top : top + 9, left : left + width] = 20
            for gap in range(left + 5, left + width, 7):
                page[top + 2 : top + 9, gap : gap + 2] = 245
            left += width + 10
    Image.fromarray(page).save(path, dpi=(dpi, dpi))
    return path


def poison_scan(path: Path) -> Path:
    """A page that ``PoisonedEngine`` and ``HangingEngine`` cannot survive: a long strip."""
    return written_scan(path, mark=99, height=1300)


def blank_scan(path: Path) -> Path:
    """An empty sheet with a little grain."""
    path.parent.mkdir(parents=True, exist_ok=True)
    grain = np.random.default_rng(1).integers(238, 250, (584, 413)).astype(np.uint8)
    Image.fromarray(grain).save(path, dpi=(100, 100))
    return path
