"""Backs beside their fronts: empty when the front explains all ink, kept when anything is left."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest

from benchmarks.scans.options import Ageing
from ocr.attempts import Scan
from ocr.backs import Back
from ocr.blank import is_blank
from ocr.ink import Look, look_at
from ocr.other_side import is_empty_back
from ocr.reader import PageReader, ReadingOptions
from ocr.reading import look_of, read_page
from tests.ocr_reading.sheets import DPI, Pixels, ToldEngine, grey, inked, made, sheet

STRONGLY = 0.26  # so dark that a faded pencil could hide in it, were the print not known


def front(*, skew: float = 0.0, ageing: Ageing = Ageing.OFFICE, seed: int = 31) -> Pixels:
    """The other side of ``back()``, as it was scanned."""
    return grey(made("letter", seed, skew=skew, ageing=ageing))


@cache
def shine(seed: int = 31) -> Pixels:
    """What of a front shows at most, mirrored and softened."""
    ink = 255 - front(ageing=Ageing.CLEAN, seed=seed)[:, ::-1]
    return np.asarray(cv2.GaussianBlur(ink, (0, 0), 1.1), np.uint8)


def back(strength: float = STRONGLY, *, own: Pixels | None = None) -> Pixels:
    """An empty sheet, or ``own``, through which the front shows."""
    pale = cv2.convertScaleAbs(shine(), alpha=strength)
    return np.asarray(cv2.subtract(sheet() if own is None else own, pale), np.uint8)


def is_empty(page: Pixels, beside: Look | Pixels) -> bool:
    other = beside if isinstance(beside, Look) else look_at(beside, dpi=DPI)
    return is_empty_back(Scan(page, look_at(page, dpi=DPI), DPI), other) is True


def moved(page: Pixels, *, turn_deg: float, by_px: tuple[int, int]) -> Pixels:
    """As if the sheet had been laid on the scanner otherwise."""
    height, width = page.shape
    place = cv2.getRotationMatrix2D((width / 2, height / 2), turn_deg, 1.0)
    place[:, 2] += by_px
    return np.asarray(cv2.warpAffine(page, place, (width, height), borderValue=(235,)), np.uint8)


@pytest.mark.parametrize("strength", [0.2, STRONGLY, 0.4])
def test_a_back_is_empty_beside_its_front_however_strongly_that_shows(strength: float) -> None:
    page = back(strength)
    assert not is_blank(look_at(page, dpi=DPI), page)
    assert is_empty(page, front())


@pytest.mark.parametrize(
    ("turn_deg", "by_px"), [(-4.0, (30, -25)), (3.3, (-40, 10)), (180, (6, 9))]
)
def test_both_sides_may_lie_askew_aside_or_head_down(
    turn_deg: float, by_px: tuple[int, int]
) -> None:
    assert is_empty(moved(back(), turn_deg=turn_deg, by_px=by_px), front(skew=2.4))


def test_the_front_may_be_scanned_finer_than_the_back() -> None:
    fine = np.asarray(cv2.resize(front(), None, fx=2, fy=2), np.uint8)
    assert is_empty(back(), look_at(fine, dpi=2 * DPI))


def test_a_worn_front_tells_too() -> None:
    assert is_empty(back(), front(ageing=Ageing.HARD, skew=-1.0))


def test_dust_and_a_punch_hole_leave_it_empty() -> None:
    page = sheet()
    rng = np.random.default_rng(5)
    for _ in range(120):
        cv2.circle(page, (int(rng.integers(1240)), int(rng.integers(1754))), 1, 80, -1)
    cv2.circle(page, (60, 640), 17, 30, -1)
    assert is_empty(back(own=page), front())


def stroke(page: Pixels, at: tuple[int, int], *, darkness: int, tall_px: int = 26) -> Pixels:
    """An upright stroke of a pen or pencil, like a danda."""
    mark = np.zeros_like(page)
    cv2.line(mark, at, (at[0], at[1] + tall_px), darkness, 3, cv2.LINE_AA)
    return np.asarray(cv2.subtract(page, cv2.GaussianBlur(mark, (0, 0), 0.5)), np.uint8)


@pytest.mark.parametrize("darkness", [110, 170])
def test_a_stroke_keeps_it_wherever_it_stands(darkness: int) -> None:
    """Among the lines of print too, where most of it has print on both sides."""
    dark = shine() > 120
    rows = np.flatnonzero(dark.sum(axis=1) > 40)
    for number in range(12):
        at = (260 + 60 * number, int(rows[len(rows) * (number + 1) // 14]) - 8)
        assert not is_empty(stroke(back(), at, darkness=darkness), front()), at


@pytest.mark.parametrize("text", ["7", "See overleaf"])
@pytest.mark.parametrize("at", [(600, 1650), (500, 800)])
def test_a_number_or_a_line_of_its_own_keeps_it(text: str, at: tuple[int, int]) -> None:
    page = inked(sheet(), text, at, darkness=90, height=1.0)
    assert not is_empty(back(own=page), front())


@pytest.mark.parametrize("kind", ["lone_stamp", "lone_signature", "corner_number", "pencil_tick"])
def test_a_stamp_a_signature_a_number_or_a_tick_keeps_it(kind: str) -> None:
    own = grey(made(kind, 5, ageing=Ageing.LIGHT))
    assert not is_empty(back(own=own), front())


def test_another_page_beside_it_tells_nothing() -> None:
    assert not is_empty(back(), front(seed=32))
    assert not is_empty(back(), front()[:, ::-1])
    assert not is_empty(back(), sheet())
    carbon = front(ageing=Ageing.CARBON, seed=9)
    assert not is_empty(carbon, front(seed=32))
    assert not is_empty(carbon, carbon)


def test_a_copy_of_the_front_is_no_back_of_it() -> None:
    assert not is_empty(front(ageing=Ageing.CARBON), front())


@pytest.mark.parametrize("size", [(9, 7), (40, 1240), (1754, 30)])
def test_slips_and_crumbs_beside_it_do_no_harm(size: tuple[int, int]) -> None:
    crumb = np.full(size, 200, np.uint8)
    crumb[size[0] // 3 : size[0] // 2 + 1, size[1] // 3 : size[1] // 2 + 1] = 20
    assert not is_empty(back(), crumb)
    assert not is_empty(crumb, front())


def test_a_page_is_told_blank_by_the_scan_beside_it() -> None:
    unreadable = ToldEngine(lambda _image: ())
    page = back()
    colour = np.asarray(cv2.cvtColor(front(), cv2.COLOR_GRAY2RGB), np.uint8)
    beside = ReadingOptions(beside=(look_of(front(seed=32), DPI), look_of(colour, DPI)))
    reading = read_page(page, dpi=DPI, engine=unreadable, options=beside)
    assert reading.blank
    assert reading.verdicts[0].facts["front_beside"] is True
    assert not read_page(page, dpi=DPI, engine=unreadable).blank


def test_scans_beside_a_page_that_was_read_are_not_asked_for() -> None:
    def never() -> Look:
        raise AssertionError("a plainly written page needs no other")

    beside = ReadingOptions(beside=(never() for _ in range(1)))
    told = ToldEngine(lambda _image: ())
    assert not read_page(front(), dpi=DPI, engine=told, options=beside).blank


def test_where_the_front_is_known_nothing_is_guessed_from_behind(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    told = ToldEngine(lambda _image: ())
    asked: list[Pixels] = []

    def behind(reader: PageReader, _lines: object) -> Back:
        asked.append(reader.scan.grey)
        return Back(empty=True, words=30)

    monkeypatch.setattr("ocr.reading.read_from_behind", behind)
    page = stroke(back(), (600, 1600), darkness=70)
    known, unknown = (ReadingOptions(beside=(look_of(front(seed=seed), DPI),)) for seed in (31, 32))
    assert not read_page(page, dpi=DPI, engine=told, options=known).blank
    assert not asked
    assert read_page(page, dpi=DPI, engine=told, options=unknown).blank
    assert len(asked) == 1
