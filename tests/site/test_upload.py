"""Scans that a browser sends to a site of many machines become deposited files there."""

from __future__ import annotations

import hashlib
import json
import re
import urllib.request
from collections.abc import Callable
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.servers.places import free_port, wait_until
from benchmarks.servers.rabbit import Rabbit
from benchmarks.servers.site import Site

WITHIN_S = 120.0
FIELD = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


class Browser:
    """Somebody who is signed in at the pages, as far as sending needs a browser."""

    def __init__(self, address: str, name: str, password: str) -> None:
        self._address, self._jar = address, CookieJar()
        self._open = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self._jar)).open
        field = FIELD.search(self.page("/sign-in/"))
        assert field is not None
        said = {"username": name, "password": password, "csrfmiddlewaretoken": field[1]}
        self._open(f"{address}/sign-in/", urlencode(said).encode()).close()

    def page(self, path: str) -> str:
        with self._open(self._address + path) as answer:
            return str(answer.read().decode())

    def send(self, method: str, path: str, body: bytes, **headers: str) -> dict[str, Any]:
        token = next(one.value for one in self._jar if one.name == "csrftoken")
        asked = urllib.request.Request(
            self._address + path,
            body,
            {"X-CSRFToken": str(token), "Referer": self._address, **headers},
            method=method,
        )
        with self._open(asked) as answer:
            found: dict[str, Any] = json.loads(answer.read() or b"{}")
            return found


def test_a_folder_sent_by_browser_is_taken_in_and_deposited_by_the_workers(
    make_site: Callable[..., Site], rabbit_server: Rabbit, box: Path
) -> None:
    port = free_port()
    site = make_site(rabbit_server, ABHILEKH_WEB_PROCESSES="2")
    said = site.say("account", "add", "asha", "--role", "record_room", "--json")
    password = json.loads(said[1])["password"]
    site.start("pages", "serve", "--port", str(port))
    dispatcher = site.start("office", "dispatch")
    worker = site.start("w1", "worker", "--processes", "1")
    address = f"http://127.0.0.1:{port}"
    wait_until(lambda: answers(f"{address}/healthz"), "the pages", WITHIN_S)
    browser = Browser(address, "asha", password)
    scans = [path.read_bytes() for path in sorted(box.rglob("*.png"))]
    names = [str(path.relative_to(box)) for path in sorted(box.rglob("*.png"))]
    sent(browser, names, scans)
    wait_until(lambda: "/batch/" in browser.page("/upload/"), "the batch", WITHIN_S)
    batch = browser.page("/upload/").split("/batch/")[1].split("/")[0]
    report = site.settled(batch, within_s=WITHIN_S)
    assert report["ledger"]["received"] == 6
    assert report["ledger"]["unexplained"] == report["ledger"]["pending"] == 0
    assert {file["deposit"]["version"] for file in report["files"]} == {1}
    told = {page["source_sha256"] for file in report["files"] for page in file["pages"]}
    assert told == {hashlib.sha256(scan).hexdigest() for scan in scans}
    assert site.stop(worker) == site.stop(dispatcher) == 0


def sent(browser: Browser, names: list[str], scans: list[bytes]) -> None:
    """What the page's script does: announce, piece by piece, finish."""
    files = [{"path": name, "size": len(scan)} for name, scan in zip(names, scans, strict=True)]
    plan = {"office": "main", "label": "बस्ता ९", "files": files}
    kind = {"Content-Type": "application/json"}
    made = browser.send("POST", "/upload/begin", json.dumps(plan).encode(), **kind)["id"]
    hashes = [hashlib.sha256(scan).hexdigest() for scan in scans]
    for number, (scan, digest) in enumerate(zip(scans, hashes, strict=True)):
        piece = {"Content-Type": "application/octet-stream", "X-Sha256": digest}
        browser.send("PUT", f"/upload/{made}/{number}/0", scan, **piece)
    whole = json.dumps({"sha256": hashes}).encode()
    browser.send("POST", f"/upload/{made}/finish", whole, **kind)


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False
