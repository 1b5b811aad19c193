"""One page of a foreign PDF as a PDF of its own: still, upright, its origin at the lower left.

What moves or reaches out (actions, JavaScript, forms, embedded files, links) is left behind;
what is seen (annotations, filled-in fields, signature stamps) becomes part of the page. The file
as received keeps everything: this page is for the access copy.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name, Object, Page, Pdf, Stream

_LETTER = (0.0, 0.0, 612.0, 792.0)
_SMALLEST_PT, _LARGEST_PT = 3.0, 14_400.0  # what PDF/A-2 allows. Source: ISO 19005-2, 6.1.13
_PAGE_KEYS = {"/Type", "/Parent", "/Resources", "/Contents", "/Group", "/MediaBox"}
_STREAM_KEYS = (
    "/Metadata", "/PieceInfo", "/LastModified", "/OPI", "/Alternates", "/StructParent",
    "/StructParents", "/AF", "/Measure", "/PtData", "/ID", "/OC",
)  # fmt: skip


class Rect(NamedTuple):
    """A rectangle in PDF units, lower left to upper right."""

    x0: float
    y0: float
    x1: float
    y1: float

    @property
    def width(self) -> float:
        """Extent in x."""
        return self.x1 - self.x0

    @property
    def height(self) -> float:
        """Extent in y."""
        return self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class OnePage:
    """A page taken out of its file.

    Args:
        pdf: an open one-page PDF.
        width_pt: width as shown, in points of 1/72 inch; 3..14,400.
        height_pt: height as shown.
        switchable: the file has layers that are switched off; only a drawing of the page
            shows what a reader would see.
    """

    pdf: Pdf
    width_pt: float
    height_pt: float
    switchable: bool


def extract(source: Path, page_index: int, *, turn_cw_deg: int = 0) -> OnePage:
    """Page ``page_index`` (from 0) of ``source``, as it is shown, in a PDF of its own.

    Args:
        source: a PDF that opens without a password; damage is mended on opening where that
            loses nothing.
        page_index: counted from 0.
        turn_cw_deg: quarter turn on top of the page's own, clockwise: 0, 90, 180, 270.

    Raises:
        pikepdf.PdfError: the file cannot be opened, or its page tree is broken.
        IndexError: there is no such page.
    """
    with Pdf.open(source) as whole:
        single = Pdf.new()
        single.pages.append(whole.pages[page_index])
        _bring_form(whole, single)
        switchable = _has_hidden_layers(whole)
    page = single.pages[0]
    box, unit, turn = _boxes(page)
    _flatten(single)
    for key in set(page.obj.keys()) - _PAGE_KEYS:
        del page.obj[key]
    _strip_streams(single)
    width, height = _set_upright(single, box, unit, (turn + turn_cw_deg) % 360)
    if Name.AcroForm in single.Root:
        del single.Root.AcroForm
    return OnePage(single, width, height, switchable)


def _bring_form(whole: Pdf, single: Pdf) -> None:
    """Carry over what drawing this page's fields needs, not the fields of other pages."""
    form = whole.Root.get(Name.AcroForm)
    if not isinstance(form, Dictionary):
        return
    carried = Dictionary(Fields=Array([]))
    for key in (Name.DR, Name.DA):
        value = form.get(key)
        if value is not None:
            carried[key] = _copied(single, value)
    if form.get(Name.NeedAppearances):
        carried.NeedAppearances = True
    fields = carried.Fields
    seen: set[tuple[int, int]] = set()
    for widget in _dictionaries(single.pages[0].obj.get(Name.Annots)):
        if widget.get(Name.Subtype) != Name.Widget:
            continue
        top = _topmost(widget)
        if top.is_indirect and top.objgen not in seen:
            seen.add(top.objgen)
            fields.append(top)
    single.Root.AcroForm = single.make_indirect(carried)


def _copied(single: Pdf, value: Object) -> Object:
    """An object of another file, made ours together with all it points to."""
    if isinstance(value, Object) and value.is_indirect:
        return single.copy_foreign(value)
    if isinstance(value, Dictionary):
        return Dictionary({k: _copied(single, v) for k, v in value.items()})
    if isinstance(value, Array):
        return Array([_copied(single, v) for v in value])
    return value


def _dictionaries(value: Any) -> list[Dictionary]:
    return [v for v in value if isinstance(v, Dictionary)] if isinstance(value, Array) else []


def _topmost(field: Object) -> Object:
    for _ in range(32):  # deeper than any real form; a ring of parents ends here too
        parent = field.get(Name.Parent)
        if not isinstance(parent, Dictionary):
            break
        field = parent
    return field


def _has_hidden_layers(whole: Pdf) -> bool:
    layers = whole.Root.get(Name.OCProperties)
    if not isinstance(layers, Dictionary):
        return False
    shown = layers.get(Name.D)
    if not isinstance(shown, Dictionary):
        return False
    off = shown.get(Name.OFF)
    return shown.get(Name.BaseState) == Name.OFF or (isinstance(off, Array) and len(off) > 0)


