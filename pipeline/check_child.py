"""The child of ``pipeline.check``: measures a page a question; a scan can kill only it."""

from __future__ import annotations

import base64
import json
import zlib
from dataclasses import astuple
from pathlib import Path
from typing import Any

import cv2
import numpy as np

import ingest.decode
from errors import InputRejected
from ingest.child import serve
from ingest.decode import Decoded
from ingest.limits import GIBIBYTE, Limits
from ocr.fingerprint import Fingerprint, fingerprint_of
from ocr.imprint import imprints_in
from ocr.ink import look_at
from ocr.quality import Fault, Quality, faults_of, quality_of
from ocr.turn import lie_of

_LIBRARIES_BYTES = 3 * GIBIBYTE  # of address space, most of it never touched
_BYTES_A_PIXEL = 24  # colour, grey, and what a decoder holds meanwhile
_LIMIT_SKEW_DEG = 10.5


def main(limits_json: str) -> None:
    """Measure pages until stdin ends, within the limits given as JSON."""
    cv2.setNumThreads(1)  # one page a child, one child a processor
    limits = Limits(**json.loads(limits_json))
    memory_bytes = _LIBRARIES_BYTES + _BYTES_A_PIXEL * limits.max_pixels
    serve(_answered, limits, memory_bytes=memory_bytes)


def _answered(asked: dict[str, Any], limits: Limits) -> dict[str, Any]:
    try:
        decoded = ingest.decode.decode(
            Path(asked["path"]),
            media_type=asked["media_type"],
            frame=asked["frame"],
            limits=limits,
            assumed_dpi=asked["assumed_dpi"],
        )
    except InputRejected as rejection:
        return {"rejected": rejection.args}
    return measured(decoded)


def measured(decoded: Decoded) -> dict[str, Any]:
    """What is measured on one page and what is wrong with it, in plain values.

    Keys: ``figures`` as the JSON of ``abhilekh check`` shows them, ``faults`` each with code,
    severity, facts and box, ``flaws`` of the decoding, ``ink`` for comparing pages
    (plan and drawing, see ``ocr.fingerprint``), ``numbers`` that stand by themselves.
    """
    pixels = decoded.pixels
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)) if pixels.ndim == 3 else pixels
    plain = grey.astype(np.uint8, copy=False)
    look = look_at(plain, dpi=decoded.dpi)
    lie = lie_of(look, limit_deg=_LIMIT_SKEW_DEG, grey=plain)
    quality = quality_of(plain, look, lie, dpi=decoded.dpi)
    numbers = [] if quality.blank else [astuple(one) for one in imprints_in(plain, look)]
    return {
        "numbers": numbers,
        "figures": {**_figures(quality), "dpi_origin": decoded.dpi_origin},
        "faults": [_fault(fault) for fault in faults_of(quality)],
        "flaws": list(decoded.flaws),
        "ink": None if quality.blank else _packed(fingerprint_of(look, lie)),
    }


def _figures(quality: Quality) -> dict[str, Any]:
    sharp, lie = quality.sharpness, quality.lie
    return {
        "width_px": quality.width_px,
        "height_px": quality.height_px,
        "dpi": round(quality.dpi, 1),
        "effective_dpi": round(quality.effective_dpi, 1),
        "x_height_mm": _rounded(quality.x_height_mm),
        "skew_ccw_deg": round(lie.skew_ccw_deg, 2) if lie.axis_sure else None,
        "rotated_cw_deg": lie.rotated_cw_deg if lie.axis_sure else None,
        "blur_across_mm": _rounded(sharp.across_mm if sharp else None),
        "blur_down_mm": _rounded(sharp.down_mm if sharp else None),
        "paper_level": round(quality.paper_level),
        "ink_darkness": _rounded(quality.darkness),
        "blank": quality.blank,
    }


def _packed(seen: Fingerprint) -> dict[str, Any]:
    drawing = zlib.compress(seen.drawing.tobytes(), 1)
    return {
        "plan": base64.b64encode(seen.plan.astype(np.float16).tobytes()).decode("ascii"),
        "drawing": base64.b64encode(drawing).decode("ascii"),
        "size": list(seen.drawing.shape),
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _fault(fault: Fault) -> dict[str, Any]:
    return {
        "code": str(fault.code),
        "severity": str(fault.severity),
        "facts": dict(fault.facts),
        "box": list(fault.box) if fault.box else None,
    }
