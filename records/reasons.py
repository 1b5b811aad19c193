"""Why a page or a file needs a person, by code, and the plain words for each code."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from classify.efile import WHY
from classify.proposals import REASONS
from lang import current, say

if TYPE_CHECKING:
    from records.models import PhysicalFile

WORDS: Mapping[str, str] = {
    # pages
    "blank": "The page is blank.",
    "nearly_blank": "There is very little on this page; look whether it is complete.",
    "lost_ink": "Part of the writing on this page was not read.",
    "unread": "{count} places with writing on this page have no text: notes by hand and the like.",
    "low_confidence": "The text of this page was read with little certainty.",
    "low_resolution": "The scan has too few dots per inch to be read well.",
    "turned_unsure": "It is not certain which way up this page belongs.",
    "cut_off": "Writing is cut off at the {kind} edge of the scan.",
    "double_feed": "The edge of a second sheet lies across the scan, {at_mm} mm from its top.",
    "long_sheet": "The scan is {length_mm} mm long, longer than any sheet.",
    "blurred": "The scan is blurred.",
    "dark": "The scan is too dark.",
    "pale": "The writing on the scan is too pale.",
    "wrong_dpi": "The scan says {stated_dpi} dots per inch; by its size it has {effective_dpi}.",
    "skewed": "The sheet lay askew by {skew_ccw_deg} degrees.",
    "black_border": "A black border of {border_mm} mm lies along the {kind} edge of the scan.",
    "dpi_estimated": "The scan does not say its resolution; it was estimated from the sheet.",
    "duplicate": "The very same scan came in before, as {of}.",
    "rescan": "This sheet was scanned before, as {of}.",
    "changed_sheet": (
        "This sheet was scanned before, as {of}, but something stands on one of the scans only."
    ),
    "scan_again": "{by} asked for this sheet to be scanned again.",
    "unreadable": "The scan could not be opened: {what} {todo}",
    "quarantined": "Reading this page ended the program {tries} times; it was set aside.",
    "rasterised": "This page was kept as a picture with text, because {words}.",
    "flawed": "The picture may be damaged: {words}",
    "signed": "The source is digitally signed; the signature is kept with the received file.",
    "handwriting": "Most of this page is written by hand: its text cannot be relied on.",
    "identity_number": (
        "{count} numbers on this page look like Aadhaar numbers; show them to nobody without need."
    ),
    # files
    "page_unreadable": "Page {page} ({source}): {words}",
    "page_quarantined": "Page {page} ({source}): {words}",
    "page_doubtful": "Page {page} needs a look: {words}",
    "cover_missing": "No cover sheet was scanned before the pages of this file.",
    "cover_untrusted": (
        "The code of the cover sheet ({cover}) is damaged, forged or made with another secret; "
        "nothing was taken from it."
    ),
    "cover_without_pages": "The cover sheet was scanned, but no page came after it.",
    "cover_twice": "The same cover sheet was scanned in more than one place.",
    "cover_unannounced": "The cover sheet of this file was scanned, but the list has no such file.",
    "not_deposited": "The file is not deposited yet.",
    "page_too_large": "This page alone makes a PDF of {size_mb} MB, more than eOffice takes.",
    "separator": "A cover sheet or a sheet between the sides.",
    "nothing_but_blank": "Every page of this file is blank.",
    "number_unconfirmed": "The file number waits for another person, who keys it unseen.",
    "pages_missing": "{declared} pages were declared, {found} came in.",
    "pages_too_many": "{declared} pages were declared, {found} came in.",
    "pdf_invalid": "The finished PDF did not pass its check: {problems}",
    "deposit_failed": "Depositing the file failed {tries} times.",
    "assembly_failed": "Putting the PDF together failed {tries} times.",
    "efile_none": "The register has no e-file that fits this file.",
    "efile_ambiguous": (
        "The e-file is not certain; the likeliest of {of} is {computer_number}: {words}."
    ),
    "efile_unlinked": "By the word of {by} this file is linked to no e-file.",
    "retention_contradicted": (
        "Class {retention_class} lets this file be destroyed, but page {page} is of a kind that "
        "is never destroyed: {named}."
    ),
    "retention_contradicted_by_subject": (
        "Class {retention_class} lets this file be destroyed, but by its subject it is of a kind "
        "that is never destroyed: {named}."
    ),
    "retention_differs": (
        "The list gives this file the retention class {declared}, the register {registered}."
    ),
    **{str(code): words for code, words in WHY.items()},
    **{str(code): words for code, words in REASONS.items()},
}


SIDES: Mapping[str, str] = {"top": "top", "bottom": "bottom", "left": "left", "right": "right"}
"""Sides of a scan; in Hindi they go with the word for edge."""

PAGE_SIDES: Mapping[str, str] = {"noting": "noting", "correspondence": "correspondence"}
"""Sides of a file, before the word for pages."""

PARTS: Mapping[str, str] = {
    # what the check of a finished PDF found
    "not_pdfa": "it is not valid PDF/A",
    "page_count": "it has not as many pages as were read",
    "text_lost_poppler": "some of its words are not found when it is searched",
    "text_lost_pdfium": "some of its words are not found when it is searched in a browser",
    "page_text_lost": "one of its pages has lost words",
    "timed_out": "the check took too long",
    "unreadable": "it cannot be opened",
    # why a page of a PDF had to be drawn
    "damaged": "it is damaged",
    "hidden_layers": "it has layers that can be hidden",
    "copy_differs": "a copy of it does not look the same",
    "text": "its text cannot be trusted",
    "graft_failed": "no text could be laid into it",
    "not_archival": "it cannot be archived as it is",
    "text_not_found": "its text would not be found",
    "old_text_stays": "its bad text could not be taken out",
}


def reason(code: str, **facts: Any) -> dict[str, Any]:
    """A reason as the tables keep it: language-free code and facts."""
    return {"code": code, "facts": facts}


def unanswered(file: PhysicalFile, found: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The reasons that no person has answered yet."""
    return [kept for kept in found if kept not in file.accepted]


