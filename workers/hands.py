"""Hands: processes that do the work, forked from the one that takes it.

A page's pixels are native code, but what stands between is Python, and threads of one process
have one interpreter between them: two of them do 1.6 times the work of one, eight hardly four.
So a worker's threads only fetch messages, and each has a hand that does what they say. Hands
are forked when models and libraries are loaded, and share that memory.

A hand that dies takes its worker with it, by the same signal, and the other hands too: who
watches over the worker sees what it saw when all were threads.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from queue import SimpleQueue
from typing import Any, NamedTuple, NoReturn

from django.db import close_old_connections, connections

from errors import AbhilekhError, ServiceUnreachable
from ocr.pdf_cell import die_with_mother, end_cells
from workers.children import as_error

log = logging.getLogger("abhilekh.workers")

Steps = Mapping[str, Callable[[str], None]]
"""What a hand can do: by the kind of work, what is called with a row's id."""

SOUND_FOR_S = 5.0
_ENDED_STRANGELY = 70
_FAREWELL_S = 5.0


class StepFailed(Exception):
    """A step ended in an error that nobody foresaw; ``str()`` is its class, the log has more."""


class _Hand(NamedTuple):
    process: ForkProcess
    line: Connection


class Hands:
    """All hands of one worker; safe to ask from several threads."""

    def __init__(self, hands: list[_Hand]) -> None:
        self._free: SimpleQueue[_Hand] = SimpleQueue()
        for hand in hands:
            self._free.put(hand)

    def work(self, kind: str, row_id: str) -> None:
        """Have a free hand do ``kind`` for one row; returns when it is done.

        Raises:
            AbhilekhError: what the step raised.
            StepFailed: the step raised anything else.
        """
        hand = self._free.get()
        try:
            hand.line.send((kind, row_id))
            told = hand.line.recv()
        except (EOFError, OSError):
            _die_as(hand.process)
        self._free.put(hand)
        if told is None:
            return
        raise as_error(told) if "error" in told else StepFailed(told["class"])


@contextmanager
def forked(steps: Steps, count: int) -> Iterator[Hands]:
    """So many hands for the time of the block; fork them before any thread or connection is there.

    Args:
        steps: what they can do.
        count: how many pieces of work they do at a time.

    Raises:
        ServiceUnreachable: the machine lets us have no more processes.
    """
    hands: list[_Hand] = []
    try:
        while len(hands) < count:
            hands.append(_born(steps, [hand.line for hand in hands]))
        yield Hands(hands)
    finally:
        for hand in hands:
            hand.line.close()
        for hand in hands:
            hand.process.join(_FAREWELL_S)
            hand.process.kill()


def _born(steps: Steps, lines: list[Connection]) -> _Hand:
    """One more hand.

    Args:
        steps: what it can do.
        lines: to the other hands; it lets go of them.
    """
    fork = multiprocessing.get_context("fork")
    ours, theirs = fork.Pipe()
    process = fork.Process(target=_serve, args=(theirs, [ours, *lines], steps, os.getpid()))
    with theirs:
        try:
            process.start()
        except OSError as error:
            ours.close()
            raise ServiceUnreachable(
                "No process can be started for one more page at a time: {why}.",
                kept="Everything that was finished before is kept.",
                todo="Let the machine have more processes or memory, "
                "or read fewer pages at a time: --threads 1",
                why=error.strerror or str(error),
            ) from error
    return _Hand(process, ours)


def _serve(line: Connection, others: list[Connection], steps: Steps, worker: int) -> None:
    """A hand's life: do what is said until the line is closed."""
    _die_with(worker)
    for other in others:
        other.close()
    served_s = float("-inf")
    while (order := _heard(line)) is not None:
        kind, row_id = order
        # a connection that just served is not asked whether it lives: that costs a claim
        sound = time.monotonic() - served_s < SOUND_FOR_S
        told = _told(steps[kind], kind, row_id, sound=sound)
        served_s = time.monotonic() if told is None else float("-inf")
        with suppress(OSError):  # the worker is no more
            line.send(told)
    connections.close_all()
    end_cells()


def _heard(line: Connection) -> tuple[str, str] | None:
    """What to do next; None when the worker hung up, or is no more."""
    try:
        kind, row_id = line.recv()
    except (EOFError, OSError):
        return None
    return kind, row_id


def _told(
    step: Callable[[str], None], kind: str, row_id: str, *, sound: bool
) -> dict[str, Any] | None:
    """Do one step; what is to be told of its failure, None if there is none."""
    try:
        if not sound:
            close_old_connections()
        step(row_id)
    except Exception as error:  # whatever it is: the worker is told, and this hand works on
        facts = {"work": kind, "row": row_id, "error": type(error).__name__}
        if not isinstance(error, AbhilekhError):
            log.exception("work failed", extra={"facts": facts})
            return {"class": type(error).__name__}
        log.error("work failed", extra={"facts": facts}, exc_info=error)
        return {"class": type(error).__name__, "error": error.unspoken()}
    return None


def _die_with(worker: int) -> None:
    """End with the worker, also if it ended before the kernel could be asked for that."""
    die_with_mother()
    if os.getppid() != worker:
        os._exit(_ENDED_STRANGELY)


def _die_as(hand: ForkProcess) -> NoReturn:
    """End this process as the hand ended: what killed it is what killed the worker."""
    hand.join()
    code = hand.exitcode or _ENDED_STRANGELY
    log.error("hand ended", extra={"facts": {"code": code}})
    if code < 0:
        os.kill(os.getpid(), -code)
        signal.pause()
    os._exit(code)
