"""Puts an evaluation together: settings → engines, limits, threads. It needs no home."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from config.app import make_engine, source_limits
from config.reading import reading_options
from config.settings import Settings

if TYPE_CHECKING:
    from pipeline.evaluation import Evaluation, Reader


def evaluate(
    settings: Settings,
    truth_dir: Path,
    compared: tuple[Sequence[str], Sequence[str]],
    on_page: Callable[[int, int, str], None],
) -> Evaluation:
    """Every engine and profile of ``compared`` on the pages of ``truth_dir``.

    Args:
        settings: model, limits, threads, and the engine where none is named.
        truth_dir: pages with their text.
        compared: names of engines, names of profiles; empty for the usual one.
        on_page: told pages done, pages in all, and the last one's name.

    Raises:
        WrongUsage: no such engine, no such folder, or no page with its text in it.
        ToolMissing: an engine's program, library or model is not installed.
    """
    from ingest.truth import find_truth
    from pipeline.evaluate import Conditions, run

    threads = settings.threads or len(os.sched_getaffinity(0))
    conditions = Conditions(source_limits(settings), settings.dpi, threads)
    truth = find_truth(truth_dir)
    return run(truth, _readers(settings, *compared), conditions, on_page)


def _readers(settings: Settings, engines: Sequence[str], profiles: Sequence[str]) -> list[Reader]:
    """Every engine with every profile; all are made before the first page is read."""
    from pipeline.evaluation import AS_RECEIVED

    return [
        _reader(settings.model_copy(update={"ocr_engine": name}), profile)
        for name in dict.fromkeys(engines or [settings.ocr_engine])
        for profile in dict.fromkeys(profiles or [AS_RECEIVED])
    ]


def _reader(settings: Settings, profile: str) -> Reader:
    from ocr.profile import Profile
    from pipeline.evaluation import AS_RECEIVED, Reader

    engine = make_engine(settings)
    return Reader(
        settings.ocr_engine,
        engine,
        None if profile == AS_RECEIVED else Profile(profile),
        reading_options(settings, engine),
    )
