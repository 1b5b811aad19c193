"""A colour scan that keeps its brightness and half of its colour: lighter, and the same page."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from ocr.geometry import Pose
from ocr.halved import LEAST_DPI, HalvedColours, halved
from ocr.layers import layer_page
from ocr.page import ColourImage
from ocr.profile import Profile
from ocr.shown import ShownPage, as_it_is
from tests.ocr_layering import papers

DPI = 300


def as_halved(image: ColourImage) -> HalvedColours:
    light = halved(image, dpi=DPI)
    assert isinstance(light, HalvedColours)
    return light


def test_grey_and_coarse_scans_are_left_as_they_are() -> None:
    image = papers.letter()
    assert halved(image, dpi=LEAST_DPI - 1) is image
    grey = papers.gray_letter()
    assert halved(grey, dpi=DPI) is grey


def test_it_weighs_less_than_half_of_the_scan_and_its_grey_copy() -> None:
    image = papers.letter()
    light = as_halved(image)
    assert light.shape == image.shape
    assert light.grey.nbytes + light.half.nbytes < 0.5 * (image.nbytes + light.grey.nbytes)


def test_every_pixel_keeps_its_brightness_and_broad_colour_stays() -> None:
    image = np.full((200, 300, 3), (228, 214, 180), np.uint8)
    cv2.line(image, (10, 20), (290, 150), (30, 50, 160), 5)  # a blue pen
    cv2.circle(image, (220, 60), 40, (190, 30, 40), 4)  # a red stamp
    whole = as_halved(image).whole()
    greys = [cv2.cvtColor(each, cv2.COLOR_RGB2GRAY).astype(int) for each in (image, whole)]
    assert np.abs(greys[0] - greys[1]).max() <= 12
    rows, columns = np.nonzero((image == (30, 50, 160)).all(axis=2))
    seen = np.median(as_halved(image).at(rows, columns), axis=0)
    assert np.abs(seen - (30, 50, 160)).max() <= 8


@pytest.mark.parametrize("skew_deg", [0.0, 1.5])
def test_the_layers_are_those_of_the_whole_scan(skew_deg: float) -> None:
    image = papers.letter()
    height, width = image.shape[:2]
    pose = Pose(width, height, width, height, 0, skew_deg)
    made = (
        layer_page(ShownPage(scan, pose, fill=(230, 230, 230)), dpi=DPI, profile=Profile.COMPACT)
        for scan in (image, as_halved(image))
    )
    whole, light = (papers.shown_by_pdfium(pdf, dpi=DPI).astype(int) for pdf in made)
    assert np.abs(whole - light).mean() < 0.5
    assert np.percentile(np.abs(whole - light), 99) <= 12


def test_it_can_still_be_shown_whole() -> None:
    image = papers.letter()
    full = as_it_is(as_halved(image)).full
    assert full.shape == image.shape
    assert np.abs(full.astype(int) - image.astype(int)).mean() < 3
