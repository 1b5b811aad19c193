"""The manifest of a deposit: what is in it, what it is, and all that happened to it.

It is JSON in one canonical form (sorted keys, UTF-8, one space of indent, a newline at the
end) and sealed with its own hash, so any changed byte shows without any other record.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from typing import Any, TypeAlias

from errors import IntegrityViolated, WrongUsage
from storage.manifest_form import fault_in

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
JsonObject: TypeAlias = Mapping[str, Json]

FORMAT_VERSION = 1
"""Raised when the meaning of a field changes; new fields do not raise it."""

_SEAL = "seal_sha256"


@dataclass(frozen=True, slots=True)
class DepositedObject:
    """One object of a deposit, with what is needed to prove that it is unchanged.

    Attributes:
        key: its whole key in the store.
        role: ``master`` (as received), ``access`` (PDF/A), ``alto`` (one a page).
        media_type: such as ``application/pdf``.
        sha256: lower-case hex.
        size_bytes: its length.
    """

    key: str
    role: str
    media_type: str
    sha256: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DepositManifest:
    """All that is known of one version of one file when it is deposited.

    The mappings hold JSON values under the names that ``batch show --json`` uses; whatever
    else a caller puts into them is kept and comes back.

    Attributes:
        office: code of the office, as given (the key may spell it differently).
        file_id: the program's id of the file.
        version: 1, 2, …
        state: ``deposited`` or ``in_review``.
        created_at: when this version was made, ISO 8601 with offset.
        software_version: of the program that made it.
        batch: at least ``id`` and ``label``.
        file: at least ``source``, the name it came with; also ``metadata`` with evidence.
        pages: one mapping a page that came in, excluded ones too: at least ``sequence``,
            ``source``, ``frame``, ``source_sha256``; its history under ``events``.
        objects: everything in the deposit but this manifest.
        reasons: why a person should look, empty for none.
        declared: what came in ``batch.csv`` for this file.
        efile: the link to the e-file register.
        events: history of the file, oldest first.
        extra: top-level fields that this version of the program does not know.
        format_version: of the manifest.
    """

    office: str
    file_id: str
    version: int
    state: str
    created_at: str
    software_version: str
    batch: JsonObject
    file: JsonObject
    pages: tuple[JsonObject, ...]
    objects: tuple[DepositedObject, ...]
    reasons: tuple[Json, ...] = ()
    declared: JsonObject = field(default_factory=dict)
    efile: JsonObject = field(default_factory=dict)
    events: tuple[JsonObject, ...] = ()
    extra: JsonObject = field(default_factory=dict)
    format_version: int = FORMAT_VERSION


def write_manifest(manifest: DepositManifest) -> bytes:
    """The manifest in its canonical, sealed form; equal manifests give equal bytes.

    Raises:
        IntegrityViolated: it contradicts itself or lacks what a deposit must say.
    """
    content: dict[str, Json] = {**manifest.extra, **_known(manifest)}
    try:
        sealed = _sealed(content)
    except (TypeError, ValueError) as error:
        raise _damaged(str(error)) from error
    fault = fault_in(json.loads(sealed))
    if fault:
        raise _damaged(fault)
    return sealed


def read_manifest(content: bytes) -> DepositManifest:
    """The manifest that these bytes are; unknown fields are kept.

    Raises:
        IntegrityViolated: a byte of it is not as it was written, or it contradicts itself.
        WrongUsage: a newer program wrote it in a form that this one does not know.
    """
    try:
        found = json.loads(content.decode())
    except (ValueError, RecursionError) as error:
        raise _damaged("it is not JSON") from error
    if not isinstance(found, dict) or found.pop(_SEAL, None) is None:
        raise _damaged("it has no seal")
    if not _is_sealed(found, content):
        raise _damaged("its seal does not fit")
    if isinstance(found.get("format_version"), int) and found["format_version"] > FORMAT_VERSION:
        raise WrongUsage(
            "A newer abhilekh wrote this manifest (format {format}; this one knows {known}).",
            kept="The deposit as it is.",
            todo="Use the newer abhilekh for it.",
            format=found["format_version"],
            known=FORMAT_VERSION,
        )
    fault = fault_in(found)
    if fault:
        raise _damaged(fault)
    return _manifest_of(found)


def _known(manifest: DepositManifest) -> dict[str, Json]:
    content = {
        each.name: getattr(manifest, each.name) for each in fields(manifest) if each.name != "extra"
    }
    content["objects"] = [asdict(each) for each in manifest.objects]
    return content


def _manifest_of(found: dict[str, Any]) -> DepositManifest:
    names = {each.name for each in fields(DepositManifest)} - {"extra"}
    members = {each.name for each in fields(DepositedObject)}
    known = {name: value for name, value in found.items() if name in names}
    for name in ("pages", "reasons", "events"):
        known[name] = tuple(known[name])
    known["objects"] = tuple(
        DepositedObject(**{name: each[name] for name in members}) for each in known["objects"]
    )
    extra = {name: value for name, value in found.items() if name not in names}
    return DepositManifest(**known, extra=extra)


def _sealed(content: Mapping[str, Json]) -> bytes:
    seal = hashlib.sha256(_canonical(content)).hexdigest()
    return _canonical({**content, _SEAL: seal})


def _is_sealed(found: Mapping[str, Json], content: bytes) -> bool:
    try:
        return _sealed(found) == content
    except ValueError:  # numbers that JSON cannot hold, such as NaN
        return False


def _canonical(content: Mapping[str, Json]) -> bytes:
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, sort_keys=True, indent=1)
    # A source's name may hold bytes that are no UTF-8; Python carries them as lone surrogates,
    # and the only way to write those is as escapes.
    return text.encode(errors="backslashreplace") + b"\n"


def _damaged(fault: str) -> IntegrityViolated:
    return IntegrityViolated(
        "A deposit's manifest is not sound: {fault}.",
        kept="The deposit's other objects; nothing was built on this manifest.",
        todo="See what else is damaged: abhilekh store verify",
        fault=fault,
    )
