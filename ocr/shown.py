"""The page as it is shown, each form of it made from the scan when it is first asked for.

Nobody needs a colour page levelled at full size but the ``faithful`` profile: the layers are cut
out of the grey page, and colour is looked at in half the size. Turning a colour page takes three
times as long as both together.
"""

from __future__ import annotations

from functools import cached_property
from typing import cast

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.geometry import Pose, scaling, shifting, shown
from ocr.halved import HalvedColours
from ocr.page import Box, GrayImage, PageImage
from ocr.reduction import reduce_by

_NEARLY_MEANS = 3  # the step at which half the scan is reduced by one and a half
_PLACES = 16_384  # whose colours are looked up together


class ShownPage:
    """An upright, level page.

    Args:
        scan: as received, (height, width) grey or (height, width, 3) RGB, or without the colour
            that the layers do not need.
        pose: how it is to be turned.
        fill: what comes in at the corners, one value a channel.
        grey: the scan without its colours, where somebody has it already.
    """

    def __init__(
        self,
        scan: PageImage | HalvedColours,
        pose: Pose,
        *,
        fill: tuple[int, ...],
        grey: GrayImage | None = None,
    ) -> None:
        self._scan, self._pose, self._fill = scan, pose, fill
        if isinstance(scan, HalvedColours):
            grey = scan.grey
        self._grey_scan = grey if len(scan.shape) == 3 else cast(GrayImage, scan)
        self.width, self.height = pose.width, pose.height

    @property
    def as_scanned(self) -> bool:
        """Whether the page is the scan itself."""
        return self._pose.as_scanned

    @property
    def coloured(self) -> bool:
        """Whether the scan has colours."""
        return len(self._scan.shape) == 3

    @cached_property
    def full(self) -> PageImage:
        """All of it at full size; the very scan when nothing has to be turned."""
        return shown(self._whole, self._pose, fill=self._fill)

    @cached_property
    def grey(self) -> GrayImage:
        """(height, width) at full size."""
        if self._grey_scan is None:
            self._grey_scan = cast(GrayImage, cv2.cvtColor(self._whole, cv2.COLOR_RGB2GRAY))
        level = round(sum(self._fill) / max(len(self._fill), 1))
        page = shown(self._grey_scan, self._pose, fill=(level,))
        if self.coloured and not isinstance(self._scan, HalvedColours):
            self._grey_scan = None
        return page

    def let_go_of_grey(self) -> None:
        """Nobody needs the grey page of a coloured scan any more: 9 MB less at 300 dpi."""
        if self.coloured:
            self.__dict__.pop("grey", None)

    def let_go_of_forms(self) -> None:
        """Nobody needs more than single colours any more; what was made is made again if asked."""
        for form in ("full", "grey", "_half_scan"):
            self.__dict__.pop(form, None)

    def reduced(self, step: int) -> PageImage:
        """All of it at 1/step, (height // step, width // step): means of squares, or nearly so."""
        return self.part(Box(0, 0, self.width, self.height), step)

    def part(self, box: Box, step: int) -> PageImage:
        """What is inside ``box`` at 1/step, (box.height // step, box.width // step)."""
        size = (box.width // step, box.height // step)
        if min(size) < 1 or step == 1 or min(self._scan.shape[:2]) < 2 * step:
            return reduce_by(self._at_full_size(box), step)
        if not self.coloured:
            return reduce_by(self.grey[box.y0 : box.y1, box.x0 : box.x1], step)
        small = self._reduced_scan(step)
        place = shifting(-box.x0, -box.y0) @ self._pose.shown_from_scan()
        matrix = scaling(1 / step, 1 / step) @ place @ scaling(step, step)
        if self.as_scanned and box.x0 % step == box.y0 % step == 0:
            x, y = box.x0 // step, box.y0 // step
            return small[y : y + size[1], x : x + size[0]]
        return _turned(small, matrix, size, self._fill)

    def _reduced_scan(self, step: int) -> PageImage:
        """The scan at 1/step, (height // step, width // step)."""
        if step % 2 == 0:
            return reduce_by(self._half_scan, step // 2)
        height, width = self._scan.shape[:2]
        size = (width // step, height // step)
        within = self._half_scan[: size[1] * step // 2, : size[0] * step // 2]
        # By one and a half, of what was averaged already, the two nearest pixels are weighed
        # almost as exact means weigh them, in a tenth of the time.
        how = cv2.INTER_LINEAR if step == _NEARLY_MEANS else cv2.INTER_AREA
        return cast(PageImage, cv2.resize(within, size, interpolation=how))

    @cached_property
    def _half_scan(self) -> PageImage:
        return (
            self._scan.half if isinstance(self._scan, HalvedColours) else reduce_by(self._scan, 2)
        )

    def _at_full_size(self, box: Box) -> PageImage:
        if self.as_scanned or not self.coloured:
            whole = self._whole if self.coloured else self.grey
            return whole[box.y0 : box.y1, box.x0 : box.x1]
        matrix = shifting(-box.x0, -box.y0) @ self._pose.shown_from_scan()
        return _turned(self._whole, matrix, (box.width, box.height), self._fill)

    @property
    def _whole(self) -> PageImage:
        return self._scan.whole() if isinstance(self._scan, HalvedColours) else self._scan

    def colours_at(self, x: NDArray[np.int64], y: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The scan's own pixels nearest to places on the page, (places, channels)."""
        height, width = self._scan.shape[:2]
        back = np.linalg.inv(self._pose.shown_from_scan())
        found = np.empty((len(x), 3 if self.coloured else 1), np.uint8)
        for first in range(0, len(x), _PLACES):
            some = slice(first, first + _PLACES)
            places = np.stack([x[some], y[some], np.ones_like(x[some])]).astype(np.float64)
            across, down, _ = np.rint(back @ places)
            columns = np.clip(across, 0, width - 1).astype(np.intp)
            rows = np.clip(down, 0, height - 1).astype(np.intp)
            if isinstance(self._scan, HalvedColours):
                found[some] = self._scan.at(rows, columns)
            else:
                found[some] = self._scan[rows, columns].reshape(len(rows), -1)
        return found


def as_it_is(image: PageImage | HalvedColours) -> ShownPage:
    """A page that is upright and level already."""
    height, width = image.shape[:2]
    return ShownPage(image, Pose(width, height, width, height, 0, 0.0), fill=())


def _turned(
    image: PageImage, matrix: NDArray[np.float64], size: tuple[int, int], fill: tuple[int, ...]
) -> PageImage:
    return cast(
        PageImage,
        cv2.warpAffine(
            image,
            matrix[:2],
            size,
            flags=cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=fill,
        ),
    )
