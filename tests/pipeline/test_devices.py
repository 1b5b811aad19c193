"""How many scans each scanner sent, counted as they come in."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image

from pipeline import admit
from pipeline.app import App
from tests.conftest import written_scan

pytestmark = pytest.mark.django_db


def scanned(path: Path, device: str) -> None:
    """A TIFF that names its scanner."""
    drawn = written_scan(path.with_suffix(".png"), mark=int(path.stem))
    with Image.open(drawn) as page:
        page.save(path.with_suffix(".tif"), dpi=(100, 100), tiffinfo={271: device})
    drawn.unlink()


def test_names_that_differ_from_scan_to_scan_do_not_fill_the_batch(
    app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.admit.MOST_DEVICES", 2)
    for number, device in enumerate(("Canon", "HP 7000", "X-1", "X-2", "Canon")):
        scanned(tmp_path / "box" / "a" / str(number), device)
    batch = admit.run(app, tmp_path / "box")
    assert batch.devices == {"Canon": 2, "HP 7000": 1, "": 2}
    for number, device in enumerate(("Canon", "X-3"), start=5):
        scanned(tmp_path / "box" / "b" / str(number), device)
    batch = admit.run(app, tmp_path / "box")
    assert batch.devices == {"Canon": 3, "HP 7000": 1, "": 3}
    assert batch.received == 7
