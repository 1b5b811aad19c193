"""Every hostile and odd file beside the project goes through, and none does any harm."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, TypeAlias

import pytest

Fates: TypeAlias = dict[str, dict[str, Any]]

ROOT = Path(__file__).resolve().parent.parent.parent
EDGE = ROOT.parent / "shared/samples/edge"
PAGES = ROOT.parent / "shared/samples/pages"
FIRST_FRAMES = 2
MOST_MEMORY_BYTES = 1_500_000_000

pytestmark = [
    pytest.mark.shared,
    pytest.mark.skipif(not EDGE.is_dir(), reason="the hostile files are not here"),
]

# In a process of its own: native code that dies must fail a test, not end all of them.
RUN = """
import json, os, sys, warnings
from pathlib import Path
from benchmarks.processes import peak_bytes
from errors import InputRejected
from ingest.decode import decode
from ingest.limits import Limits
from ingest.scan import scan

def sizes(one):
    for frame in one.frames[: int(sys.argv[2])]:
        seen = decode(
            one.path, media_type=one.media_type, frame=frame.index, limits=limits, assumed_dpi=None
        )
        assert seen.pixels.dtype == "uint8" and seen.pixels.flags.c_contiguous and seen.dpi > 0
        yield seen.pixels.shape

def told(error):
    return [error.what, error.kept, error.todo]

def fate(one):
    if one.rejected:
        return {"fate": "rejected", "told": told(one.rejected)}
    try:
        return {"fate": "decoded", "sizes": list(sizes(one))}
    except InputRejected as error:
        return {"fate": "undecodable", "told": told(error)}

warnings.simplefilter("ignore")
limits = Limits()
for one in scan(Path(sys.argv[1]), limits=limits).scans:
    print(json.dumps({"name": one.relative, **fate(one)}), flush=True)
# not ru_maxrss: that begins with the memory of the process that forked this one
print(json.dumps({"name": "", "peak": peak_bytes(os.getpid())}))
"""


def run_over(folder: Path) -> Fates:
    """What became of each file: rejected in the scan, undecodable, or decoded."""
    ran = subprocess.run(
        [sys.executable, "-c", RUN, str(folder), str(FIRST_FRAMES)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-2000:]
    return {one["name"]: one for one in map(json.loads, ran.stdout.splitlines())}


@pytest.fixture(scope="module")
def fates() -> Fates:
    return run_over(EDGE)


def fates_of(fates: Fates, prefix: str) -> set[object]:
    return {one["fate"] for name, one in fates.items() if name.startswith(prefix + "__")}


def test_every_file_is_accounted_for_within_the_memory_allowed(
    fates: Fates,
) -> None:
    assert {path.name for path in EDGE.iterdir()} == set(fates) - {""}
    assert fates[""]["peak"] < MOST_MEMORY_BYTES


@pytest.mark.parametrize(
    ("prefix", "expected"),
    [
        ("img_16bit", {"decoded"}),
        ("img_cmyk", {"decoded"}),
        ("img_jpeg2000", {"decoded"}),
        ("img_multipage_tiff", {"decoded"}),
        ("img_rotated", {"decoded"}),
        ("img_heif", {"rejected"}),
        ("img_decompression_bomb", {"rejected"}),
        ("img_broken", {"rejected", "undecodable"}),
        ("pdf_ok", {"decoded"}),
        ("pdf_rotated_or_skewed", {"decoded"}),
        ("pdf_encrypted_nopassword", {"decoded"}),
        ("pdf_damaged_repairable", {"decoded"}),
        ("pdf_broken", {"rejected"}),
        ("pdf_password", {"rejected"}),
        ("pdf_zero_page", {"rejected"}),
    ],
)
def test_each_kind_of_file_meets_the_fate_it_deserves(
    fates: Fates, prefix: str, expected: set[object]
) -> None:
    assert fates_of(fates, prefix) == expected


def test_phone_photos_are_set_upright(fates: Fates) -> None:
    for name, one in fates.items():
        if name.startswith("img_exif_rotated__") and name.endswith(".jpg"):
            (shape,) = one["sizes"]
            height, width, _ = shape
            assert ("Landscape" in name) == (width > height)


def test_every_rejection_says_what_was_kept_and_what_to_do(
    fates: Fates,
) -> None:
    for name, one in fates.items():
        if "told" in one:
            what, kept, todo = one["told"]
            assert name in what
            assert kept
            assert todo


def test_real_scans_are_taken_one_and_all() -> None:
    assert {one["fate"] for name, one in run_over(PAGES).items() if name} == {"decoded"}
