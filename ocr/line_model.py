"""The network that reads lines: loaded from its file, asked for many lines at once."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

# Else it keeps events for its makers' servers in a database in the user's home, with a thread of
# its own, which no fork survives. It looks at this when it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from errors import ToolMissing
from ocr.line_image import ABOVE, BODY_PX, HEIGHT_PX
from ocr.page import Mask

MODEL = Path(__file__).parent / "tables" / "line_reader.onnx"
FORMAT = 1
BATCH_PX = 4_000  # width of all lines of a batch together; more gains nothing and costs memory
_NARROWEST_PX = 16
_ALIKE = 1.25  # lines of a batch differ in width by no more

Probabilities = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class About:
    """What a model file says of itself.

    Attributes:
        version: name of the model.
        signs: what the classes after the blank stand for.
        step_px: width of a line image that one step stands for.
    """

    version: str
    signs: tuple[str, ...]
    step_px: int


class LineModel:
    """A loaded network; safe to call from several threads, each call runs on one.

    Args:
        path: the model's file.

    Raises:
        ToolMissing: it is not there, is damaged, or is of another make than this program.
    """

    def __init__(self, path: Path = MODEL) -> None:
        data = _bytes_of(path)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Arenas keep the memory of the widest line ever seen.
        options.enable_cpu_mem_arena = False
        try:
            self._session = onnxruntime.InferenceSession(
                data, options, providers=["CPUExecutionProvider"]
            )
            told = self._session.get_modelmeta().custom_metadata_map["abhilekh"]
            self.about = _about(json.loads(told))
        except (*_DAMAGE, KeyError, ValueError, TypeError) as damage:
            raise _unusable(path) from damage

    def read(self, lines: Sequence[Mask]) -> list[Probabilities]:
        """(steps, classes) for each line, class 0 the blank; in the order of the lines.

        Args:
            lines: (HEIGHT_PX, width) each, see ``ocr.line_image``.
        """
        found: list[Probabilities] = [np.zeros((0, 0), np.float32)] * len(lines)
        for numbers in _batches([line.shape[1] for line in lines]):
            widest = max(_NARROWEST_PX, *(lines[number].shape[1] for number in numbers))
            images = np.zeros((len(numbers), 1, HEIGHT_PX, widest), np.uint8)
            for row, number in enumerate(numbers):
                images[row, 0, :, : lines[number].shape[1]] = lines[number]
            told = self._session.run(None, {"lines": images})[0]
            for row, number in enumerate(numbers):
                steps = -(-max(_NARROWEST_PX, lines[number].shape[1]) // self.about.step_px)
                found[number] = told[row, :steps]
        return found


_DAMAGE = (
    onnxruntime.capi.onnxruntime_pybind11_state.InvalidProtobuf,
    onnxruntime.capi.onnxruntime_pybind11_state.InvalidGraph,
    onnxruntime.capi.onnxruntime_pybind11_state.InvalidArgument,
    onnxruntime.capi.onnxruntime_pybind11_state.NotImplemented,
    onnxruntime.capi.onnxruntime_pybind11_state.Fail,
    onnxruntime.capi.onnxruntime_pybind11_state.RuntimeException,
)


def _batches(widths: Sequence[int]) -> list[list[int]]:
    """Numbers of lines that are read together: alike in width, not too many."""
    groups: list[list[int]] = []
    narrowest = 0
    for number in sorted(range(len(widths)), key=lambda number: widths[number]):
        width = max(_NARROWEST_PX, widths[number])
        if (
            not groups
            or width > _ALIKE * narrowest + 2 * _NARROWEST_PX
            or width * (len(groups[-1]) + 1) > BATCH_PX
        ):
            groups.append([])
            narrowest = width
        groups[-1].append(number)
    return groups


def _about(told: dict[str, Any]) -> About:
    ours = (FORMAT, HEIGHT_PX, BODY_PX, ABOVE)
    if (told["format"], told["height_px"], told["body_px"], told["above"]) != ours:
        raise ValueError("made for lines of another size")
    return About(str(told["version"]), tuple(told["signs"]), int(told["step_px"]))


def _bytes_of(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as missing:
        raise _unusable(path) from missing


def _unusable(path: Path) -> ToolMissing:
    return ToolMissing(
        "The model {name} is missing, damaged, or belongs to another version.",
        kept="The scans as received; nothing was changed.",
        todo="Install Abhilekh again, or read with Tesseract: ABHILEKH_OCR_ENGINE=tesserocr",
        name=path.name,
    )


def fingerprint(path: Path = MODEL) -> str:
    """SHA-256 of the model's file, for records of what read a page.

    Raises:
        ToolMissing: it is not there.
    """
    return hashlib.sha256(_bytes_of(path)).hexdigest()
