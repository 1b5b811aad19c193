"""A worker with two hands and work as a test wants it: ``python -m`` this, FOLDER KIND:ROW...

Says in one line of JSON what came of each order, one after the other; ``hang:`` is not waited for.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path
from threading import Thread

from config.app import set_up_django
from config.settings import read_settings
from errors import AbhilekhError, InputRejected, ServiceUnreachable
from workers.hands import Hands, StepFailed, forked

FOLDER = Path(sys.argv[1])


def _note(row: str) -> None:
    (FOLDER / row).write_text(str(os.getpid()), encoding="utf-8")


def _hang(row: str) -> None:
    _note(row)
    time.sleep(3600)


def _meet(row: str) -> None:
    _note(row)
    while len(list(FOLDER.glob("meet*"))) < 2:
        time.sleep(0.01)


def _store_away(row: str) -> None:
    raise ServiceUnreachable("The store {place} is away.", kept="अभिलेख", todo="रुकें", place=row)


def _unreadable(row: str) -> None:
    raise InputRejected("The page {row} is no picture.", row=row)


def _unforeseen(row: str) -> None:
    raise ZeroDivisionError(row)


STEPS = {
    "note": _note,
    "hang": _hang,
    "meet": _meet,
    "store": _store_away,
    "unreadable": _unreadable,
    "unforeseen": _unforeseen,
    "crash": lambda _: os.kill(os.getpid(), signal.SIGSEGV),
    "leave": lambda _: os._exit(0),
}


def _outcome(hands: Hands, kind: str, row: str) -> dict[str, object]:
    try:
        hands.work(kind, row)
    except AbhilekhError as error:
        said = {"what": error.what, "kept": error.kept, "todo": error.todo, "facts": error.facts}
        return {"class": type(error).__name__, **said}
    except StepFailed as failed:
        return {"class": "StepFailed", "what": str(failed)}
    return {}


def _begin(hands: Hands, kind: str, row: str) -> None:
    Thread(target=hands.work, args=(kind, row), daemon=True).start()
    while not (FOLDER / row).exists():
        time.sleep(0.01)


def main(orders: list[list[str]]) -> None:
    """Have all orders done."""
    set_up_django(read_settings(home=FOLDER / "home"))
    told = []
    with forked(STEPS, 2) as hands:
        for kind, row in orders:
            if kind == "hang" or row == "meet-first":
                _begin(hands, kind, row)
            else:
                told.append(_outcome(hands, kind, row))
    sys.stdout.write(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main([order.split(":") for order in sys.argv[2:]])
