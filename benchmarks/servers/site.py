"""A throw-away site: dispatchers and workers as real processes on real servers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.servers.places import wait_until

ROOT = Path(__file__).resolve().parent.parent.parent
STOPPED_WITHIN_S = 90.0


@dataclass
class Site:
    """One installation of many processes.

    Attributes:
        folder: homes and logs of its processes; each machine has a home of its own.
        settings: ``ABHILEKH_…`` variables that all processes share.
        started: every process that was started here and not yet ended.
    """

    folder: Path
    settings: dict[str, str]
    started: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(
        self, machine: str, *words: str, before: tuple[str, ...] = ()
    ) -> subprocess.Popen[bytes]:
        """Start one command on a machine of its own; ``before`` are words before the program."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / f"{machine}.log").open("ab") as log:
            process = subprocess.Popen(
                [*before, sys.executable, "-m", "cli", *words],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=self._environment(machine),
                cwd=ROOT,
                start_new_session=True,
            )
        self.started.append(process)
        return process

    def say(self, *words: str, limit_s: float = 240.0) -> tuple[int, str, str]:
        """Type one command and wait for its end; gives code, standard output and error."""
        ended = subprocess.run(
            [sys.executable, "-m", "cli", *words],
            capture_output=True,
            text=True,
            env=self._environment("desk"),
            cwd=ROOT,
            timeout=limit_s,
        )
        return ended.returncode, ended.stdout, ended.stderr

    def submit(self, source: Path, *words: str) -> str:
        """Take in a folder; gives the batch's id."""
        code, out, err = self.say("batch", "submit", str(source), "--json", *words)
        if code:
            raise RuntimeError(err)
        return str(json.loads(out)["batch"]["id"])

    def report(self, batch: str) -> dict[str, Any]:
        """The batch as it stands."""
        code, out, err = self.say("batch", "show", batch, "--json")
        if code:
            raise RuntimeError(err)
        found: dict[str, Any] = json.loads(out)
        return found

    def settled(self, batch: str, *, within_s: float) -> dict[str, Any]:
        """Wait until nothing of the batch is pending; gives its report."""
        wait_until(
            lambda: self.report(batch)["batch"]["state"] == "done", f"batch {batch}", within_s
        )
        return self.report(batch)

    def children_of(self, machine: str) -> list[int]:
        """Process ids of a machine's worker processes."""
        home = f"ABHILEKH_HOME={self.home(machine)}".encode()
        found = []
        for place in Path("/proc").glob("[0-9]*"):
            try:
                told = (place / "environ").read_bytes().split(b"\0")
                words = (place / "cmdline").read_bytes()
            except OSError:
                continue
            if home in told and b"workers.child" in words:
                found.append(int(place.name))
        return found

    def home(self, machine: str) -> Path:
        """The home of one machine."""
        return self.folder / machine

    def stop(self, process: subprocess.Popen[bytes]) -> int:
        """Ask a process to stop in good order; gives its code."""
        process.send_signal(signal.SIGTERM)
        code = process.wait(STOPPED_WITHIN_S)
        self.started.remove(process)
        return code

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """End a process as a crash does."""
        process.kill()
        process.wait()
        self.started.remove(process)

    def end(self) -> None:
        """End all that is left."""
        for process in list(self.started):
            self.kill(process)

    def _environment(self, machine: str) -> dict[str, str]:
        bare = {name: value for name, value in os.environ.items() if "ABHILEKH" not in name}
        own = {"ABHILEKH_HOME": str(self.home(machine)), "PYTHONPATH": str(ROOT)}
        return {**bare, **self.settings, **own}
