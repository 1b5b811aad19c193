"""Whether a PDF page is a plain scan: one image over the whole page, and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import pikepdf

Rectangle: TypeAlias = tuple[float, float, float, float]  # left, bottom, right, top; points
Matrix: TypeAlias = tuple[float, float, float, float, float, float]

POINTS_PER_INCH = 72.0
MARGIN = 0.05  # of a side of the page may stay uncovered
OVERHANG = 0.02  # of a side of the page the image may stand out
_STRAIGHT_WITHIN = 0.001
_LONGEST_CONTENT_BYTES = 16_384  # a plain scan paints with a few dozen bytes
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
_LINE_STYLE = {"w", "J", "j", "M", "d", "ri", "i", "G", "RG", "K", "SC", "SCN", "CS"}
_WITHOUT_EFFECT = _LINE_STYLE | {"MP", "DP", "BMC", "EMC"}
_WHITE = {"g": (1.0,), "rg": (1.0, 1.0, 1.0), "k": (0.0, 0.0, 0.0, 0.0)}
_BLACK = {"g": (0.0,), "rg": (0.0, 0.0, 0.0), "k": (0.0, 0.0, 0.0, 1.0)}


@dataclass(frozen=True, slots=True)
class PlacedImage:
    """The one image of a plain page and how it lies there.

    Attributes:
        stream: the image XObject.
        orientation: 1..8, as TIFF numbers it: how the placement turns or mirrors the image.
        rotate_deg: the page's /Rotate, clockwise: 0, 90, 180 or 270.
        dpi: dots an inch along the stored image's x and y.
    """

    stream: pikepdf.Stream
    orientation: int
    rotate_deg: int
    dpi: tuple[float, float]


class _NotPlainError(Exception):
    """The page holds something that a plain scan has not."""


def placed_image(page: pikepdf.Page) -> PlacedImage | None:
    """The image of a plain scan page; ``None`` for every other page, damaged ones too."""
    import pikepdf

    try:
        return _placed(page)
    except (_NotPlainError, pikepdf.PdfError, LookupError, TypeError, ValueError, ArithmeticError):
        return None
    except (AttributeError, RuntimeError, RecursionError):
        return None  # an entry of another type than the format asks for


def _placed(page: pikepdf.Page) -> PlacedImage:
    import pikepdf

    _expect(not len(page.obj.get("/Annots", [])))
    _expect(_content_bytes(page) <= _LONGEST_CONTENT_BYTES)
    painter = _Painter(page)
    for instruction in pikepdf.parse_content_stream(page):
        painter.follow(str(instruction.operator), list(instruction.operands))
    stream, matrix, clip = painter.painted()
    _expect_opaque(stream)
    _expect_over(_visible(page), _bounds(matrix), clip)
    unit = float(page.obj.get("/UserUnit", 1)) / POINTS_PER_INCH
    width_in = _length(matrix[0], matrix[1]) * unit
    height_in = _length(matrix[2], matrix[3]) * unit
    dpi = int(stream.Width) / width_in, int(stream.Height) / height_in
    return PlacedImage(stream, _orientation(matrix), int(page.obj.get("/Rotate", 0)) % 360, dpi)


def _expect(holds: bool) -> None:
    if not holds:
        raise _NotPlainError


@dataclass(frozen=True, slots=True)
class _State:
    matrix: Matrix = _IDENTITY
    clip: Rectangle | None = None
    fill: str = "black"  # or "white", or "coloured"


@dataclass(slots=True)
class _Painter:
    """Follows the few operators that a plain scan is painted with; stops at any other."""

    page: pikepdf.Page
    state: _State = field(default_factory=_State)
    saved: list[_State] = field(default_factory=list)
    path: list[Rectangle] = field(default_factory=list)
    clipping: bool = False
    image: tuple[pikepdf.Stream, Matrix, Rectangle | None] | None = None

    def follow(self, operator: str, operands: Sequence[Any]) -> None:
        if operator in _WITHOUT_EFFECT:
            return
        if operator in ("g", "rg", "k"):
            self.state = replace(self.state, fill=_fill(operator, operands))
            return
        if operator in ("cs", "sc", "scn"):
            self.state = replace(self.state, fill="coloured")
            return
        step = _STEPS.get(operator)
        _expect(step is not None)
        if step is not None:
            step(self, operands)

    def painted(self) -> tuple[pikepdf.Stream, Matrix, Rectangle | None]:
        if self.image is None:
            raise _NotPlainError
        return self.image

    def save(self, _operands: Sequence[Any]) -> None:
        self.saved.append(self.state)

    def restore(self, _operands: Sequence[Any]) -> None:
        _expect(bool(self.saved))
        self.state = self.saved.pop()

    def transform(self, operands: Sequence[Any]) -> None:
        a, b, c, d, e, f = map(float, operands)
        self.state = replace(self.state, matrix=_product((a, b, c, d, e, f), self.state.matrix))

    def mark(self, operands: Sequence[Any]) -> None:
        _expect(str(operands[0]) != "/OC")  # a layer that can be switched off

    def graphics_state(self, operands: Sequence[Any]) -> None:
        settings = self.page.resources["/ExtGState"][str(operands[0])]
        _expect(settings.get("/SMask", "/None") == "/None")
        _expect(settings.get("/BM", "/Normal") in ("/Normal", "/Compatible"))
        _expect(float(settings.get("/ca", 1)) == 1.0)

    def rectangle(self, operands: Sequence[Any]) -> None:
        x, y, width, height = map(float, operands)
        matrix = self.state.matrix
        _expect(_is_straight(matrix))
        self.path.append(_bounds(_product((width, 0.0, 0.0, height, x, y), matrix)))

    def clip(self, _operands: Sequence[Any]) -> None:
        _expect(len(self.path) == 1)
        self.clipping = True

    def end_path(self, _operands: Sequence[Any]) -> None:
        if self.clipping:
            self.state = replace(self.state, clip=_common(self.state.clip, self.path[0]))
        self.path, self.clipping = [], False

    def fill(self, operands: Sequence[Any]) -> None:
        _expect(self.image is None and self.state.fill == "white")
        self.end_path(operands)

    def paint(self, operands: Sequence[Any]) -> None:
        from pikepdf import Stream

        _expect(self.image is None)
        stream = self.page.resources["/XObject"][str(operands[0])]
        if not isinstance(stream, Stream) or stream.get("/Subtype") != "/Image":
            raise _NotPlainError
        _expect(not stream.get("/ImageMask", False) or self.state.fill == "black")
        _expect(_is_straight(self.state.matrix))
        self.image = (stream, self.state.matrix, self.state.clip)


_STEPS: dict[str, Callable[[_Painter, Sequence[Any]], None]] = {
    "q": _Painter.save,
    "Q": _Painter.restore,
    "cm": _Painter.transform,
    "BDC": _Painter.mark,
    "gs": _Painter.graphics_state,
    "re": _Painter.rectangle,
    "W": _Painter.clip,
    "W*": _Painter.clip,
    "n": _Painter.end_path,
    "f": _Painter.fill,
    "F": _Painter.fill,
    "f*": _Painter.fill,
    "Do": _Painter.paint,
}


def _fill(operator: str, operands: Sequence[Any]) -> str:
    levels = tuple(map(float, operands))
    if levels == _WHITE[operator]:
        return "white"
    return "black" if levels == _BLACK[operator] else "coloured"


def _content_bytes(page: pikepdf.Page) -> int:
    contents = page.obj.get("/Contents")
    if contents is None:
        raise _NotPlainError
    streams = [contents] if hasattr(contents, "read_bytes") and "/Length" in contents else contents
    total = 0
    for stream in streams:
        _expect(len(stream.read_raw_bytes()) <= _LONGEST_CONTENT_BYTES)
        total += len(stream.read_bytes())
    return total


def _expect_opaque(stream: pikepdf.Object) -> None:
    _expect("/SMask" not in stream and "/Mask" not in stream)
    _expect(int(stream.get("/SMaskInData", 0)) == 0 and "/OC" not in stream)


def _expect_over(page: Rectangle, image: Rectangle, clip: Rectangle | None) -> None:
    """Nearly the whole page shows the image, and nearly the whole image is shown."""
    shown = _common(clip, image)
    for low, high in ((0, 2), (1, 3)):
        side = page[high] - page[low]
        _expect(side > 0)
        _expect(
            shown[low] - page[low] <= MARGIN * side and page[high] - shown[high] <= MARGIN * side
        )
        hidden_before = max(page[low], shown[low]) - image[low]
        hidden_after = image[high] - min(page[high], shown[high])
        _expect(max(hidden_before, hidden_after) <= OVERHANG * side)


def _visible(page: pikepdf.Page) -> Rectangle:
    return _common(_rectangle(page.mediabox), _rectangle(page.cropbox))


def _rectangle(box: Any) -> Rectangle:
    x0, y0, x1, y1 = (float(box[place]) for place in range(4))
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _common(one: Rectangle | None, other: Rectangle) -> Rectangle:
    if one is None:
        return other
    return (
        max(one[0], other[0]),
        max(one[1], other[1]),
        min(one[2], other[2]),
        min(one[3], other[3]),
    )


def _bounds(matrix: Matrix) -> Rectangle:
    a, b, c, d, e, f = matrix
    return e + min(0, a, c), f + min(0, b, d), e + max(0, a, c), f + max(0, b, d)


def _product(first: Matrix, then: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def _length(x: float, y: float) -> float:
    return float((x * x + y * y) ** 0.5)


def _is_straight(matrix: Matrix) -> bool:
    a, b, c, d = (abs(value) for value in matrix[:4])
    along, across = min(a, d), max(b, c)
    upright = across <= _STRAIGHT_WITHIN * along
    turned = max(a, d) <= _STRAIGHT_WITHIN * min(b, c)
    return upright or turned


def _orientation(matrix: Matrix) -> int:
    """How the placement turns the image, numbered as TIFF tag 274 numbers it.

    Source: ISO 32000-1, 8.9.5: the image's top left corner is at (0, 1) of the unit square.
    """
    a, b, c, d = matrix[:4]
    if abs(a) > abs(b):
        return {(True, True): 1, (False, True): 2, (False, False): 3, (True, False): 4}[
            a > 0, d > 0
        ]
    return {(False, False): 5, (False, True): 6, (True, True): 7, (True, False): 8}[b > 0, c > 0]
