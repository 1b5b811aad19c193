"""Take in: an upload whose every byte is there → a batch, by the rules that hold for a folder."""

from __future__ import annotations

import hashlib
import logging
import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from errors import InputRejected, ServiceUnreachable, WrongUsage
from ingest.sent import place_of
from pipeline import admit
from pipeline.app import App
from pipeline.upload import CHUNK_BYTES, chunk_key, give_up, sweep
from records import uploads
from records.models import Batch, Upload, UploadChunk
from records.outage import told_plainly
from storage import layout

LEASE = timedelta(minutes=30)
"""Longer than any upload takes to be looked at; a worker that dies holds it no longer."""

log = logging.getLogger("abhilekh.work")


def run(app: App, upload_id: str) -> None:
    """Make the batch of one whole upload; a second call does nothing.

    Every scan is put together and hashed again before anything is admitted: what is not byte by
    byte what the sender had makes no batch. Killed at any point, the next try finds the same
    pieces, and the batch that it may have made already.

    Raises:
        ServiceUnreachable: store or database cannot be used; the try is not counted.
    """
    with told_plainly():
        upload = uploads.claim(upload_id, now=app.clock(), lease=LEASE)
        if upload is None:
            return
        if upload.tries > app.policy.max_tries:
            give_up(app, upload, _deadly(upload))
            return
        try:
            batch = _admitted(app, upload)
        except (InputRejected, WrongUsage) as refused:
            give_up(app, upload, _as_rejected(refused))
            log.info("upload refused", extra={"facts": {"upload": upload.pk}})
            return
        except BaseException as failure:
            uploads.release(upload, count_try=not isinstance(failure, ServiceUnreachable))
            raise
        rows = Upload.objects.filter(pk=upload.pk, state=Upload.State.WAITING)
        rows.update(state=Upload.State.TAKEN, batch=batch, lease_until=None)
        log.info("upload taken in", extra={"facts": {"upload": upload.pk, "batch": batch.pk}})
        sweep(app, upload.pk)


def clear(app: App) -> None:
    """Give up what nothing came to for a week, and sweep after workers that died."""
    with told_plainly():
        for upload in uploads.abandoned(app.clock()):
            give_up(app, upload, _abandoned())
        for upload_id in uploads.settled_with_chunks():
            sweep(app, upload_id)


def _admitted(app: App, upload: Upload) -> Batch:
    with tempfile.TemporaryDirectory(dir=app.workdir, prefix="upload-") as folder:
        root = Path(folder) / layout.safe_name(upload.label)
        root.mkdir()
        for number in range(len(upload.files)):
            _write(app, upload, number, root)
        manifest = admit.looked_at(app, root)
        named = replace(manifest, source=Path(f"upload:{upload.pk}"))
        return admit.admitted(app, named, label=upload.label, office=upload.office)


def _write(app: App, upload: Upload, number: int, root: Path) -> None:
    """One scan as a new file below ``root``, if it is what was announced.

    Raises:
        InputRejected: bytes are missing or are not those of the sender.
    """
    told = upload.files[number]
    path = root / place_of(told["path"])
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = UploadChunk.objects.filter(upload=upload, file=number).order_by("number")
    digest, size_bytes = hashlib.sha256(), 0
    with path.open("xb") as whole:
        for sha256 in rows.values_list("sha256", flat=True):
            with app.store.open(chunk_key(upload.pk, sha256)) as piece:
                content = piece.read(CHUNK_BYTES + 1)
            digest.update(content)
            size_bytes += len(content)
            whole.write(content)
    if (size_bytes, digest.hexdigest()) != (told["size_bytes"], told["sha256"]):
        raise _differs(told)


def _differs(told: dict[str, Any]) -> InputRejected:
    return InputRejected(
        "{file} did not arrive as it was sent: its SHA-256 is another.",
        kept="Nothing of the upload was taken in.",
        todo="Choose the same folder again; scan no sheet again while it is being sent.",
        file=told["path"],
    )


def _as_rejected(refused: InputRejected | WrongUsage) -> InputRejected:
    what, kept, todo, facts = refused.args
    return InputRejected(what, kept=kept, todo=todo, **facts)


def _deadly(upload: Upload) -> InputRejected:
    return InputRejected(
        "Looking into this upload ended the program {tries} times; it was set aside.",
        kept="Nothing of the upload was taken in.",
        todo="Send its folders one by one, to find the scan that brings it about.",
        tries=upload.tries - 1,
    )


def _abandoned() -> InputRejected:
    return InputRejected(
        "Nothing came to this upload for a week; it was given up.",
        kept="Nothing of it was taken in.",
        todo="Choose the folder again to send it after all.",
    )
