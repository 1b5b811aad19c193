"""``python -m training.train FOLDER``: train the reader of lines; goes on where it stopped.

Everything is drawn from one seed: pool after pool of lines, the same ones in the same order. A
checkpoint is written every few minutes; a killed run takes up at its last whole pool.
"""

from __future__ import annotations

import argparse
import copy
import json
import time
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.utils.data import DataLoader

from training import curve
from training.alphabet import CLASSES
from training.batches import Batch, MadeBatches
from training.judging import error_rate, real_lines
from training.lines import LineMaker, MadeLine
from training.network import STEP_PX, LineReader

_PEAK_RATE = 1.5e-3
_WARM_UP = 400  # batches
_DECAY = 0.6  # last share of all lines, over which the rate falls to nearly nothing
_LEAST_RATE = 0.02  # of the peak
_AVERAGE = 0.999  # of the weights' running mean
_HELD_BACK_SEED = 990_000
_HELD_BACK_LINES = 300


@dataclass
class Run:
    """All that a checkpoint holds."""

    network: LineReader
    mean: LineReader
    optimiser: torch.optim.Optimizer
    pool: int = 0
    batches: int = 0
    lines: int = 0
    seconds: float = 0.0
    curve: list[dict[str, float]] = field(default_factory=list)


def main(arguments: list[str] | None = None) -> int:
    """Train until ``--lines`` were seen; returns the exit code."""
    asked = _parser().parse_args(arguments)
    torch.set_num_threads(asked.threads)
    torch.manual_seed(asked.seed)
    run = _resumed(asked.folder / "checkpoint.pt")
    prose = tuple(sorted(asked.prose.glob("*.txt"))) if asked.prose else ()
    maker = partial(LineMaker, asked.folder, prose, asked.seed)
    judged = _judged(asked, prose)
    loader = DataLoader(
        MadeBatches(maker, run.pool, asked.width),
        batch_size=None,
        num_workers=asked.makers,
        prefetch_factor=60,  # more than a pool holds: the next one is made while this one is learnt
        multiprocessing_context="spawn",  # OpenCV's own threads do not survive a fork
    )
    _train(run, loader, asked, judged)
    return 0


def _judged(asked: argparse.Namespace, prose: tuple[Path, ...]) -> dict[str, list[MadeLine]]:
    """Lines to judge by: faces that are never trained on, and real ones where they are given."""
    held_back = LineMaker(asked.folder, prose, _HELD_BACK_SEED, held_back=True)
    judged = {"held back": [held_back.make(number) for number in range(_HELD_BACK_LINES)]}
    return judged | (real_lines(asked.real) if asked.real else {})


def _resumed(path: Path) -> Run:
    network = LineReader(CLASSES).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    run = Run(network, copy.deepcopy(network), torch.optim.AdamW(network.parameters(), _PEAK_RATE))
    if path.exists():
        kept: dict[str, Any] = torch.load(path, weights_only=True)
        run.network.load_state_dict(kept.pop("network"))
        run.mean.load_state_dict(kept.pop("mean"))
        run.optimiser.load_state_dict(kept.pop("optimiser"))
        for name, value in kept.items():
            setattr(run, name, value)
    return run


def _train(
    run: Run, loader: Any, asked: argparse.Namespace, judged: dict[str, list[MadeLine]]
) -> None:
    began, saved, loss_sum, count = time.monotonic() - run.seconds, time.monotonic(), 0.0, 0
    for batch in loader:
        _set_rate(run, asked.lines)
        loss_sum, count = loss_sum + _step(run, batch), count + 1
        run.seconds, run.pool = time.monotonic() - began, max(run.pool, batch.pool)
        done = run.lines >= asked.lines
        if done or time.monotonic() - saved > asked.every_s:
            rates = {name: error_rate(run.mean, lines) for name, lines in judged.items()}
            point = {"lines": run.lines, "seconds": run.seconds, "loss": loss_sum / count} | rates
            run.curve.append(point)
            print(json.dumps({k: round(v, 4) for k, v in point.items()}), flush=True)
            _save(run, asked.folder)
            saved, loss_sum, count = time.monotonic(), 0.0, 0
        if done:
            return


def _set_rate(run: Run, lines: int) -> None:
    """Warm up, stay, fall in a line."""
    left = max(0.0, (lines - run.lines) / (_DECAY * lines))
    share = min(1.0, (run.batches + 1) / _WARM_UP, max(_LEAST_RATE, left))
    for group in run.optimiser.param_groups:
        group["lr"] = _PEAK_RATE * share


def _step(run: Run, batch: Batch) -> float:
    """One step on one batch; returns its loss a sign."""
    run.network.train()
    images = _shaded(batch.images.float() / 255).contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16):
        told = run.network(images)
    steps = torch.div(batch.widths + STEP_PX - 1, STEP_PX, rounding_mode="floor")
    loss = nn.functional.ctc_loss(
        told, batch.classes, steps.clamp(max=told.shape[0]), batch.lengths, zero_infinity=True
    )
    run.optimiser.zero_grad(set_to_none=True)
    loss.backward()
    nn.utils.clip_grad_norm_(run.network.parameters(), 5.0)
    run.optimiser.step()
    run.batches, run.lines = run.batches + 1, run.lines + len(batch.widths)
    _follow(run)
    return float(loss.detach())


def _shaded(images: Tensor) -> Tensor:
    """Each line somewhat darker or paler, and a row higher or lower."""
    shade = torch.empty(len(images), 1, 1, 1).uniform_(0.7, 1.25)
    return (images.roll(int(torch.randint(-1, 2, ())), 2) * shade).clamp(max=1.0)


def _follow(run: Run) -> None:
    """Move the running mean of the weights a little towards them."""
    keep = min(_AVERAGE, run.batches / (run.batches + 50))
    with torch.no_grad():
        for mean, now in zip(
            run.mean.state_dict().values(), run.network.state_dict().values(), strict=True
        ):
            if mean.is_floating_point():
                mean.lerp_(now, 1 - keep)
            else:
                mean.copy_(now)


def _save(run: Run, folder: Path) -> None:
    kept = {
        "network": run.network.state_dict(),
        "mean": run.mean.state_dict(),
        "optimiser": run.optimiser.state_dict(),
        "pool": run.pool,
        "batches": run.batches,
        "lines": run.lines,
        "seconds": run.seconds,
        "curve": run.curve,
    }
    part = folder / "checkpoint.part"
    torch.save(kept, part)
    part.replace(folder / "checkpoint.pt")
    (folder / "curve.json").write_text(json.dumps(run.curve, indent=1), encoding="utf-8")
    curve.draw(run.curve, folder / "curve.png")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m training.train", description=__doc__)
    parser.add_argument("folder", type=Path, help="what training.fetch made; checkpoints go there")
    parser.add_argument("--prose", type=Path, help="folder of plain texts to set lines from")
    parser.add_argument(
        "--real", type=Path, help="folder of scanned lines with .gt.txt, to judge by"
    )
    parser.add_argument("--lines", type=int, default=2_000_000, help="lines to see in all")
    parser.add_argument("--width", type=int, default=16_000, help="pixels of line in a batch")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1, help="of the network")
    parser.add_argument("--makers", type=int, default=1, help="processes that make lines")
    parser.add_argument("--every-s", type=float, default=300.0, help="between checkpoints")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
