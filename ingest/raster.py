"""Image files other than PDF: how many frames, how large, and their pixels."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ingest import device, fax, media
from ingest.faults import ends_early, rejecting, too_large
from ingest.limits import Limits
from ingest.pixels import eight_bit, is_bilevel, pillow, swaps_sides

if TYPE_CHECKING:
    from PIL import Image

    from ingest.pixels import Pixels

CM_PER_INCH = 2.54
_FORMATS = {
    media.TIFF: "TIFF",
    media.JPEG: "JPEG",
    media.PNG: "PNG",
    media.JP2: "JPEG2000",
    media.BMP: "BMP",
}
_TAG_BITS, _TAG_PHOTOMETRIC, _TAG_ORIENTATION = 258, 262, 274
_TAG_X_RESOLUTION, _TAG_Y_RESOLUTION, _TAG_UNIT = 282, 283, 296
_UNIT_CM = 3
_TAG_COMPRESSION, _GROUP_4, _TAG_FILL_ORDER = 259, 4, 266
_TAG_SUBFILE, _NO_PAGE = 254, 0b101  # bit 0: a smaller copy of another page; bit 2: a mask
_TAGS_PLACES = ((273, 279), (324, 325))  # where strips and tiles begin, how long they are


@dataclass(frozen=True, slots=True)
class Raster:
    """One frame as decoded, still lying as it was stored.

    Attributes:
        pixels: grey or RGB bytes, not yet turned.
        bilevel: 0 and 255 only, by the kind of the image.
        orientation: 1..8 as TIFF and EXIF number it.
        stated_dpi: along x and y as stored; ``None`` where the file is silent.
        flaws: sentences for people on what may be wrong with the picture.
    """

    pixels: Pixels
    bilevel: bool
    orientation: int
    stated_dpi: tuple[float, float] | None
    flaws: tuple[str, ...] = ()


@contextmanager
def opened(path: Path, media_type: str) -> Iterator[Image.Image]:
    """The image as its header describes it, with only the one decoder that fits its bytes."""
    with path.open("rb") as file, pillow().open(file, formats=[_FORMATS[media_type]]) as image:
        yield image


def read(
    path: Path, *, media_type: str, frame: int, limits: Limits, longest_px: int | None = None
) -> Raster:
    """One frame of an image file, decoded once and only if its header keeps the limits.

    Args:
        path: the source.
        media_type: as sniffed; any but PDF.
        frame: from 0.
        limits: ``max_pixels`` counts here.
        longest_px: for a look at less detail: grey and RGB are shrunk, their longer side still no
            shorter than this.

    Raises:
        InputRejected: damaged, truncated, too large, or no such frame.
    """
    with rejecting(path.name, frame + 1), opened(path, media_type) as image:
        if frame:
            image.seek(frame)
        if image.width * image.height > limits.max_pixels:
            raise too_large(path.name, frame + 1, image.size, limits.max_pixels)
        if media_type != media.TIFF:
            return _other(image, longest_px)
        size_bytes = path.stat().st_size
        needed = missing_end(image, size_bytes)
        if needed is not None:
            raise ends_early(path.name, frame + 1, size_bytes, needed)
        flaws = () if _fax_is_whole(image, path) else (fax.MISSING_END,)
        return replace(_tiff(image, longest_px), flaws=flaws)


def page_indexes(image: Image.Image, media_type: str, *, most: int) -> tuple[int, ...]:
    """Which frames of an open image file are pages, at most ``most`` + 1 of them.

    Smaller copies and masks that a TIFF carries for quick viewing are no pages, nor are
    further pictures inside a JPEG.

    Source: TIFF 6.0, tag 254 (NewSubfileType).
    """
    if media_type != media.TIFF:
        return (0,)
    pages: list[int] = []
    index = 0
    while len(pages) <= most:
        try:
            image.seek(index)
        except EOFError:
            break
        tags: Any = image.tag_v2  # type: ignore[attr-defined]
        if not tags.get(_TAG_SUBFILE, 0) & _NO_PAGE:
            pages.append(index)
        index += 1
    return tuple(pages) or (0,)


def missing_end(image: Image.Image, size_bytes: int) -> int | None:
    """How many bytes a TIFF's current frame needs, where the file has fewer; else ``None``."""
    tags: Any = image.tag_v2  # type: ignore[attr-defined]
    for starts, lengths in _TAGS_PLACES:
        places = zip(tags.get(starts, ()), tags.get(lengths, ()), strict=False)
        needed = max((start + length for start, length in places), default=0)
        if needed > size_bytes:
            return int(needed)
    return None


