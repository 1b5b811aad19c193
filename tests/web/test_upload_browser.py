"""A folder is dropped into a real browser, and the real program makes a batch of it."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import expect

from tests.conftest import written_scan
from tests.web.pages import Pages
from tests.web.test_browser import browser as browser  # a fixture

pytestmark = pytest.mark.timeout(300)
LOST_AFTER_ONE = """() => {
    const real = window.fetch;
    let pieces = 0;
    window.fetch = (address, asked) => asked.method === "PUT" && ++pieces > 1
        ? Promise.reject(new TypeError("the connection is away")) : real(address, asked);
}"""


@pytest.fixture
def pages(tmp_path: Path) -> Pages:
    return Pages(tmp_path / "home")


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    """Two files in a folder, the first larger than one piece, with a name in Hindi."""
    box = tmp_path / "बस्ता ७"
    large = written_scan(box / "नस्ती १" / "1.png", mark=1)
    large.write_bytes(large.read_bytes() + bytes(range(256)) * 20_000)
    written_scan(box / "नस्ती २" / "1.png", mark=2)
    return box


def signed_in(browser: BrowserPage, pages: Pages) -> None:
    said = pages.told("--lang", "en", "account", "add", "asha", "--role", "operator", "--json")
    password = said.split('"password": "')[1].split('"')[0]
    browser.goto(f"{pages.address}/upload/")
    browser.fill("input[name=username]", "asha")
    browser.fill("input[name=password]", password)
    browser.press("input[name=password]", "Enter")
    expect(browser.locator("h1")).to_have_text("स्कैन भेजें")


def dropped(browser: BrowserPage, folder: Path) -> None:
    """As a hand drops it: the browser itself is told what was let go where."""
    box = browser.locator("[data-drop]").bounding_box()
    assert box is not None
    session = browser.context.new_cdp_session(browser)
    let_go = {"items": [], "files": [str(folder)], "dragOperationsMask": 1}
    for kind in ("dragEnter", "dragOver", "drop"):
        session.send(
            "Input.dispatchDragEvent",
            {"type": kind, "x": box["x"] + 20, "y": box["y"] + 10, "data": let_go},
        )


def test_a_folder_that_is_dropped_becomes_a_batch_that_is_read(
    browser: BrowserPage, pages: Pages, bundle: Path
) -> None:
    with pages.running():
        signed_in(browser, pages)
        found = Axe().run(browser)
        assert found.violations_count == 0, found.generate_report()
        dropped(browser, bundle)
        taken = browser.locator("tbody th a", has_text="बस्ता ७")
        expect(taken).to_be_visible(timeout=60_000)
        taken.click()
        expect(browser.locator("h1")).to_have_text("बस्ता ७")
        expect(browser.locator("tbody tr")).to_have_count(2)
        expect(browser.locator("tbody .state.open, tbody .state.assembled")).to_have_count(
            0, timeout=90_000
        )
        browser.goto("about:blank")  # it asks for news, and the pages end now
    shown = pages.told("batch", "list", "--json")
    batch = shown.split('"id": "')[1].split('"')[0]
    report = pages.told("batch", "show", batch, "--json")
    for scan in bundle.rglob("*.png"):
        assert hashlib.sha256(scan.read_bytes()).hexdigest() in report


def test_sending_outlives_a_lost_connection_and_a_reload(
    browser: BrowserPage, pages: Pages, bundle: Path
) -> None:
    browser.on("dialog", lambda dialog: dialog.accept())
    with pages.running():
        signed_in(browser, pages)
        browser.evaluate(LOST_AFTER_ONE)
        browser.set_input_files("input[name=folder]", bundle)
        expect(browser.locator("[data-status]")).to_contain_text("संपर्क टूट गया है")
        browser.reload()
        expect(browser.locator(".state.receiving")).to_be_visible()
        again: list[str] = []
        browser.on("request", lambda one: again.append(one.url) if one.method == "PUT" else None)
        browser.set_input_files("input[name=folder]", bundle)
        expect(browser.locator("tbody th a", has_text="बस्ता ७")).to_be_visible(timeout=60_000)
        browser.goto("about:blank")
    assert len(again) == 2  # of three pieces one was there
