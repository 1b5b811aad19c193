"""Why a page or a file needs a person, by code, and the plain words for each code."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from classify.proposals import REASONS
from lang import say

WORDS: Mapping[str, str] = {
    # pages
    "blank": "The page is blank.",
    "nearly_blank": "There is very little on this page; look whether it is complete.",
    "lost_ink": "Part of the writing on this page was not read.",
    "low_confidence": "The text of this page was read with little certainty.",
    "low_resolution": "The scan has too few dots per inch to be read well.",
    "turned_unsure": "It is not certain which way up this page belongs.",
    "dpi_estimated": "The scan does not say its resolution; it was estimated from the sheet.",
    "duplicate": "The same scan came in twice.",
    "unreadable": "The scan could not be opened: {what} {todo}",
    "quarantined": "Reading this page ended the program {tries} times; it was set aside.",
    "rasterised": "This page was kept as a picture with text, because: {why}",
    "flawed": "The picture may be damaged: {words}",
    "signed": "The source is digitally signed; the signature is kept with the received file.",
    "handwriting": "Much of this page is handwriting.",
    # files
    "page_unreadable": "Page {page} could not be opened ({source}). Scan that sheet again.",
    "page_quarantined": "Page {page} could not be read ({source}) and was set aside.",
    "page_doubtful": "Page {page} needs a look: {words}",
    "nothing_but_blank": "Every page of this file is blank.",
    "pages_missing": "{declared} pages were declared, {found} came in.",
    "pages_too_many": "{declared} pages were declared, {found} came in.",
    "pdf_invalid": "The finished PDF did not pass its check: {problems}",
    "deposit_failed": "Depositing the file failed {tries} times.",
    "assembly_failed": "Putting the PDF together failed {tries} times.",
    **{str(code): words for code, words in REASONS.items()},
}


def reason(code: str, **facts: Any) -> dict[str, Any]:
    """A reason as the tables keep it: language-free code and facts."""
    return {"code": code, "facts": facts}


def in_words(kept: Mapping[str, Any]) -> str:
    """The reason as a sentence in the language in use."""
    template = WORDS.get(kept["code"])
    if template is None:
        return str(kept["code"])
    return say(template, **_spoken(kept.get("facts", {})))


def _spoken(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts that are reasons themselves are put into words too."""
    spoken = dict(facts)
    if isinstance(error := facts.get("error"), dict):
        for part in ("what", "todo"):
            spoken[part] = say(error[part], **error["facts"]) if error[part] else ""
    if "flaw" in facts:
        spoken["words"] = say(facts["flaw"])
    if isinstance(facts.get("because"), list):
        spoken["words"] = " ".join(in_words(inner) for inner in facts["because"])
    return spoken
