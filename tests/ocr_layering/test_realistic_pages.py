"""Size and legibility on made office scans at full size."""

from __future__ import annotations

import shutil
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from rapidfuzz.distance import Levenshtein

from benchmarks.scans.maker import Ageing, PageOptions, Paper, make_page
from ocr.layers import layer_page
from ocr.profile import Profile
from tests.ocr_layering import papers

TESSDATA = Path("/usr/share/tesseract-ocr/5/tessdata")
MODEL = TESSDATA / "script/Devanagari.traineddata"


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


@pytest.mark.skipif(not shutil.which("tesseract") or not TESSDATA.exists(), reason="no Tesseract")
def test_the_compact_page_reads_as_well_as_the_scan() -> None:
    import tesserocr

    lost = [0, 0]
    letters = 0
    with tesserocr.PyTessBaseAPI(path=f"{TESSDATA}/", lang="Devanagari") as api:
        for kind, seed, paper in [("letter", 106, Paper.YELLOWED), ("order", 102, Paper.CREAM)]:
            image, truth = scan(kind, seed, paper)
            pdf = layer_page(image, dpi=300, profile=Profile.COMPACT)
            letters += len(truth)
            for which, page in enumerate((image, papers.shown_by_pdfium(pdf, 300))):
                gray = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
                half = cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
                api.SetImage(Image.fromarray(half))
                api.SetSourceResolution(150)
                read = " ".join(api.GetUTF8Text().split())
                lost[which] += Levenshtein.distance(read, " ".join(truth.split()))
    original, compact = (100 * count / letters for count in lost)
    assert compact <= original + 0.3
