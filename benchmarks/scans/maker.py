"""Makes scans whose contents are known: one page (``make_page``) or a box (``make_box``).

The same seed and options give the same pixels and the same truth, whatever was made before::

    made = make_page("letter", 7, options=PageOptions(language="hi", skew_ccw_deg=2.0))
    truth = make_box(Path("box"), seed=7, files=6, pages_per_file=(4, 10))
    abhilekh run box/scans
"""

from benchmarks.scans.boxes import make_box
from benchmarks.scans.options import (
    ALL_FACES,
    FURTHER_FACES,
    JUDGING_FACES,
    TUNING_FACES,
    Ageing,
    BoxOptions,
    Kind,
    PageOptions,
    Paper,
)
from benchmarks.scans.pages import KINDS, ODD_KINDS, MadePage, make_page
from benchmarks.scans.truth import Box, BoxTruth, FileTruth, LineTruth, PageTruth, load_truth

__all__ = [
    "ALL_FACES",
    "FURTHER_FACES",
    "JUDGING_FACES",
    "KINDS",
    "ODD_KINDS",
    "TUNING_FACES",
    "Ageing",
    "Box",
    "BoxOptions",
    "BoxTruth",
    "FileTruth",
    "Kind",
    "LineTruth",
    "MadePage",
    "PageOptions",
    "PageTruth",
    "Paper",
    "load_truth",
    "make_box",
    "make_page",
]
