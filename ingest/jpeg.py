"""JPEG: what the header says, without decoding a pixel, and the pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, BinaryIO

from ingest.pixels import eight_bit, pillow

if TYPE_CHECKING:
    from ingest.pixels import Pixels

_START_OF_FRAME = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}
_WITHOUT_LENGTH = {0x01, *range(0xD0, 0xDA)}
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
_MAX_SEGMENTS = 2_000  # an ICC profile or a long comment comes in pieces of 64 KiB


@dataclass(frozen=True, slots=True)
class JpegHeader:
    """What stands before the first scan of a JPEG stream.

    Attributes:
        width_px: as stored, before any EXIF turn.
        height_px: as stored.
        components: 1 grey, 3 colour, 4 CMYK.
        frame_type: the marker; 0xC0, 0xC1 sequential, 0xC2 progressive, others are rare.
        precision_bits: 8 for every office scanner.
        plain_colour: a reader that knows only the stream takes the colours as we do.
        jfif_density: units (1 inch, 2 cm), x, y.
        exif: the TIFF structure inside the EXIF segment, if there is one.
    """

    width_px: int
    height_px: int
    components: int
    frame_type: int
    precision_bits: int
    plain_colour: bool
    jfif_density: tuple[int, int, int] | None
    exif: bytes | None

    @property
    def embeddable(self) -> bool:
        """Whether a PDF viewer decodes the stream, as it is, to the same pixels.

        Source: ISO 32000-1, 7.4.8 (baseline and progressive, no arithmetic coding).
        """
        common = self.frame_type in (0xC0, 0xC1, 0xC2) and self.precision_bits == 8
        return common and self.components in (1, 3) and self.plain_colour


def read_header(stream: bytes | BinaryIO) -> JpegHeader | None:
    """The header of a JPEG stream, or ``None`` where there is none before the first scan."""
    file = BytesIO(stream) if isinstance(stream, bytes) else stream
    jfif: tuple[int, int, int] | None = None
    exif: bytes | None = None
    adobe: int | None = None
    for marker, body in _segments(file):
        if marker == 0xE0 and body.startswith(b"JFIF\x00") and len(body) >= 12:
            jfif = (body[7], int.from_bytes(body[8:10]), int.from_bytes(body[10:12]))
        elif marker == 0xE1 and body.startswith(b"Exif\x00\x00") and exif is None:
            exif = body[6:]
        elif marker == 0xEE and body.startswith(b"Adobe") and len(body) >= 12:
            adobe = body[11]
        elif marker in _START_OF_FRAME:
            return _frame(marker, body, adobe, (jfif, exif))
    return None


def _frame(
    marker: int,
    body: bytes,
    adobe: int | None,
    seen: tuple[tuple[int, int, int] | None, bytes | None],
) -> JpegHeader | None:
    if len(body) < 6 or len(body) < 6 + 3 * body[5]:
        return None
    jfif, exif = seen
    names = bytes(body[6 + 3 * place] for place in range(body[5]))
    # Without an Adobe mark, libjpeg takes components named R, G, B as such; a PDF reader
    # takes any three as YCbCr, unless a JFIF mark settles it for both.
    plain = adobe is not None or jfif is not None or names not in (b"RGB", b"rgb")
    return JpegHeader(
        width_px=int.from_bytes(body[3:5]),
        height_px=int.from_bytes(body[1:3]),
        components=body[5],
        frame_type=marker,
        precision_bits=body[0],
        plain_colour=plain,
        jfif_density=jfif,
        exif=exif,
    )


def _segments(file: BinaryIO) -> Iterator[tuple[int, bytes]]:
    file.seek(0)
    if file.read(2) != b"\xff\xd8":
        return
    for _ in range(_MAX_SEGMENTS):
        marker = _next_marker(file)
        if marker is None or marker in (_START_OF_SCAN, _END_OF_IMAGE):
            return
        if marker in _WITHOUT_LENGTH:
            continue
        length = int.from_bytes(file.read(2))
        if length < 2:
            return
        body = file.read(length - 2)
        if len(body) != length - 2:
            return
        yield marker, body


def _next_marker(file: BinaryIO) -> int | None:
    skipped = 0
    while (byte := file.read(1)) and skipped < 4096:
        if byte == b"\xff":
            while byte == b"\xff":  # fill bytes
                byte = file.read(1)
            if byte and byte != b"\x00":
                return byte[0]
        skipped += 1
    return None


def decompressed(stream: bytes, header: JpegHeader) -> tuple[Pixels, bool]:
    """The pixels as stored, and whether the stream was sound.

    Grey and colour go through simplejpeg, whose libjpeg-turbo says when it had to make up for
    damaged bytes (other bindings hide that) and takes half the time; then, and for the rare
    kinds, Pillow decodes.

    Returns:
        (height, width) or (height, width, 3) RGB bytes; ``False`` where libjpeg had to guess.

    Raises:
        OSError, ValueError: the stream ends early or cannot be decoded at all.
    """
    if header.components not in (1, 3) or header.precision_bits != 8:
        return _by_pillow(stream), True
    import simplejpeg  # looking at headers does without it and numpy, and starts sooner

    colours = "GRAY" if header.components == 1 else "RGB"
    try:
        samples: Pixels = simplejpeg.decode_jpeg(stream, colours, strict=True)
    except ValueError:
        return _by_pillow(stream), False
    return (samples[..., 0] if header.components == 1 else samples), True


def _by_pillow(stream: bytes) -> Pixels:
    with pillow().open(BytesIO(stream), formats=["JPEG"]) as image:
        image.load()
        return eight_bit(image)