def _fax_is_whole(image: Image.Image, path: Path) -> bool:
    """Whether the last strip of a Group 4 frame ends as it should; true for other codings."""
    tags: Any = image.tag_v2  # type: ignore[attr-defined]
    starts, lengths = (tags.get(tag, ()) for tag in _TAGS_PLACES[0])
    if tags.get(_TAG_COMPRESSION) != _GROUP_4 or not starts or len(starts) != len(lengths):
        return True
    end = starts[-1] + lengths[-1]
    with path.open("rb") as file:
        file.seek(max(starts[-1], end - fax.TAIL_BYTES))
        tail = file.read(end - file.tell())
    return fax.has_its_end(tail, lowest_bit_first=tags.get(_TAG_FILL_ORDER) == 2)


def exif_orientation(exif: bytes | None) -> int:
    """The turn (1..8) that a camera or scanner noted in an EXIF segment, else 1."""
    return _orientation(_exif_tags(exif))


def exif_dpi(exif: bytes | None) -> tuple[float, float] | None:
    """The density that an EXIF segment states, if it does."""
    return _tagged_dpi(_exif_tags(exif))


def exif_device(exif: bytes | None) -> str:
    """The scanner or camera that an EXIF segment names; empty where it does not."""
    return device.of_tags(_exif_tags(exif)) if exif else ""


def device_of(image: Image.Image) -> str:
    """The scanner or camera that an open TIFF's frame names; empty where it does not."""
    tags: Any = getattr(image, "tag_v2", None)
    return device.of_tags(tags) if tags is not None else ""


def _tiff(image: Image.Image, longest_px: int | None) -> Raster:
    tags: Any = image.tag_v2  # type: ignore[attr-defined]
    bits = tags.get(_TAG_BITS, (16,))[0]
    inverted = tags.get(_TAG_PHOTOMETRIC) == 0
    stated, orientation = _tagged_dpi(tags), _orientation(tags)
    image.load()  # turns the picture upright, but leaves the figures for the stored axes
    if stated is not None and swaps_sides(orientation):
        stated = stated[1], stated[0]
    pixels = eight_bit(_shrunk(image, longest_px), bits=bits, inverted=inverted)
    return Raster(pixels, _two_levels(image, pixels), 1, stated)


def _other(image: Image.Image, longest_px: int | None) -> Raster:
    exif = image.getexif()
    image.load()
    pixels = eight_bit(_shrunk(image, longest_px))
    stated = image.info.get("dpi") or _tagged_dpi(exif)
    return Raster(pixels, _two_levels(image, pixels), _orientation(exif), stated)


def _shrunk(image: Image.Image, longest_px: int | None) -> Image.Image:
    if longest_px is None or image.mode not in ("L", "RGB"):
        return image
    return image.reduce(max(1, max(image.size) // longest_px))


def _two_levels(image: Image.Image, pixels: Pixels) -> bool:
    return image.mode == "1" or (image.mode == "P" and is_bilevel(pixels))


def _exif_tags(exif: bytes | None) -> Any:
    from PIL import Image

    tags = Image.Exif()
    if exif:
        try:
            tags.load(exif)
        except device.BROKEN:
            return Image.Exif()  # a broken note about the picture is no broken picture
    return tags


def _orientation(tags: Any) -> int:
    value = tags.get(_TAG_ORIENTATION, 1)
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def _tagged_dpi(tags: Any) -> tuple[float, float] | None:
    x, y = tags.get(_TAG_X_RESOLUTION), tags.get(_TAG_Y_RESOLUTION)
    unit = tags.get(_TAG_UNIT, 2)
    if x is None or y is None or unit == 1:  # 1: the figures are a shape, not a density
        return None
    scale = CM_PER_INCH if unit == _UNIT_CM else 1.0
    try:
        return float(x) * scale, float(y) * scale
    except (TypeError, ValueError, ZeroDivisionError):
        return None
