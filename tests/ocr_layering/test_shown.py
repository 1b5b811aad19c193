"""Every form of a shown page is the same page, and none is made that nobody asked for."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ocr import shown as shown_module
from ocr.geometry import Pose
from ocr.layers import layer_page
from ocr.page import Box
from ocr.profile import Profile
from ocr.reduction import reduce_by
from ocr.shown import ShownPage, as_it_is
from tests.ocr_layering import papers

FILL = (200, 210, 220)


def picture(height: int, width: int, *, seed: int = 1) -> np.ndarray:
    """Smooth colours, so that half a pixel's shift is a small difference, not a large one."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(0, 256, (max(2, height // 40), max(2, width // 40), 3), np.uint8)
    return cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)


def pose_of(scan: np.ndarray, turn: int, skew: float) -> Pose:
    height, width = scan.shape[:2]
    size = (width, height) if turn in (0, 180) else (height, width)
    return Pose(width, height, *size, turn, skew)


def far_from_edges(image: np.ndarray) -> np.ndarray:
    height, width = image.shape[:2]
    return image[height // 5 : -height // 5, width // 5 : -width // 5].astype(int)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
@pytest.mark.parametrize("skew", [0.0, 2.3])
@pytest.mark.parametrize("coloured", [True, False])
def test_all_forms_show_the_same_page(turn, skew, coloured) -> None:
    scan = picture(601, 403) if coloured else cv2.cvtColor(picture(601, 403), cv2.COLOR_RGB2GRAY)
    page = ShownPage(scan, pose_of(scan, turn, skew), fill=FILL if coloured else FILL[:1])
    full = page.full
    assert full.shape[:2] == (page.height, page.width)
    grey = cv2.cvtColor(full, cv2.COLOR_RGB2GRAY) if coloured else full
    assert np.abs(far_from_edges(page.grey) - far_from_edges(grey)).max() <= 2
    for step in (1, 2, 3, 4, 5, 6):
        small, exact = page.reduced(step), reduce_by(full, step)
        assert small.shape == exact.shape
        assert np.abs(far_from_edges(small) - far_from_edges(exact)).mean() < 3
    box = Box(40, 60, 200, 240)
    cut = full[box.y0 : box.y1, box.x0 : box.x1]
    for step in (1, 2, 3):
        assert np.abs(page.part(box, step).astype(int) - reduce_by(cut, step)).mean() < 3


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_colours_are_those_of_the_scan_at_the_same_place(turn) -> None:
    scan = picture(300, 200)
    page = ShownPage(scan, pose_of(scan, turn, 4.0), fill=FILL)
    x, y = (places.ravel() for places in np.meshgrid(np.arange(60, 140, 7), np.arange(60, 140, 7)))
    assert np.abs(page.colours_at(x, y).astype(int) - page.full[y, x]).max() <= 12


@settings(max_examples=80, deadline=None, derandomize=True)
@given(
    st.tuples(st.integers(1, 60), st.integers(1, 60)),
    st.sampled_from([0, 90, 180, 270]),
    st.sampled_from([0.0, -3.0]),
    st.integers(1, 8),
    st.booleans(),
)
def test_no_page_is_too_small_for_any_of_its_forms(size, turn, skew, step, coloured) -> None:
    scan = np.full((*size, 3) if coloured else size, 128, np.uint8)
    page = ShownPage(scan, pose_of(scan, turn, skew), fill=FILL if coloured else FILL[:1])
    assert page.grey.shape == page.full.shape[:2] == (page.height, page.width)
    assert min(page.reduced(step).shape) >= 1
    assert page.colours_at(np.array([0]), np.array([0])).shape == (1, 3 if coloured else 1)


def test_a_compact_page_is_never_levelled_in_colour_at_full_size(monkeypatch) -> None:
    scan = picture(700, 500)
    page = ShownPage(scan, pose_of(scan, 0, 1.5), fill=FILL)
    sizes = []
    turned = cv2.warpAffine

    def noted(image: np.ndarray, *rest: object, **more: object) -> np.ndarray:
        sizes.append(image.shape)
        return turned(image, *rest, **more)

    monkeypatch.setattr(shown_module.cv2, "warpAffine", noted)
    layer_page(page, dpi=300, profile=Profile.COMPACT)
    assert (700, 500) in sizes
    assert (700, 500, 3) not in sizes


def test_an_upright_page_is_not_copied() -> None:
    scan = picture(80, 60)
    assert as_it_is(scan).full is scan
    assert as_it_is(scan[..., 0]).grey.base is scan


def lab(colour: np.ndarray) -> np.ndarray:
    """L*, a*, b* of an RGB colour."""
    found = cv2.cvtColor((colour[None, None] / 255).astype(np.float32), cv2.COLOR_RGB2LAB)
    return found[0, 0]


@pytest.mark.parametrize("skew", [0.0, 1.7, -4.0])
def test_blue_signatures_red_stamps_and_green_sheets_stay_what_they_are(skew) -> None:
    """By CIE76 distance on the levelled page: 2.3 is just noticeable, another ink is over 40."""
    scan = papers.sheet(papers.GREEN)
    papers.write(scan)
    papers.sign(scan)
    papers.stamp(scan)
    page = ShownPage(scan, pose_of(scan, 0, skew), fill=papers.GREEN)
    pdf = layer_page(page, dpi=300, profile=Profile.COMPACT)
    drawn = papers.shown_by_pdfium(pdf, 300)[: page.height, : page.width]
    full = page.full[: drawn.shape[0], : drawn.shape[1]]
    strength = full.max(axis=2).astype(int) - full.min(axis=2)
    blue = (full[..., 2].astype(int) - full[..., 0] > 60) & (strength > 80)
    red = (full[..., 0].astype(int) - full[..., 2] > 60) & (strength > 80)
    sheet = np.abs(full.astype(int) - papers.GREEN).max(axis=2) < 3
    for where, nearest in ((blue, 12), (red, 12), (sheet, 3)):
        kept, seen = (np.median(one[where], axis=0) for one in (full, drawn))
        assert where.sum() > 300
        assert np.linalg.norm(lab(kept) - lab(seen)) < nearest
