"""What failed before works with nobody beside it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from workers.gate import Gate

LONG_S = 20.0


@contextmanager
def _inside(let_in: object) -> Iterator[threading.Event]:
    """A thread that enters and stays until the block ends; the event is set once it is in."""
    entered, leave = threading.Event(), threading.Event()

    def stay() -> None:
        with let_in():  # type: ignore[operator]
            entered.set()
            leave.wait(LONG_S)

    thread = threading.Thread(target=stay)
    thread.start()
    try:
        yield entered
    finally:
        leave.set()
        thread.join(LONG_S)


def test_others_work_side_by_side() -> None:
    gate = Gate()
    with _inside(gate.among_others) as first, _inside(gate.among_others) as second:
        assert first.wait(LONG_S)
        assert second.wait(LONG_S)


def test_who_is_alone_waits_for_the_others_and_keeps_new_ones_out() -> None:
    gate = Gate()
    with _inside(gate.among_others) as first:
        assert first.wait(LONG_S)
        alone = _inside(gate.alone)
        entered = alone.__enter__()
        assert not entered.wait(0.2)
        late = _inside(gate.among_others)
        late_entered = late.__enter__()
        assert not late_entered.wait(0.2), "or who waits to be alone would wait for ever"
    assert entered.wait(LONG_S)
    assert not late_entered.is_set()
    alone.__exit__(None, None, None)
    assert late_entered.wait(LONG_S)
    late.__exit__(None, None, None)


@pytest.mark.timeout(30)  # a gate that stays shut would let nobody in, ever
def test_a_failure_inside_leaves_the_gate_open() -> None:
    gate, let_through = Gate(), 0
    for let_in in (gate.alone, gate.among_others, gate.alone):
        with pytest.raises(ValueError, match="inside"), let_in():
            let_through += 1
            raise ValueError("inside")
    with gate.alone():
        assert let_through == 3
