"""A small deposit, whole in every part."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from storage import layout
from storage.manifest import DepositedObject, DepositManifest, JsonObject, write_manifest
from storage.store import ObjectStore


def manifest(office: str = "GAD", file_id: str = "01J9Z3", version: int = 1) -> DepositManifest:
    """A file of two pages, without objects."""
    page: JsonObject = {
        "source": "एफ 11-20/1.tif",
        "frame": 0,
        "source_sha256": "ab" * 32,
        "reasons": [],
    }
    return DepositManifest(
        office=office,
        file_id=file_id,
        version=version,
        state="in_review",
        created_at="2026-11-22T10:00:00+05:30",
        software_version="0.1.0",
        batch={"id": "b1", "label": "बस्ता १"},
        file={"source": "एफ 11-20", "metadata": {"date": {"value": "1988-06-04"}}},
        pages=(
            {**page, "sequence": 1, "events": [{"event": "recognised", "words": 212}]},
            {**page, "sequence": 2, "confidence": 0.1 + 0.2},
        ),
        objects=(),
        reasons=("no_file_number",),
    )


def deposit(store: ObjectStore, file_id: str = "01J9Z3", version: int = 1) -> DepositManifest:
    """Put a deposit of three objects and its manifest into a store."""
    empty = manifest(file_id=file_id, version=version)
    prefix = layout.deposit_prefix(empty.office, file_id, version)
    contents = {
        layout.master_key(prefix, 1, "scan.tif"): ("master", "image/tiff", b"pixels" * 50),
        layout.alto_key(prefix, 1): ("alto", "application/xml", b"<alto/>"),
        layout.access_key(prefix): ("access", "application/pdf", b"%PDF-1.7"),
    }
    objects = []
    for key, (role, media_type, content) in contents.items():
        store.put_bytes(key, content, media_type=media_type)
        digest = hashlib.sha256(content).hexdigest()
        objects.append(DepositedObject(key, role, media_type, digest, len(content)))
    whole = replace(empty, objects=tuple(objects))
    sealed = write_manifest(whole)
    store.put_bytes(layout.manifest_key(prefix), sealed, media_type="application/json")
    return whole
