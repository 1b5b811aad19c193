"""The rules, read from the files in ``classify/rules``."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from classify.additions import Additions
from classify.certainty import Certainty, compile_certainty
from classify.cues import Cues, compile_cues
from classify.dates import DateRules, compile_date_rules
from classify.departments import Gazetteer, compile_gazetteer
from classify.keeping import KeepingRules, compile_keeping
from classify.numbers import NumberRules, compile_number_rules
from classify.register_rules import RegisterRules, compile_register_rules
from classify.side_chain import SideWeights, compile_side_weights
from classify.zones import ZoneRules, compile_zone_rules


@dataclass(frozen=True)
class Rules:
    """All rules, compiled; immutable and safe to share between threads."""

    numbers: NumberRules
    dates: DateRules
    zones: ZoneRules
    gazetteer: Gazetteer
    kinds: tuple[Cues, ...]
    sides: tuple[Cues, ...]
    side_weights: SideWeights
    register: RegisterRules
    keeping: KeepingRules
    certainty: Certainty


def load_rules(folder: Traversable | None = None, *, own: Path | None = None) -> Rules:
    """The rules in ``folder``, by default the packaged ones; takes some 50 ms, so keep them.

    Args:
        folder: holds files of the same names as ``classify/rules``.
        own: an office's own additions: rows of ``departments.csv``, ``districts.csv`` and
            ``offices.csv``, which win over ours, ``[[form]]`` and ``[[label]]`` of
            ``numbers.toml``, ``[[kind]]`` of ``kinds.toml``, ``[[class]]`` and ``[[kind]]`` of
            ``keeping.toml``; any of these files, or none.

    Raises:
        FileNotFoundError: a file of ``folder`` is not there.
        KeyError: a file lacks a table, key or column.
        ValueError: a file is not TOML or not UTF-8.
        WrongUsage: an addition cannot be used; says which file and why.
    """
    folder = folder or files("classify") / "rules"
    added = Additions(own)
    gazetteer = [
        [*added.rows(name), *_rows(folder, name)]
        for name in ("departments.csv", "districts.csv", "offices.csv")
    ]
    numbers, kinds, keeping = (
        _toml(folder, name) for name in ("numbers.toml", "kinds.toml", "keeping.toml")
    )
    return Rules(
        numbers=added.checked(
            "numbers.toml",
            lambda: compile_number_rules(added.to(numbers, "numbers.toml", ("form", "label"))),
        ),
        dates=compile_date_rules(_toml(folder, "dates.toml")),
        zones=compile_zone_rules(_toml(folder, "zones.toml")),
        gazetteer=compile_gazetteer(*gazetteer),
        kinds=added.checked(
            "kinds.toml", lambda: compile_cues(added.to(kinds, "kinds.toml", ("kind",))["kind"])
        ),
        sides=compile_cues(_toml(folder, "sides.toml")["side"]),
        side_weights=compile_side_weights(_toml(folder, "side_weights.toml")),
        register=compile_register_rules(_toml(folder, "register.toml")),
        keeping=added.checked(
            "keeping.toml",
            lambda: compile_keeping(added.to(keeping, "keeping.toml", ("class", "kind"))),
        ),
        certainty=compile_certainty(_toml(folder, "confidence.toml")),
    )


def _toml(folder: Traversable, name: str) -> Mapping[str, Any]:
    return tomllib.loads((folder / name).read_text(encoding="utf-8"))


def _rows(folder: Traversable, name: str) -> list[dict[str, str]]:
    text = (folder / name).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
