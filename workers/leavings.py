"""What the workers of this machine leave behind when they die, and how the next ones clear it.

Every worker process holds a lock file of its own name; the kernel frees it however the process
ends. A lock that can be taken was left by a dead worker: its leases end, its folder goes.
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from config.locks import HomeBusy, held_lock
from config.settings import Settings
from pipeline import recover
from workers.children import out_of_memory_kills


def lock_of(settings: Settings, holder: str) -> Path:
    """The lock file of one worker process."""
    return _folder(settings) / f"{holder}.lock"


def own_folder(settings: Settings, holder: str) -> Path:
    """Where one worker process keeps what lives no longer than one step."""
    folder = settings.resolved_home / "work" / holder
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    return folder


def note_birth(settings: Settings, holder: str) -> None:
    """Write down what tells later whether memory ran out while this worker lived."""
    lock = lock_of(settings, holder)
    lock.touch()
    lock.with_suffix(".json").write_text(json.dumps(_surroundings()), encoding="utf-8")


def clear(settings: Settings, holder: str) -> None:
    """Remove the folder and the lock of a worker that has ended and whose leases are ended."""
    shutil.rmtree(settings.resolved_home / "work" / holder, ignore_errors=True)
    lock_of(settings, holder).with_suffix(".json").unlink(missing_ok=True)
    lock_of(settings, holder).unlink(missing_ok=True)


def clear_after_the_dead(settings: Settings) -> int:
    """End the leases of this machine's dead workers and clear their things; says how many.

    Their tries are given back, for whoever ended worker and supervisor together was no page;
    not so where memory ran out since, which a page may well have brought about.
    """
    cleared = 0
    for lock in sorted(_folder(settings).glob("*.lock")):
        born = lock.with_suffix(".json")
        try:
            with held_lock(lock):
                known = json.loads(born.read_text(encoding="utf-8")) if born.exists() else {}
                now = _surroundings()
                ran_out = known.get("boot") == now["boot"] and known.get("oom") != now["oom"]
                recover.after_worker_death([lock.stem], by_its_work=ran_out)
                clear(settings, lock.stem)
                cleared += 1
        except HomeBusy:
            continue  # it lives
    return cleared


def _folder(settings: Settings) -> Path:
    folder = settings.resolved_home / "workers"
    folder.mkdir(mode=0o750, parents=True, exist_ok=True)
    return folder


def _surroundings() -> dict[str, str]:
    try:
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        boot = ""
    return {"boot": boot, "oom": out_of_memory_kills()}
