"""Training itself, where PyTorch is installed (`make train` brings it, the product does not)."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="PyTorch is installed by make train only")
pytest.importorskip("onnx", reason="onnx is installed by make train only")


def test_the_exported_file_reads_as_the_network_does(tmp_path: Path) -> None:
    from ocr.line_model import LineModel
    from training.alphabet import CLASSES, SIGNS
    from training.export import write
    from training.network import LineReader

    torch.manual_seed(1)
    network = LineReader(CLASSES).eval()
    write(network, tmp_path / "model.onnx", "0.0")
    model = LineModel(tmp_path / "model.onnx")
    assert model.about.signs == SIGNS
    line = np.random.default_rng(2).integers(0, 256, (40, 120), np.uint8)
    (told,) = model.read([line])
    with torch.no_grad():
        ours = network(torch.from_numpy(line)[None, None].float() / 255).exp()[:, 0].numpy()
    assert told.shape == ours.shape
    assert np.abs(told - ours).max() < 0.02
