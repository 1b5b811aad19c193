"""Whether a home that was killed many times holds the same as one that never was."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import processes
from benchmarks.contenders import ABHILEKH
from benchmarks.home_seen import has_work_objects

COMPARED_ROLES = ("access", "alto", "master")
TIME_TO_GO_S = 10.0


@dataclass(frozen=True, slots=True)
class Held:
    """What a home holds, as the program itself reports it."""

    home: Path
    batches: list[dict[str, Any]]
    report: dict[str, Any]
    fixity: dict[str, Any]

    @property
    def objects(self) -> Counter[tuple[str, str, str, str]]:
        """File, role, last part of the key, SHA-256 of everything in the newest deposits."""
        return Counter(
            (file["source"], entry["role"], entry["key"].rpartition("/")[2], entry["sha256"])
            for file in self.report["files"]
            for entry in (file["deposit"] or {"objects": []})["objects"]
            if entry["role"] in COMPARED_ROLES
        )

    @property
    def pages(self) -> Counter[tuple[str, int, str]]:
        """Source, frame and state of every page."""
        return Counter(
            (page["source"], page["frame"], page["state"])
            for file in self.report["files"]
            for page in file["pages"]
        )

    @property
    def files(self) -> Counter[tuple[str, str, str]]:
        """Source, state and metadata of every file."""
        return Counter(
            (file["source"], file["state"], json.dumps(file["metadata"], sort_keys=True))
            for file in self.report["files"]
        )


def held_in(home: Path) -> Held:
    """Ask the program for its one batch, everything in it, and the state of its store."""
    batches = _asked(home, "batch", "list")["batches"]
    report = _asked(home, "batch", "show", batches[0]["id"])
    return Held(home, batches, report, _asked(home, "store", "verify"))


def problems(held: Held, undisturbed: Held) -> list[str]:
    """Everything that is not as it is where nobody was killed; nothing if all is well."""
    return [
        *_unsound(held),
        *_differences("object", undisturbed.objects, held.objects),
        *_differences("page", undisturbed.pages, held.pages),
        *_differences("file", undisturbed.files, held.files),
    ]


def _unsound(held: Held) -> Iterator[str]:
    if len(held.batches) != 1:
        yield f"{len(held.batches)} batches were made of one source"
    yield from _unbalanced(held.report["ledger"])
    yield from _wrong_versions(held)
    for finding in held.fixity["findings"]:
        yield f"store verify: {finding['state']} {finding['key']}"
    if has_work_objects(held.home):
        yield "store: what was made on the way was not swept"
    for name in ("work", "store/.incoming"):
        left = [path.name for path in (held.home / name).rglob("*")]
        if left:
            yield f"{name}: left behind: {', '.join(sorted(left)[:5])} ({len(left)} in all)"
    yield from _left_over_processes(held.home)


def _unbalanced(ledger: Mapping[str, Any]) -> Iterator[str]:
    parts = ("deposited", "in_review", "pending", "unexplained")
    counted = sum(ledger[part] for part in parts) + len(ledger["excluded"])
    if ledger["unexplained"] or ledger["pending"] or counted != ledger["received"]:
        yield f"the ledger does not balance: {dict(ledger)}"


def _wrong_versions(held: Held) -> Iterator[str]:
    for file in held.report["files"]:
        folders = sorted(path.name for path in (held.home / "store").glob(f"*/{file['id']}/v*"))
        version = file["deposit"]["version"] if file["deposit"] else None
        if (folders, version) not in ((["v1"], 1), ([], None)):
            yield f"{file['source']}: versions {folders} in the store, {version} in the records"


def _left_over_processes(home: Path) -> Iterator[str]:
    until = time.monotonic() + TIME_TO_GO_S
    while found := processes.with_environment("ABHILEKH_HOME", str(home)):
        if time.monotonic() > until:
            lines = [processes.command_line(pid) for pid in found]
            yield f"processes are left over: {lines}"
            return
        time.sleep(0.1)


def _differences(name: str, wanted: Counter[Any], found: Counter[Any]) -> Iterator[str]:
    for entry, times in sorted((wanted - found).items()):
        yield f"{name} missing {times} ×: {_short(entry)}"
    for entry, times in sorted((found - wanted).items()):
        yield f"{name} too many {times} ×: {_short(entry)}"


def _short(entry: tuple[Any, ...]) -> str:
    return " · ".join(str(part)[:90] for part in entry)


def _asked(home: Path, *words: str) -> dict[str, Any]:
    told = subprocess.run(
        [ABHILEKH, *words, "--json"],
        capture_output=True,
        text=True,
        env={**os.environ, "ABHILEKH_HOME": str(home), "ABHILEKH_LANG": "en"},
    )
    answer: dict[str, Any] = json.loads(told.stdout)
    return answer
