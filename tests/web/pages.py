"""The real program that serves the pages, on a home of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.servers.places import free_port, wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
WITHIN_S = 90.0


class Pages:
    """The program that serves the pages, on a home of its own."""

    def __init__(self, home: Path) -> None:
        self.address = f"http://127.0.0.1:{free_port()}"
        self.environment = {
            **os.environ,
            "ABHILEKH_HOME": str(home),
            "ABHILEKH_OCR_ENGINE": "tests.engines:ScriptedEngine",
        }

    def told(self, *arguments: str) -> str:
        ran = subprocess.run(
            [sys.executable, *(arguments if arguments[0] == "-c" else ("-m", "cli", *arguments))],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        )
        return ran.stdout

    @contextmanager
    def running(self) -> Iterator[None]:
        port = self.address.rpartition(":")[2]
        process = subprocess.Popen(
            [sys.executable, "-m", "cli", "serve", "--port", port],
            cwd=ROOT,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            wait_until(self._answers, "the pages", WITHIN_S)
            yield
            process.send_signal(signal.SIGTERM)
            process.wait(60)
        finally:
            process.kill()
            process.wait()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/healthz") as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError):
            return False
