"""Whether fax-coded (CCITT Group 4) bytes are all there: no decoder says so by itself."""

from __future__ import annotations

TAIL_BYTES = 32
_TWO_ENDS_OF_LINE = "000000000001" * 2  # Source: ITU-T T.6, 2.4.1 (end of facsimile block)
_MOST_BITS_BEHIND = 71  # what some writers add, to the next byte, and one 64-bit word
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))

MISSING_END = "The end of the picture's bytes is missing: its lower part may be lost."


def has_its_end(tail: bytes, *, lowest_bit_first: bool = False) -> bool:
    """Whether coded bytes close with the mark that Group 4 puts at the end.

    Libtiff and PDFium fill up what is missing with white and say nothing; a copy that broke
    off, or was filled up with zeros, lacks the mark.

    Args:
        tail: the last ``TAIL_BYTES`` of the coded bytes, or all if there are fewer.
        lowest_bit_first: TIFF's FillOrder 2.
    """
    ordered = tail.translate(_REVERSED) if lowest_bit_first else tail
    bits = "".join(f"{byte:08b}" for byte in ordered)
    return _TWO_ENDS_OF_LINE in bits[-len(_TWO_ENDS_OF_LINE) - _MOST_BITS_BEHIND :]
