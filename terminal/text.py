"""Text from outside on its way to a terminal."""

from __future__ import annotations

import unicodedata


def one_line(text: str) -> str:
    """The text with control characters and line ends as escapes: it cannot steer a terminal."""
    return "".join(
        ascii(sign)[1:-1] if unicodedata.category(sign) in {"Cc", "Cs", "Zl", "Zp"} else sign
        for sign in text
    )
