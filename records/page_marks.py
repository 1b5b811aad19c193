"""What a person can say of a sheet; no table is named here, so that commands can ask first."""

from __future__ import annotations

from enum import StrEnum


class PageMark(StrEnum):
    """What a person says of a sheet beside its text and its side."""

    DUPLICATE = "duplicate"  # another scan of the file shows it
    ILLEGIBLE = "illegible"  # nobody can read it; it stays in the PDF as a picture
    SCAN_AGAIN = "scan_again"  # the paper is to be fetched and scanned once more