def in_words(kept: Mapping[str, Any]) -> str:
    """The reason as a sentence in the language in use."""
    template = WORDS.get(kept["code"])
    if template is None:
        return str(kept["code"])
    return say(template, **_spoken(kept.get("facts", {})))


def _part(code: str) -> str:
    """A code such as ``text_lost_poppler`` or ``not_archival 6.2.11`` in words."""
    name = code.split()[0] if code else ""
    for known in (name, name.split("_")[0]):
        if known in PARTS:
            return say(PARTS[known])
    return code


def _spoken(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Facts that are reasons themselves are put into words too."""
    spoken = dict(facts)
    if isinstance(error := facts.get("error"), dict):
        for part in ("what", "todo"):
            spoken[part] = say(error[part], **error["facts"]) if error[part] else ""
    for name in ("problems", "why"):
        if name in facts:
            said = (_part(code) for code in str(facts[name]).split("; "))
            spoken["words"] = spoken["problems"] = "; ".join(dict.fromkeys(said))
    if isinstance(names := facts.get("names"), dict):
        spoken["named"] = names.get(current(), "")
    if facts.get("side") in SIDES:
        spoken["kind"] = say(SIDES[facts["side"]])
    if facts.get("side") in PAGE_SIDES:
        spoken["side"] = say(PAGE_SIDES[facts["side"]])
    if "flaw" in facts:
        spoken["words"] = say(facts["flaw"])
    if isinstance(facts.get("because"), list):
        said_inside = [in_words(inner) for inner in facts["because"]]
        clauses = all(inner["code"] in set(WHY) for inner in facts["because"])
        spoken["words"] = (", " if clauses else " ").join(said_inside)
    return spoken
