"""The child of ``ingest.guard``: one question a line on stdin, one answer a line on stdout."""

from __future__ import annotations

import json
import os
import resource
import sys
import warnings
from base64 import b64encode
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from errors import InputRejected
from ingest.limits import Limits
from ingest.probe import look

Answered = Callable[[dict[str, Any], Limits], dict[str, Any]]


def main(limits_json: str) -> None:
    """Look into sources until stdin ends, within the limits given as JSON."""
    limits = Limits(**json.loads(limits_json))
    serve(_answered, limits, memory_bytes=limits.probe_memory_bytes)


def serve(answered: Answered, limits: Limits, *, memory_bytes: int) -> None:
    """Answer a line of JSON with another until stdin ends.

    Args:
        answered: what to say to one question.
        limits: bounds of one answer.
        memory_bytes: address space of this process.
    """
    warnings.simplefilter("ignore")  # Pillow's remarks on odd tags are for nobody here
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a codec prints must not look like an answer
    _confine(memory_bytes)
    _say(answers, {"ready": True})
    for line in sys.stdin.buffer:
        _allow_cpu(limits.probe_time_s)
        _say(answers, answered(json.loads(line), limits))


def _answered(asked: dict[str, Any], limits: Limits) -> dict[str, Any]:
    if "frames" in asked:
        return {"codes": list(_codes(asked, limits))}
    try:
        seen = look(Path(asked["path"]), asked["media_type"], file=asked["file"], limits=limits)
    except InputRejected as rejection:
        return {"rejected": rejection.args}
    frames = [[frame.index, frame.kind] for frame in seen.frames]
    told = {"signed": seen.signed, "repaired": seen.repaired, "device": seen.device}
    return {"frames": frames, **told}


def _codes(asked: dict[str, Any], limits: Limits) -> Iterator[tuple[int, str]]:
    from ingest.codes import cover_code  # only a stream of loose scans needs its weight

    for frame in asked["frames"]:
        with suppress(InputRejected):
            payload = cover_code(
                Path(asked["path"]), media_type=asked["media_type"], frame=frame, limits=limits
            )
            if payload is not None:
                yield frame, b64encode(payload).decode("ascii")


def _confine(memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes,) * 2)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _allow_cpu(seconds: float) -> None:
    """One more source may take this much CPU; the kernel ends us when it takes more."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    until = int(used.ru_utime + used.ru_stime + seconds) + 1
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (until if hard < 0 else min(until, hard), hard))


def _say(answers: Any, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer).encode("ascii") + b"\n")
    answers.flush()
