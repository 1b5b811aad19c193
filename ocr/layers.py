"""The image layers of one page as a one-page PDF: small and sharp, or as received.

``compact`` is mixed raster content: the paper as a JPEG of low resolution without the
writing, over it each ink as a lossless bilevel mask of full resolution in its own colour,
pictures as JPEGs of middle resolution. ``faithful`` keeps the received code stream, or
encodes once at high quality.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Page, Pdf

from ocr.background import (
    Colour,
    Ink,
    Reduced,
    covered_cells,
    fill_in,
    paper_under,
    separate_inks,
)
from ocr.ccitt import decode_parms, encode_g4
from ocr.foreground import find_foreground
from ocr.page import Box, GrayImage, Mask, PageImage
from ocr.profile import Profile
from ocr.shown import ShownPage, as_it_is

_BACKGROUND_DPI, _BACKGROUND_QUALITY = 100, 65
_PICTURE_DPI, _PICTURE_QUALITY = 150, 60
_INK_QUALITY = 70
_FAITHFUL_QUALITY = 92
_FULL_CHROMA = (cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444)
_BILEVEL_CUT = 128
_PASSED_FRAMES = (0xC0, 0xC1, 0xC2)  # baseline, extended, progressive: what a PDF may hold


@dataclass(frozen=True, slots=True)
class ReceivedStream:
    """A baseline or progressive JPEG as received, shown exactly as the page is to be shown.

    Attributes:
        data: the whole JPEG file.
        width_px, height_px: its size.
        components: 1 grey, 3 colour; others are not passed through.
    """

    data: bytes
    width_px: int
    height_px: int
    components: int


def layer_page(
    page: ShownPage | PageImage,
    *,
    dpi: float,
    profile: Profile,
    bilevel: bool = False,
    received: ReceivedStream | None = None,
) -> bytes:
    """A one-page PDF with the page's image layers and nothing else, the same bytes every time.

    Args:
        page: the upright, level page, as pixels (height, width) or (height, width, 3) RGB uint8
            or as one that makes only the forms that are asked for.
        dpi: its resolution; the page is width / dpi by height / dpi inches.
        profile: ``compact`` or ``faithful``.
        bilevel: the scan had two levels only; it becomes one Group 4 image in either profile.
        received: the received JPEG, only if the page needed neither turning nor levelling.

    Source: ISO 32000-1, 8.9 (images, stencil masks); ITU-T T.44 (mixed raster content).
    """
    if not isinstance(page, ShownPage):
        page = as_it_is(page)
    pdf = Pdf.new()
    canvas = _Canvas(pdf, page.width, page.height)
    if bilevel:
        _draw_bilevel(canvas, page.grey)
    elif profile is Profile.FAITHFUL:
        _draw_faithful(canvas, page.full, received)
    else:
        _draw_compact(canvas, page, dpi)
    return canvas.page(dpi)


def _draw_bilevel(canvas: _Canvas, gray: GrayImage) -> None:
    _, black = cv2.threshold(gray, _BILEVEL_CUT - 1, 255, cv2.THRESH_BINARY_INV)
    canvas.draw(canvas.bilevel(cast(Mask, black)))


def _draw_faithful(canvas: _Canvas, image: PageImage, received: ReceivedStream | None) -> None:
    if received is not None and _can_pass(received, image):
        canvas.draw(canvas.received_jpeg(received.data, image))
        return
    canvas.draw(canvas.jpeg(image, _FAITHFUL_QUALITY, *_FULL_CHROMA))


def _draw_compact(canvas: _Canvas, page: ShownPage, dpi: float) -> None:
    found = find_foreground(page.grey, dpi)
    page.let_go_of_grey()
    step = max(1, min(round(dpi / _BACKGROUND_DPI), page.height, page.width))
    covered = covered_cells(found.ink, step)
    small = page.reduced(step)
    paper = paper_under(small, covered)
    background = fill_in(small, paper, covered)
    _flatten(background, found.pictures, step)
    canvas.draw(canvas.jpeg(background, _BACKGROUND_QUALITY))
    for box in found.pictures:
        part = page.part(box, max(1, round(dpi / _PICTURE_DPI)))
        canvas.draw(canvas.jpeg(part, _PICTURE_QUALITY), box)
    page.let_go_of_forms()
    size = (small.shape[1], small.shape[0])
    pale = cast(Mask, cv2.resize(found.pale, size, interpolation=cv2.INTER_NEAREST))
    reduced = Reduced(small, paper, covered, pale, step, dpi / step)
    for ink in separate_inks(page, found.ink, reduced):
        _draw_ink(canvas, ink)


def _flatten(background: PageImage, pictures: Sequence[Box], step: int) -> None:
    """Leave only one colour where a picture will be drawn over the background."""
    for box in pictures:
        inner = np.s_[
            box.y0 // step + 1 : box.y1 // step - 1, box.x0 // step + 1 : box.x1 // step - 1
        ]
        if background[inner].size:
            background[inner] = background[inner].mean(axis=(0, 1)).astype(np.uint8)


def _draw_ink(canvas: _Canvas, ink: Ink) -> None:
    stencil = canvas.stencil(ink.mask)
    if isinstance(ink.colour, tuple):
        canvas.fill(ink.colour)
        canvas.draw(stencil, ink.box)
    else:
        colours = canvas.jpeg(ink.colour, _INK_QUALITY, *_FULL_CHROMA)
        colours["/Mask"] = stencil
        canvas.draw(colours, ink.box)


def _can_pass(received: ReceivedStream, image: PageImage) -> bool:
    """Whether the received code stream shows ``image`` and every PDF reader can decode it."""
    if (received.height_px, received.width_px) != image.shape[:2]:
        return False
    if received.components != (1 if image.ndim == 2 else 3):
        return False
    return _frame(received.data) == (
        8,
        received.height_px,
        received.width_px,
        received.components,
    )


def _frame(jpeg: bytes) -> tuple[int, int, int, int] | None:
    """Bits, height, width and components from the frame header; ``None`` if it is not usable.

    Source: ITU-T T.81, B.2.2 (frame header), annex B.1.1.3 (markers).
    """
    place = 2
    while jpeg[:2] == b"\xff\xd8" and place + 10 <= len(jpeg) and jpeg[place] == 0xFF:
        marker, length = jpeg[place + 1], int.from_bytes(jpeg[place + 2 : place + 4], "big")
        if marker == 0xFF:  # padding
            place += 1
        elif marker in _PASSED_FRAMES:
            bits, height, width, components = struct.unpack(">BHHB", jpeg[place + 4 : place + 10])
            return bits, height, width, components
        elif 0xC3 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return None
        else:
            place += 2 + length
    return None


class _Canvas:
    """Collects the images of one page and the operators that place them."""

    def __init__(self, pdf: Pdf, width: int, height: int) -> None:
        self._pdf = pdf
        self._width, self._height = width, height
        self._images: dict[str, Object] = {}
        self._operators: list[str] = []

    def jpeg(self, image: PageImage, quality: int, *options: int) -> Object:
        """The image, encoded."""
        shown = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
        wanted = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1, *options]
        _, encoded = cv2.imencode(".jpg", shown, wanted)
        return self.received_jpeg(encoded.tobytes(), image)

    def received_jpeg(self, jpeg: bytes, image: PageImage) -> Object:
        """A JPEG file as it is; ``image`` tells its size and kind."""
        height, width = image.shape[:2]
        colours = Name.DeviceGray if image.ndim == 2 else Name.DeviceRGB
        return self._image(
            jpeg, (width, height), Filter=Name.DCTDecode, ColorSpace=colours, BitsPerComponent=8
        )

    def bilevel(self, black: Mask) -> Object:
        """A black and white image."""
        return self._g4(black, ColorSpace=Name.DeviceGray)

    def stencil(self, mask: Mask) -> Object:
        """A shape to paint through."""
        return self._g4(mask, ImageMask=True)

    def fill(self, colour: Colour) -> None:
        """The colour in which the stencils that follow are painted."""
        operator = "g" if len(colour) == 1 else "rg"
        levels = " ".join(f"{level / 255:.4f}" for level in colour)
        self._operators.append(f"{levels} {operator}")

    def draw(self, image: Object, box: Box | None = None) -> None:
        """Draw an image over the whole page or the box."""
        box = box or Box(0, 0, self._width, self._height)
        name = f"/Im{len(self._images)}"
        self._images[name] = image
        bottom = self._height - box.y1
        self._operators.append(f"q {box.width} 0 0 {box.height} {box.x0} {bottom} cm {name} Do Q")

    def page(self, dpi: float) -> bytes:
        """The finished one-page PDF."""
        size = [round(pixels * 72 / dpi, 4) for pixels in (self._width, self._height)]
        scale = f"{72 / dpi:.6f}"
        content = "\n".join([f"q {scale} 0 0 {scale} 0 0 cm", *self._operators, "Q"])
        leaf = Dictionary(
            Type=Name.Page,
            MediaBox=Array([0, 0, *size]),
            Resources=Dictionary(XObject=Dictionary(self._images)),
            Contents=self._pdf.make_stream(content.encode("ascii")),
        )
        self._pdf.pages.append(Page(self._pdf.make_indirect(leaf)))
        written = io.BytesIO()
        self._pdf.save(written, static_id=True, object_stream_mode=ObjectStreamMode.disable)
        return written.getvalue()

    def _g4(self, mask: Mask, **kind: object) -> Object:
        height, width = mask.shape
        return self._image(
            encode_g4(mask),
            (width, height),
            Filter=Name.CCITTFaxDecode,
            DecodeParms=Dictionary(decode_parms(mask)),
            BitsPerComponent=1,
            **kind,
        )

    def _image(self, code: bytes, size: tuple[int, int], **kind: object) -> Object:
        width, height = size
        shape = {"Type": Name.XObject, "Subtype": Name.Image, "Width": width, "Height": height}
        return self._pdf.make_stream(code, **shape, **kind)
