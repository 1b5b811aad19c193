"""``python -m training.export FOLDER MODEL``: the trained network as a file for the product."""

from __future__ import annotations

import argparse
import hashlib
import json
from pathlib import Path

import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

from ocr.line_image import ABOVE, BODY_PX, HEIGHT_PX
from training.alphabet import CLASSES, SIGNS
from training.network import STEP_PX, LineReader

FORMAT = 1


def main(arguments: list[str] | None = None) -> int:
    """Write the model; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m training.export", description=__doc__)
    parser.add_argument("folder", type=Path, help="where training.train keeps its checkpoint")
    parser.add_argument("model", type=Path, help="the .onnx file to write")
    parser.add_argument("--version", required=True, help="name of this model, as 1.0")
    asked = parser.parse_args(arguments)
    kept = torch.load(asked.folder / "checkpoint.pt", weights_only=True)
    network = LineReader(CLASSES)
    network.load_state_dict(kept["mean"])
    write(network.eval(), asked.model, asked.version)
    print(
        asked.model,
        asked.model.stat().st_size,
        hashlib.sha256(asked.model.read_bytes()).hexdigest(),
    )
    return 0


class _Probabilities(torch.nn.Module):
    """What the product wants of the network: (lines, steps, classes) probabilities."""

    def __init__(self, network: LineReader):
        super().__init__()
        self._network = network

    def forward(self, lines: torch.Tensor) -> torch.Tensor:
        return self._network(lines.float() / 255).exp().transpose(0, 1)


def write(network: LineReader, path: Path, version: str) -> None:
    """Write the network with all that is needed to use it; weights take two bytes each."""
    example = torch.zeros((2, 1, HEIGHT_PX, 96), dtype=torch.uint8)
    torch.onnx.export(
        _Probabilities(network),
        (example,),
        str(path),
        input_names=["lines"],
        output_names=["probabilities"],
        dynamic_axes={"lines": {0: "lines", 3: "width"}, "probabilities": {0: "lines", 1: "steps"}},
        opset_version=17,
        dynamo=False,
    )
    model = onnx.load(str(path))
    _halve(model)
    about = {
        "format": FORMAT,
        "version": version,
        "signs": SIGNS,
        "height_px": HEIGHT_PX,
        "body_px": BODY_PX,
        "above": ABOVE,
        "step_px": STEP_PX,
    }
    helper.set_model_props(model, {"abhilekh": json.dumps(about, ensure_ascii=False)})
    model.producer_name, model.producer_version = "abhilekh", version
    onnx.checker.check_model(model)
    onnx.save(model, str(path))


def _halve(model: onnx.ModelProto) -> None:
    """Keep large weights as 16-bit numbers that are widened when the model is loaded."""
    graph = model.graph
    widened = []
    for weights in graph.initializer:
        if weights.data_type != TensorProto.FLOAT or len(weights.raw_data) < 4096:
            continue
        name = f"{weights.name}_half"
        half = numpy_helper.from_array(numpy_helper.to_array(weights).astype("float16"), name)
        widened.append(helper.make_node("Cast", [name], [weights.name], to=TensorProto.FLOAT))
        weights.CopyFrom(half)
    for node in reversed(widened):
        graph.node.insert(0, node)


if __name__ == "__main__":
    raise SystemExit(main())
