"""The pages in a real browser: signed in, clicked, typed, corrected, and free of barriers."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django_otp.plugins.otp_totp.models import TOTPDevice
from playwright.sync_api import Page as BrowserPage
from playwright.sync_api import expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from pipeline.app import App
from records.models import Batch, Deposit, PhysicalFile
from tests.web.conftest import deposited_file
from tests.web.test_account import code_of
from web import people, wiring
from web.models import Account

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(240)]
CHROMIUM_ARGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
def browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[BrowserPage]:
    with real_browser(monkeypatch) as page:
        yield page


@contextmanager
def real_browser(monkeypatch: pytest.MonkeyPatch) -> Iterator[BrowserPage]:
    """A page of a real browser, 1280×720; what its console says is an error of ours."""
    program = shutil.which("chromium")
    if program is None:
        if os.environ.get("CI"):
            pytest.fail("chromium is not installed")
        pytest.skip("chromium is not installed")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # the driver keeps a loop in this thread
    complaints: list[str] = []
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(CHROMIUM_ARGS))
        page = started.new_page(viewport={"width": 1280, "height": 720}, accept_downloads=True)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda said: complaints.append(said.text) if said.type == "error" else None,
        )
        page.set_default_timeout(30_000)
        yield page
        started.close()
    assert complaints == []


@pytest.fixture
def desk(browser: BrowserPage, live_server: LiveServer, own: PhysicalFile, app: App) -> BrowserPage:
    """The browser with a reviewer signed in, at the review queue."""
    return at_the_desk(browser, live_server, app)


def at_the_desk(browser: BrowserPage, live_server: LiveServer, app: App) -> BrowserPage:
    """Sign a reviewer in and go to the queue."""
    wiring.use(app, versions=True)
    password = people.add("reviewer", people.Bounds("reviewer", ("katni",), ("GAD",)))
    browser.goto(f"{live_server.url}/review/")
    browser.fill("input[name=username]", "reviewer")
    browser.fill("input[name=password]", password)
    browser.press("input[name=password]", "Enter")
    expect(browser.locator("h1")).to_have_text("आपकी प्रतीक्षा में नस्तियाँ")
    return browser


def test_a_corrected_word_is_found_in_the_pdf_that_the_reviewer_then_fetches(
    desk: BrowserPage, own: PhysicalFile, live_server: LiveServer, tmp_path: Path
) -> None:
    desk.click("p.actions a")  # begin with the first
    desk.click(".sheets a >> nth=0")
    expect(desk.locator(".line.doubtful")).to_have_count(1)
    desk.fill("input[name=line-1]", "विषय:- भूमि अनोखाशब्द")
    desk.click("form.lines button.main")
    expect(desk.locator(".note")).to_be_visible()
    made = Deposit.objects.filter(file=own).latest("version")
    assert made.version == 2
    desk.goto(f"{live_server.url}/file/{own.pk}/")
    with desk.expect_download() as download:
        desk.click("a[href$='?save']")
    pdf = tmp_path / "fetched.pdf"
    download.value.save_as(pdf)
    told = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, check=True)
    assert "अनोखाशब्द" in told.stdout.decode()


CHOSEN = """() => {
    const one = document.activeElement;
    return one.value.slice(one.selectionStart, one.selectionEnd);
}"""


def test_a_word_and_its_place_on_the_page_light_up_together(
    desk: BrowserPage, own: PhysicalFile
) -> None:
    desk.goto(desk.url + f"{own.pk}/page/1/")
    desk.focus("input[name=line-0]")
    expect(desk.locator("rect[data-line].here")).to_have_attribute("data-line", "0")
    place = desk.locator("rect[data-line='1']").bounding_box()
    assert place is not None
    desk.mouse.click(place["x"] + place["width"] - 25, place["y"] + place["height"] / 2)
    expect(desk.locator("input[name=line-1]")).to_be_focused()
    assert desk.evaluate(CHOSEN) == "आवंटन"
    desk.click(".seen span >> nth=1")
    assert desk.evaluate(CHOSEN) == "भूमि"
    shown = desk.locator("rect.word.here").bounding_box()
    assert shown is not None
    assert place["x"] < shown["x"] < place["x"] + place["width"] / 2


def test_tab_and_enter_walk_the_words_that_are_not_certain(
    desk: BrowserPage, own: PhysicalFile
) -> None:
    desk.goto(desk.url + f"{own.pk}/page/1/")
    desk.focus(".picture")
    desk.keyboard.press("Tab")
    assert desk.evaluate(CHOSEN) == "विषय:-"  # the line before it is certain
    desk.keyboard.press("Tab")
    assert desk.evaluate(CHOSEN) == "भूमि"
    desk.keyboard.press("Enter")
    assert desk.evaluate(CHOSEN) == "आवंटन"
    desk.keyboard.press("Shift+Tab")
    assert desk.evaluate(CHOSEN) == "भूमि"
    desk.keyboard.insert_text("भूखंड")
    expect(desk.locator("input[name=line-1]")).to_have_value("विषय:- भूखंड आवंटन")
    desk.keyboard.press("Enter")
    assert desk.evaluate(CHOSEN) == "आवंटन"
    desk.keyboard.press("Enter")
    expect(desk.locator("form.lines button.main")).to_be_focused()


def test_the_picture_grows_turns_and_is_pulled_without_a_keyboard(
    desk: BrowserPage, own: PhysicalFile
) -> None:
    desk.goto(desk.url + f"{own.pk}/page/1/")
    for _ in range(4):
        desk.click("[data-size='25']")
    expect(desk.locator(".paper")).to_have_attribute("style", "width: 200%;")
    desk.wait_for_timeout(400)
    box = desk.locator(".picture").bounding_box()
    assert box is not None
    desk.mouse.move(box["x"] + 200, box["y"] + 200)
    desk.mouse.down()
    desk.mouse.move(box["x"] + 120, box["y"] + 150, steps=4)
    desk.mouse.up()
    assert desk.evaluate("document.querySelector('.picture').scrollLeft") == 80
    expect(desk.locator("rect[data-line].here")).to_have_count(0)  # pulling chooses nothing
    desk.click("[data-view-turn]")
    assert "rotate(90deg)" in str(desk.locator(".paper").get_attribute("style"))


def test_keys_lead_to_the_next_file_and_back(
    desk: BrowserPage, own: PhysicalFile, archive: Batch, app: App
) -> None:
    second = deposited_file(app.store, archive, "नस्ती दूसरी", "GAD")
    desk.goto(desk.url + f"{own.pk}/")
    desk.keyboard.press("Alt+n")
    expect(desk.locator("h1")).to_have_text(second.source)
    desk.keyboard.press("Alt+p")
    expect(desk.locator("h1")).to_have_text(own.source)


def test_hindi_comes_from_english_letters(desk: BrowserPage, own: PhysicalFile) -> None:
    desk.goto(desk.url + f"{own.pk}/page/1/")
    field = desk.locator("input[name=line-1]")
    field.fill("")
    field.type("vibhag")
    field.press("Control+Space")
    expect(field).to_have_value("विभाग")


def test_what_was_typed_is_there_again_after_the_session_was_lost(
    desk: BrowserPage, own: PhysicalFile
) -> None:
    address = desk.url + f"{own.pk}/page/1/"
    desk.goto(address)
    desk.fill("input[name=line-1]", "आधा लिखा हुआ")
    desk.context.clear_cookies()
    password = people.add(
        "reviewer", people.Bounds("reviewer", ("katni",), ("GAD",)), new_password=True
    )
    desk.goto(address)
    desk.fill("input[name=username]", "reviewer")
    desk.fill("input[name=password]", password)
    desk.press("input[name=password]", "Enter")
    expect(desk.locator("input[name=line-1]")).to_have_value("आधा लिखा हुआ")


@pytest.mark.parametrize("language", ["hi", "en"])
def test_no_page_puts_a_barrier_before_anybody(
    desk: BrowserPage, own: PhysicalFile, language: str, live_server: LiveServer
) -> None:
    if language == "en":
        desk.click("button[name=language]")
        expect(desk.locator("h1")).to_have_text("Files that wait for you")
    looked_at = ["/", "/sampling/", f"/batch/{own.batch_id}/", f"/file/{own.pk}/", "/review/"]
    looked_at += ["/days/", "/tokens/", "/account/"]
    for address in [*looked_at, f"/review/{own.pk}/", f"/review/{own.pk}/page/1/"]:
        desk.goto(f"{live_server.url}{address}")
        found = Axe().run(desk)
        assert found.violations_count == 0, f"{address}: {found.generate_report()}"


def test_the_pages_fit_a_phone(
    desk: BrowserPage, own: PhysicalFile, live_server: LiveServer
) -> None:
    desk.set_viewport_size({"width": 360, "height": 740})
    files = (f"/file/{own.pk}/", f"/review/{own.pk}/", f"/review/{own.pk}/page/1/")
    for address in ("/", "/sampling/", "/days/", "/tokens/", "/account/", *files):
        desk.goto(f"{live_server.url}{address}")
        assert desk.evaluate("document.documentElement.scrollWidth") <= 360, address


def test_what_was_sent_into_a_lost_session_is_there_again_but_never_on_another_line(
    desk: BrowserPage, own: PhysicalFile
) -> None:
    address = desk.url + f"{own.pk}/page/1/"
    desk.goto(address)
    desk.fill("input[name=line-1]", "आधा लिखा हुआ")
    cookies = desk.context.cookies()
    desk.context.add_cookies(
        [{**one, "value": "0" * 32} for one in cookies if one["name"] == "sessionid"]
    )
    desk.click("form.lines button.main")
    expect(desk.locator("input[name=password]")).to_be_visible()
    password = people.add(
        "reviewer", people.Bounds("reviewer", ("katni",), ("GAD",)), new_password=True
    )
    desk.fill("input[name=username]", "reviewer")
    desk.fill("input[name=password]", password)
    desk.press("input[name=password]", "Enter")
    expect(desk.locator("input[name=line-1]")).to_have_value("आधा लिखा हुआ")
    desk.evaluate("""() => {
        const key = Object.keys(localStorage).find((one) => one.startsWith("abhilekh "));
        const draft = JSON.parse(localStorage.getItem(key));
        draft.typed["line-0"] = ["so it never stood", "elsewhere"];
        localStorage.setItem(key, JSON.stringify(draft));
    }""")
    desk.goto(address)
    expect(desk.locator("input[name=line-1]")).to_have_value("आधा लिखा हुआ")
    expect(desk.locator("input[name=line-0]")).not_to_have_value("elsewhere")


def test_who_signs_out_leaves_no_draft_and_others_drafts_stay(
    desk: BrowserPage, own: PhysicalFile
) -> None:
    desk.goto(desk.url + f"{own.pk}/page/1/")
    desk.fill("input[name=line-1]", "आधा लिखा हुआ")
    desk.evaluate("localStorage.setItem('abhilekh another /review/x', '{}')")
    drafts = "Object.keys(localStorage).filter((one) => one.startsWith('abhilekh '))"
    assert len(desk.evaluate(drafts)) == 2
    desk.click("form[data-leaves] button >> nth=0")
    expect(desk.locator("input[name=password]")).to_be_visible()
    assert desk.evaluate(drafts) == ["abhilekh another /review/x"]


def test_a_printed_page_is_its_table_without_menus(
    desk: BrowserPage, own: PhysicalFile, live_server: LiveServer
) -> None:
    for address in ("/", f"/batch/{own.batch_id}/", "/review/", "/days/"):
        desk.goto(f"{live_server.url}{address}")
        expect(desk.locator(".printed")).to_be_hidden()
        desk.emulate_media(media="print")
        expect(desk.locator("header.top")).to_be_hidden()
        expect(desk.locator(".exports").first).to_be_hidden()
        expect(desk.locator("table").first).to_be_visible()
        expect(desk.locator(".printed")).to_contain_text("reviewer")
        desk.emulate_media(media="screen")


def test_the_first_page_weighs_less_than_150_kilobytes(
    desk: BrowserPage, own: PhysicalFile, live_server: LiveServer
) -> None:
    """All that comes over the line, nothing packed, nothing kept from before, of a busy site."""
    for number in range(300):
        batch = Batch.objects.create(
            label=f"बस्ता {number}, तहसील कार्यालय कटनी",
            office=f"office-{number % 40}",
            source=f"/scans/{number}",
            source_key=f"{number:064d}",
            created_at=own.batch.created_at,
        )
        file = {"ordinal": 1, "source": "x", "state": "in_review", "department_code": "GAD"}
        PhysicalFile.objects.create(batch=batch, **file)
    Account.objects.update(offices=["*"])
    weights: dict[str, int] = {}
    fresh = desk.context.browser.new_context()  # type: ignore[union-attr]
    fresh.add_cookies(desk.context.cookies())  # type: ignore[arg-type]
    page = fresh.new_page()
    page.on("response", lambda answer: weights.update({answer.url: len(answer.body())}))
    page.goto(f"{live_server.url}/", wait_until="networkidle")
    fresh.close()
    assert any(url.endswith(".css") for url in weights)
    assert any("htmx" in url for url in weights)
    assert any(weight > 25_000 for url, weight in weights.items() if url.endswith("/"))
    assert sum(weights.values()) < 150_000, weights


def test_the_password_is_followed_by_a_code_that_the_person_set_up(
    desk: BrowserPage, live_server: LiveServer
) -> None:
    desk.goto(f"{live_server.url}/account/")
    desk.click("form[action$='/codes/begin'] button")
    expect(desk.locator("img[src^='data:image/svg']")).to_be_visible()
    device = TOTPDevice.objects.get()
    desk.fill("form[action$='/codes/confirm'] input[name=code]", code_of(device))
    desk.click("form[action$='/codes/confirm'] button")
    expect(desk.locator(".note code")).to_have_count(8)
    spare = desk.locator(".note code").first.inner_text()
    password = people.add(
        "reviewer", people.Bounds("reviewer", ("katni",), ("GAD",)), new_password=True
    )
    desk.goto(f"{live_server.url}/review/")
    desk.fill("input[name=username]", "reviewer")
    desk.fill("input[name=password]", password)
    desk.press("input[name=password]", "Enter")
    desk.fill("input[name=code]", spare)
    desk.press("input[name=code]", "Enter")
    expect(desk.locator("h1")).to_have_text("आपकी प्रतीक्षा में नस्तियाँ")
