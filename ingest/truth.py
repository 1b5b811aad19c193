"""Pages whose text is known: a folder of scans with their text beside them, or a made box.

``page.jpg`` has its text in ``page.gt.txt`` (UTF-8, one line a line of the page, in reading
order), in any sub-folder. The pages of a TIFF or PDF of many pages are parted by form feeds in
it. A folder with the scan maker's ``truth.json`` is read by that instead.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from errors import InputRejected, WrongUsage
from ingest import media
from ingest.names import printable
from ingest.walk import Found, walk

SUFFIX = ".gt.txt"
MADE = "truth.json"
_FORM_FEED = "\f"
_MOST_TRUTH_BYTES = 1 << 20  # of one text; a page of small print has 10 kB
_MOST_MADE_BYTES = 1 << 28


@dataclass(frozen=True, slots=True)
class TruePage:
    """One page with what stands on it.

    Attributes:
        name: path below the folder, printable; ``#2`` for the second page of a source.
        path: the scan.
        media_type: by its bytes.
        frame: page inside the source, from 0.
        lines: the lines on it, in reading order; none on an empty sheet.
        optional: what may be read or left out, such as the words of a seal.
    """

    name: str
    path: Path
    media_type: str
    frame: int
    lines: tuple[str, ...]
    optional: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TrueSet:
    """A folder of pages with their truth, and what in it could not be used.

    Attributes:
        pages: by name.
        without_truth: scans that have no text beside them.
        without_scan: texts that have no scan beside them.
        rejected: name and reason of what is there and cannot be read.
    """

    pages: tuple[TruePage, ...]
    without_truth: tuple[str, ...] = ()
    without_scan: tuple[str, ...] = ()
    rejected: tuple[tuple[str, InputRejected], ...] = ()


def find_truth(folder: Path) -> TrueSet:
    """The pages of ``folder`` whose text is known; nothing in it is changed.

    Raises:
        WrongUsage: the folder is not there, cannot be listed, or holds no page with its truth.
    """
    root = folder.absolute()
    if not root.is_dir():
        raise WrongUsage(
            "There is no folder {folder}.",
            kept="Nothing was begun.",
            todo="Name a folder of scans, each with its text beside it as NAME.gt.txt.",
            folder=folder,
        )
    made = root / MADE
    found = _made_box(made) if made.is_file() else _beside(root)
    if not found.pages and not found.rejected:
        raise WrongUsage(
            "No scan in {folder} has its text beside it.",
            kept="Nothing was begun.",
            todo="Put the text of page.jpg beside it as page.gt.txt, one line a line of the page.",
            folder=folder,
        )
    return found


def _beside(root: Path) -> TrueSet:
    entries = walk(root.resolve()).found
    truths = {_stem(one.path, SUFFIX): one for one in entries if one.path.name.endswith(SUFFIX)}
    pages: list[TruePage] = []
    without: list[str] = []
    rejected: list[tuple[str, InputRejected]] = []
    used = set()
    for one in entries:
        if one.path.name.endswith(SUFFIX):
            continue
        stem = _stem(one.path, one.path.suffix)
        try:
            media_type = _media_type(one, expected=stem in truths)
            if media_type and stem in truths:
                used.add(stem)
                pages += _pages(one, media_type, _text(truths[stem]))
            elif media_type:
                without.append(one.relative)
        except InputRejected as refused:
            used.add(stem)
            rejected.append((one.relative, refused))
    alone = [one.relative for stem, one in truths.items() if stem not in used]
    return TrueSet(tuple(pages), tuple(without), tuple(alone), tuple(rejected))


def _stem(path: Path, suffix: str) -> Path:
    return path.with_name(path.name.removesuffix(suffix))


def _media_type(found: Found, *, expected: bool) -> str | None:
    """What a file is; None for what is no scan and stands beside no text."""
    if found.rejected:
        raise found.rejected
    head = _head(found.opens, found.relative)
    seen = media.sniff(head).media_type
    if seen is None and expected and not media.is_sidecar(found.path.suffix, head):
        raise _unreadable(found.relative, "it is no scan")
    return seen


def _pages(scan: Found, media_type: str, text: str) -> Iterator[TruePage]:
    parts = text.removesuffix(_FORM_FEED).split(_FORM_FEED)
    for frame, part in enumerate(parts):
        name = scan.relative if len(parts) == 1 else f"{scan.relative}#{frame + 1}"
        # Rows of dashes and the like part the pieces of a typed text; they stand on no page.
        lines = [line.strip() for line in part.splitlines() if any(map(str.isalnum, line))]
        yield TruePage(name, scan.opens, media_type, frame, tuple(lines))


def _text(truth: Found) -> str:
    if truth.rejected:
        raise truth.rejected
    try:
        if truth.opens.stat().st_size > _MOST_TRUTH_BYTES:
            raise _unreadable(truth.relative, "it is larger than any page's text")
        return truth.opens.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as fault:
        raise _unreadable(truth.relative, "it is not UTF-8") from fault
    except OSError as fault:
        raise _unreadable(truth.relative, fault.strerror or type(fault).__name__) from fault


def _unreadable(file: str, why: str) -> InputRejected:
    return InputRejected(
        "{file} cannot be read: {why}.",
        kept="It is left out and listed; the other pages go on.",
        todo="Mend the file or take it away.",
        file=file,
        why=why,
    )


def _made_box(path: Path) -> TrueSet:
    try:
        if path.stat().st_size > _MOST_MADE_BYTES:
            raise ValueError(path.name)
        record = json.loads(path.read_text(encoding="utf-8"))
        scans = path.parent / str(record["scans"])
        pages = [page for file in record["files"] for page in file["pages"]]
        return _made_pages(scans, pages)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as fault:
        raise WrongUsage(
            "{file} is not the ground truth of a made box of scans.",
            kept="Nothing was begun.",
            todo="Make the box again, or take truth.json away.",
            file=printable(path.name),
        ) from fault


def _made_pages(scans: Path, entries: Sequence[dict[str, Any]]) -> TrueSet:
    inside = scans.resolve()
    pages: list[TruePage] = []
    rejected: list[tuple[str, InputRejected]] = []
    for entry in entries:
        source, frame = str(entry["source"]), int(entry["frame"])
        path = (inside / source).resolve()
        if not path.is_relative_to(inside):
            raise ValueError(source)
        name = printable(source) + (f"#{frame + 1}" if frame else "")
        lines, marks = (
            tuple(str(line["text"]) for line in entry[key]) for key in ("lines", "marks")
        )
        try:
            head = _head(path, name)
            if (media_type := media.sniff(head).media_type) is None:
                raise _unreadable(name, "it is no scan")
            pages.append(TruePage(name, path, media_type, frame, lines, marks))
        except InputRejected as refused:
            rejected.append((name, refused))
    return TrueSet(tuple(pages), rejected=tuple(rejected))


def _head(path: Path, name: str) -> bytes:
    try:
        if not path.is_file():
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
        with path.open("rb") as stream:
            return stream.read(media.HEAD_BYTES)
    except OSError as fault:
        raise _unreadable(name, fault.strerror or type(fault).__name__) from fault
