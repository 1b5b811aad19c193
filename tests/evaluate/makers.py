"""Folders of pages whose text is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image

from tests.engines import TEXT


def page_image(path: Path, *, width: int = 800, height: int = 1100) -> Path:
    """A grey page with marks like letters just where ``ScriptedEngine`` says its words are."""
    page = np.full((height, width), 240, np.uint8)
    size, step = width // 40, height // (len(TEXT) + 1)
    for row, text in enumerate(TEXT):
        left, top = size, step // 2 + row * step
        for word in text.split():
            right = left + len(word) * size // 2
            page[top + 3 : top + size - 3, left + 1 : right - 1] = 20
            for gap in range(left + 6, right, 8):
                page[top + 6 : top + size - 3, gap : gap + 3] = 240
            left = right + size // 2
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(page).save(path, dpi=(100, 100))
    return path


def true_page(path: Path, text: str = "\n".join(TEXT)) -> Path:
    """A page with its text beside it."""
    page_image(path)
    path.with_suffix(".gt.txt").write_text(text, encoding="utf-8")
    return path
