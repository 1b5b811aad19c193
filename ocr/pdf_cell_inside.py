"""The process that may die: loads the PDF libraries once, then one fork a page.

Run as ``python -m ocr.pdf_cell_inside FD`` by ``ocr.pdf_cell``, never by hand.
"""

from __future__ import annotations

import os
import resource
import signal
import socket
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ocr.pdf_cell import FIRST_CRY, CellDied, Conversation, die_with_mother

Ask = Callable[[Mapping[str, Any]], dict[str, Any]]


class Alarm:
    """Ends this process once it has worked for so many seconds, even inside native code."""

    def __init__(self, seconds: float) -> None:
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        self._left_s = seconds
        self._since = 0.0

    def run(self) -> None:
        """Let the seconds run."""
        self._since = time.monotonic()
        signal.setitimer(signal.ITIMER_REAL, max(self._left_s, 0.001))

    def hold(self) -> None:
        """Stop counting, while the other side works for us."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        self._left_s -= time.monotonic() - self._since


def main(control_fd: int) -> None:
    """Bear one cell for every connection that comes in, until the parent hangs up."""
    for threads in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ[threads] = "1"  # parallelism is pages
    from ocr import pdf_cell_work

    pdf_cell_work.load()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the kernel buries the cells
    control = socket.socket(fileno=control_fd)
    while True:
        word, fds, _, _ = socket.recv_fds(control, 1, 1)
        if not word:
            return
        if os.fork() == 0:
            control.close()
            _live(socket.socket(fileno=fds[0]), pdf_cell_work.work)
            return
        os.close(fds[0])


def _live(line: socket.socket, work: Callable[[dict[str, Any], Ask], dict[str, Any]]) -> None:
    die_with_mother()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    line.sendall(FIRST_CRY)
    conversation = Conversation(line)
    try:
        limits = conversation.hear()
        _log_to(Path(limits["log"]))
        _limit_memory(int(limits["bytes"]))
        order = conversation.hear()
        alarm = Alarm(float(limits["timeout_s"]))

        def ask(question: Mapping[str, Any]) -> dict[str, Any]:
            alarm.hold()
            conversation.say(question)
            answer = conversation.hear()
            alarm.run()
            return answer

        alarm.run()
        outcome = work(order, ask)
        alarm.hold()
        conversation.say({"done": outcome})
    except CellDied:
        return  # nobody listens any more
    # What else goes wrong ends this process: its last words go to the log, then the line breaks.


def _log_to(path: Path) -> None:
    with path.open("ab") as log:
        os.dup2(log.fileno(), 2)


def _limit_memory(extra_bytes: int) -> None:
    """Allow so much address space more than the loaded libraries already have."""
    if sys.platform != "linux":
        return  # elsewhere the address space says nothing about memory
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    resource.setrlimit(
        resource.RLIMIT_AS, (pages * resource.getpagesize() + extra_bytes, resource.RLIM_INFINITY)
    )
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(int(sys.argv[1]))
