"""An empty back is told by the scan of its front, which lies before or behind it in the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from pipeline import admit, recognise
from pipeline.app import App
from records.models import Page
from tests.engines import ScriptedEngine
from tests.ocr_reading.test_other_side import DPI, Pixels, back, front, stroke
from tests.pipeline.steps import report_of, settle

pytestmark = pytest.mark.django_db


def saved(path: Path, page: Pixels) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(page).save(path, dpi=(DPI, DPI))


@pytest.fixture
def app(make_app: Callable[..., App]) -> App:
    """It reads nothing that could be a word: what shines through is garbage."""
    return make_app(read_by=ScriptedEngine("॥"))


def states(app: App, box: Path) -> dict[str, str]:
    batch = admit.run(app, box)
    settle(app, batch)
    assert report_of(batch)["ledger"]["unexplained"] == 0
    pages = Page.objects.filter(batch=batch)
    return {f"{Path(page.source).name}#{page.frame}": page.state for page in pages}


def test_the_scan_before_or_behind_tells(app: App, tmp_path: Path) -> None:
    box = tmp_path / "box"
    saved(box / "नस्ती १" / "1.png", front())
    saved(box / "नस्ती १" / "2.png", back())
    saved(box / "नस्ती २" / "3.png", back())
    saved(box / "नस्ती २" / "4.png", front())
    saved(box / "नस्ती ३" / "5.png", back())
    saved(box / "नस्ती ३" / "6.png", front(seed=32))
    assert states(app, box) == {
        "1.png#0": "recognised",
        "2.png#0": "blank",
        "3.png#0": "blank",
        "4.png#0": "recognised",
        "5.png#0": "recognised",  # its front is not there: it is kept
        "6.png#0": "recognised",
    }
    told = Page.objects.get(source__endswith="2.png").reasons
    assert [one["facts"]["front_beside"] for one in told if one["code"] == "blank"] == [True]


def test_what_stands_on_a_back_keeps_it_beside_its_front(app: App, tmp_path: Path) -> None:
    box = tmp_path / "box"
    saved(box / "f" / "1.png", front())
    saved(box / "f" / "2.png", stroke(back(), (600, 1600), darkness=70))
    assert states(app, box)["2.png#0"] == "recognised"


def test_a_front_in_the_same_tiff_tells_and_a_damaged_one_does_no_harm(
    app: App, tmp_path: Path
) -> None:
    box = tmp_path / "box"
    box.mkdir()
    first, second = (Image.fromarray(page) for page in (front(), back()))
    first.save(
        box / "a.tif", save_all=True, append_images=[second], dpi=(DPI, DPI), compression="tiff_lzw"
    )
    saved(box / "b" / "1.jpg", np.asarray(cv2.GaussianBlur(front(), (0, 0), 0.5), np.uint8))
    whole = (box / "b" / "1.jpg").read_bytes()
    (box / "b" / "1.jpg").write_bytes(whole[: len(whole) // 3])
    saved(box / "b" / "2.png", back())
    assert states(app, box) == {
        "a.tif#0": "recognised",
        "a.tif#1": "blank",
        "1.jpg#0": "unreadable",
        "2.png#0": "recognised",
    }


def test_a_neighbour_whose_bytes_never_came_does_no_harm(app: App, tmp_path: Path) -> None:
    """Its disk could not be read: it has no hash, and nothing of it is in the store."""
    box = tmp_path / "box"
    saved(box / "f" / "1.png", front())
    saved(box / "f" / "2.png", back())
    batch = admit.run(app, box)
    Page.objects.filter(batch=batch, sequence=1).update(source_sha256="", state="unreadable")
    page = Page.objects.get(batch=batch, sequence=2)
    recognise.run(app, page.pk)
    page.refresh_from_db()
    assert page.state == "recognised"
