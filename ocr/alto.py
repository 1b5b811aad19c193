"""ALTO 4 XML: how the words of a page are kept.

Source: https://www.loc.gov/standards/alto/ (schema 4.4). ``WC`` is 0..1; positions are
``HPOS VPOS WIDTH HEIGHT`` in pixels of the page that is shown. ALTO has no place for the
resolution, so it stands in the settings of the processing step, with the turn and the skew;
likewise what the page looks like (``ocr.page.Appearance``) in those of a step of its own.
Where two readings of a word differ, the other one is its ``ALTERNATIVE``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import cast
from xml.etree.ElementTree import Element, ParseError
from xml.etree.ElementTree import fromstring as _plain

from lxml import etree

from errors import InputRejected
from ocr.page import Appearance, Box, Line, PageText, Unread, UnreadReason, Word
from ocr.tsv import around

NAMESPACE = "http://www.loc.gov/standards/alto/ns-v4#"
SCHEMA_VERSION = "4.4"
MEDIA_TYPE = "application/alto+xml"

_UNREAD = "unread"
_READ = "contentGeneration"
_CORRECTED = "contentModification"
_LOOKED_AT = "other"  # category of the step that tells what the page looks like
_OUR_BEGINNING, _DECLARING = b"<?xml version='1.0' encoding='UTF-8'?>", b"<!DOCTYPE"
# Source: XML 1.0, production [2] Char; everything else makes a document unreadable.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class AltoDescription:
    """Where the page came from and what was done to it.

    Attributes:
        source_file: name of the scan as received.
        source_sha256: hash of its bytes, 64 hex digits.
        engine: engine and model, ``OcrEngine.version``; its first word is the program's name.
        software_version: version of this product.
        rotated_cw_deg: quarter turn that was applied.
        skew_ccw_deg: skew that was found and taken out.
        frame: 0-based index inside a source of several pages.
        corrected: a person changed the words after they were read.
    """

    source_file: str
    source_sha256: str
    engine: str
    software_version: str
    rotated_cw_deg: int = 0
    skew_ccw_deg: float = 0.0
    frame: int = 0
    corrected: bool = False


def write_alto(text: PageText, *, description: AltoDescription) -> bytes:
    """The page as ALTO 4 XML, UTF-8; the same page gives the same bytes.

    Words come out in NFC, without characters that XML cannot hold; words and lines that are
    empty then are left out. A run of lines with one block number becomes one ``TextBlock``.
    """
    default = cast("dict[str, str]", {None: NAMESPACE})  # the stubs know of named prefixes only
    root = etree.Element(_q("alto"), {"SCHEMAVERSION": SCHEMA_VERSION}, default)
    _describe(root, description, dpi=text.dpi, seen=text.appearance)
    page = etree.SubElement(
        etree.SubElement(root, _q("Layout")),
        _q("Page"),
        ID="page",
        PHYSICAL_IMG_NR=str(description.frame + 1),
        WIDTH=str(text.width_px),
        HEIGHT=str(text.height_px),
    )
    space = etree.SubElement(
        page, _q("PrintSpace"), _place(Box(0, 0, text.width_px, text.height_px))
    )
    written = [(line, words) for line in text.lines if (words := tuple(_writable(line)))]
    numbered = 0
    for block, (_, run) in enumerate(groupby(written, key=lambda pair: pair[0].block), start=1):
        members = list(run)
        place = _place(around(line.box for line, _ in members))
        element = etree.SubElement(space, _q("TextBlock"), {"ID": f"block_{block}", **place})
        for line, words in members:
            numbered += 1
            _write_line(element, line.box, words, number=numbered)
    for number, gap in enumerate(text.unread, start=1):
        kind = {"ID": f"unread_{number}", "TYPE": f"{_UNREAD} {gap.reason}"}
        etree.SubElement(space, _q("ComposedBlock"), {**kind, **_place(gap.box)})
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def read_alto(document: bytes) -> PageText:
    """The page that ``write_alto`` wrote; blocks are numbered from 0 in their order.

    Raises:
        InputRejected: not such a document, or one with a DTD or entities.
    """
    root = _parsed(document)
    try:
        page = _found(root, "Layout/Page")
        return PageText(
            lines=tuple(_read_lines(page)),
            width_px=int(float(page.attrib["WIDTH"])),
            height_px=int(float(page.attrib["HEIGHT"])),
            dpi=_settings(root)["dpi"],
            unread=tuple(_read_unread(page)),
            appearance=_read_appearance(root),
        )
    except (KeyError, ValueError, OverflowError) as reason:
        raise _unreadable(reason) from reason


def _parsed(document: bytes) -> Element:
    from defusedxml.common import DefusedXmlException
    from defusedxml.ElementTree import fromstring

    try:
        # In UTF-8 nothing can be declared without these letters: then the parser that is
        # written in C does, at a third of the time.
        if document.startswith(_OUR_BEGINNING) and _DECLARING not in document:
            return _plain(document)  # noqa: S314
        root: Element = fromstring(document, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError) as reason:
        raise _unreadable(reason) from reason
    return root


def _unreadable(reason: Exception) -> InputRejected:
    return InputRejected(
        "The text of the page (ALTO XML) cannot be read: {reason}",
        kept="The file as it is; nothing was changed.",
        todo="Compare it with the manifest: abhilekh store verify",
        reason=reason,
    )


def read_description(document: bytes) -> AltoDescription:
    """What the document that ``write_alto`` wrote says of its page's making.

    Raises:
        InputRejected: not such a document, or one with a DTD or entities.
    """
    root = _parsed(document)
    try:
        settings = _settings(root)
        source = _found(root, "Description/sourceImageInformation")
        steps = {
            step.findtext(_q("processingCategory")): step.findtext(
                f"{_q('processingSoftware')}/{_q('softwareVersion')}"
            )
            for step in _found(root, "Description").iter(_q("Processing"))
        }
        return AltoDescription(
            source_file=_found(source, "fileName").text or "",
            source_sha256=(_found(source, "fileIdentifier").text or "").removeprefix("sha256:"),
            engine=steps[_READ] or "",
            software_version=steps["preOperation"] or "",
            rotated_cw_deg=int(settings["rotated_cw_deg"]),
            skew_ccw_deg=settings["skew_ccw_deg"],
            frame=int(settings["frame"]),
            corrected=_CORRECTED in steps,
        )
    except (KeyError, ValueError) as reason:
        raise _unreadable(reason) from reason


def _describe(
    root: etree._Element, about: AltoDescription, *, dpi: float, seen: Appearance | None
) -> None:
    description = etree.SubElement(root, _q("Description"))
    _leaf(description, "MeasurementUnit", "pixel")
    source = etree.SubElement(description, _q("sourceImageInformation"))
    _leaf(source, "fileName", about.source_file)
    _leaf(source, "fileIdentifier", f"sha256:{about.source_sha256}")
    settings = (
        f"dpi={float(dpi)!r} frame={about.frame} rotated_cw_deg={about.rotated_cw_deg} "
        f"skew_ccw_deg={float(about.skew_ccw_deg)!r}"
    )
    steps = [
        ("preOperation", settings, "abhilekh", about.software_version),
        (_READ, "", about.engine.partition(" ")[0], about.engine),
    ]
    if about.corrected:
        steps.append((_CORRECTED, "", "abhilekh", about.software_version))
    if seen is not None:
        steps.append((_LOOKED_AT, _as_settings(seen), "abhilekh", about.software_version))
    for number, (category, setting, software, version) in enumerate(steps, start=1):
        step = etree.SubElement(description, _q("Processing"), ID=f"step_{number}")
        _leaf(step, "processingCategory", category)
        if setting:
            _leaf(step, "processingStepSettings", setting)
        by = etree.SubElement(step, _q("processingSoftware"))
        _leaf(by, "softwareName", software)
        _leaf(by, "softwareVersion", version)


def _write_line(block: etree._Element, box: Box, words: tuple[Word, ...], *, number: int) -> None:
    identity = f"line_{number}"
    line = etree.SubElement(block, _q("TextLine"), {"ID": identity, **_place(box)})
    before: Word | None = None
    for position, word in enumerate(words, start=1):
        if before is not None:
            gap = Box(before.box.x1, box.y0, max(word.box.x0, before.box.x1), box.y1)
            etree.SubElement(line, _q("SP"), _place(gap))
        string = etree.SubElement(
            line,
            _q("String"),
            {
                "ID": f"{identity}_word_{position}",
                **_place(word.box),
                "WC": f"{word.confidence:.4f}",
                "CONTENT": word.text,
            },
        )
        if word.alternative:
            _leaf(string, "ALTERNATIVE", word.alternative)
        before = word


def _writable(line: Line) -> Iterator[Word]:
    for word in line.words:
        text, other = _kept(word.text), _kept(word.alternative or "")
        if text:
            yield Word(text, word.box, word.confidence, other or None)


def _kept(text: str) -> str:
    return unicodedata.normalize("NFC", _NOT_XML.sub("", text))


def _read_lines(page: Element) -> Iterator[Line]:
    text_line, text, alternative = _q("TextLine"), _q("String"), _q("ALTERNATIVE")
    for number, block in enumerate(page.iter(_q("TextBlock"))):
        for line in block.iter(text_line):
            words = tuple(
                Word(
                    string.attrib["CONTENT"],
                    _box(string),
                    float(string.attrib["WC"]),
                    (string.findtext(alternative) or None) if len(string) else None,
                )
                for string in line.iter(text)
            )
            yield Line(words, _box(line), number)


def _read_unread(page: Element) -> Iterator[Unread]:
    for block in page.iter(_q("ComposedBlock")):
        kind, _, reason = block.attrib.get("TYPE", "").partition(" ")
        if kind == _UNREAD:
            # A reason of a newer program still is a place that was not read.
            known = reason if reason in set(UnreadReason) else UnreadReason.UNLIKE_PRINT
            yield Unread(_box(block), UnreadReason(known))


def _settings(root: Element) -> dict[str, float]:
    """The ``name=value`` pairs of the first processing step."""
    written = _found(root, "Description/Processing/processingStepSettings").text or ""
    return _pairs(written)


def _as_settings(seen: Appearance) -> str:
    red, green, blue = seen.paper
    return (
        f"paper_red={red} paper_green={green} paper_blue={blue} coloured={int(seen.coloured)} "
        f"margin={seen.margin:.3f} margin_at={seen.margin_at:.3f} further={seen.further:.3f} "
        f"level_rules={seen.level_rules} hand_share={seen.hand_share:.4f}"
    )


def _read_appearance(root: Element) -> Appearance | None:
    """What the page looks like; None where that is not written, or not in full."""
    for step in root.iter(_q("Processing")):
        if step.findtext(_q("processingCategory")) != _LOOKED_AT:
            continue
        told = _pairs(step.findtext(_q("processingStepSettings")) or "")
        try:
            return Appearance(
                paper=(int(told["paper_red"]), int(told["paper_green"]), int(told["paper_blue"])),
                coloured=bool(told["coloured"]),
                margin=told["margin"],
                margin_at=told["margin_at"],
                further=told["further"],
                level_rules=int(told["level_rules"]),
                hand_share=told["hand_share"],
            )
        except KeyError:
            return None
    return None


def _pairs(written: str) -> dict[str, float]:
    pairs = (pair.partition("=") for pair in written.split())
    return {name: float(value) for name, _, value in pairs}


def _found(root: Element, path: str) -> Element:
    element = root.find("/".join(_q(step) for step in path.split("/")))
    if element is None:
        raise KeyError(path)
    return element


def _box(element: Element) -> Box:
    told = element.attrib
    x, y = _whole(told["HPOS"]), _whole(told["VPOS"])
    return Box(x, y, x + _whole(told["WIDTH"]), y + _whole(told["HEIGHT"]))


def _whole(figure: str) -> int:
    """As we write it, without a fraction; others may write one."""
    try:
        return int(figure)
    except ValueError:
        return int(float(figure))


def _place(box: Box) -> dict[str, str]:
    return {
        "HPOS": str(box.x0),
        "VPOS": str(box.y0),
        "WIDTH": str(box.width),
        "HEIGHT": str(box.height),
    }


def _leaf(parent: etree._Element, name: str, text: str) -> None:
    etree.SubElement(parent, _q(name)).text = _NOT_XML.sub("", text)


def _q(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
