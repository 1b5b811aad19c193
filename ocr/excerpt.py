"""Some pages of a finished PDF/A as PDF/A of their own, none larger than asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Dictionary, Name, Object, Pdf, Stream
from pikepdf.pdfa import resolve_save_kwargs

_ROOM = 0.97  # of the cap, to be filled by estimate; what is over it all the same is halved


@dataclass(frozen=True, slots=True)
class Excerpt:
    """One written file.

    Attributes:
        path: where it is.
        pages: 0-based places in the source, in order.
        size_bytes: of the file.
        fits: it is not larger than the cap; a single page that is cannot be made smaller.
    """

    path: Path
    pages: tuple[int, ...]
    size_bytes: int
    fits: bool


def excerpts(
    source: Path, pages: Sequence[int], folder: Path, *, cap_bytes: int
) -> Iterator[Excerpt]:
    """The pages in as few files as the cap allows, cut only between pages.

    Files are named ``part-0001.pdf`` … in ``folder``. The same source and cap give the same
    bytes. Text, images and the marks of PDF/A are kept as they are; bookmarks are left out.

    Args:
        source: a PDF/A.
        pages: 0-based places, in the order wanted, none twice.
        folder: where to write; must be there.
        cap_bytes: largest size of one file.
    """
    weights = _weights(source, pages)
    number = 0
    for group in _filled(list(pages), weights, cap_bytes * _ROOM):
        for excerpt in _written(source, group, folder / f"part-{number + 1:04d}.pdf", cap_bytes):
            number += 1
            target = folder / f"part-{number:04d}.pdf"
            if excerpt.path != target:
                excerpt.path.replace(target)
            yield Excerpt(target, excerpt.pages, excerpt.size_bytes, excerpt.fits)


def _written(source: Path, pages: Sequence[int], target: Path, cap_bytes: int) -> Iterator[Excerpt]:
    _write(source, pages, target)
    size_bytes = target.stat().st_size
    if size_bytes <= cap_bytes or len(pages) == 1:
        yield Excerpt(target, tuple(pages), size_bytes, size_bytes <= cap_bytes)
        return
    target.unlink()
    half = len(pages) // 2
    for part, name in ((pages[:half], "a"), (pages[half:], "b")):
        yield from _written(source, part, target.with_suffix(f".{name}.pdf"), cap_bytes)


def _write(source: Path, pages: Sequence[int], target: Path) -> None:
    with Pdf.open(source) as pdf:
        kept = [pdf.pages[place] for place in pages]
        while len(pdf.pages):
            del pdf.pages[-1]
        pdf.pages.extend(kept)
        for key in (Name.Outlines, Name.Dests, Name.PageLabels):
            if key in pdf.Root:
                del pdf.Root[key]
        pdf.save(target, **resolve_save_kwargs("2b", deterministic_id=True, min_version="1.7"))


def _filled(pages: list[int], weights: Sequence[int], room: float) -> Iterator[list[int]]:
    group: list[int] = []
    filled = 0
    for page, weight in zip(pages, weights, strict=True):
        if group and filled + weight > room:
            yield group
            group, filled = [], 0
        group.append(page)
        filled += weight
    if group:
        yield group


def _weights(source: Path, pages: Sequence[int]) -> list[int]:
    """Bytes of the streams of each page; what several pages share counts for each of them."""
    with Pdf.open(source) as pdf:
        return [_weight(pdf.pages[place].obj, set()) for place in pages]


def _weight(item: Object, seen: set[tuple[int, int]]) -> int:
    if isinstance(item, Dictionary | Stream | pikepdf.Array):
        if item.is_indirect:
            if item.objgen in seen:
                return 0
            seen.add(item.objgen)
        own = len(item.read_raw_bytes()) if isinstance(item, Stream) else 0
        inner = item if isinstance(item, pikepdf.Array) else _entries(item)
        return own + sum(_weight(one, seen) for one in inner)
    return 0


def _entries(item: Object) -> list[Object]:
    return [value for key, value in item.items() if key != "/Parent"]
