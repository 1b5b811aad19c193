"""The network: convolutions shrink a line to a row of steps, and one pass each way reads them."""

from __future__ import annotations

from torch import Tensor, nn

STEP_PX = 4  # width of a line image that one step of the output stands for
_CHANNELS = (32, 64, 104, 160)
_FEATURES = 208
_MEMORY = 192


class LineReader(nn.Module):
    """Grey lines in, log-probabilities of signs out."""

    def __init__(self, classes: int):
        super().__init__()
        one, two, three, four = _CHANNELS
        self.look = nn.Sequential(
            *_stage(1, one, (3, 3), (2, 2), (1, 1)),
            *_stage(one, two, (3, 3), (2, 2), (1, 1)),
            *_stage(two, three, (3, 3), (2, 1), (1, 1)),
            *_stage(three, four, (3, 3), (2, 1), (1, 1)),
            *_stage(four, _FEATURES, (3, 1), (1, 1), (0, 0)),
        )
        self.read = nn.LSTM(_FEATURES, _MEMORY, bidirectional=True)
        self.drop = nn.Dropout(0.1)
        self.write = nn.Linear(2 * _MEMORY, classes)

    def forward(self, lines: Tensor) -> Tensor:
        """(lines, 1, 40, width) 0 paper .. 1 ink → (steps, lines, classes) log-probabilities."""
        seen = self.look(lines).squeeze(2).permute(2, 0, 1)
        told, _ = self.read(seen)
        scores: Tensor = self.write(self.drop(told))
        return scores.float().log_softmax(2)


def _stage(
    before: int, after: int, kernel: tuple[int, int], stride: tuple[int, int], edge: tuple[int, int]
) -> tuple[nn.Module, ...]:
    return (
        nn.Conv2d(before, after, kernel, stride, edge, bias=False),
        nn.BatchNorm2d(after),
        nn.ReLU(inplace=True),
    )
