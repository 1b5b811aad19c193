"""Which batch, file and page the running work is about, for whoever writes a log line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

_about: ContextVar[Mapping[str, str]] = ContextVar("about", default={})  # noqa: B039 - never changed


@contextmanager
def about(**ids: str) -> Iterator[None]:
    """Every log line of the block, in this thread, bears these ids."""
    before = _about.set({**_about.get(), **ids})
    try:
        yield
    finally:
        _about.reset(before)


def ids_in_work() -> Mapping[str, str]:
    """The ids that hold here and now; empty outside of any work."""
    return _about.get()
