"""What kind of file the bytes are, whatever the name says."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass

HEAD_BYTES = 4096  # enough to see the kind of any file below

TIFF, JPEG, PNG = "image/tiff", "image/jpeg", "image/png"
JP2, BMP, PDF = "image/jp2", "image/bmp", "application/pdf"

_SIGNATURES = (
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"II+\x00", TIFF),  # BigTIFF
    (b"MM\x00+", TIFF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\x00\x00\x00\x0cjP  \r\n\x87\n", JP2),
    (b"\xff\x4f\xff\x51", JP2),  # a bare code stream
    (b"BM", BMP),
)
_STRANGERS = (
    (b"GIF87a", "GIF picture"),
    (b"GIF89a", "GIF picture"),
    (b"8BPS", "Photoshop document"),
    (b"\x00\x00\x01\x00", "icon"),
    (b"\x0a\x05\x01", "PCX picture"),
    (b"\x01\xda", "SGI picture"),
    (b"DDS ", "DirectDraw texture"),
    (b"BLP", "BLP texture"),
    (b"P7 332", "thumbnail"),
    (b"%!PS", "PostScript program"),
    (b"\xc5\xd0\xd3\xc6", "PostScript program"),
    (b"AT&TFORM", "DjVu document"),
    (b"\xd0\xcf\x11\xe0", "old Microsoft Office document"),
    (b"{\\rtf", "word-processor text"),
    (b"Rar!", "RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip archive"),
    (b"\x1f\x8b", "gzip archive"),
    (b"\x7fELF", "program"),
    (b"MZ", "program"),
)
_ISO_BRANDS = {
    b"heic": "HEIF picture",
    b"heix": "HEIF picture",
    b"heim": "HEIF picture",
    b"hevc": "HEIF picture",
    b"mif1": "HEIF picture",
    b"msf1": "HEIF picture",
    b"avif": "AVIF picture",
    b"avis": "AVIF picture",
}
_TEXT_SUFFIXES = {".txt", ".csv", ".xml", ".json", ".log", ".md5", ".sha256", ".ini"}
_PDF_HEADER_WITHIN = 1024  # Source: Adobe PDF Reference 1.7, implementation note 13
_PDF_SIGN = re.compile(
    rb"%PDF|^\d+ \d+ obj\b", re.MULTILINE
)  # the header, or a damaged one's object
_BMP_HEADER_SIZES = {12, 16, 40, 52, 56, 64, 108, 124}


@dataclass(frozen=True, slots=True)
class Sniffed:
    """``media_type`` of a scan that is taken, else ``None`` and a word for what it is."""

    media_type: str | None
    kind: str = "file of an unknown kind"


def sniff(head: bytes) -> Sniffed:
    """The media type that the first bytes of a file show.

    Args:
        head: the first ``HEAD_BYTES`` of the file, or all of it if it is shorter.
    """
    for signature, media_type in _SIGNATURES:
        if head.startswith(signature) and (media_type != BMP or _is_bmp(head)):
            return Sniffed(media_type)
    stranger = _stranger(head)
    if stranger is not None:
        return Sniffed(None, stranger)
    if _PDF_SIGN.search(head[:_PDF_HEADER_WITHIN]):
        return Sniffed(PDF)
    return Sniffed(None, "text file") if is_text(head) else Sniffed(None)


def is_sidecar(name_suffix: str, head: bytes) -> bool:
    """Whether this is a text that scanner programs leave beside the scans."""
    return name_suffix.lower() in _TEXT_SUFFIXES and is_text(head)


def is_text(head: bytes) -> bool:
    """Whether the bytes read as UTF-8 (or UTF-16 with its mark) text; empty is text."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    if b"\x00" in head:
        return False
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # the cut may split a character
    except UnicodeDecodeError:
        return False
    return not any(byte < 0x20 and byte not in b"\t\n\r\f\x1b" for byte in head)


def _is_bmp(head: bytes) -> bool:
    # "BM" begins many a text; the size of the second header settles it.
    return len(head) >= 18 and int.from_bytes(head[14:18], "little") in _BMP_HEADER_SIZES


def _stranger(head: bytes) -> str | None:
    for signature, kind in _STRANGERS:
        if head.startswith(signature):
            return kind
    if head[4:8] == b"ftyp":
        return _ISO_BRANDS.get(head[8:12], "video or HEIF picture")
    if head.startswith(b"RIFF"):
        return "WebP picture" if head[8:12] == b"WEBP" else "sound or video"
    if head.startswith(b"PK\x03\x04"):
        office = b"word/" in head or b"xl/" in head or b"[Content_Types].xml" in head
        return "Office document" if office else "ZIP archive"
    return None
