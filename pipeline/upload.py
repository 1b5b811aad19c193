"""Upload: pieces of scans from a browser → the store, until all that was announced is there.

Nothing is decoded here, and nothing becomes a batch: that is ``pipeline.take_in``, in a worker.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from django.db import transaction

from errors import InputRejected, WrongUsage
from ingest.sent import expect_apart, place_of
from pipeline.app import App
from records.models import Upload, UploadChunk
from storage import layout

CHUNK_BYTES = 4 << 20
MOST_FILES = 20_000
MOST_UNFINISHED = 5
LONGEST_LABEL = 200
OWNER = "uploads"
"""Owner, in the place of a batch, of what a browser sent."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Announced:
    """One scan that is going to be sent."""

    path: str
    size_bytes: int

    @property
    def chunks(self) -> int:
        """In how many pieces it comes."""
        return -(-self.size_bytes // CHUNK_BYTES)


@dataclass(frozen=True, slots=True)
class Plan:
    """What somebody is about to send, and for which office."""

    office: str
    label: str
    files: Sequence[Announced]


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of one scan: which, and the hash that it must have."""

    file: int
    number: int
    sha256: str


def begin(app: App, who: str, plan: Plan) -> Upload:
    """A new upload, or the unfinished one of the same person that announced the very same.

    Raises:
        InputRejected: the names, sizes or number of the scans cannot be taken.
        WrongUsage: too many uploads of this person are unfinished.
    """
    _check(app, plan)
    files = [{**asdict(one), "sha256": ""} for one in plan.files]
    told = json.dumps([plan.office, plan.label, files])
    key = hashlib.sha256(told.encode()).hexdigest()
    now = app.clock()
    with transaction.atomic():
        mine = Upload.objects.filter(who=who, state=Upload.State.RECEIVING)
        if known := mine.filter(plan_key=key).first():
            return known
        if mine.count() >= MOST_UNFINISHED:
            raise WrongUsage(
                "You have {count} uploads that are not finished.",
                kept="Nothing new was begun; what was sent of the others is kept.",
                todo="Finish one by choosing the same folder again, or give one up.",
                count=MOST_UNFINISHED,
            )
        return Upload.objects.create(
            who=who,
            office=plan.office,
            label=plan.label,
            created_at=now,
            touched_at=now,
            plan_key=key,
            files=files,
            size_bytes=sum(one.size_bytes for one in plan.files),
        )


def take_piece(app: App, upload: Upload, piece: Piece, content: bytes) -> None:
    """Keep one piece; the same piece a second time is harmless, another one takes its place.

    Raises:
        WrongUsage: the upload is not open, or has no such piece.
        InputRejected: the bytes are not those that were meant to come.
    """
    expected = _size_of(upload, piece)
    arrived = hashlib.sha256(content).hexdigest()
    if len(content) != expected or arrived != piece.sha256:
        raise InputRejected(
            "A piece of {file} did not arrive as it was sent.",
            kept="All pieces before it.",
            todo="It is sent again; if this comes up again and again, look at the connection.",
            file=upload.files[piece.file]["path"],
        )
    key = chunk_key(upload.pk, arrived)
    app.store.put_bytes(key, content, media_type="application/octet-stream")
    with transaction.atomic():
        open_still = Upload.objects.filter(pk=upload.pk, state=Upload.State.RECEIVING)
        if not open_still.update(touched_at=app.clock()):
            raise _closed()
        UploadChunk.objects.update_or_create(
            upload=upload,
            file=piece.file,
            number=piece.number,
            defaults={"sha256": arrived, "size_bytes": len(content)},
        )


def finish(app: App, upload: Upload, hashes: Sequence[str]) -> None:
    """Say that all was sent; from now on a worker may take it in.

    Args:
        upload: an open upload.
        hashes: SHA-256 of every whole scan, in the order announced, as the sender has them.

    Raises:
        WrongUsage: pieces are missing, or the hashes are none.
    """
    if len(hashes) != len(upload.files) or not all(map(_SHA256.fullmatch, hashes)):
        raise _nonsense()
    told = zip(upload.files, hashes, strict=True)
    files = [{**one, "sha256": sha256} for one, sha256 in told]
    wanted = sum(Announced(one["path"], one["size_bytes"]).chunks for one in upload.files)
    with transaction.atomic():
        missing = wanted - UploadChunk.objects.filter(upload=upload).count()
        if missing:
            raise WrongUsage(
                "{count} pieces of the upload are still missing.",
                kept="All that came is kept.",
                todo="Choose the same folder again: only what is missing is sent.",
                count=missing,
            )
        rows = Upload.objects.filter(pk=upload.pk, state=Upload.State.RECEIVING)
        state, now = Upload.State.WAITING, app.clock()
        if not rows.update(state=state, files=files, touched_at=now):
            raise _closed()


def give_up(app: App, upload: Upload, why: InputRejected) -> None:
    """Refuse an upload that no batch was made of; its pieces are thrown away."""
    unfinished = (Upload.State.RECEIVING, Upload.State.WAITING)
    rows = Upload.objects.filter(pk=upload.pk, state__in=unfinished)
    rows.update(state=Upload.State.REFUSED, refusal=why.unspoken(), lease_until=None)
    sweep(app, upload.pk)


def given_up_by_hand() -> InputRejected:
    """Why an upload became nothing that its sender gave up."""
    return InputRejected(
        "The upload was given up.",
        kept="Nothing of it was taken in.",
        todo="Choose the folder again to send it after all.",
    )


def sweep(app: App, upload_id: str) -> None:
    """Remove the pieces of an upload that is settled; twice is harmless."""
    settled = (Upload.State.TAKEN, Upload.State.REFUSED)
    if not Upload.objects.filter(pk=upload_id, state__in=settled).exists():
        return
    app.store.delete(*[kept.key for kept in app.store.list(layout.work_prefix(OWNER, upload_id))])
    UploadChunk.objects.filter(upload=upload_id).delete()


def chunk_key(upload_id: str, sha256: str) -> str:
    """Where a piece lies: by its hash, so that a second try cannot clash."""
    return layout.work_key(OWNER, upload_id, f"chunk-{sha256}")


def arrived(upload: Upload) -> list[list[Any]]:
    """``[file, number, sha256]`` of every piece that is there."""
    rows = UploadChunk.objects.filter(upload=upload).order_by("file", "number")
    return [list(row) for row in rows.values_list("file", "number", "sha256")]


def plan_of(said: Mapping[str, Any]) -> Plan:
    """The plan that a browser's JSON tells.

    Raises:
        WrongUsage: it is not of that form.
    """
    try:
        files = [Announced(str(one["path"]), int(one["size"])) for one in said["files"]]
        return Plan(str(said["office"]), str(said["label"]).strip(), files)
    except (KeyError, TypeError, ValueError) as fault:
        raise _nonsense() from fault


def _check(app: App, plan: Plan) -> None:
    if not plan.label or len(plan.label) > LONGEST_LABEL or not plan.label.isprintable():
        raise InputRejected(
            "The batch has no name that can stand in a list.",
            kept="Nothing was taken in.",
            todo="Give it a name of one line.",
        )
    total = sum(one.size_bytes for one in plan.files)
    biggest = max((one.size_bytes for one in plan.files), default=0)
    smallest = min((one.size_bytes for one in plan.files), default=0)
    too_big = total > app.policy.upload_bytes or biggest > app.policy.limits.max_source_bytes
    if not 0 < len(plan.files) <= MOST_FILES or too_big or smallest < 0:
        raise InputRejected(
            "An upload takes 1 to {files} scans and {size_gb} GB at most.",
            kept="Nothing was taken in.",
            todo="Send the batch in several parts, or take it in with: abhilekh run SOURCE",
            files=MOST_FILES,
            size_gb=round(app.policy.upload_bytes / 1e9, 1),
        )
    expect_apart([place_of(one.path) for one in plan.files])


def _size_of(upload: Upload, piece: Piece) -> int:
    """How many bytes the piece must have."""
    if upload.state != Upload.State.RECEIVING:
        raise _closed()
    if piece.file < len(upload.files) and _SHA256.fullmatch(piece.sha256):
        size_bytes = upload.files[piece.file]["size_bytes"]
        left = size_bytes - piece.number * CHUNK_BYTES
        if left > 0:
            return int(min(left, CHUNK_BYTES))
    raise _nonsense()


def _closed() -> WrongUsage:
    return WrongUsage(
        "This upload is not open any more.",
        kept="What it came to is told in the list of uploads.",
        todo="Load the page again.",
    )


def _nonsense() -> WrongUsage:
    return WrongUsage(
        "What was sent is no part of this upload.",
        kept="All that came before is kept.",
        todo="Load the page again and choose the same folder.",
    )
