"""The shapes of the answers, as docs/commands.md describes them; a test compares them."""

from __future__ import annotations

from typing import Any

from ninja import Field, Schema

Free = dict[str, Any]


class Fault(Schema):
    """Why an answer could not be given, in three parts."""

    what: str = Field(description="what happened")
    kept: str = Field(description="what is safe all the same")
    todo: str = Field(description="what to do now")


class BatchLine(Schema):
    """One batch as it is listed; ``source`` is empty for those who do not see whole batches."""

    id: str
    label: str
    state: str
    created_at: str
    office: str
    source: str
    queue: str


class CountedBatch(BatchLine):
    """With its files, counted within the caller's departments."""

    files: int
    files_pending: int


class Batches(Schema):
    """``batch list --json``, a piece at a time."""

    batches: list[CountedBatch]
    next: str | None = Field(description="ask for the next piece with after=; null at the end")


class Excluded(Schema):
    """An image that is no page."""

    source: str
    frame: int
    reason: str


class Ledger(Schema):
    """received = deposited + in_review + excluded + pending; unexplained is what is missing."""

    received: int
    deposited: int
    in_review: int
    pending: int
    unexplained: int
    excluded: list[Excluded]


class StoredObject(Schema):
    """One object of a deposit."""

    key: str
    role: str
    media_type: str
    sha256: str
    size_bytes: int


class Deposit(Schema):
    """One version of a file in the store."""

    version: int
    deposited_at: str
    objects: list[StoredObject]


class Deposits(Schema):
    """Every version, oldest first."""

    deposits: list[Deposit]


class EFile(Schema):
    """How a file stands to the e-file register."""

    match: str
    computer_number: str | None
    score: float
    by: str
    linked_at: str | None
    entry: Free | None = Field(alias="register", description="the row, as `register find` has it")
    candidates: list[Free]


class Page(Schema):
    """One page; see ``batch show --json``."""

    sequence: int
    source: str
    frame: int
    source_sha256: str
    width_px: int | None
    height_px: int | None
    dpi: float | None
    dpi_origin: str
    side: str
    side_confidence: float | None
    side_told_by: list[Any]
    side_words: str
    state: str
    rotated_cw_deg: int
    skew_ccw_deg: float
    confidence: float | None
    ink_coverage: float | None
    duplicate_of: str | None
    reasons: list[str]
    reason_codes: list[str]
    marks: list[str]
    flags: list[Free]


class File(Schema):
    """One physical file; see ``batch show --json``."""

    id: str
    source: str
    state: str
    reasons: list[str]
    reason_codes: list[str]
    declared: Free
    metadata: dict[str, Free]
    efile: EFile
    retention: Free | None
    location: Free | None
    never_destroyed: list[Free]
    sides: list[Free]
    pages: list[Page]
    deposit: Deposit | None


class Batch(Schema):
    """``batch show --json``, its files a piece at a time; null where others' files count."""

    batch: BatchLine
    ledger: Ledger | None
    files: list[File]
    ignored: list[Free]
    next: str | None


class QueuedFile(Schema):
    """One file as ``review list --json`` gives it."""

    id: str
    source: str
    office: str
    batch: str
    version: int
    file_number: str | None
    subject: str | None
    department: str | None
    urgency: float
    reasons: list[str]
    reason_codes: list[str]
    pages: list[int]


class FileLine(QueuedFile):
    """With where it stands."""

    state: str


class Files(Schema):
    """Files by id, a piece at a time."""

    files: list[FileLine]
    next: str | None


class Queue(Schema):
    """``review list --json``."""

    files: list[QueuedFile]
    waiting: int


class Change(Schema):
    """One thing that a person changed or accepted."""

    at: str
    by: str
    kind: str
    page: int | None
    name: str
    before: Any
    after: Any
    note: str
    of_version: int


class Result(Change):
    """With its place among all results, and its file."""

    id: int
    file: str
    batch: str


class Results(Schema):
    """What reviewers decided, in order."""

    results: list[Result]
    next: int | None


class Version(Schema):
    """When a version was deposited."""

    version: int
    deposited_at: str


class Review(Schema):
    """``review show --json``."""

    file: File
    batch: BatchLine
    urgency: float
    accepted: list[str]
    versions: list[Version]
    history: list[Change]


class Entry(Schema):
    """One e-file, with the scanned files that are linked to it."""

    computer_number: str
    file_number: str
    subject: str
    department: str
    section: str
    opened_on: str | None
    closed_on: str | None
    status: str
    location: str
    retention_class: str
    score: float
    found_by: str
    files: list[Free]


class Found(Schema):
    """``register find --json``."""

    found: list[Entry]
