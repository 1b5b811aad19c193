"""PDFs as other programs write them, made for these tests."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import fpdf
import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name, Page, Pdf
from PIL import Image, ImageDraw, ImageFont

LATIN = Path("/usr/share/fonts/truetype/liberation/LiberationSans-Regular.ttf")
HINDI = Path("/usr/share/fonts/truetype/lohit-devanagari/Lohit-Devanagari.ttf")

LETTER = (
    "Government of Rajasthan, Department of Revenue",
    "No. F 11(20) Rev-6/2014 dated 4 June 2014",
    "The undersigned is directed to say that the land records",
    "of the tehsil have been received and are to be preserved.",
    "All officers are requested to acknowledge this letter.",
)
PATRA = (
    "राजस्थान सरकार राजस्व विभाग जयपुर",
    "दिनांक 04.06.1988 को विचार किया गया",
    "सचिव के निर्देश से अनुभाग अधिकारी को भेजा जाए",
    "विषय: भूमि अभिलेख की सुरक्षा के सम्बन्ध में",
)


def typed(path: Path, lines: Sequence[str], *, font: Path = LATIN, shaping: bool = False) -> Path:
    """Lines in an embedded TrueType font, as a word processor writes them."""
    pdf = fpdf.FPDF(unit="pt", format=(595, 842))
    pdf.add_page()
    pdf.add_font("body", fname=font)
    pdf.set_font("body", size=14)
    pdf.set_text_shaping(shaping)
    for number, line in enumerate(lines):
        pdf.text(72, 100 + 30 * number, line)
    path.write_bytes(bytes(pdf.output()))
    return path


def bare(path: Path, content: bytes, **page_keys: object) -> Path:
    """One page of hand-written content with Helvetica that is not embedded as /F1."""
    with Pdf.new() as pdf:
        _add(pdf, content, **page_keys)
        pdf.save(path)
    return path


def _add(pdf: Pdf, content: bytes, **page_keys: object) -> Page:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    page = Dictionary(
        Type=Name.Page,
        MediaBox=Array([0, 0, 595, 842]),
        Resources=Dictionary(Font=Dictionary(F1=pdf.make_indirect(font))),
        Contents=pdf.make_stream(content),
    )
    for key, value in page_keys.items():
        page[Name("/" + key)] = value
    pdf.pages.append(Page(pdf.make_indirect(page)))
    return pdf.pages[-1]


def lines_content(lines: Sequence[str], *, extra: bytes = b"") -> bytes:
    """Content that shows lines in /F1, 14 points, from the top."""
    shown = [f"1 0 0 1 72 {742 - 30 * n} Tm ({line}) Tj" for n, line in enumerate(lines)]
    return extra + b"BT /F1 14 Tf " + " ".join(shown).replace("(20)", "\\(20\\)").encode() + b" ET"


def drawn(lines: Sequence[str], *, font: Path = LATIN, dpi: int = 300) -> Image.Image:
    """The picture of a scanned letter, A4."""
    page = Image.new("L", (round(595 * dpi / 72), round(842 * dpi / 72)), 245)
    pen = ImageDraw.Draw(page)
    face = ImageFont.truetype(str(font), round(14 * dpi / 72))
    for number, line in enumerate(lines):
        pen.text((72 * dpi / 72, (86 + 30 * number) * dpi / 72), line, font=face, fill=20)
    return page


def scanned(path: Path, picture: Image.Image, *, layer: bytes = b"", **page_keys: object) -> Path:
    """A page that is one picture, with ``layer`` (content using /F1) before it."""
    jpeg = io.BytesIO()
    picture.save(jpeg, "JPEG", quality=85)
    with Pdf.new() as pdf:
        page = _add(pdf, layer + b" q 595 0 0 842 0 0 cm /Im0 Do Q", **page_keys)
        image = pdf.make_stream(
            jpeg.getvalue(), Type=Name.XObject, Subtype=Name.Image, Width=picture.width,
            Height=picture.height, ColorSpace=Name.DeviceGray, BitsPerComponent=8,
            Filter=Name.DCTDecode,
        )  # fmt: skip
        page.obj.Resources.XObject = Dictionary(Im0=image)
        pdf.save(path)
    return path


def hidden_layer(lines: Sequence[str]) -> bytes:
    """Invisible text where ``drawn`` puts its lines, in /F1."""
    return b"q " + lines_content(lines).replace(b"BT ", b"BT 3 Tr ") + b" Q "


def outlined(path: Path, lines: Sequence[str]) -> Path:
    """Lines as filled shapes, without any text: what a drawing program exports."""
    mask = np.asarray(drawn(lines, dpi=144)) < 128
    shapes = [b"0 g"]
    height = mask.shape[0]
    for y in range(height):
        row = np.flatnonzero(np.diff(np.concatenate(([0], mask[y].view(np.int8), [0]))))
        for start, end in zip(row[::2], row[1::2], strict=True):
            shapes.append(b"%g %g %g 0.5 re" % (start / 2, (height - y - 1) / 2, (end - start) / 2))
    return bare(path, b" ".join(shapes) + b" f")


def stamp(path: Path, line: str) -> None:
    """Print a line in an embedded font near the foot of the page, over all that is there."""
    typed(path.with_suffix(".stamp.pdf"), [line])
    with (
        pikepdf.open(path, allow_overwriting_input=True) as pdf,
        pikepdf.open(path.with_suffix(".stamp.pdf")) as over,
    ):
        pdf.pages[0].add_overlay(over.pages[0], pikepdf.Rectangle(0, -600, 595, 242))
        pdf.save(path)


def form(path: Path) -> Path:
    """A typed form with a filled-in field, a rubber stamp, a link, a script and an open action."""
    typed(path, ["Name of the applicant:"])
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        page = pdf.pages[0]
        fonts = page.obj.Resources.Font
        look = pdf.make_stream(
            b"0.8 g 0 0 200 24 re f",
            Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 200, 24]),
        )  # fmt: skip
        shown = pikepdf.open(typed(path.with_suffix(".value.pdf"), ["Ramesh"]))
        value = pdf.copy_foreign(shown.pages[0].as_form_xobject())
        value.Matrix = Array([1, 0, 0, 1, -72, -742])
        value.BBox = Array([60, 730, 300, 760])
        field = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, T="name", V="Ramesh", F=4,
            Rect=Array([240, 738, 480, 768]), AP=Dictionary(N=value), P=page.obj,
            AA=Dictionary(F=Dictionary(S=Name.JavaScript, JS="app.alert(1)")),
        )  # fmt: skip
        rubber = Dictionary(
            Type=Name.Annot, Subtype=Name.Stamp, F=4, Rect=Array([300, 300, 500, 324]),
            AP=Dictionary(N=look),
        )  # fmt: skip
        link = Dictionary(
            Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), Border=Array([0, 0, 0]),
            A=Dictionary(S=Name.URI, URI="https://example.org"),
        )  # fmt: skip
        page.obj.Annots = Array([pdf.make_indirect(a) for a in (field, rubber, link)])
        pdf.Root.AcroForm = Dictionary(
            Fields=Array([page.obj.Annots[0]]), DR=Dictionary(Font=fonts), SigFlags=3
        )
        pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(2)")
        pdf.save(path)
    return path


def switched_off(path: Path, seen: str, unseen: str) -> Path:
    """A page with an optional layer that is off."""
    content = (
        f"BT /F1 24 Tf 72 700 Td ({seen}) Tj ET "
        f"/OC /L0 BDC BT /F1 24 Tf 72 500 Td ({unseen}) Tj ET EMC"
    )
    bare(path, content.encode())
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        group = pdf.make_indirect(Dictionary(Type=Name.OCG, Name="draft"))
        pdf.pages[0].obj.Resources.Properties = Dictionary(L0=group)
        pdf.Root.OCProperties = Dictionary(OCGs=Array([group]), D=Dictionary(OFF=Array([group])))
        pdf.save(path)
    return path


def endless(path: Path) -> Path:
    """A page that draws itself ten to the tenth times: a few hundred bytes, hours of work."""
    bare(path, b"/X Do")
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        inner = pdf.make_stream(b"0 0 595 842 re f " * 10)
        for _ in range(10):
            inner.Type, inner.Subtype, inner.BBox = Name.XObject, Name.Form, Array([0, 0, 595, 842])
            outer = pdf.make_stream(b"/X Do " * 10)
            outer.Resources = Dictionary(XObject=Dictionary(X=inner))
            inner = outer
        inner.Type, inner.Subtype, inner.BBox = Name.XObject, Name.Form, Array([0, 0, 595, 842])
        pdf.pages[0].obj.Resources.XObject = Dictionary(X=inner)
        pdf.save(path)
    return path
