"""Page image: a page as its deposited PDF shows it, drawn for the screen."""

from __future__ import annotations

import io

from PIL import Image

from ocr.drawn import drawn_page
from pipeline import parts
from pipeline.app import App
from records.models import Page

QUALITY = 80


def jpeg(app: App, page: Page, *, width_px: int) -> bytes | None:
    """The page as JPEG, ``width_px`` wide; None while no PDF of it is deposited."""
    layers = page.parts.get("layers", {})
    if "place" not in layers:
        return None
    with parts.as_file(app, layers["key"]) as path:
        pixels = drawn_page(path, layers["place"], width_px=width_px)
    written = io.BytesIO()
    Image.fromarray(pixels).save(written, "JPEG", quality=QUALITY)
    return written.getvalue()
