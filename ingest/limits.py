"""How much of anything one source, and one batch, may ask for."""

from __future__ import annotations

from dataclasses import dataclass

GIBIBYTE = 1 << 30


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds that hold before anything is decoded, so that no scan can exhaust the machine.

    Attributes:
        max_pixels: width times height of one frame; A0 at 300 dpi has 139 million, A3 17.
        max_frames: pages in one source (multi-page TIFF or PDF).
        max_source_bytes: size of one source on disk.
        max_pages: pages in one batch.
        probe_time_s: wall and CPU time for counting one source's pages.
        probe_memory_bytes: address space of the child that counts them.
    """

    max_pixels: int = 100_000_000
    max_frames: int = 5_000
    max_source_bytes: int = 4 * GIBIBYTE
    max_pages: int = 200_000
    probe_time_s: float = 60.0
    probe_memory_bytes: int = GIBIBYTE
