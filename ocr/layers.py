"""The image layers of one page as a one-page PDF: small and sharp, or as received.

``compact`` is mixed raster content: the paper as a JPEG of low resolution without the
writing, over it each ink as a lossless bilevel mask of full resolution in its own colour,
pictures as JPEGs of middle resolution. ``faithful`` keeps the received code stream, or
encodes once at high quality.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

import cv2
from pikepdf import Array, Dictionary, Name, Object, ObjectStreamMode, Page, Pdf

from ocr.background import (
    Colour,
    Ink,
    Reduced,
    covered_cells,
    fill_in,
    paper_under,
    reduce_page,
    separate_inks,
)
from ocr.ccitt import decode_parms, encode_g4
from ocr.foreground import find_foreground
from ocr.page import Box, GrayImage, Mask, PageImage

_BACKGROUND_DPI, _BACKGROUND_QUALITY = 100, 45
_PICTURE_DPI, _PICTURE_QUALITY = 150, 60
_FAITHFUL_QUALITY = 92
_BILEVEL_CUT = 128


class Profile(StrEnum):
    """How a page's image is kept in the access copy."""

    COMPACT = "compact"
    FAITHFUL = "faithful"


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
    image: PageImage,
    *,
    dpi: float,
    profile: Profile,
    bilevel: bool = False,
    received: ReceivedStream | None = None,
) -> bytes:
    """A one-page PDF with the page's image layers and nothing else, the same bytes every time.

    Args:
        image: the upright, level page, (height, width) or (height, width, 3) RGB uint8.
        dpi: its resolution; the page is width / dpi by height / dpi inches.
        profile: ``compact`` or ``faithful``.
        bilevel: the scan had two levels only; it becomes one Group 4 image in either profile.
        received: the received JPEG, only if the page needed neither turning nor levelling.

    Source: ISO 32000-1, 8.9 (images, stencil masks); ITU-T T.44 (mixed raster content).
    """
    height, width = image.shape[:2]
    pdf = Pdf.new()
    canvas = _Canvas(pdf, width, height)
    if bilevel:
        _draw_bilevel(canvas, image)
    elif profile is Profile.FAITHFUL:
        _draw_faithful(canvas, image, received)
    else:
        _draw_compact(canvas, image, dpi)
    return canvas.page(dpi)


def _draw_bilevel(canvas: _Canvas, image: PageImage) -> None:
    gray = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2GRAY)
    _, black = cv2.threshold(gray, _BILEVEL_CUT - 1, 255, cv2.THRESH_BINARY_INV)
    canvas.draw_bilevel(cast(Mask, black))


def _draw_faithful(canvas: _Canvas, image: PageImage, received: ReceivedStream | None) -> None:
    if received is not None and _can_pass(received, image):
        canvas.draw_jpeg(received.data, received.width_px, received.height_px, received.components)
        return
    sampling = [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444]
    canvas.draw_image(image, _FAITHFUL_QUALITY, sampling)


def _can_pass(received: ReceivedStream, image: PageImage) -> bool:
    same_size = (received.height_px, received.width_px) == image.shape[:2]
    return same_size and received.components in (1, 3) and received.data.startswith(b"\xff\xd8")


def _draw_compact(canvas: _Canvas, image: PageImage, dpi: float) -> None:
    gray = image if image.ndim == 2 else cast(GrayImage, cv2.cvtColor(image, cv2.COLOR_RGB2GRAY))
    found = find_foreground(gray, dpi)
    step = max(1, round(dpi / _BACKGROUND_DPI))
    small = reduce_page(image, step)
    covered = covered_cells(found.ink, step)
    paper = paper_under(small, covered)
    canvas.draw_image(fill_in(small, paper, covered), _BACKGROUND_QUALITY)
    for box in found.pictures:
        part = image[box.y0 : box.y1, box.x0 : box.x1]
        canvas.draw_image(
            reduce_page(part, max(1, round(dpi / _PICTURE_DPI))), _PICTURE_QUALITY, box=box
        )
    for ink in separate_inks(image, found.ink, Reduced(small, paper, covered, step, dpi / step)):
        canvas.draw_ink(ink)


class _Canvas:
    """Collects the images of one page and the operators that place them."""

    def __init__(self, pdf: Pdf, width: int, height: int) -> None:
        self._pdf = pdf
        self._width, self._height = width, height
        self._images: dict[str, Object] = {}
        self._operators: list[str] = []

    def draw_image(
        self, image: PageImage, quality: int, extra: list[int] | None = None, box: Box | None = None
    ) -> None:
        """Encode as JPEG and draw over the whole page or the box."""
        shown = image if image.ndim == 2 else cv2.cvtColor(image, cv2.COLOR_RGB2BGR)
        options = [cv2.IMWRITE_JPEG_QUALITY, quality, cv2.IMWRITE_JPEG_OPTIMIZE, 1, *(extra or [])]
        _, encoded = cv2.imencode(".jpg", shown, options)
        height, width = image.shape[:2]
        self.draw_jpeg(encoded.tobytes(), width, height, 1 if image.ndim == 2 else 3, box)

    def draw_jpeg(
        self, jpeg: bytes, width: int, height: int, components: int, box: Box | None = None
    ) -> None:
        """Draw a JPEG as it is over the whole page or the box."""
        colours = Name.DeviceGray if components == 1 else Name.DeviceRGB
        self._place(
            self._pdf.make_stream(
                jpeg,
                Filter=Name.DCTDecode,
                **_shape(width, height),
                ColorSpace=colours,
                BitsPerComponent=8,
            ),
            box,
        )

    def draw_bilevel(self, black: Mask) -> None:
        """Draw a black and white image over the whole page."""
        height, width = black.shape
        self._place(
            self._pdf.make_stream(
                encode_g4(black),
                Filter=Name.CCITTFaxDecode,
                DecodeParms=Dictionary(decode_parms(black)),
                **_shape(width, height),
                ColorSpace=Name.DeviceGray,
                BitsPerComponent=1,
            )
        )

    def draw_ink(self, ink: Ink) -> None:
        """Paint an ink through its mask."""
        height, width = ink.mask.shape
        stencil = self._pdf.make_stream(
            encode_g4(ink.mask),
            Filter=Name.CCITTFaxDecode,
            DecodeParms=Dictionary(decode_parms(ink.mask)),
            **_shape(width, height),
            ImageMask=True,
            BitsPerComponent=1,
        )
        self._operators.append(_fill_colour(ink.colour))
        self._place(stencil, ink.box)

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

    def _place(self, image: Object, box: Box | None = None) -> None:
        box = box or Box(0, 0, self._width, self._height)
        name = f"/Im{len(self._images)}"
        self._images[name] = self._pdf.make_indirect(image)
        bottom = self._height - box.y1
        self._operators.append(f"q {box.width} 0 0 {box.height} {box.x0} {bottom} cm {name} Do Q")


def _shape(width: int, height: int) -> dict[str, object]:
    return {"Type": Name.XObject, "Subtype": Name.Image, "Width": width, "Height": height}


def _fill_colour(colour: Colour) -> str:
    operator = "g" if len(colour) == 1 else "rg"
    return " ".join(f"{level / 255:.4f}" for level in colour) + f" {operator}"