def _boxes(page: Page) -> tuple[Rect, float, int]:
    """What is shown: its rectangle in user space, the size of a unit in points, the turn."""
    media = _rect(page.obj.get(Name.MediaBox)) or Rect(*_LETTER)
    crop = _rect(page.obj.get(Name.CropBox)) or media
    shown = Rect(
        max(media.x0, crop.x0), max(media.y0, crop.y0),
        min(media.x1, crop.x1), min(media.y1, crop.y1),
    )  # fmt: skip
    if shown.width <= 0 or shown.height <= 0:
        shown = media
    unit = _number(page.obj.get(Name.UserUnit))
    turn = _number(page.obj.get(Name.Rotate))
    return shown, unit if unit and unit > 0 else 1.0, round((turn or 0.0) / 90) * 90 % 360


def _number(value: Any) -> float | None:
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _rect(value: Any) -> Rect | None:
    if not isinstance(value, Array) or len(value) != 4:
        return None
    numbers = [_number(v) for v in value]
    if any(n is None or abs(n) > 1e7 for n in numbers):
        return None
    (xa, ya, xb, yb) = (float(n) for n in numbers if n is not None)
    found = Rect(min(xa, xb), min(ya, yb), max(xa, xb), max(ya, yb))
    return found if found.width > 0 and found.height > 0 else None


def _flatten(single: Pdf) -> None:
    """Draw annotations and fields into the page."""
    form = single.Root.get(Name.AcroForm)
    if isinstance(form, Dictionary) and form.get(Name.NeedAppearances):
        single.generate_appearance_streams()
    single.flatten_annotations("screen")


def _strip_streams(single: Pdf) -> None:
    """Drop what hangs on images and forms without being seen: editors' notes, layer marks."""
    for item in single.objects:
        if isinstance(item, Stream | Dictionary):
            for key in _STREAM_KEYS:
                if key in item and _is_xobject(item):
                    del item[key]


def _is_xobject(item: Object) -> bool:
    return isinstance(item, Stream) and item.get(Name.Subtype) in (Name.Image, Name.Form)


def _set_upright(single: Pdf, box: Rect, unit: float, turn: int) -> tuple[float, float]:
    """Give the page a box from (0, 0) and no turn of its own; returns its size in points."""
    page = single.pages[0]
    scale = unit * _fit(box.width * unit, box.height * unit)
    across, up = (box.height, box.width) if turn % 180 else (box.width, box.height)
    width, height = allowed_size(across * scale, up * scale)
    if (box.x0, box.y0, turn, scale) == (0, 0, 0, 1.0):
        page.obj.MediaBox = Array([0, 0, width, height])
        return width, height
    page.obj.MediaBox = Array(list(box))
    drawing = single.make_indirect(page.as_form_xobject(handle_transformations=False))
    group = page.obj.get(Name.Group)
    matrix = " ".join(f"{n:.6f}".rstrip("0").rstrip(".") for n in _placement(box, turn, scale))
    upright = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, width, height]),
        Resources=Dictionary(XObject=Dictionary(Page0=drawing)),
        Contents=single.make_stream(f"q {matrix} cm /Page0 Do Q\n".encode()),
    )
    if group is not None:
        upright.Group = group
    single.pages.append(Page(single.make_indirect(upright)))
    del single.pages[0]
    return width, height


def allowed_size(width_pt: float, height_pt: float) -> tuple[float, float]:
    """The nearest page size that PDF/A-2 allows, points."""
    width, height = (min(max(pt, _SMALLEST_PT), _LARGEST_PT) for pt in (width_pt, height_pt))
    return width, height


def _fit(width_pt: float, height_pt: float) -> float:
    """What brings a page into the sizes that PDF/A allows, shape kept; 1 for nearly all."""
    if max(width_pt, height_pt) > _LARGEST_PT:
        return _LARGEST_PT / max(width_pt, height_pt)
    if min(width_pt, height_pt) < _SMALLEST_PT:
        return min(_SMALLEST_PT / min(width_pt, height_pt), _LARGEST_PT / max(width_pt, height_pt))
    return 1.0


def _placement(box: Rect, turn: int, s: float) -> tuple[float, float, float, float, float, float]:
    """User space of the page → the page as shown. Source: ISO 32000-1, 8.3.4 and 14.11.2."""
    if turn == 90:
        return (0.0, -s, s, 0.0, -s * box.y0, s * box.x1)
    if turn == 180:
        return (-s, 0.0, 0.0, -s, s * box.x1, s * box.y1)
    if turn == 270:
        return (0.0, s, -s, 0.0, s * box.y1, -s * box.x0)
    return (s, 0.0, 0.0, s, -s * box.x0, -s * box.y0)


def save(single: Pdf, path: Path) -> None:
    """Write the page; the same page gives the same bytes."""
    single.remove_unreferenced_resources()
    single.save(
        path,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
    )
