"""Where a throw-away server lives: a free port, a folder of its own, an account that may run it."""

from __future__ import annotations

import os
import pwd
import random
import shutil
import socket
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from errors import ToolMissing

READY_WITHIN_S = 60.0
PAUSE_S = 0.05


def free_port() -> int:
    """A loopback port that nobody listens on, below those that the kernel hands out itself."""
    while True:
        port = random.randrange(15_000, 32_000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def listens(port: int) -> bool:
    """Whether anybody takes connections on a loopback port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def own_folder(name: str, account: str = "") -> Iterator[Path]:
    """A short folder (sockets have short names) that ``account`` owns; gone after the block."""
    folder = Path(tempfile.mkdtemp(prefix=f"abh-{name}-"))
    try:
        if account:
            owned_by(account, folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def owned_by(account: str, folder: Path) -> None:
    """Give ``folder`` to ``account``; where we are not root it stays ours."""
    if os.geteuid() == 0:
        shutil.chown(folder, account, pwd.getpwnam(account).pw_gid)


def as_account(account: str) -> Sequence[str]:
    """Words before a command so that it runs as ``account``; none where we are not root."""
    if os.geteuid() != 0:
        return ()
    return ("setpriv", f"--reuid={account}", f"--regid={account}", "--init-groups")


def program(name: str, package: str, *folders: str) -> str:
    """The path of a server's program.

    Raises:
        ToolMissing: it is not installed.
    """
    found = shutil.which(name, path=os.pathsep.join([*folders, os.environ.get("PATH", "")]))
    if found:
        return found
    raise ToolMissing(
        "The program {name} is not installed.",
        kept="Nothing was begun.",
        todo="sudo apt-get install {package}",
        name=name,
        package=package,
    )


def wait_until(ready: Callable[[], bool], what: str, within_s: float = READY_WITHIN_S) -> None:
    """Ask ``ready`` again and again until it says so.

    Raises:
        TimeoutError: it does not within ``within_s``.
    """
    end = time.monotonic() + within_s
    while not ready():
        if time.monotonic() > end:
            raise TimeoutError(f"{what}: not ready within {within_s:.0f} s")
        time.sleep(PAUSE_S)
