"""Where each verdict on a scan begins."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class QualityLimits:
    """Thresholds of the verdicts; each with what was seen on either side of it.

    Measured on made pages of the tuning typefaces (``benchmarks/checking.py`` judges on others).

    Attributes:
        cut_pieces, cut_span_mm: pieces of writing at an edge, and how far apart the outermost
            are, from which on writing is cut off. Slivers of lid come singly and are thin.
        cut_tall_mm, cut_word_mm: a single piece counts when it is as tall as type and as long as
            a word; shorter, it is worth a look.
        cut_deep_mm: unless it is a sliver of the lid.
        longest_shape, longest_mm: legal paper is 1.65 times as long as wide and 356 mm long.
        edge_share: share of the width on which a line across the page must be seen.
        edge_paper_step: grey levels between the papers on both sides; a fold has up to 2.
        edge_plain_step: from here on the papers alone settle it.
        edge_writing: share of the width where writing ends at the line; a fold has none.
        edge_one_sided: how much steeper the line falls on one side; a fold has up to 1.6.
        slopes_apart_deg: difference of slope between lines above and below; clear lines of one
            sheet differ by up to 0.5, two sheets fed together by 1.6 and more as a rule.
        blur_look_mm: width of the softest edges (sigma); office scans have up to 0.10. Reading
            is as good as ever up to 0.20.
        blur_again_mm: the same both ways; at 0.28 a third of the letters is misread.
        smear_again_mm: in one direction alone; at 0.30 reading suffers, at 0.42 it fails.
        dark_look, dark_again: brightness of the paper, 0..255; worn green note-sheets have 165.
            Reading stands far less light, but greys crowd together and eyes tire.
        blown_out: share of the scan that is all white, from which on it was overexposed.
        washed_out: darkness of the ink below which the light has begun to eat it; clean print in
            tired ink has 0.68.
        washed_out_again: thin strokes are gone; at 0.46 most of the page is misread.
        pale: darkness of ink that is hard to see at all, whatever the light; the worst of faded
            pages have 0.5.
        dpi_differs: share by which the resolution may differ from the sheet's.
        dpi_look, dpi_again: 200 is the floor of scanning contracts; below 140 small print is lost.
        skew_look_deg: levelled without loss, but a careless hand.
        skew_again_deg: beyond what is levelled safely.
        border_mm: a wider strip of dark lid along a side is to be cropped.
    """

    cut_pieces: int = 3
    cut_span_mm: float = 5.0
    cut_tall_mm: float = 2.0
    cut_word_mm: float = 8.0
    cut_deep_mm: float = 1.0
    longest_shape: float = 1.75
    longest_mm: float = 375.0
    edge_share: float = 0.8
    edge_paper_step: float = 4.0
    edge_plain_step: float = 9.0
    edge_writing: float = 0.12
    edge_one_sided: float = 2.0
    slopes_apart_deg: float = 1.0
    blur_look_mm: float = 0.2
    blur_again_mm: float = 0.26
    smear_again_mm: float = 0.34
    dark_look: float = 140.0
    dark_again: float = 80.0
    blown_out: float = 0.6
    washed_out: float = 0.6
    washed_out_again: float = 0.48
    pale: float = 0.25
    dpi_differs: float = 0.15
    dpi_look: float = 190.0
    dpi_again: float = 140.0
    skew_look_deg: float = 4.0
    skew_again_deg: float = 9.5
    border_mm: float = 5.0


AS_MEASURED = QualityLimits()
