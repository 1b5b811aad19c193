"""Dispatcher and workers do together what one embedded run does."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from benchmarks.servers.places import free_port
from benchmarks.servers.rabbit import Rabbit
from benchmarks.servers.redis import Redis
from benchmarks.servers.site import Site


def test_a_run_is_followed_until_the_workers_have_deposited_all(
    make_site: Callable[..., Site], broker_server: Rabbit | Redis, box: Path
) -> None:
    site = make_site(broker_server)
    dispatcher = site.start("office", "dispatch")
    worker = site.start("w1", "worker", "--processes", "1")
    code, out, err = site.say("run", str(box), "--json")
    assert code == 0, err
    report = json.loads(out)
    assert report["ledger"]["received"] == 6
    assert report["ledger"]["pending"] == report["ledger"]["unexplained"] == 0
    assert {file["deposit"]["version"] for file in report["files"]} == {1}
    assert site.stop(worker) == 0
    assert site.stop(dispatcher) == 0
    assert not site.children_of("w1")
    assert not list(site.home("w1").joinpath("workers").iterdir()), "nothing is left behind"


def test_work_without_a_broker_to_share_is_refused(
    make_site: Callable[..., Site], redis_server: Redis
) -> None:
    site = make_site(redis_server, ABHILEKH_BROKER_URL="embedded:")
    for command in ("worker", "dispatch"):
        code, _, err = site.say(command)
        assert code == 2
        assert "ABHILEKH_BROKER_URL" in err


def test_a_broker_that_cannot_be_used_is_told_in_three_parts(
    make_site: Callable[..., Site], redis_server: Redis
) -> None:
    wrong = {
        redis_server.url.replace("of-the-test", "s3cret"): 5,
        f"amqp://guest:s3cret@127.0.0.1:{free_port()}": 5,
        "smtp://guest:s3cret@mail": 5,
    }
    for url, wanted in wrong.items():
        site = make_site(redis_server, ABHILEKH_BROKER_URL=url)
        code, _, err = site.say("dispatch")
        assert code == wanted, err
        for part in ("What happened", "What was kept", "What to do"):
            assert part in err
        assert "s3cret" not in err
        assert "Traceback" not in err


def test_an_engine_that_is_not_there_ends_the_worker_and_takes_no_work(
    make_site: Callable[..., Site], redis_server: Redis, box: Path
) -> None:
    site = make_site(redis_server, ABHILEKH_OCR_ENGINE="tests.engines:NoSuchEngine")
    code, _, err = site.say("worker")
    assert code == 2
    assert "NoSuchEngine" in err


def test_a_queue_that_does_not_exist_is_wrong_usage(
    make_site: Callable[..., Site], redis_server: Redis
) -> None:
    code, _, err = make_site(redis_server).say("worker", "--queues", "urgent,night")
    assert code == 2
    assert "night" in err
