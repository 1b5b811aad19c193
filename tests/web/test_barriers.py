"""Every page of the address map in a real browser, in both languages: no barriers, fits a phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from pipeline.app import App
from records.models import Batch, NumberEntry, PhysicalFile
from records.number_entries import ONLY_THE_NUMBER
from records.register import FileLink, RegisterEntry, RegisterImport
from tests.web.conftest import OWN, deposited_file
from tests.web.test_browser import browser as browser  # a fixture
from tests.web.test_browser import desk as desk  # likewise
from tests.web.test_rights import GUARDED, POSTED, address
from web import urls
from web.models import Account, Role
from web.rights import RIGHTS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
SEEN = Path(__file__).parent.parent.parent / "reports" / "pages"
NO_PAGES = {"pdf", "master", "image", "hindi-words"}
"""What gives a document, a picture or a list for a program."""

WIDE, PHONE = {"width": 1280, "height": 720}, {"width": 360, "height": 740}
NAMES = sorted({str(one.name) for one in GUARDED} - POSTED - NO_PAGES)


@pytest.fixture
def waiting(app: App, own: PhysicalFile, archive: Batch) -> PhysicalFile:
    """The file on the desk, beside another of the department that waits for its number."""
    app.policy = replace(app.policy, double_entry="always")
    second = deposited_file(app.store, archive, "नस्ती दूसरी", OWN)
    PhysicalFile.objects.filter(pk=second.pk).update(reasons=ONLY_THE_NUMBER)
    two_efiles(own)
    return own


def two_efiles(file: PhysicalFile) -> None:
    """Two e-files that the file may be, one of which a person chose."""
    now = timezone.now()
    imported = RegisterImport.objects.create(source="r.csv", sha256="0" * 64, at=now, added=2)
    named = {"file_number": "एफ 11-20/2014/1/9", "subject": "ग्राम पिपरिया की भूमि पर अतिक्रमण " * 4}
    why = ["efile_number_same", "efile_subject_near"]
    entries = [
        RegisterEntry.objects.create(
            computer_number=number, department_code=OWN, imported=imported, **named
        )
        for number in ("1001", "1005")
    ]
    candidates = [
        {**named, "computer_number": entry.computer_number, "score": 0.5, "why": why}
        for entry in entries
    ]
    said = {"made_by": "reviewer", "made_at": now, "by_hand": True}
    FileLink.objects.create(
        file=file, match="exact", entry=entries[0], score=1.0, candidates=candidates, **said
    )


def opened(desk: BrowserPage, name: str, path: str) -> None:
    """The page, opened by somebody whose role may."""
    view = next(one for one in GUARDED if one.name == name).callback
    role = next(one for one in Role if view.right in RIGHTS[one])  # type: ignore[attr-defined]
    Account.objects.update(role=role)
    answer = desk.goto(path)
    assert answer is not None
    assert answer.status == 200


def looked_at(desk: BrowserPage, name: str) -> Iterator[str]:
    """Every fault of the page that the browser shows; keeps what it looks like."""
    SEEN.mkdir(parents=True, exist_ok=True)
    found = Axe().run(desk)
    if found.violations_count:
        yield f"{name}: {found.generate_report()}"
    desk.screenshot(path=SEEN / f"{name}-wide.png", full_page=True)
    desk.set_viewport_size(PHONE)  # type: ignore[arg-type]
    if desk.evaluate("document.documentElement.scrollWidth") > PHONE["width"]:
        yield f"{name} is wider than a phone"
    found = Axe().run(desk)
    if found.violations_count:
        yield f"{name} on a phone: {found.generate_report()}"
    desk.screenshot(path=SEEN / f"{name}-phone.png", full_page=True)
    desk.set_viewport_size(WIDE)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["hi", "en"])
def test_no_page_of_the_address_map_puts_a_barrier_before_anybody(
    desk: BrowserPage, waiting: PhysicalFile, language: str, live_server: LiveServer
) -> None:
    if language == "en":
        desk.click("button[name=language]")
        expect(desk.locator("h1")).to_have_text("Files that wait for you")
    faults: list[str] = []
    for name in NAMES:
        opened(desk, name, live_server.url + address(name, waiting))
        faults += looked_at(desk, f"{language}-{name}")
    assert NumberEntry.objects.count() == 0
    assert faults == [], "\n".join(faults)


def test_the_sign_in_puts_no_barrier_before_anybody(
    browser: BrowserPage, archive: Batch, live_server: LiveServer
) -> None:
    browser.goto(f"{live_server.url}/sign-in/")
    faults = list(looked_at(browser, "sign-in"))
    assert faults == [], "\n".join(faults)


def test_every_address_is_a_page_that_is_looked_at_or_is_known_to_be_none() -> None:
    known = {str(one.name) for one in urls.urlpatterns if hasattr(one, "name")}
    assert known - {"None"} == {*NAMES, *POSTED, *NO_PAGES, *urls.PUBLIC}
