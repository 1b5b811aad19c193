"""The program that serves the pages tells its health and figures as the others do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.request
from pathlib import Path

from benchmarks.servers.places import free_port, wait_until
from tests.site.test_health import ROOT, WITHIN_S, asked, summed


def test_the_pages_are_ready_when_they_answer(tmp_path: Path) -> None:
    pages, told = free_port(), free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "cli", "serve", "--port", str(pages)],
        cwd=ROOT,
        env={
            **os.environ,
            "ABHILEKH_HOME": str(tmp_path / "home"),
            "ABHILEKH_METRICS_ADDRESS": f"127.0.0.1:{told}",
            "ABHILEKH_WEB_HOSTS": "records.example.gov.in,127.0.0.1",
        },
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_until(lambda: asked(told, "/readyz")[0] == 200, "readiness", WITHIN_S)
        assert asked(told, "/healthz")[0] == 200
        assert summed(told, "abhilekh_part_up", part="pages") == 1
        with urllib.request.urlopen(f"http://127.0.0.1:{pages}/sign-in/") as page:
            assert page.status == 200
        assert summed(told, "abhilekh_database_seconds_count") >= 0
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
