"""What a worker and a dispatcher tell about themselves, over HTTP and in their logs."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from config.endpoint import SILENT_AFTER_S, Endpoint, open_endpoint
from config.settings import Settings, read_settings
from config.watched import STALE_AFTER_S
from errors import ServiceUnreachable, WrongUsage

ROOT = Path(__file__).resolve().parent.parent.parent


def free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def settings_at(tmp_path: Path) -> Settings:
    return read_settings(home=tmp_path / "home", metrics_address=free_address())


def asked(settings: Settings, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://{settings.metrics_address}{path}") as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def figures(settings: Settings) -> dict[tuple[str, tuple[tuple[str, str], ...]], float]:
    families = text_string_to_metric_families(asked(settings, "/metrics")[1])
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def until(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def away() -> None:
    raise ServiceUnreachable("The store at {where} is away.", where="10.0.0.7")


def test_ready_is_what_can_reach_all_that_the_work_needs(tmp_path: Path) -> None:
    settings = settings_at(tmp_path)
    with open_endpoint(settings, {"store": lambda: True, "database": lambda: True}):
        until(lambda: asked(settings, "/readyz")[0] == 200)
        assert figures(settings)["abhilekh_part_up", (("part", "store"),)] == 1
    with open_endpoint(settings, {"store": away, "database": lambda: True}):
        until(lambda: "away" in asked(settings, "/readyz")[1])
        status, body = asked(settings, "/readyz")
        assert status == 503
        assert json.loads(body)["parts"]["database"] == "ok"
        assert "10.0.0.7" not in body
        assert figures(settings)["abhilekh_part_up", (("part", "store"),)] == 0
        assert asked(settings, "/healthz")[0] == 200  # a store that is away is no sick worker


def test_a_part_that_no_longer_answers_is_not_ready() -> None:
    now = [0.0]
    endpoint = Endpoint({"store": lambda: True}, clock_s=lambda: now[0])
    assert endpoint.readiness()[0] == 503
    endpoint.parts["store"].look()
    assert endpoint.readiness()[0] == 200
    now[0] += STALE_AFTER_S + 10
    assert endpoint.readiness() == (503, {"ready": False, "parts": {"store": "no answer"}})


def test_healthy_is_a_loop_that_goes_round() -> None:
    now = [0.0]
    endpoint = Endpoint({}, clock_s=lambda: now[0])
    now[0] += SILENT_AFTER_S - 1
    assert endpoint.health()[0] == 200
    now[0] += 2
    assert endpoint.health()[0] == 503
    endpoint.beat()
    assert endpoint.health()[0] == 200


CHILD = """
import sys
from config.metrics import measures
figures = measures()
figures.stage("read", 0.7)
figures.settled("page", "recognised", ["low_confidence", "skewed"])
figures.failed("recognise", "ServiceUnreachable", counted=False)
figures.lease_expired("deposit")
figures.store("put", "ok", 0.02)
figures.database("select", 0.001)
if "die" in sys.argv:
    import os, signal
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_the_figures_of_all_processes_add_up_also_of_the_dead(tmp_path: Path) -> None:
    settings = settings_at(tmp_path)
    with open_endpoint(settings, {}):
        for how in ("die", "live", "live"):
            subprocess.run([sys.executable, "-c", CHILD, how], cwd=ROOT, check=how == "live")
        told = figures(settings)
    assert told["abhilekh_pages_total", (("state", "recognised"),)] == 3
    reason = (("reason", "skewed"), ("state", "recognised"))
    assert told["abhilekh_page_reasons_total", reason] == 3
    assert told["abhilekh_stage_seconds_count", (("stage", "read"),)] == 3
    assert told["abhilekh_stage_seconds_bucket", (("le", "0.5"), ("stage", "read"))] == 0
    assert told["abhilekh_stage_seconds_bucket", (("le", "1.0"), ("stage", "read"))] == 3
    assert told["abhilekh_leases_expired_total", (("work", "deposit"),)] == 3
    assert told["abhilekh_store_seconds_count", (("operation", "put"), ("outcome", "ok"))] == 3
    assert not list((tmp_path / "home" / "metrics").iterdir())


def test_without_an_address_nothing_is_opened_or_counted(tmp_path: Path) -> None:
    settings = read_settings(home=tmp_path / "home")
    with open_endpoint(settings, {"store": away}) as endpoint:
        endpoint.beat()
        assert "PROMETHEUS_MULTIPROC_DIR" not in os.environ
    assert not (tmp_path / "home").exists()


@pytest.mark.parametrize("address", ["9464", "host:", "127.0.0.1:99999", "192.0.2.1:9464"])
def test_an_address_that_cannot_be_served_is_said(tmp_path: Path, address: str) -> None:
    settings = read_settings(home=tmp_path, metrics_address=address)
    with (
        pytest.raises(WrongUsage, match="cannot be served") as refused,
        open_endpoint(settings, {}),
    ):
        pass
    assert refused.value.kept and refused.value.todo


@pytest.mark.django_db(transaction=True)
def test_the_dispatcher_tells_what_waits_and_for_how_long() -> None:
    from datetime import UTC, datetime, timedelta

    from records.backlog import backlog
    from records.models import Batch, Page, PhysicalFile

    now = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
    assert backlog(now).oldest_s == 0
    batch = Batch.objects.create(
        label="x", office="o", source="s", created_at=now - timedelta(hours=1)
    )
    for state in ("open", "assembled", "in_review", "in_review", "quarantined"):
        file = PhysicalFile.objects.create(
            batch=batch, ordinal=1, source=str(PhysicalFile.objects.count()), state=state
        )
    held = {"lease_holder": "w", "lease_until": now - timedelta(seconds=1)}
    for sequence, lease in enumerate(({}, {}, held), start=1):
        Page.objects.create(
            batch=batch, file=file, sequence=sequence, source=f"p{sequence}", state="received",
            **lease,
        )  # fmt: skip
    seen = backlog(now)
    assert (seen.pages_waiting, seen.leased, seen.leases_overdue) == (2, 1, 1)
    assert (seen.files_to_assemble, seen.files_to_deposit) == (1, 1)
    assert (seen.files_in_review, seen.files_quarantined) == (2, 1)
    assert seen.oldest_s == 3600


def test_a_child_that_was_forked_inside_ends_and_leaves_the_figures_alone(tmp_path: Path) -> None:
    forking = (
        "import os, sys\n"
        "from config.endpoint import open_endpoint\n"
        "from config.settings import read_settings\n"
        "with open_endpoint(read_settings(), {}):\n"
        "    child = os.fork()\n"
        "    if child == 0:\n"
        "        sys.exit(7)\n"
        "    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 7\n"
        "    assert os.path.isdir(os.environ['PROMETHEUS_MULTIPROC_DIR'])\n"
    )
    environment = {
        **os.environ,
        "ABHILEKH_HOME": str(tmp_path),
        "ABHILEKH_METRICS_ADDRESS": free_address(),
    }
    subprocess.run(
        [sys.executable, "-c", forking], cwd=ROOT, env=environment, check=True, timeout=60
    )
