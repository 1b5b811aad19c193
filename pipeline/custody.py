"""Custody: where a file's paper lies, how long it is kept, and what of it may never be destroyed.

What the office's list (or the cover sheet) says wins over what the register says of the linked
e-file. A class that would let a document be destroyed which must be kept for ever is not taken
in silence: a person has to look.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from classify.proposals import NeverDestroyed
from classify.retention import RetentionClass
from classify.rulebook import Rules
from records.models import PhysicalFile
from records.reasons import reason
from records.register import FileLink

DECLARED, REGISTER = "declared", "register"


@dataclass(frozen=True)
class Custody:
    """What is known, as columns of the file's row, and why a person must look."""

    columns: dict[str, Any]
    reasons: list[dict[str, Any]]


def kept(found: Sequence[NeverDestroyed]) -> list[dict[str, Any]]:
    """What may never be destroyed, as the row and the report give it."""
    return [
        {
            "kind": one.kind.code,
            "names": {"hi": one.kind.hindi, "en": one.kind.english},
            "confidence": one.confidence,
            "page": one.page,
            "bbox": list(one.bbox) if one.bbox else None,
            "pages": list(one.pages),
            "rule": one.rule,
        }
        for one in found
    ]


def of(
    file: PhysicalFile, rules: Rules, never_destroyed: Sequence[Mapping[str, Any]] | None = None
) -> Custody:
    """The custody of a file whose link to the register is made; reads the link, writes nothing.

    Args:
        file: its row, with what was declared.
        rules: retention classes.
        never_destroyed: as ``kept`` gives it; None: what the row has already.
    """
    link = FileLink.objects.filter(file=file).select_related("entry").first()
    entry = link.entry if link else None
    never = file.care.get("never_destroyed", []) if never_destroyed is None else never_destroyed
    declared, registered = (
        str(file.declared.get("retention_class") or ""),
        entry.retention_class if entry else "",
    )
    location = str(file.declared.get("location") or "")
    located = DECLARED if location else REGISTER
    location = location or (entry.location if entry else "")
    written = declared or registered
    meant = rules.keeping.classes.meant_by(written)
    columns = {
        "retention_class": meant.code if meant else "",
        "location": location,
        "care": {
            "retention": _retention(written, meant, DECLARED if declared else REGISTER),
            "location": {"value": location, "origin": located} if location else None,
            "never_destroyed": list(never),
        },
    }
    other = rules.keeping.classes.meant_by(registered)
    return Custody(columns, [*_contradicted(meant, never), *_differing(meant, other)])


def _retention(written: str, meant: RetentionClass | None, origin: str) -> dict[str, Any] | None:
    if not written:
        return None
    return {
        "class": meant.code if meant else None,
        "latin": meant.latin if meant else None,
        "destroyed": meant.destroyed if meant else None,
        "written": written,
        "origin": origin,
    }


def _contradicted(
    meant: RetentionClass | None, never: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """A class that lets the file be destroyed, against what is in it."""
    if meant is None or not meant.destroyed or not never:
        return []
    surest = never[0]
    facts = {"retention_class": meant.code, "names": surest["names"], "page": surest["page"]}
    code = "retention_contradicted" if surest["page"] else "retention_contradicted_by_subject"
    return [reason(code, **facts)]


def _differing(meant: RetentionClass | None, other: RetentionClass | None) -> list[dict[str, Any]]:
    if meant is None or other is None or meant.code == other.code:
        return []
    return [reason("retention_differs", declared=meant.code, registered=other.code)]
