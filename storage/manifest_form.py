"""What a manifest must say, and how its parts must fit together."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, TypeAlias

from storage.layout import deposit_prefix

_Form: TypeAlias = dict[str, Callable[[Any], bool]]
_SHA256 = re.compile(r"[0-9a-f]{64}")


def fault_in(manifest: dict[str, Any]) -> str | None:
    """The first thing wrong with a manifest as it is in JSON, in words; ``None`` if sound."""
    fault = _form_fault(manifest, _MANIFEST, "the manifest") or _form_fault(
        manifest["batch"], {"id": _is_text, "label": _is_text_or_none}, "batch"
    )
    fault = fault or _form_fault(manifest["file"], {"source": _is_text}, "file")
    if fault:
        return fault
    for place, page in enumerate(manifest["pages"]):
        fault = fault or _form_fault(page, _PAGE, f"pages[{place}]")
    for place, stored in enumerate(manifest["objects"]):
        fault = fault or _form_fault(stored, _OBJECT, f"objects[{place}]")
    return fault or _contradiction(manifest)


def _form_fault(part: object, form: _Form, name: str) -> str | None:
    if not isinstance(part, dict):
        return f"{name} is not a set of fields"
    for field, fits in form.items():
        if field not in part:
            return f"{name} lacks {field}"
        if not fits(part[field]):
            return f"{field} of {name} cannot be so"
    return None


def _contradiction(manifest: dict[str, Any]) -> str | None:
    prefix = deposit_prefix(manifest["office"], manifest["file_id"], manifest["version"])
    keys = [stored["key"] for stored in manifest["objects"]]
    sequences = [page["sequence"] for page in manifest["pages"]]
    if any(not key.startswith(prefix) for key in keys):
        return "it lists an object that stands elsewhere"
    if len(set(keys)) != len(keys):
        return "it lists an object twice"
    if len(set(sequences)) != len(sequences):
        return "it lists a page twice"
    return None


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value)


def _is_text_or_none(value: object) -> bool:
    return value is None or isinstance(value, str)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_positive(value: object) -> bool:
    return _is_count(value) and value != 0


def _is_sha256(value: object) -> bool:
    return isinstance(value, str) and _SHA256.fullmatch(value) is not None


def _is_moment(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_mapping(value: object) -> bool:
    return isinstance(value, dict)


def _is_list(value: object) -> bool:
    return isinstance(value, list)


def _is_list_of_mappings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


_MANIFEST: _Form = {
    "format_version": _is_positive,
    "office": _is_text,
    "file_id": _is_text,
    "version": _is_positive,
    "state": _is_text,
    "created_at": _is_moment,
    "software_version": _is_text,
    "batch": _is_mapping,
    "file": _is_mapping,
    "pages": _is_list_of_mappings,
    "objects": _is_list_of_mappings,
    "reasons": _is_list,
    "declared": _is_mapping,
    "efile": _is_mapping,
    "events": _is_list_of_mappings,
}
_PAGE: _Form = {
    "sequence": _is_count,
    "source": _is_text,
    "frame": _is_count,
    "source_sha256": _is_sha256,
}
_OBJECT: _Form = {
    "key": _is_text,
    "role": _is_text,
    "media_type": _is_text,
    "sha256": _is_sha256,
    "size_bytes": _is_count,
}
