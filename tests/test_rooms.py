"""The single-file rooms keep to their place; the packages are watched by the import linter."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = {
    *{"terminal", "web", "workers", "config", "pipeline", "records"},
    *{"ingest", "ocr", "classify", "storage"},
}
BESIDE = {"tests", "benchmarks", "training"}
MAY_IMPORT = {
    "lang.py": set(),
    "pdfium.py": set(),
    "errors.py": {"lang"},
    "cli.py": {"lang", "terminal"},
}


@pytest.mark.parametrize("name", MAY_IMPORT)
def test_a_single_file_room_imports_only_what_stands_below_it(name: str) -> None:
    tree = ast.parse((ROOT / name).read_text(encoding="utf-8"))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported.add(node.module.split(".")[0])
    ours = imported & (PACKAGES | {path.removesuffix(".py") for path in MAY_IMPORT})
    assert ours <= MAY_IMPORT[name]


def test_every_package_at_the_root_is_a_known_room() -> None:
    found = {path.parent.name for path in ROOT.glob("*/__init__.py")}
    assert found <= PACKAGES | BESIDE


@pytest.mark.parametrize("room", sorted(PACKAGES))
def test_the_product_needs_nothing_that_stands_beside_it(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {
            node.module.split(".")[0]
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and node.module
        }
        assert not imported & BESIDE, path


HEAVY = ("numpy", "cv2", "pikepdf", "PIL.Image", "tesserocr", "rapidfuzz", "fontTools")


def test_taking_in_and_watching_start_without_what_reads_pages() -> None:
    """The supervisor only watches: loading all that its child loads would double the start."""
    looked = (
        "import sys\n"
        "import config.django_settings\n"
        "import django; django.setup()\n"
        "import cli, workers.embedded\n"
        f"print([name for name in {HEAVY} if name in sys.modules])\n"
    )
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "config.django_settings"}
    told = subprocess.run(
        [sys.executable, "-c", looked], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert (told.stdout.strip(), told.returncode) == ("[]", 0), told.stderr
