"""SOURCE → manifest: what is there, what kind it is, in which order, and what cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from errors import InputRejected, WrongUsage
from ingest.covers import candidates, parted
from ingest.declarations import NONE as NO_DECLARATIONS
from ingest.declarations import Declarations, Row, read_declarations
from ingest.grouping import grouped
from ingest.guard import guarded
from ingest.hashing import Hashed, hashed
from ingest.limits import Limits
from ingest.manifest import Frame, Ignored, Manifest, Scan, SourceFile
from ingest.media import is_sidecar, sniff
from ingest.names import printable
from ingest.probed import CoverReader, Probe
from ingest.walk import DECLARATIONS, Found, Walked, walk

Progress = Callable[[int, int, str], None]

ONE_FRAME = (Frame(0, "image"),)  # so that what cannot be read is counted all the same


@dataclass(frozen=True, slots=True)
class Looking:
    """How sources are looked into.

    Attributes:
        probe: counts the pages of one source; by default a guarded child process does.
        cover_codes: finds the codes of cover sheets; by default the same child does.
        cover_key: the office's secret for the check in those codes.
    """

    probe: Probe | None = None
    cover_codes: CoverReader | None = None
    cover_key: bytes = b""


GUARDED = Looking()


def scan(
    source: Path,
    *,
    limits: Limits,
    looking: Looking = GUARDED,
    on_progress: Progress | None = None,
    leave_out: frozenset[Path] = frozenset(),
) -> Manifest:
    """What SOURCE holds; nothing in it is changed, every entry is accounted for.

    Args:
        source: a folder of folders, a folder of scans, or one image or PDF.
        limits: bounds on sizes, pages and time.
        looking: how sources are looked into.
        on_progress: called with sources done, sources in all, and the current one's name.
        leave_out: resolved folders inside SOURCE that are not part of it.

    Raises:
        WrongUsage: SOURCE is not there or cannot be opened.
        InputRejected: nothing in it can be read as a scan, ``batch.csv`` is broken, or it
            holds more pages than the limits allow.
    """
    root = resolved(source)
    walked = entries(root, leave_out)
    table = walked.declarations
    declarations = read_declarations(table) if table else NO_DECLARATIONS
    with guarded(limits) as child:
        seen = _seen_all(walked.found, limits, looking.probe or child, on_progress)
        placed = [(found.inside, one) for found, one in seen if isinstance(one, Scan)]
        ignored = [*walked.ignored, *(one for _, one in seen if isinstance(one, Ignored))]
        _expect_pages(root, [one for _, one in placed], limits)
        made = grouped(root, placed, declarations)
        codes = _codes(made.files, looking.cover_codes or child.cover_codes, on_progress)
    done = parted(made.files, codes, declarations, key=looking.cover_key)
    unmatched = [*made.unmatched, *declarations.placeless]
    if root.is_dir() or done.at_covers:
        left = [row for row in unmatched if row.line not in done.matched]
        ignored += _undeclared(left, declarations, at_covers=done.at_covers)
    return Manifest(root, printable(root.name), done.files, tuple(ignored))


def _codes(
    files: Sequence[SourceFile], read: CoverReader, on_progress: Progress | None
) -> dict[tuple[str, int], bytes]:
    """The codes of cover sheets on the pages where one may lie."""
    wanted = list(candidates(files))
    found: dict[tuple[str, int], bytes] = {}
    for done, (scan_, frames) in enumerate(wanted):
        if on_progress:
            on_progress(done, len(wanted), scan_.relative)
        if scan_.media_type is not None:
            seen = read(scan_.path, scan_.media_type, frames)
            found |= {(scan_.relative, frame): payload for frame, payload in seen.items()}
    if on_progress and wanted:
        on_progress(len(wanted), len(wanted), "")
    return found


def _seen_all(
    all_found: tuple[Found, ...], limits: Limits, probe: Probe, on_progress: Progress | None
) -> list[tuple[Found, Scan | Ignored]]:
    seen: list[tuple[Found, Scan | Ignored]] = []
    for done, found in enumerate(all_found):
        if on_progress:
            on_progress(done, len(all_found), found.relative)
        seen.append((found, looked_into(found, limits, probe)))
    if on_progress:
        on_progress(len(all_found), len(all_found), "")
    return seen


def resolved(source: Path) -> Path:
    """SOURCE without links.

    Raises:
        WrongUsage: it is not there or cannot be opened.
    """
    try:
        root = source.resolve(strict=True)
        root.stat()
    except (OSError, RuntimeError) as fault:  # RuntimeError: links in a circle
        raise WrongUsage(
            "{source} is not there or cannot be opened.",
            kept="Nothing was begun.",
            todo="Check the path, and that the disk or share is connected.",
            source=printable(str(source)),
        ) from fault
    return root


def entries(root: Path, leave_out: frozenset[Path]) -> Walked:
    """What lies in a resolved SOURCE, in counting order, and its ``batch.csv`` if there is one.

    Raises:
        WrongUsage: the folder cannot be listed.
    """
    if root.is_dir():
        return walk(root, leave_out=leave_out)
    beside = root.with_name(DECLARATIONS)
    table = beside if beside.is_file() else None
    return Walked((Found(root, PurePath(root.name), root),), (), table)


def looked_into(found: Found, limits: Limits, probe: Probe) -> Scan | Ignored:
    """One entry looked into: hashed, sniffed, its pages counted.

    Args:
        found: where it lies.
        limits: bounds on its size and pages.
        probe: looks into it.
    """
    file = found.relative
    blank = Scan(found.path, file, None, 0, "", ONE_FRAME)
    if found.rejected is not None:
        return replace(blank, rejected=found.rejected)
    try:
        read = hashed(found.opens, file=file, max_bytes=limits.max_source_bytes)
    except InputRejected as rejection:
        return replace(blank, rejected=rejection)
    if is_sidecar(found.inside.suffix, read.head):
        return Ignored(file, "a text beside the scans")
    kind = sniff(read.head)
    base = replace(
        blank, media_type=kind.media_type, size_bytes=read.size_bytes, sha256=read.sha256
    )
    if kind.media_type is None:
        return replace(base, rejected=_stranger(file, read, kind.kind))
    try:
        probed = probe(found.opens, kind.media_type, file=file)
    except InputRejected as rejection:
        return replace(base, rejected=rejection)
    return replace(
        base,
        frames=probed.frames,
        signed=probed.signed,
        repaired=probed.repaired,
        device=probed.device,
    )


def _stranger(file: str, read: Hashed, kind: str) -> InputRejected:
    if not read.size_bytes:
        return InputRejected(
            "{file} is empty: it has no bytes.",
            kept="The other scans go on.",
            todo="Copy it again from the scanner, or scan the sheet again.",
            file=file,
        )
    return InputRejected(
        "{file} is no scan that can be read ({kind}).",
        kept="The file as received; the other scans go on.",
        todo="Scan the sheet as TIFF, JPEG or PDF, or save the file in one of these forms.",
        file=file,
        kind=kind,
    )


def _undeclared(
    unmatched: Iterable[Row], declarations: Declarations, *, at_covers: bool
) -> Iterator[Ignored]:
    for row in unmatched:
        place = f"{DECLARATIONS}:{row.line}"
        if at_covers or not row.path:
            number = row.declared.file_number or row.declared.computer_number or row.path
            yield Ignored(
                place,
                "the file {number} is in the list, but its cover sheet was not scanned",
                {"number": printable(number)},
            )
        else:
            yield Ignored(
                place, "nothing in the batch has the path {path}", {"path": printable(row.path)}
            )
    for column in declarations.strange_columns:
        yield Ignored(
            DECLARATIONS, "the column {column} is not known", {"column": printable(column)}
        )


def _expect_pages(root: Path, scans: list[Scan], limits: Limits) -> None:
    """Refuse a batch without any page, or with too many of them."""
    rejected = [one.rejected for one in scans if one.rejected is not None]
    if len(scans) == 1 and rejected:
        raise rejected[0]
    if not root.exists():
        raise InputRejected(
            "{source} was there at first and then vanished.",
            kept="Nothing was begun.",
            todo="See that the disk or share stays connected, then submit the batch again.",
            source=printable(str(root)),
        )
    if len(scans) == len(rejected):
        raise InputRejected(
            "There is no scan in {source} that can be read ({count} files were looked at).",
            kept="Nothing was begun; the folder is untouched.",
            todo="Give a folder with TIFF, JPEG, PNG, JPEG 2000, BMP or PDF files.",
            source=printable(str(root)),
            count=len(scans),
        )
    pages = sum(len(one.frames) for one in scans)
    if pages > limits.max_pages:
        raise InputRejected(
            "{source} holds {pages} pages, more than the limit of {limit} for one batch.",
            kept="Nothing was begun; the folder is untouched.",
            todo="Submit it in several parts, or raise the limit.",
            source=printable(str(root)),
            pages=pages,
            limit=limits.max_pages,
        )
