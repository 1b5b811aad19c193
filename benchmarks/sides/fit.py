"""``python -m benchmarks.sides.fit``: the weights of handwriting and of sides, from made files.

Nothing that is made here is judged on: seeds and typefaces are those for tuning. Written are
``ocr/tables/handwriting.json`` and ``classify/rules/side_weights.toml``.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from benchmarks.fitting.logistic import fitted as logistic
from benchmarks.scans.maker import TUNING_FACES
from benchmarks.sides import softmax
from benchmarks.sides.judge import WORDED
from benchmarks.sides.plan import planned_file
from benchmarks.sides.reading import FileRead, PageRead, read_files
from benchmarks.sides.truth import BY_HAND, PRINTED, lines_by_hand, with_share
from benchmarks.telling import telling
from classify.proposals import Side
from classify.rulebook import Rules, load_rules
from classify.side_chain import ANSWERS, SideWeights, compile_side_weights, sides_of_file
from classify.side_signs import SIGNS, PaperLook, SideSigns, among_others
from classify.view import look_at
from ocr.calibration import Weights
from ocr.handwriting import LINE_SIGNS, TABLE
from ocr.page import PageText

SEED = 7_000
RIDGE, FOLDS = 1.0, 5
SWITCHES = ((0.05, 0.5), (0.2, 0.25), (0.5, 0.25))
TRUSTS = (0.6, 0.8, 1.0, 1.3)
_UNSEEN = 0.3  # what a page counts whose picture is taken away: PDFs that nobody looked at
# What a page counts whose words are taken away, as if they were none that the rules know, and
# one that hardly had any: paper and layout must be able to tell a side without them.
_MUTE = 0.3
_WORN, _HARDLY = 0.05, {"few_words": 0.95, "hardly_a_word": 0.8}
_KNOWN = (
    (Side.NOTING, "noting_number", 2.0),
    (Side.CORRESPONDENCE, "correspondence_number", 2.0),
    (Side.NOTING, "green", 0.7),
    (Side.NOTING, "margin_rule", 0.7),
    (Side.SEPARATOR, "separator_words", 1.5),
    (Side.COVER, "cover_words", 1.0),
)
_PICTURE = ("green", "margin_rule", "ledger", "table", "hand", "greener", "darker")
_WEIGHTS = Path("classify/rules/side_weights.toml")
Figures = softmax.Figures


def main(arguments: Sequence[str] | None = None) -> int:
    """Make, read, fit, write both tables; returns the exit code."""
    asked = _parser().parse_args(arguments)
    plans = [planned_file(SEED + index, TUNING_FACES) for index in range(asked.files)]
    with telling(len(plans)) as told:
        files = read_files(
            plans, asked.keep, at_once=2, told=lambda: told.begin("reading undeclared files")
        )
    table = hand_table(files)
    TABLE.write_text(hand_json(table), encoding="utf-8")
    signs = [_signs(file, table, load_rules()) for file in files]
    weights, loss = best_weights(files, signs)
    _WEIGHTS.write_text(as_toml(weights, files=len(files), loss=loss), encoding="utf-8")
    print(f"Written: {TABLE}, {_WEIGHTS}; log loss a page in {FOLDS} folds: {loss:.3f}")
    return 0


def hand_table(files: Sequence[FileRead]) -> Weights:
    """The weights of the signs of handwriting."""
    rows, by_hand = [], []
    for page in (page for file in files for page in file.pages if len(page.line_boxes)):
        share = lines_by_hand(page)
        clear = (share >= BY_HAND) | (share <= PRINTED)
        rows.append(page.line_signs[clear])
        by_hand.append(share[clear] >= BY_HAND)
    return logistic(
        np.concatenate(rows),
        np.concatenate(by_hand).astype(np.float64),
        names=LINE_SIGNS,
        never_falling=frozenset({"unread", "unsure", "wander"}),
        ridge=5.0,
    )


def hand_json(table: Weights) -> str:
    """The table of handwriting as it is kept."""
    weights = {name: round(w, 4) for name, w in zip(LINE_SIGNS, table.by_sign, strict=True)}
    return json.dumps({"bias": round(table.bias, 4), "weights": weights}, indent=1) + "\n"


def hand_share(page: PageRead, table: Weights) -> float:
    """The share of handwriting that the table gives the page."""
    if not len(page.line_ink):
        return 0.0
    likely = table.probability(page.line_signs)
    return float((likely * page.line_ink).sum() / max(1.0, page.line_ink.sum()))


def _signs(file: FileRead, table: Weights, rules: Rules) -> list[SideSigns]:
    """What every page of the file shows; blank ones too, so that places stay."""
    return [
        _page_signs(with_share(page, hand_share(page, table)), page.blank, rules)
        for page in file.pages
    ]


def _page_signs(text: PageText, blank: bool, rules: Rules) -> SideSigns:
    return look_at(1, text, PaperLook(None, blank, text.appearance), rules).signs


def best_weights(
    files: Sequence[FileRead], signs: Sequence[Sequence[SideSigns]]
) -> tuple[SideWeights, float]:
    """The weights, and the trust that does best on files that they were not fitted on."""
    everyone = range(len(files))
    losses = dict.fromkeys(TRUSTS, 0.0)
    pages = 0
    for fold in range(FOLDS):
        held = [place for place in everyone if place % FOLDS == fold]
        kept = [place for place in everyone if place % FOLDS != fold]
        for trust in TRUSTS:
            weights = _fitted([files[p] for p in kept], [signs[p] for p in kept], trust)
            losses[trust] += sum(_loss(files[p], signs[p], weights) for p in held)
        pages += sum(len(files[place].pages) for place in held)
    trust = min(TRUSTS, key=lambda one: losses[one])
    print({one: round(loss / pages, 4) for one, loss in losses.items()})
    return _fitted(files, signs, trust), losses[trust] / pages


def _loss(file: FileRead, signs: Sequence[SideSigns], weights: SideWeights) -> float:
    """Log loss of the sides told of a file; a wrong answer's rest is shared by the others."""
    total = 0.0
    for page, told in zip(file.pages, sides_of_file(signs, weights), strict=True):
        if page.blank or page.side == Side.BLANK:
            continue
        right = told.side == page.side
        total -= np.log(told.confidence if right else (1 - told.confidence) / 3)
    return float(total)


