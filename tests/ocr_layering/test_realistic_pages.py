"""Size and legibility on made office scans at full size."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
import pytest

from benchmarks import rereading
from benchmarks.scans.maker import Ageing, PageOptions, Paper, make_page
from ocr.layers import layer_page
from ocr.models import DEBIAN_TESSDATA
from ocr.profile import Profile
from ocr.tesserocr_engine import TesserocrEngine
from tests.ocr_layering import papers

MODEL = DEBIAN_TESSDATA / "Devanagari.traineddata"


@cache
def scan(kind: str, seed: int, paper: Paper) -> tuple[np.ndarray, str]:
    """A hard aged page as its JPEG decodes, and its true text."""
    options = PageOptions(skew_ccw_deg=0, ageing=Ageing.HARD, paper=paper)
    made = make_page(kind, seed, options=options)
    _, jpeg = cv2.imencode(".jpg", made.image[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, 80])
    image = np.ascontiguousarray(cv2.imdecode(jpeg, cv2.IMREAD_COLOR)[:, :, ::-1])
    return image, made.truth.text


@pytest.mark.parametrize(
    ("kind", "seed", "paper"),
    [("letter", 106, Paper.YELLOWED), ("note_sheet", 104, Paper.GREEN)],
)
def test_an_aged_colour_page_stays_under_85_kb(kind, seed, paper) -> None:
    image, _ = scan(kind, seed, paper)
    assert len(layer_page(image, dpi=300, profile=Profile.COMPACT)) <= 85_000


def test_a_blank_back_with_show_through_is_nearly_all_background() -> None:
    made = make_page("blank", 3, options=PageOptions(ageing=Ageing.HARD))
    images = papers.images_of(layer_page(made.image, dpi=300, profile=Profile.COMPACT))
    assert sum(len(image["code"]) for image in images[1:]) < 5_000


@pytest.mark.skipif(not MODEL.exists(), reason="the model is not installed")
def test_the_compact_pages_read_as_well_as_the_scans() -> None:
    engine = TesserocrEngine()
    pages = [
        rereading.reread(
            make_page(kind, seed, options=PageOptions(ageing=Ageing.HARD, paper=paper)),
            kind,
            engine=engine,
        )
        for kind, seed, paper in [("letter", 106, Paper.YELLOWED), ("order", 102, Paper.CREAM)]
    ]
    engine.close()
    assert rereading.lost_points(pages) <= rereading.MOST_LOST_POINTS
