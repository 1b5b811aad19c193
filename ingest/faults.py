"""What the image libraries throw at a damaged file, turned into words for people."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager

from errors import InputRejected

# Pillow and its codecs signal a broken file with any of these; DecompressionBombError is
# an Exception of its own and cannot arise, since its limit is ours (see raster.pillow).
DECODER_FAULTS: tuple[type[Exception], ...] = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    MemoryError,
    RuntimeError,
    struct.error,
    UserWarning,  # where warnings are errors
)


def pdf_faults() -> tuple[type[Exception], ...]:
    """What pikepdf throws at a damaged PDF, and what the decoders below it throw."""
    import pikepdf

    return (pikepdf.PdfError, pikepdf.PikepdfError, *DECODER_FAULTS)


@contextmanager
def rejecting(file: str, page: int) -> Iterator[None]:
    """Turn every fault of a decoder inside the block into an ``InputRejected``.

    Args:
        file: the name that people know the source by.
        page: counted from 1.
    """
    try:
        yield
    except DECODER_FAULTS as fault:
        raise unreadable(file, page, fault) from fault


def unreadable(file: str, page: int, fault: Exception) -> InputRejected:
    """The rejection for a frame whose decoder gave up with ``fault``."""
    if "truncated" in str(fault).lower():
        return InputRejected(
            "Page {page} of {file} ends early: the end of the picture is missing.",
            kept="The scan as received; the other pages go on.",
            todo="Copy the file again from the scanner, or scan the sheet again.",
            page=page,
            file=file,
        )
    return InputRejected(
        "Page {page} of {file} is damaged and cannot be read ({fault}).",
        kept="The scan as received; the other pages go on.",
        todo="Copy the file again from the scanner, or scan the sheet again.",
        page=page,
        file=file,
        fault=type(fault).__name__,
    )


def ends_early(file: str, page: int, there_bytes: int, whole_bytes: int) -> InputRejected:
    """The rejection for a source that is shorter than its own header says."""
    return InputRejected(
        "Page {page} of {file} ends early: {there} of {whole} kB are there.",
        kept="The scan as received; the other pages go on.",
        todo="Copy the file again from the scanner, or scan the sheet again.",
        page=page,
        file=file,
        there=there_bytes // 1000,
        whole=-(-whole_bytes // 1000),
    )


def too_many_pages(file: str, limit: int) -> InputRejected:
    """The rejection for a source with more pages than the limits allow."""
    return InputRejected(
        "{file} has more pages than the limit of {limit} for one source.",
        kept="The file as received; the other scans go on.",
        todo="Split it into smaller files, or raise the limit.",
        file=file,
        limit=limit,
    )


def too_large(file: str, page: int, size_px: tuple[int, int], max_pixels: int) -> InputRejected:
    """The rejection for a frame with more pixels than the limits allow."""
    return InputRejected(
        "Page {page} of {file} is {width} by {height} pixels, more than the limit of {limit}.",
        kept="The scan as received; the other pages go on.",
        todo="Scan the sheet again at 300 dpi, or raise the pixel limit if it is a large map.",
        page=page,
        file=file,
        width=size_px[0],
        height=size_px[1],
        limit=max_pixels,
    )


def renamed(error: InputRejected, **facts: object) -> InputRejected:
    """The same rejection with some facts (``file``, ``page``) told in other words."""
    what, kept, todo, known = error.args
    return InputRejected(what, kept=kept, todo=todo, **{**known, **facts})
