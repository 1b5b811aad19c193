"""hOCR: the words of a page as other OCR tools exchange them.

Source: hOCR 1.2, https://kba.github.io/hocr-spec/1.2/. Boxes are ``bbox x0 y0 x1 y1`` in pixels
from the top left, the last two exclusive here as in the tools that write it; ``x_wconf`` is
0..100 (a word's confidence here is 0..1); ``scan_res`` holds the resolution along x and y. What a
second reading made of a word has no place in it; ALTO has one.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from itertools import groupby
from typing import cast

from lxml import etree

from errors import InputRejected
from ocr.page import Box, Line, PageText, Word

NAMESPACE = "http://www.w3.org/1999/xhtml"
MEDIA_TYPE = "application/xhtml+xml"
ASSUMED_DPI = 300.0  # where a document does not say

# Source: XML 1.0, production [2] Char; everything else makes a document unreadable.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LINES = ("ocr_line", "ocr_textfloat", "ocr_header", "ocr_footer", "ocr_caption")
_BLOCKS = ("ocr_carea", "ocr_par")


def write_hocr(text: PageText, *, engine: str, title: str = "") -> bytes:
    """The page as hOCR (XHTML, UTF-8); the same page gives the same bytes.

    Words come out in NFC, without characters that XML cannot hold; words and lines that are
    empty then are left out. A run of lines with one block number becomes one ``ocr_carea``.

    Args:
        text: the words, boxes in pixels of the page that is shown.
        engine: engine and model, ``OcrEngine.version``.
        title: what the page is called.
    """
    default = cast("dict[str, str]", {None: NAMESPACE})  # the stubs know of named prefixes only
    root = etree.Element(_q("html"), nsmap=default)
    head = etree.SubElement(root, _q("head"))
    etree.SubElement(head, _q("title")).text = _NOT_XML.sub("", title)
    classes = "ocr_page ocr_carea ocr_line ocrx_word"
    for name, content in (("ocr-system", engine), ("ocr-capabilities", classes)):
        etree.SubElement(head, _q("meta"), name=name, content=_NOT_XML.sub("", content))
    whole = Box(0, 0, text.width_px, text.height_px)
    resolution = f"scan_res {float(text.dpi)!r} {float(text.dpi)!r}"
    page = _element(
        etree.SubElement(root, _q("body")), "div", "ocr_page", f"{_bbox(whole)}; {resolution}"
    )
    written = [(line, words) for line in text.lines if (words := tuple(_writable(line)))]
    for _, run in groupby(written, key=lambda pair: pair[0].block):
        members = list(run)
        area = _element(page, "div", "ocr_carea", _bbox(_around([line.box for line, _ in members])))
        for line, words in members:
            shown = _element(area, "span", "ocr_line", _bbox(line.box))
            for word in words:
                told = f"{_bbox(word.box)}; x_wconf {100 * word.confidence:.2f}"
                part = _element(shown, "span", "ocrx_word", told)
                part.text, part.tail = word.text, " "
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def read_hocr(document: bytes, *, page: int = 0) -> PageText:
    """One page of an hOCR document that is well-formed XML, whatever tool wrote it.

    Blocks are numbered from 0 in their order, words without text left out. A word without
    ``x_wconf`` counts as not sure at all: 0.

    Args:
        document: the bytes of the file.
        page: which ``ocr_page``, from 0.

    Raises:
        InputRejected: no such document, no such page, or one with entities of its own.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(document, parser)
        shown = [element for element in _elements(root) if "ocr_page" in _classes(element)][page]
        told = _properties(shown)
        box, resolution = _box(told), told.get("scan_res", [])
        return PageText(
            tuple(_lines(shown)),
            box.x1 - box.x0,
            box.y1 - box.y0,
            float(resolution[0]) if resolution else ASSUMED_DPI,
        )
    except (etree.XMLSyntaxError, KeyError, IndexError, ValueError, OverflowError) as reason:
        raise InputRejected(
            "The text of the page (hOCR) cannot be read: {reason}",
            kept="The file as it is; nothing was changed.",
            todo="Write it again with the program that made it.",
            reason=reason,
        ) from reason


def _lines(page: etree._Element) -> Iterator[Line]:
    blocks: dict[str, int] = {}
    for element in _elements(page):
        if not _classes(element) & set(_LINES):
            continue
        words = tuple(_words(element))
        if words:
            number = blocks.setdefault(_block_of(element), len(blocks))
            yield Line(words, _box(_properties(element)), number)


def _words(line: etree._Element) -> Iterator[Word]:
    for element in _elements(line):
        if "ocrx_word" in _classes(element):
            text = unicodedata.normalize("NFC", str(element.xpath("string()")).strip())
            told = _properties(element)
            sure = round(float(told.get("x_wconf", ["0"])[0]) / 100, 6)
            if text:
                yield Word(text, _box(told), min(max(sure, 0.0), 1.0))


def _block_of(line: etree._Element) -> str:
    """Which block holds the line; lines outside of any are one block of their own."""
    for above in line.iterancestors():
        if _classes(above) & set(_BLOCKS):
            return line.getroottree().getpath(above)
    return ""


def _elements(root: etree._Element) -> Iterator[etree._Element]:
    return (element for element in root.iter() if isinstance(element.tag, str))


def _classes(element: etree._Element) -> set[str]:
    return set((element.get("class") or "").split())


def _properties(element: etree._Element) -> dict[str, list[str]]:
    """``bbox 1 2 3 4; x_wconf 95`` as names and their values. Source: hOCR 1.2, 3.2."""
    parts = (part.split() for part in (element.get("title") or "").split(";"))
    return {name: values for name, *values in filter(None, parts)}


def _box(told: dict[str, list[str]]) -> Box:
    x0, y0, x1, y1 = (round(float(value)) for value in told["bbox"])
    return Box(x0, y0, x1, y1)


def _bbox(box: Box) -> str:
    return f"bbox {box.x0} {box.y0} {box.x1} {box.y1}"


def _writable(line: Line) -> Iterator[Word]:
    for word in line.words:
        text = unicodedata.normalize("NFC", _NOT_XML.sub("", word.text)).strip()
        if text:
            yield Word(text, word.box, word.confidence)


def _around(boxes: list[Box]) -> Box:
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return Box(min(x0), min(y0), max(x1), max(y1))


def _element(parent: etree._Element, tag: str, kind: str, title: str) -> etree._Element:
    return etree.SubElement(parent, _q(tag), {"class": kind, "title": title})


def _q(name: str) -> str:
    return f"{{{NAMESPACE}}}{name}"
