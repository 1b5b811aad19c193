"""What dispatcher and worker tell of themselves while they work, and when a service goes away."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from benchmarks.servers.places import free_port, wait_until
from benchmarks.servers.redis import Redis
from benchmarks.servers.site import Site
from tests.engines import TEXT

ROOT = Path(__file__).resolve().parent.parent.parent
WITHIN_S = 60.0


def asked(port: int, path: str) -> tuple[int, str]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()
    except OSError:
        return 0, ""


def summed(port: int, name: str, **labels: str) -> float:
    families = text_string_to_metric_families(asked(port, "/metrics")[1])
    return sum(
        sample.value
        for family in families
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


def test_a_site_tells_its_health_its_figures_and_nothing_of_its_records(
    make_site: Callable[..., Site], redis_server: Redis, box: Path, tmp_path: Path
) -> None:
    redis_server.wipe()
    ports = {"office": free_port(), "w1": free_port()}
    site = make_site(redis_server, ABHILEKH_LOG="stderr")
    words = {"office": ("dispatch",), "w1": ("worker", "--processes", "2")}
    for machine, command in words.items():
        site.settings["ABHILEKH_METRICS_ADDRESS"] = f"127.0.0.1:{ports[machine]}"
        site.start(machine, *command)
    del site.settings["ABHILEKH_METRICS_ADDRESS"]
    for port in ports.values():
        wait_until(lambda port=port: asked(port, "/readyz")[0] == 200, "readiness", WITHIN_S)
        assert asked(port, "/healthz")[0] == 200
    site.settled(site.submit(box), within_s=WITHIN_S)
    assert summed(ports["w1"], "abhilekh_pages_total", state="recognised") == 6
    assert summed(ports["w1"], "abhilekh_stage_seconds_count", stage="read") == 6
    assert summed(ports["w1"], "abhilekh_stage_seconds_count", stage="deposit") == 2
    assert summed(ports["w1"], "abhilekh_store_seconds_count", operation="put", outcome="ok") > 12
    assert summed(ports["office"], "abhilekh_database_seconds_count", operation="select") > 0
    assert summed(ports["office"], "abhilekh_part_up", part="broker") == 1
    wait_until(
        lambda: (
            summed(ports["office"], "abhilekh_backlog_files_in_review")
            + summed(ports["office"], "abhilekh_backlog_oldest_s")
            == 2
        ),
        "the backlog",
        WITHIN_S,
    )
    told = (site.folder / "w1.log").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in told.splitlines() if line.startswith("{")]
    assert len({line["page"] for line in lines if line["event"] == "recognise"}) == 6
    spoken = told + (site.folder / "office.log").read_text(encoding="utf-8")
    assert not [word for line in TEXT for word in line.split() if word in spoken]


def test_a_worker_whose_store_is_away_is_healthy_and_not_ready(
    make_site: Callable[..., Site], redis_server: Redis, tmp_path: Path
) -> None:
    redis_server.wipe()
    port = free_port()
    site = make_site(redis_server, ABHILEKH_METRICS_ADDRESS=f"127.0.0.1:{port}")
    site.start("office", "dispatch")
    wait_until(lambda: asked(port, "/readyz")[0] == 200, "readiness", WITHIN_S)
    redis_server.kill()
    try:
        wait_until(lambda: asked(port, "/readyz")[0] == 503, "being away", WITHIN_S)
        assert json.loads(asked(port, "/readyz")[1])["parts"]["database"] == "ok"
        assert asked(port, "/healthz")[0] == 200
        assert summed(port, "abhilekh_part_up", part="broker") == 0
    finally:
        redis_server.start()
    wait_until(lambda: asked(port, "/readyz")[0] == 200, "coming back", WITHIN_S)


def test_doctor_sees_what_a_site_needs(make_site: Callable[..., Site], redis_server: Redis) -> None:
    for away in (False, True):
        broker = {"ABHILEKH_BROKER_URL": f"redis://:s3cret@127.0.0.1:{free_port()}/0"}
        site = make_site(redis_server, **(broker if away else {}))
        _, out, err = site.say("doctor", "--json")
        checks = {check["name"]: check for check in json.loads(out)["checks"]}
        assert checks["database"]["ok"] and checks["object store"]["ok"]
        assert checks["message broker"]["ok"] is not away
        if away:
            assert checks["message broker"]["mend"]
        assert "s3cret" not in out + err
