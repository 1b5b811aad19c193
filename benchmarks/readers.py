"""Who reads the made pages: the program's own reader, and a mark that changes whenever it does."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import cv2

from config.app import make_engine
from config.reading import reading_options
from config.settings import read_settings
from ocr.engine import OcrEngine
from ocr.reader import ReadingOptions

_ROOT = Path(__file__).resolve().parent.parent
_READING = ("ocr", "benchmarks/scans")
"""Folders whose code, models and tables decide what is made and what is read off it."""
_TRACES = (".pyc",)


@dataclass(frozen=True)
class Reader:
    """Engine and second readers as the program itself has them.

    Attributes:
        engine: who reads first.
        options: who reads again, and what is left out.
        mark: names engine and models; another one when any of the code, models or tables
            that reading depends on is another.
    """

    engine: OcrEngine
    options: ReadingOptions
    mark: str


def begin(*, apart_from: Collection[Path] = ()) -> Reader:
    """The reader, for a process of its own: native threads are switched off.

    Args:
        apart_from: files that may change without the mark changing.
    """
    os.environ["OMP_THREAD_LIMIT"] = "1"
    cv2.setNumThreads(1)
    settings = read_settings()
    engine = make_engine(settings)
    options = reading_options(settings, engine)
    read_by = f"{engine.version}, {options.second.models}, {sorted(options.uncorrected)}"
    return Reader(engine, options, f"{read_by}, {code_mark(apart_from)}")


def code_mark(apart_from: Collection[Path] = ()) -> str:
    """SHA-256 over the names and bytes of everything that reading depends on."""
    digest = hashlib.sha256()
    for folder in _READING:
        for path in sorted((_ROOT / folder).rglob("*")):
            if path.is_file() and path.suffix not in _TRACES and path not in apart_from:
                digest.update(f"{path.relative_to(_ROOT)}\0".encode())
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
