"""Recognise: the bytes of one page → upright image layers and ALTO → one transaction."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.db import transaction

import ingest.decode
import ocr.reading
from errors import InputRejected, IntegrityViolated
from ingest.decode import Decoded
from ingest.faults import renamed
from ocr import alto, layers
from ocr.halved import HalvedColours, halved
from ocr.ink import Look
from ocr.page import PageImage, PageText
from ocr.profile import Profile
from ocr.reading import Reading
from ocr.sketch import Sketch, sketched
from pipeline import parts, twins
from pipeline.admit import rejection
from pipeline.app import App
from pipeline.care import watch
from pipeline.leases import leased
from pipeline.measures import timed
from records import ledger
from records.lifecycle import PageState, advance, hold
from records.models import Page
from records.reasons import reason
from storage import layout


@dataclass(frozen=True)
class Seen:
    """What reading one page gave: its parts for the store and its columns for the row."""

    state: PageState
    columns: dict[str, Any]
    reasons: list[dict[str, Any]]
    text: PageText | None = None
    layers_pdf: bytes | None = None
    own_text: bool = False  # the layers bring their text themselves (from a PDF source)
    sketch: Sketch | None = None  # what the page looks like, if it is a scan


def run(app: App, page_id: str) -> None:
    """Read one page if it is still to be read; a page delivered twice is read once.

    A damaged scan is a verdict on the page, not a failure: it is set to ``unreadable``.

    Raises:
        ServiceUnreachable: store or database is out of reach; the try is not counted.
        IntegrityViolated: the kept bytes are not those that came in.
    """
    with leased(app, Page, page_id, app.policy.page_time_limit_s, PageState.RECEIVED) as page:
        if page is None:
            return
        seen = _see(app, page)
        with timed(app.measures, "keep"):
            kept = _keep_parts(app, page, seen)
        event = ledger.Event(
            ledger.EventType.RECOGNITION, str(seen.state), {"engine": app.reads_with}
        )
        with transaction.atomic():
            hold(page.batch_id)
            settled = advance(
                page,
                seen.state,
                event=event,
                reasons=[*page.reasons, *seen.reasons],
                parts=kept,
                **seen.columns,
            )
            if settled and seen.state == PageState.RECOGNISED:
                twins.keep(page, seen.sketch)
                twins.mark(page, seen.sketch)


def _see(app: App, page: Page) -> Seen:
    try:
        with parts.as_file(app, layout.received_key(page.source_sha256)) as path:
            _refuse_changed(page, path)
            if page.frame_kind == "mixed":
                return _see_mixed(app, page, path)
            return _see_image(app, page, path)
    except InputRejected as damaged:
        told = renamed(damaged, file=page.source)
        return Seen(PageState.UNREADABLE, {}, [rejection(told)])


def _refuse_changed(page: Page, path: Path) -> None:
    """The bytes must be those that came in; a source of many pages is hashed for its first."""
    whole = path.stat().st_size == page.source_size_bytes
    if whole and page.frame == 0:
        with path.open("rb") as stream:
            whole = hashlib.file_digest(stream, "sha256").hexdigest() == page.source_sha256
    if not whole:
        raise IntegrityViolated(
            "The received bytes of {source} are no longer whole in the store.",
            kept="Everything else is untouched.",
            todo="Run abhilekh store verify, then put the store's folder back from its backup.",
            source=page.source,
        )


def _see_image(app: App, page: Page, path: Path) -> Seen:
    with timed(app.measures, "decode"):
        decoded = _decoded(app, page, path)
    profile = _profile(app, page)
    image, decoded = _to_read(decoded, profile)
    with timed(app.measures, "read"):
        reading = ocr.reading.read_page(
            image,
            dpi=decoded.dpi,
            engine=app.engine,
            options=replace(app.reading, turn_cw_deg=page.turn_declared, beside=_beside(app, page)),
        )
    columns = _columns(decoded, reading)
    reasons = [reason(str(verdict.code), **verdict.facts) for verdict in reading.verdicts]
    if decoded.dpi_origin == "estimated":
        reasons.append(reason("dpi_estimated", dpi=decoded.dpi))
    reasons += [reason("flawed", flaw=flaw) for flaw in decoded.flaws]
    if reading.blank:
        return Seen(PageState.BLANK, {**columns, "side": "blank"}, reasons)
    received = _untouched(decoded, reading)
    dpi, bilevel = decoded.dpi, decoded.bilevel
    del decoded, image  # a levelled page is a copy: less to hold while the layers are made
    with timed(app.measures, "layer"):
        layers_pdf = layers.layer_page(
            reading.page, dpi=dpi, profile=profile, bilevel=bilevel, received=received
        )
    watched = watch(reading.text, app.rules, to_review=app.policy.review_identity_numbers)
    sketch = sketched(reading.fingerprint, watched.covered) if reading.fingerprint else None
    columns["flags"] = watched.flags
    reasons += watched.reasons
    return Seen(PageState.RECOGNISED, columns, reasons, reading.text, layers_pdf, sketch=sketch)


def _beside(app: App, page: Page) -> Iterator[Look]:
    """The scans before and behind in the file, decoded when they are asked for."""
    near = (page.sequence - 1, page.sequence + 1)
    others = Page.objects.filter(file_id=page.file_id, sequence__in=near, frame_kind="image")
    there = others.exclude(state=PageState.REPLACED).exclude(source_sha256="")
    for other in there.order_by("sequence", "pk"):
        with suppress(InputRejected):  # which is said of that page when it is read itself
            with parts.as_file(app, layout.received_key(other.source_sha256)) as path:
                seen = _decoded(app, other, path)
            yield ocr.reading.look_of(seen.pixels, seen.dpi)


def _decoded(app: App, page: Page, path: Path) -> Decoded:
    return ingest.decode.decode(
        path,
        media_type=page.media_type,
        frame=page.frame,
        limits=app.policy.limits,
        assumed_dpi=page.batch.settings.get("assumed_dpi"),
    )


def _to_read(decoded: Decoded, profile: Profile) -> tuple[PageImage | HalvedColours, Decoded]:
    """The image to read, and what else is known of it; colours at full size only where needed."""
    if profile is not Profile.COMPACT:
        return decoded.pixels, decoded
    image = halved(decoded.pixels, dpi=decoded.dpi)
    if isinstance(image, HalvedColours):
        decoded = replace(decoded, pixels=image.grey, code_stream=None)
    return image, decoded


def _columns(decoded: Decoded, reading: Reading) -> dict[str, Any]:
    return {
        "width_px": reading.page.width,
        "height_px": reading.page.height,
        "dpi": decoded.dpi,
        "dpi_origin": decoded.dpi_origin,
        "rotated_cw_deg": reading.rotated_cw_deg,
        "skew_ccw_deg": round(reading.skew_ccw_deg, 3),
        "confidence": round(reading.confidence, 4),
        "ink_coverage": round(reading.ink_coverage, 4),
    }


def _untouched(decoded: Decoded, reading: Reading) -> layers.ReceivedStream | None:
    """The received code stream, where the page is upright and level as it came."""
    stream = decoded.code_stream
    if stream is None or not reading.page.as_scanned:
        return None
    return layers.ReceivedStream(stream.data, stream.width_px, stream.height_px, stream.components)


def _see_mixed(app: App, page: Page, path: Path) -> Seen:
    from ocr import mixed_pdf  # only PDFs that are not plain scans need its weight

    limits = mixed_pdf.MixedLimits(
        timeout_s=app.policy.page_time_limit_s / 2,
        max_pixels=app.policy.limits.max_pixels,
        profile=_profile(app, page),
        reading=app.reading,
    )
    with tempfile.TemporaryDirectory(dir=app.workdir) as folder:
        mixed = mixed_pdf.layer_mixed_page(
            path, page.frame, engine=app.engine, workdir=Path(folder), limits=limits
        )
    columns: dict[str, Any] = {
        "width_px": mixed.width_px,
        "height_px": mixed.height_px,
        "dpi": mixed.dpi,
        "dpi_origin": "file",
        "rotated_cw_deg": mixed.rotated_cw_deg,
        "skew_ccw_deg": round(mixed.skew_ccw_deg, 3),
        "confidence": round(mixed.confidence, 4),
    }
    watched = watch(mixed.text, app.rules, to_review=app.policy.review_identity_numbers)
    columns["flags"] = watched.flags
    reasons = [reason("rasterised", why=mixed.rasterised)] if mixed.rasterised else []
    reasons += watched.reasons
    return Seen(PageState.RECOGNISED, columns, reasons, mixed.text, mixed.pdf, own_text=True)


def _profile(app: App, page: Page) -> Profile:
    """The image profile that was chosen when the batch was admitted."""
    return Profile(page.batch.settings.get("profile", app.policy.profile))


def _keep_parts(app: App, page: Page, seen: Seen) -> dict[str, Any]:
    """Work objects of the page, named by their content, so that a second try cannot clash."""
    if seen.text is None or seen.layers_pdf is None:
        return {}
    description = alto.AltoDescription(
        source_file=page.source,
        source_sha256=page.source_sha256,
        engine=app.reads_with,
        software_version=app.software,
        rotated_cw_deg=seen.columns.get("rotated_cw_deg", 0),
        skew_ccw_deg=seen.columns.get("skew_ccw_deg", 0.0),
        frame=page.frame,
    )
    owner = (page.batch_id, page.pk)
    written = alto.write_alto(seen.text, description=description)
    return {
        "own_text": seen.own_text,
        "alto": parts.keep(app, owner, "alto", written),
        "layers": parts.keep(app, owner, "layers", seen.layers_pdf),
    }
