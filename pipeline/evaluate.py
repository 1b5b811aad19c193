"""Evaluate: pages whose text is known → how well each engine reads them, and knows it."""

from __future__ import annotations

import resource
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from dataclasses import dataclass

import ingest.decode
from errors import InputRejected
from ingest.faults import renamed
from ingest.limits import Limits
from ingest.truth import TruePage, TrueSet
from ocr.drawn import drawn
from ocr.layers import layer_page
from ocr.page import PageText
from ocr.page_score import count_text, folded
from ocr.reading import Reading, read_page
from ocr.right_words import right_words
from pipeline.evaluation import Evaluation, PageResult, Reader, RunResult

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Conditions:
    """How pages are opened and read.

    Attributes:
        limits: bounds on what one scan may ask for.
        assumed_dpi: resolution of scans that do not say it.
        threads: pages at the same time.
    """

    limits: Limits
    assumed_dpi: float | None = None
    threads: int = 1


@dataclass(frozen=True, slots=True)
class ReadPage:
    """What came of one page, before it is compared with the truth.

    Attributes:
        text: the words.
        confidence: the page's own, 0..1.
        verdicts: what was noticed, as codes.
        stored_bytes: size of its image layers in the profile; None for the scan as it came.
    """

    text: PageText
    confidence: float
    verdicts: tuple[str, ...]
    stored_bytes: int | None


def run(
    truth: TrueSet, readers: Sequence[Reader], conditions: Conditions, on_page: Progress
) -> Evaluation:
    """Read every page of ``truth`` with every reader and compare.

    Args:
        truth: the pages, from ``ingest.truth.find_truth``.
        readers: engines and profiles to compare.
        conditions: how pages are opened and read.
        on_page: told pages done, pages in all, and the name of the last one.

    Raises:
        ToolMissing: an engine lost its program or model.
    """
    done = _Done(len(truth.pages) * len(readers), on_page)
    return Evaluation(truth, tuple(_run(truth.pages, one, conditions, done) for one in readers))


class _Done:
    """Pages read so far, over all readers."""

    def __init__(self, total: int, told: Progress) -> None:
        self._total, self._told, self._done = total, told, 0

    def one_more(self, name: str) -> None:
        self._done += 1
        self._told(self._done, self._total, name)


def _run(
    pages: Sequence[TruePage], reader: Reader, conditions: Conditions, done: _Done
) -> RunResult:
    began_s = _cpu_s()
    try:
        read = _read_all(pages, reader, conditions, done)
    finally:
        reader.engine.close()
        reader.reading.second.close()
    cpu_s = _cpu_s() - began_s  # what follows is comparing: no part of the engine's work
    good = [(page, kept) for page, kept in zip(pages, read, strict=True)]
    return RunResult(
        reader,
        reader.engine.version,
        tuple(_compared(page, kept) for page, kept in good if isinstance(kept, ReadPage)),
        tuple((page.name, kept) for page, kept in good if isinstance(kept, InputRejected)),
        cpu_s,
    )


def _read_all(
    pages: Sequence[TruePage], reader: Reader, conditions: Conditions, done: _Done
) -> list[ReadPage | InputRejected]:
    pool = ThreadPoolExecutor(conditions.threads)
    try:
        work = {pool.submit(_read, page, reader, conditions): page for page in pages}
        _follow(work, done)
        return [future.result() for future in work]
    finally:
        pool.shutdown(cancel_futures=True)


def _follow(work: dict[Future[ReadPage | InputRejected], TruePage], done: _Done) -> None:
    for future in as_completed(work):
        future.result()  # what is no fault of the page ends the run at once
        done.one_more(work[future].name)


def _read(page: TruePage, reader: Reader, conditions: Conditions) -> ReadPage | InputRejected:
    try:
        decoded = ingest.decode.decode(
            page.path,
            media_type=page.media_type,
            frame=page.frame,
            limits=conditions.limits,
            assumed_dpi=conditions.assumed_dpi,
        )
        engine, how = reader.engine, reader.reading
        reading = read_page(decoded.pixels, dpi=decoded.dpi, engine=engine, options=how)
        if reader.profile is None:
            return _kept(reading, None)
        layers = layer_page(
            reading.page, dpi=decoded.dpi, profile=reader.profile, bilevel=decoded.bilevel
        )
        picture = drawn(layers, dpi=decoded.dpi)
        seen = read_page(picture, dpi=decoded.dpi, engine=engine, options=how)
        return _kept(seen, len(layers))
    except InputRejected as damaged:
        return renamed(damaged, file=page.name)


def _kept(reading: Reading, stored_bytes: int | None) -> ReadPage:
    verdicts = tuple(str(verdict.code) for verdict in reading.verdicts)
    return ReadPage(reading.text, reading.confidence, verdicts, stored_bytes)


def _compared(page: TruePage, read: ReadPage) -> PageResult:
    truth, optional = ([folded(line) for line in lines] for lines in (page.lines, page.optional))
    words = [[folded(word.text) for word in line.words] for line in read.text.lines]
    right = right_words(truth, words, optional=optional)
    return PageResult(
        name=page.name,
        count=count_text(truth, [folded(line.text) for line in read.text.lines], optional=optional),
        confidence=read.confidence,
        word_confidence=tuple(word.confidence for word in read.text.words),
        word_right=tuple(ok for line in right for ok in line),
        verdicts=read.verdicts,
        stored_bytes=read.stored_bytes,
    )


def _cpu_s() -> float:
    """Processor seconds of this process and of the programs it has run to their end."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)
