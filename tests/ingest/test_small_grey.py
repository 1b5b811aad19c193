"""A frame as a small grey picture: as small as was asked for, and what is on the frame."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from ingest.limits import Limits
from ingest.media import HEAD_BYTES, sniff
from ingest.small_grey import small_grey

SIZE = 1201, 1700  # no multiple of anything


def _scene() -> np.ndarray:
    """Grey on white: a dark square in the upper left quarter, a pale one in the lower right."""
    scene = np.full(SIZE[::-1], 240, np.uint8)
    scene[100:700, 100:500] = 30
    scene[1000:1600, 700:1100] = 150
    return scene


@pytest.mark.parametrize("mode", ["L", "RGB", "1", "P", "I;16"])
@pytest.mark.parametrize("suffix", [".tif", ".png"])
def test_every_kind_is_shrunk_to_what_was_asked(tmp_path: Path, mode: str, suffix: str) -> None:
    path = tmp_path / f"scan{suffix}"
    scene = _scene()
    if mode == "I;16":
        image = Image.fromarray(scene.astype(np.uint16) * 257)
    else:
        image = Image.fromarray(scene).convert(mode)
    image.save(path)
    seen = small_grey(
        path,
        media_type=sniff(path.read_bytes()[:HEAD_BYTES]).media_type or "",
        frame=0,
        limits=Limits(),
        longest_px=400,
    )
    assert seen.ndim == 2
    assert seen.dtype == np.uint8
    assert 400 <= max(seen.shape) < 800
    assert abs(seen.shape[0] / seen.shape[1] - SIZE[1] / SIZE[0]) < 0.02
    levels = cv2.resize(seen, SIZE, interpolation=cv2.INTER_AREA).astype(float)
    if mode != "1":  # whose greys are dots
        assert abs(np.median(levels[150:650, 150:450]) - 30) < 3
        assert abs(np.median(levels[1050:1550, 750:1050]) - 150) < 3
    assert np.mean(levels[150:650, 150:450]) < 80 < 200 < np.mean(levels[:80])