def _fitted(
    files: Sequence[FileRead], signs: Sequence[Sequence[SideSigns]], trust: float
) -> SideWeights:
    rows, truth, counts = [], [], []
    for file, own in zip(files, signs, strict=True):
        written = [place for place, page in enumerate(file.pages) if not page.blank]
        figures = among_others([own[place] for place in written])
        for place, shown in zip(written, figures, strict=True):
            if file.pages[place].side == Side.BLANK:
                continue
            mute = {n: v for n, v in shown.items() if n not in WORDED}
            worn = {n: v for n, v in shown.items() if n in _PICTURE} | _HARDLY
            unseen = {n: v for n, v in shown.items() if n not in _PICTURE} | {"unseen": 1.0}
            for figure, count in ((shown, 1.0), (unseen, _UNSEEN), (mute, _MUTE), (worn, _WORN)):
                rows.append([figure.get(name, 0.0) for name in SIGNS])
                truth.append([float(file.pages[place].side == answer) for answer in ANSWERS])
                counts.append(count)
    answers = np.array(truth)
    at = softmax.fitted(np.array(rows), answers, np.array(counts), centre=_centre(), ridge=RIDGE)
    return SideWeights(
        bias=tuple(at[:, 0].tolist()),
        weights=tuple(tuple(row[1:].tolist()) for row in at),
        prior=_shares(answers, counts),
        trust=trust,
        switches=SWITCHES,
    )


def _shares(answers: Figures, counts: Sequence[float]) -> tuple[float, ...]:
    """How common each answer is; no answer so rare that its odds run away."""
    shares = np.maximum(np.average(answers, axis=0, weights=counts), 0.01)
    return tuple((shares / shares.sum()).tolist())


def _centre() -> Figures:
    """What is known of the signs before any page was seen: page numbers say which side."""
    centre = np.zeros((len(ANSWERS), 1 + len(SIGNS)))
    for answer, sign, weight in _KNOWN:
        centre[ANSWERS.index(answer), 1 + SIGNS.index(sign)] = weight
    return centre


def as_toml(weights: SideWeights, *, files: int, loss: float) -> str:
    """The table of sides as it is kept, with what it was fitted on."""
    lines = [
        "# How much each sign of a page (classify/side_signs.py) speaks for each answer, as a",
        "# natural logarithm of odds. Fitted by python -m benchmarks.sides.fit on",
        f"# {files} made files; log loss a page on files held out: {loss:.3f}.",
        "# trust, switches: see classify/side_chain.py.",
        f"trust = {weights.trust}",
        f"switches = {json.dumps([list(pair) for pair in weights.switches])}",
    ]
    rows: Mapping[Side, tuple[float, ...]] = dict(zip(ANSWERS, weights.weights, strict=True))
    for place, answer in enumerate(ANSWERS):
        lines += ["", f"[answer.{answer.value}]"]
        lines += [f"prior = {weights.prior[place]:.4f}", f"bias = {weights.bias[place]:.3f}"]
        lines += [f"{n} = {w:.3f}" for n, w in zip(SIGNS, rows[answer], strict=True)]
    return "\n".join(lines) + "\n"


def rounded(weights: SideWeights) -> SideWeights:
    """The weights as they are read back from what is kept."""
    import tomllib

    return compile_side_weights(tomllib.loads(as_toml(weights, files=0, loss=0.0)))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.sides.fit",
        description="Fit the weights that tell handwriting and the sides of a file.",
    )
    parser.add_argument("--files", type=int, default=30, help="how many files to make and read")
    parser.add_argument(
        "--keep", type=Path, default=Path("reports/sides-tuning"), help="folder for the readings"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
