"""What a finished file says about itself: description, output intent, bookmarks, page labels."""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from pikepdf import Array, Dictionary, Name, OutlineItem, Pdf, String

from ocr.srgb import srgb_profile

_TITLES = {
    "noting": "टीप / Noting",
    "correspondence": "पत्राचार / Correspondence",
    "cover": "मुखपृष्ठ / Cover",
}
_OTHER_TITLE = "अन्य पृष्ठ / Other pages"
_SUFFIXES = {"noting": "/n", "correspondence": "/c"}


@dataclass(frozen=True, slots=True)
class Description:
    """What is known about a physical file, in its own words; empty where it is not known.

    Attributes:
        title: what a viewer shows in its window, as a rule number and subject.
        subject: the file's subject line.
        identifier: the file number, verbatim.
        department: the office that the record comes from; shown as its author.
        keywords: further words to find the file by.
        language: BCP 47 tag of the record's language.
        producer: the program and its version.
    """

    title: str
    subject: str = ""
    identifier: str = ""
    department: str = ""
    keywords: tuple[str, ...] = ()
    language: str = "hi"
    producer: str = "Abhilekh"


def describe(pdf: Pdf, description: Description) -> None:
    """Write XMP, document information, language and output intent, all in agreement.

    No date is written: the same pages give the same file whenever it is made.

    Source: ISO 19005-2, 6.2.3 (output intent), 6.6 (metadata).
    """
    told = _as_text(description)
    packet = pdf.make_stream(_xmp(told).encode("utf-8"), Type=Name.Metadata, Subtype=Name.XML)
    pdf.Root.Metadata = pdf.make_indirect(packet)
    shown = {
        "/Title": told.title,
        "/Subject": told.subject,
        "/Author": told.department,
        "/Keywords": ", ".join(told.keywords),
        "/Producer": told.producer,
    }
    for key, value in shown.items():
        if value:
            pdf.docinfo[key] = String(value)
    pdf.Root.Lang = String(told.language)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    profile = pdf.make_stream(zlib.compress(srgb_profile(), 9), Filter=Name.FlateDecode, N=3)
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String("sRGB"),
        Info=String("sRGB IEC61966-2.1"),
        DestOutputProfile=pdf.make_indirect(profile),
    )
    pdf.Root.OutputIntents = Array([pdf.make_indirect(intent)])


def mark_sides(pdf: Pdf, sides: Sequence[str]) -> None:
    """Bookmark the sides of the file and number their pages as clerks cite them: 1/n, 1/c.

    Each side has one bookmark, in order of first appearance; below it, closed, one for each
    of its pages if there are several.

    Args:
        pdf: the file, as many pages as ``sides``.
        sides: ``noting``, ``correspondence``, ``cover`` or anything else, page by page.
    """
    labels = _labels(sides)
    marks: dict[str, list[OutlineItem]] = {}
    for place, (side, label) in enumerate(zip(sides, labels, strict=True)):
        marks.setdefault(_title(side), []).append(OutlineItem(label, place, "Fit"))
    with pdf.open_outline() as outline:
        for title, pages in marks.items():
            top = OutlineItem(title, pages[0].destination, "Fit")
            if len(pages) > 1:
                top.is_closed = True
                top.children.extend(pages)
            outline.root.append(top)
    numbers = Array()
    for place, label in enumerate(labels):
        numbers.append(place)
        numbers.append(Dictionary(P=String(label)))
    pdf.Root.PageLabels = Dictionary(Nums=numbers)
    pdf.Root.PageMode = Name.UseOutlines


def _title(side: str) -> str:
    return _TITLES.get(side, _OTHER_TITLE)


def _labels(sides: Sequence[str]) -> list[str]:
    counted: dict[str, int] = {}
    labels = []
    for side in sides:
        title = _title(side)
        counted[title] = counted.get(title, 0) + 1
        if side == "cover":
            labels.append("cover" if counted[title] == 1 else f"cover {counted[title]}")
        else:
            labels.append(f"{counted[title]}{_SUFFIXES.get(side, '')}")
    return labels


def _as_text(description: Description) -> Description:
    return Description(
        title=_clean(description.title) or _clean(description.identifier) or "-",
        subject=_clean(description.subject),
        identifier=_clean(description.identifier),
        department=_clean(description.department),
        keywords=tuple(word for word in map(_clean, description.keywords) if word),
        language=_clean(description.language) or "hi",
        producer=_clean(description.producer) or "Abhilekh",
    )


def _clean(text: str) -> str:
    """One line of NFC text without what neither XML nor a title bar can show."""
    spaced = "".join(" " if char.isspace() else char for char in unicodedata.normalize("NFC", text))
    kept = (c for c in spaced if unicodedata.category(c) not in ("Cc", "Cs", "Cn"))
    return " ".join("".join(kept).split())


def _xmp(told: Description) -> str:
    keywords = ", ".join(told.keywords)
    parts = [
        f"<dc:title>{_in_default_language(told.title)}</dc:title>",
        f"<dc:language><rdf:Bag><rdf:li>{escape(told.language)}</rdf:li></rdf:Bag></dc:language>",
        f"<pdf:Producer>{escape(told.producer)}</pdf:Producer>",
        "<pdfaid:part>2</pdfaid:part><pdfaid:conformance>B</pdfaid:conformance>",
    ]
    if told.subject:
        parts.append(f"<dc:description>{_in_default_language(told.subject)}</dc:description>")
    if told.department:
        name = escape(told.department)
        parts.append(f"<dc:creator><rdf:Seq><rdf:li>{name}</rdf:li></rdf:Seq></dc:creator>")
    if told.identifier:
        parts.append(f"<dc:identifier>{escape(told.identifier)}</dc:identifier>")
    if keywords:
        parts.append(f"<pdf:Keywords>{escape(keywords)}</pdf:Keywords>")
    return _PACKET.replace("%PARTS%", "\n".join(parts))


def _in_default_language(text: str) -> str:
    return f'<rdf:Alt><rdf:li xml:lang="x-default">{escape(text)}</rdf:li></rdf:Alt>'


_PACKET = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about=""
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/"
 xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
%PARTS%
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""
