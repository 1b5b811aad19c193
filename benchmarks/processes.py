"""What the kernel says about running processes: families, memory, environments (Linux)."""

from __future__ import annotations

from collections import defaultdict
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
_GONE = (FileNotFoundError, ProcessLookupError, PermissionError)


def family(pid: int) -> list[int]:
    """``pid`` and all its living descendants, parents before children.

    A process whose parent has ended belongs to init and is no longer found here; see
    ``with_environment``.
    """
    children: dict[int, list[int]] = defaultdict(list)
    for child, parent in _parents().items():
        children[parent].append(child)
    found = [pid]
    for member in found:
        found += children[member]
    return found


def with_environment(name: str, value: str) -> list[int]:
    """Processes that were started with ``name=value`` in their environment and still live."""
    wanted = f"{name}={value}".encode()
    found = []
    for pid, state in _states().items():
        with suppress(*_GONE):
            entries = (PROC / str(pid) / "environ").read_bytes().split(b"\0")
            if wanted in entries and state != "Z":
                found.append(pid)
    return found


def command_line(pid: int) -> str:
    """The words it was called with, or nothing when it has ended."""
    with suppress(*_GONE):
        return (PROC / str(pid) / "cmdline").read_bytes().replace(b"\0", b" ").decode().strip()
    return ""


def peak_bytes(pid: int) -> int:
    """The most memory the process ever had resident (VmHWM); 0 when it has ended.

    Source: proc(5), ``/proc/pid/status``.
    """
    return _kilobytes(PROC / str(pid) / "status", "VmHWM:")


def share_bytes(pid: int) -> int:
    """Its memory now, pages shared with others counted in parts (PSS); 0 when it has ended.

    Source: proc(5), ``/proc/pid/smaps_rollup``.
    """
    return _kilobytes(PROC / str(pid) / "smaps_rollup", "Pss:")


def _kilobytes(path: Path, entry: str) -> int:
    with suppress(*_GONE):
        for line in path.read_text().splitlines():
            if line.startswith(entry):
                return int(line.split()[1]) * 1024
    return 0


def _parents() -> dict[int, int]:
    return {pid: int(fields[1]) for pid, fields in _stat().items()}


def _states() -> dict[int, str]:
    return {pid: fields[0] for pid, fields in _stat().items()}


def _stat() -> dict[int, list[str]]:
    """For every process, what follows its name in ``/proc/pid/stat``: state, parent, …"""
    found = {}
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            with suppress(*_GONE):
                text = (folder / "stat").read_text(errors="replace")
                found[int(folder.name)] = text.rpartition(")")[2].split()
    return found
