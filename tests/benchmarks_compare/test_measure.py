"""What a measured run costs is counted for all of its processes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from benchmarks import processes
from benchmarks.measure import error_file, measured

BURN = "import time\nend = time.process_time() + {s}\nwhile time.process_time() < end: pass\n"
WITH_CHILD = "import subprocess, sys\nsubprocess.run([sys.executable, '-c', {child!r}], check=True)"


def _python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_the_time_of_children_counts(tmp_path: Path) -> None:
    alone = measured(_python("pass"), output=tmp_path / "alone")
    child = WITH_CHILD.format(child=BURN.format(s=0.4))
    assert measured(_python(child), output=tmp_path / "out").cpu_s > alone.cpu_s + 0.35


def test_the_largest_process_may_be_a_child(tmp_path: Path) -> None:
    child = WITH_CHILD.format(child="held = bytearray(120_000_000); import time; time.sleep(0.4)")
    cost = measured(_python(child), output=tmp_path / "out")
    assert 120_000_000 < cost.largest_bytes < 200_000_000
    assert cost.tree_bytes > 100_000_000
    assert cost.peak_of("held = bytearray") > 120_000_000
    assert cost.peak_of("no such program") == 0


def test_output_exit_code_and_environment_are_kept(tmp_path: Path) -> None:
    code = "import os, sys; print(os.environ['SAID']); print('oh', file=sys.stderr); sys.exit(3)"
    cost = measured(_python(code), output=tmp_path / "out", environment={"SAID": "नमस्ते"})
    assert cost.exit_code == 3
    assert (tmp_path / "out").read_text("utf-8") == "नमस्ते\n"
    assert error_file(tmp_path / "out").read_text() == "oh\n"


def test_this_process_belongs_to_the_family_of_its_parent() -> None:
    family = processes.family(os.getppid())
    assert family[0] == os.getppid()
    assert os.getpid() in family


def test_a_process_that_is_gone_has_no_memory_and_no_words() -> None:
    nobody = 2**22 + 1  # above the kernel's highest process id
    assert processes.peak_bytes(nobody) == processes.share_bytes(nobody) == 0
    assert processes.command_line(nobody) == ""
