"""Whether ink has edges: pen and type do, print that shines through the paper does not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.page import GrayImage, Mask
from ocr.reduction import reduce_by

# Blurs between which an edge of a pen or of type is lost and one softened by paper is not.
_FINE_MM, _COARSE_MM = 0.17, 0.34
SOFT = 0.03
_MOST_PX_PER_MM = 12.5  # 317 dpi; finer scans are halved first
_PAPER_SHADE = 0.06  # less dark than this against the paper is paper
_RIM_MM = 4.0
_WINDOW_MM = 1.6  # in which details are summed up
_APART = 6  # pixels between two places of bare paper that are looked at
_MOST_PLACES = 65_535
_BAND_ROWS = 256  # of the scan that are looked at together: they stay in the processor's cache
_FROM_INK = np.ones((9, 9), np.uint8)

_Sums = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Detail:
    """How much of a scan's darkness lies in details of a quarter of a millimetre.

    Attributes:
        fine: squares of what a small blur loses, summed for every pixel of the look; what noise
            and compression put there, as measured on bare paper, is taken off.
        dark: squares of the darkness against the paper, summed likewise.
    """

    fine: _Sums
    dark: _Sums

    def sharpness_of(self, places: NDArray[np.int32]) -> NDArray[np.float64]:
        """Share of the ink of each place that lies in such details, 0..1.

        Print that shines through keeps 1 to 5 % of it there, a carbon copy 8 % and more, pen and
        pencil 17 % and more, even on a blurred scan.

        Args:
            places: the number of its place for every pixel of ink, from 1, else 0; size of the
                look.

        Returns:
            One figure a place; 0 for a number that no pixel has.
        """
        around = cv2.dilate(np.minimum(places, _MOST_PLACES).astype(np.uint16), np.ones((3, 3)))
        at = np.flatnonzero(around)
        number = around.ravel()[at]
        count = int(around.max(initial=0)) + 1
        fine, dark = (
            np.bincount(number, sums.ravel()[at], minlength=count)
            for sums in (self.fine, self.dark)
        )
        return np.asarray(np.clip(fine / np.maximum(dark, 1), 0, 1)[1:], np.float64)

    def around(self, *, px_per_mm: float) -> _Sums:
        """The details around every pixel of the look, the mean of a window of a small letter.

        Unlike a share it grows with the darkness of the ink: a pencil beside print that shines
        through stands out by both.

        Args:
            px_per_mm: look pixels a millimetre.
        """
        window = max(3, round(_WINDOW_MM * px_per_mm))
        return np.asarray(cv2.blur(self.fine, (window, window)), np.float32)


def is_soft(grey: GrayImage, paper: GrayImage, marked: Mask, *, px_per_mm: float) -> bool:
    """True when the marked ink has no edges: print of the other side, softened by the paper.

    Args:
        grey: the scan.
        paper: brightness of the paper, at the size of the look.
        marked: 255 where the ink is, at the size of the look.
        px_per_mm: look pixels a millimetre.
    """
    places = (marked > 0).astype(np.int32)
    detail = detail_of(grey, paper, px_per_mm=px_per_mm)
    return float(detail.sharpness_of(places).max(initial=0)) < SOFT


def detail_of(grey: GrayImage, paper: GrayImage, *, px_per_mm: float) -> Detail:
    """The details of a scan: one pass over all of it, some rows at a time.

    Args:
        grey: the scan.
        paper: brightness of the paper, at the size of the look.
        px_per_mm: look pixels a millimetre.
    """
    step = grey.shape[1] // paper.shape[1]
    while px_per_mm * step > _MOST_PX_PER_MM and step > 1:
        grey, step = reduce_by(grey, 2), step // 2
    grey = grey[: paper.shape[0] * step, : paper.shape[1] * step]
    bands = _Bands(grey, paper, step, px_per_mm * step)
    rows = max(1, _BAND_ROWS // step)
    seen = [bands.seen(top, top + rows) for top in range(0, len(paper), rows)]
    bare = np.concatenate([band.bare for band in seen])
    noise = float(bare.mean()) if len(bare) else 0.0
    fine, dark = (np.concatenate(sums) for sums in ([b.fine for b in seen], [b.dark for b in seen]))
    return Detail((fine - noise) * step**2, dark * step**2)


@dataclass(frozen=True, slots=True)
class _Band:
    """What some rows of a scan gave: mean squares by pixel of the look, and those of bare paper."""

    fine: _Sums
    dark: _Sums
    bare: _Sums


@dataclass(frozen=True, slots=True)
class _Bands:
    """A scan that is ``step`` times as large as its paper level, looked at in bands of rows."""

    grey: GrayImage
    paper: GrayImage
    step: int
    px_per_mm: float

    def seen(self, top: int, end: int) -> _Band:
        """The rows of the look from ``top`` to before ``end``."""
        end = min(end, len(self.paper))
        # Blurs and the distance from ink reach into the rows above and below.
        reach = -(-(round(3 * _COARSE_MM * self.px_per_mm) + len(_FROM_INK)) // self.step)
        first, last = max(0, top - reach), min(len(self.paper), end + reach)
        grey = self.grey[first * self.step : last * self.step]
        level = cv2.resize(self.paper[first:last], grey.shape[::-1], interpolation=cv2.INTER_LINEAR)
        fine, coarse = (_blurred(grey, mm * self.px_per_mm) for mm in (_FINE_MM, _COARSE_MM))
        inner = np.s_[(top - first) * self.step : (end - first) * self.step]
        detail = _squares(fine[inner], coarse[inner])
        bare = self._bare(coarse, level, inner, top * self.step)
        return _Band(
            cast(_Sums, reduce_by(detail, self.step)),  # type: ignore[arg-type]
            cast(_Sums, reduce_by(_squares(level[inner], coarse[inner]), self.step)),  # type: ignore[arg-type]
            detail[bare],
        )

    def _bare(
        self, coarse: GrayImage, level: cv2.typing.MatLike, inner: slice, top: int
    ) -> NDArray[np.bool_]:
        """True where there is nothing but paper: one pixel in some dozens, off the rim."""
        shade = cv2.convertScaleAbs(level, alpha=_PAPER_SHADE)
        dark = cv2.compare(cv2.subtract(level, coarse), shade, cv2.CMP_GT)
        inked = cv2.dilate(dark, _FROM_INK)[inner]
        height, width = self.grey.shape
        rim = min(round(_RIM_MM * self.px_per_mm), min(height, width) // 4)
        rows = np.arange(top, top + len(inked))
        looked_at = (rows >= rim) & (rows < height - rim) & ((rows - rim) % _APART == 0)
        bare = np.zeros(inked.shape, np.bool_)
        columns = np.s_[rim : width - rim : _APART]
        bare[looked_at, columns] = inked[looked_at, columns] == 0
        return bare


def _blurred(grey: GrayImage, sigma_px: float) -> GrayImage:
    return cv2.GaussianBlur(grey, (0, 0), sigma_px)  # type: ignore[return-value]


def _squares(one: cv2.typing.MatLike, other: cv2.typing.MatLike) -> NDArray[np.float32]:
    difference = cv2.absdiff(one, other)
    return cv2.multiply(difference, difference, dtype=cv2.CV_32F)  # type: ignore[return-value]
