"""The rules, read from the files in ``classify/rules``."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any

from classify.cues import Cues, compile_cues
from classify.dates import DateRules, compile_date_rules
from classify.departments import Gazetteer, compile_gazetteer
from classify.numbers import NumberRules, compile_number_rules
from classify.register_rules import RegisterRules, compile_register_rules
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
    register: RegisterRules


def load_rules(folder: Traversable | None = None) -> Rules:
    """The rules in ``folder``, by default the packaged ones; takes some 50 ms, so keep them.

    Args:
        folder: holds files of the same names as ``classify/rules``.

    Raises:
        FileNotFoundError: a file is not there.
        KeyError: a file lacks a table, key or column.
        ValueError: a file is not TOML or not UTF-8.
    """
    folder = folder or files("classify") / "rules"
    return Rules(
        numbers=compile_number_rules(_toml(folder, "numbers.toml")),
        dates=compile_date_rules(_toml(folder, "dates.toml")),
        zones=compile_zone_rules(_toml(folder, "zones.toml")),
        gazetteer=compile_gazetteer(
            _rows(folder, "departments.csv"),
            _rows(folder, "districts.csv"),
            _rows(folder, "offices.csv"),
        ),
        kinds=compile_cues(_toml(folder, "kinds.toml")["kind"]),
        sides=compile_cues(_toml(folder, "sides.toml")["side"]),
        register=compile_register_rules(_toml(folder, "register.toml")),
    )


def _toml(folder: Traversable, name: str) -> Mapping[str, Any]:
    return tomllib.loads((folder / name).read_text(encoding="utf-8"))


def _rows(folder: Traversable, name: str) -> list[dict[str, str]]:
    text = (folder / name).read_text(encoding="utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
