"""PDFs from outside: can it be opened, how many pages, which of them are plain scans."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from errors import InputRejected
from ingest.faults import pdf_faults, too_many_pages
from ingest.limits import Limits
from ingest.manifest import Frame
from ingest.plain_page import placed_image
from ingest.probed import Probed

if TYPE_CHECKING:
    import pikepdf

_SIGNATURES_EXIST = 1  # Source: ISO 32000-1, table 219 (SigFlags)
_MOST_FIELDS = 1_000


@contextmanager
def opened(path: Path, file: str) -> Iterator[pikepdf.Pdf]:
    """The PDF, repaired in memory if need be; the file itself is only read.

    Args:
        path: what to open.
        file: the name that people know it by.

    Raises:
        InputRejected: it needs a password, or is too damaged to be opened.
    """
    import pikepdf

    try:
        pdf = pikepdf.open(path, suppress_warnings=True)
    except pikepdf.PasswordError as fault:
        raise _locked(file) from fault
    except pdf_faults() as fault:
        raise _damaged(file) from fault
    try:
        with pdf:
            yield pdf
    except pdf_faults() as fault:
        raise _damaged(file) from fault


def look_into(path: Path, *, file: str, limits: Limits) -> Probed:
    """The pages of a PDF, each as ``scan`` or ``mixed``.

    Raises:
        InputRejected: locked, damaged beyond repair, without pages, or with too many.
    """
    with opened(path, file) as pdf:
        count = len(pdf.pages)
        if not count:
            raise _without_pages(file)
        if count > limits.max_frames:
            raise too_many_pages(file, limits.max_frames)
        frames = tuple(
            Frame(index, "scan" if placed_image(page) else "mixed")
            for index, page in enumerate(pdf.pages)
        )
        mended = pdf.is_encrypted or bool(pdf.get_warnings())
        return Probed(frames, signed=_is_signed(pdf), repaired=mended)


def _is_signed(pdf: pikepdf.Pdf) -> bool:
    """Whether the document carries a digital signature, in a field or over the whole."""
    form = pdf.Root.get("/AcroForm")
    if "/Perms" in pdf.Root and "/DocMDP" in pdf.Root["/Perms"]:
        return True
    if form is None:
        return False
    if int(form.get("/SigFlags", 0)) & _SIGNATURES_EXIST:
        return True
    fields = islice(iter(form.get("/Fields", ())), _MOST_FIELDS)
    return any(field.get("/FT") == "/Sig" and "/V" in field for field in fields)


def _locked(file: str) -> InputRejected:
    return InputRejected(
        "The PDF {file} is locked with a password.",
        kept="The file as received; the other scans go on.",
        todo="Open it with its password, save it without one, and submit it again.",
        file=file,
    )


def _damaged(file: str) -> InputRejected:
    return InputRejected(
        "The PDF {file} is damaged and could not be repaired without loss.",
        kept="The file as received; the other scans go on.",
        todo="Copy it again, or save it as a new PDF from the program that made it.",
        file=file,
    )


def _without_pages(file: str) -> InputRejected:
    return InputRejected(
        "The PDF {file} has no pages.",
        kept="The file as received; the other scans go on.",
        todo="Save it again from the program that made it, or scan the sheets again.",
        file=file,
    )
