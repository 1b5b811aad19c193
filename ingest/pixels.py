"""Pixels as the rest of the product wants them: 8 bits, grey or RGB, upright, square."""

from __future__ import annotations

from types import ModuleType
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:  # looking at headers needs no arrays, and starts sooner without them
    import numpy as np
    from numpy.typing import NDArray
    from PIL import Image

    Pixels: TypeAlias = NDArray[np.uint8]  # (height, width) grey or (height, width, 3) RGB

_TRANSPOSED = {5, 6, 7, 8}


def pillow() -> ModuleType:
    """``PIL.Image``, with its own pixel limit off: ours is checked before anything is decoded."""
    import PIL.TiffImagePlugin  # noqa: F401 - else Pillow loads forty formats to find it
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None
    return Image


def turned(pixels: Pixels, orientation: int) -> Pixels:
    """The pixels set upright, without interpolation; the same array where nothing is to do.

    Args:
        pixels: (height, width) or (height, width, 3).
        orientation: 1..8 as TIFF and EXIF number it; anything else leaves them alone.

    Source: TIFF 6.0, tag 274; EXIF 2.32, 4.6.4.
    """
    if orientation not in range(2, 9):
        return pixels
    import cv2
    import numpy as np

    left_right, both, up_down = 1, -1, 0
    flips = {2: left_right, 3: both, 4: up_down, 6: up_down, 7: both, 8: left_right}
    if orientation in flips:
        pixels = np.asarray(cv2.flip(pixels, flips[orientation]), dtype=np.uint8)
    if orientation in _TRANSPOSED:
        pixels = np.asarray(cv2.transpose(pixels), dtype=np.uint8)
    return pixels


def swaps_sides(orientation: int) -> bool:
    """Whether setting the image upright makes its width its height."""
    return orientation in _TRANSPOSED


def squared(pixels: Pixels, x_dpi: float, y_dpi: float, *, bilevel: bool) -> Pixels:
    """The image with as many dots an inch along both axes: the coarser one is refined.

    Bilevel pixels stay 0 or 255 (nearest neighbour), others are interpolated linearly.
    """
    import cv2
    import numpy as np

    finer = max(x_dpi, y_dpi)
    width = round(pixels.shape[1] * finer / x_dpi)
    height = round(pixels.shape[0] * finer / y_dpi)
    how = cv2.INTER_NEAREST if bilevel else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(pixels, (width, height), interpolation=how), dtype=np.uint8)


def eight_bit(image: Image.Image, *, bits: int | None = None, inverted: bool = False) -> Pixels:
    """A loaded Pillow image of any mode as grey or RGB bytes; transparent parts on white.

    Args:
        image: loaded.
        bits: how many bits of a 16-bit sample are used (12 for many scanners); else all.
        inverted: 16-bit samples count from white to black.
    """
    import numpy as np

    mode = image.mode
    if mode.startswith("I;16"):
        deep = np.asarray(image).astype(np.uint16) >> max((bits or 16) - 8, 0)
        levels: Pixels = np.minimum(deep, 255).astype(np.uint8)
        return np.invert(levels) if inverted else levels
    if mode in ("I", "F"):
        return _stretched(np.asarray(image))
    if mode in ("L", "RGB"):
        return np.asarray(image)
    if mode == "1":
        return np.asarray(image.convert("L"))
    if mode in ("LA", "La", "PA", "RGBA", "RGBa") or "transparency" in image.info:
        return _on_white(image)
    if mode == "LAB":
        return _from_lab(image)
    return (
        _greyed(np.asarray(image.convert("RGB")))
        if mode == "P"
        else np.asarray(image.convert("RGB"))
    )


def is_bilevel(pixels: Pixels) -> bool:
    """Whether every pixel of a grey image is 0 or 255."""
    return pixels.ndim == 2 and not bool(((pixels != 0) & (pixels != 255)).any())


def _stretched(samples: NDArray[np.generic]) -> Pixels:
    import numpy as np

    # Nothing says what is black and what is white in wide samples: the darkest and lightest are.
    wide = samples.astype(np.float32)
    wide[~np.isfinite(wide)] = 0.0
    low, high = float(wide.min()), float(wide.max())
    if low >= 0.0 and 1.0 < high <= 255.0:
        return wide.astype(np.uint8)
    if high <= low:
        return np.full(wide.shape, 255, dtype=np.uint8)
    spread: Pixels = np.rint((wide - low) * (255.0 / (high - low))).astype(np.uint8)
    return spread


def _on_white(image: Image.Image) -> Pixels:
    import numpy as np
    from PIL import Image as Pillow

    shown = image.convert("RGBA")
    paper = Pillow.new("RGBA", shown.size, (255, 255, 255, 255))
    paper.alpha_composite(shown)
    return _greyed(np.asarray(paper.convert("RGB")))


def _greyed(pixels: Pixels) -> Pixels:
    """One channel where a palette or transparent image turns out to hold only greys."""
    import numpy as np

    red, green, blue = (pixels[..., channel] for channel in range(3))
    if np.array_equal(red, green) and np.array_equal(green, blue):
        return np.ascontiguousarray(red)
    return pixels


def _from_lab(image: Image.Image) -> Pixels:
    import numpy as np
    from PIL import ImageCms

    lab, srgb = ImageCms.createProfile("LAB"), ImageCms.createProfile("sRGB")
    converted = ImageCms.profileToProfile(image, lab, srgb, outputMode="RGB")
    if converted is None:
        raise ValueError("no conversion from LAB")
    return np.asarray(converted)
