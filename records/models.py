"""The tables. States are moved by ``records.lifecycle`` alone; see docs/architecture.md."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from ulid import ULID

from records.corrections import Correction as Correction  # Django looks for tables in this module
from records.number_entries import NumberEntry as NumberEntry
from records.register import FileLink as FileLink  # likewise
from records.sampling import SampledFile as SampledFile
from records.sampling import SamplingLot as SamplingLot
from records.uploads import Upload as Upload
from records.uploads import UploadChunk as UploadChunk

# small indexes over what is under way, among millions of rows that are settled
OPEN = models.Q(state="open")
HELD = models.Q(lease_until__isnull=False)
QUEUED = models.Q(queued_until__isnull=False)
FAILED = models.Q(tries__gt=0)
UNTIDY = models.Q(leavings__in=("work", "sketches"))
DEPOSITED = models.Q(type="accession")
CORRECTED = models.Q(type="metadata correction")


def new_id() -> str:
    """A new identifier: 26 characters, sorts by time of making. Source: ULID specification."""
    return str(ULID())


class Leased(models.Model):
    """A row that workers claim: state, tries counted before the work, lease.

    ``queued_until`` is set while a message about the row is on its way; nothing but the
    dispatcher's thrift depends on it.
    """

    state = models.CharField(max_length=16)
    tries = models.PositiveSmallIntegerField(default=0)
    lease_holder = models.CharField(max_length=64, default="", blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    queued_until = models.DateTimeField(null=True, blank=True)
    taken_over = False  # of a claimed row, not kept: its last holder let the lease run out

    class Meta:
        abstract = True


class Batch(models.Model):
    """What one SOURCE brought in, for one office."""

    class State(models.TextChoices):
        """``open`` until every page is explained, then ``done``."""

        OPEN = "open"
        DONE = "done"

    class Queue(models.TextChoices):
        """``urgent`` overtakes all ``bulk`` work, also what is published already."""

        URGENT = "urgent"
        BULK = "bulk"

    class Leavings(models.TextChoices):
        """What only the work on a batch needed and is still kept, once it is done."""

        WORK = "work"  # work objects in the store, and sketches
        SKETCHES = "sketches"  # what its pages look like
        NONE = ""

    id = models.CharField(primary_key=True, max_length=26, default=new_id, editable=False)
    label = models.CharField(max_length=255)
    office = models.CharField(max_length=64)
    source = models.TextField(help_text="absolute path of SOURCE, made printable")
    source_key = models.CharField(max_length=64, help_text="SHA-256 of the path's bytes")
    state = models.CharField(max_length=16, choices=State.choices, default=State.OPEN)
    queue = models.CharField(max_length=8, choices=Queue.choices, default=Queue.BULK)
    created_at = models.DateTimeField()
    received = models.PositiveIntegerField(
        default=0, help_text="images that came in, counted apart from the page rows"
    )
    devices = models.JSONField(
        default=dict, help_text="{scanner: scans}: as the scans name it; empty name: not told"
    )
    settings = models.JSONField(default=dict, help_text="choices made at admission: profile, dpi")
    ignored = models.JSONField(default=list, help_text="[{source, why, facts}]: litter, not scans")
    done_at = models.DateTimeField(null=True, help_text="when it was done last")
    leavings = models.CharField(
        max_length=8, default="", blank=True, help_text="what is to be tidied; see pipeline.tidy"
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["office", "source_key"], name="one_batch_a_source")
        ]
        indexes: ClassVar = [
            models.Index(fields=["-created_at"], name="batch_newest"),
            models.Index(fields=["queue", "created_at"], condition=OPEN, name="batch_open"),
            models.Index(fields=["leavings", "done_at"], condition=UNTIDY, name="batch_untidy"),
        ]

    def __str__(self) -> str:
        return self.label


class PhysicalFile(Leased):
    """One physical file (nasti): the sheets that belong together."""

    id = models.CharField(primary_key=True, max_length=26, default=new_id, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="files")
    ordinal = models.PositiveIntegerField()
    source = models.TextField(help_text="its folder or file inside SOURCE, printable")
    declared = models.JSONField(default=dict, help_text="row of batch.csv")
    metadata = models.JSONField(default=dict)
    reasons = models.JSONField(default=list, help_text="[{code, facts}]: why a person must look")
    assembled = models.JSONField(default=dict, help_text="the checked PDF before its deposit")
    split = models.JSONField(
        default=dict, help_text="its two sequences, and what told the side of each page"
    )
    version = models.PositiveIntegerField(default=0, help_text="last deposited version")
    retention_class = models.CharField(
        max_length=32, default="", blank=True, help_text="क | ख | ग | …; empty: not known"
    )
    location = models.TextField(default="", blank=True, help_text="where the paper lies")
    care = models.JSONField(
        default=dict, help_text="where class and location come from, what may never be destroyed"
    )
    department_code = models.CharField(
        max_length=64, default="", blank=True, help_text="whose file it is; empty: not known yet"
    )
    decided = models.JSONField(default=dict, help_text="{field: {value, by, at}}: a person's word")
    accepted = models.JSONField(default=list, help_text="reasons that a person has answered")
    reviewer = models.CharField(max_length=150, default="", blank=True, help_text="at the desk")
    reviewer_until = models.DateTimeField(null=True, blank=True)
    urgency = models.FloatField(default=0.0, help_text="of its review; see records.urgency")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["batch", "source"], name="one_file_a_folder")
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "lease_until"], name="file_due"),
            models.Index(fields=["batch", "state", "ordinal"], name="file_by_batch"),
            models.Index(fields=["batch", "ordinal"], name="file_order"),
            models.Index(fields=["retention_class"], name="file_by_class"),
            models.Index(fields=["state", "-urgency", "id"], name="file_review"),
            models.Index(fields=["lease_until"], condition=HELD, name="file_held"),
            models.Index(fields=["queued_until"], condition=QUEUED, name="file_queued"),
            models.Index(fields=["tries"], condition=FAILED, name="file_failed"),
            models.Index(fields=["department_code", "state"], name="file_of_department"),
        ]

    def __str__(self) -> str:
        return self.source


class Page(Leased):
    """One scanned image: what came in, what was seen, where its parts are kept."""

    id = models.CharField(primary_key=True, max_length=26, default=new_id, editable=False)
    batch = models.ForeignKey(Batch, on_delete=models.PROTECT, related_name="pages")
    file = models.ForeignKey(PhysicalFile, on_delete=models.PROTECT, related_name="pages")
    sequence = models.PositiveIntegerField()
    admission = models.PositiveIntegerField(
        default=0, help_text="images that the batch had received before this one's admission"
    )
    source = models.TextField(help_text="path inside SOURCE, printable")
    frame = models.PositiveIntegerField(default=0)
    frame_kind = models.CharField(max_length=8, default="image")
    media_type = models.CharField(max_length=64, default="", blank=True)
    source_sha256 = models.CharField(max_length=64, default="", blank=True)
    source_size_bytes = models.BigIntegerField(default=0)
    side_declared = models.CharField(max_length=16, default="", blank=True)
    side = models.CharField(max_length=16, default="", blank=True)
    width_px = models.PositiveIntegerField(null=True)
    height_px = models.PositiveIntegerField(null=True)
    dpi = models.FloatField(null=True)
    dpi_origin = models.CharField(max_length=16, default="", blank=True)
    rotated_cw_deg = models.PositiveSmallIntegerField(default=0)
    skew_ccw_deg = models.FloatField(default=0.0)
    confidence = models.FloatField(null=True)
    ink_coverage = models.FloatField(null=True)
    duplicate_of = models.ForeignKey("self", null=True, on_delete=models.SET_NULL)
    reasons = models.JSONField(default=list)
    flags = models.JSONField(
        default=list, help_text="[{code, bbox, confidence}]: places that ask for care, no review"
    )
    turn_declared = models.PositiveSmallIntegerField(
        null=True, help_text="quarter turn that a person gave, clockwise; null: it tells itself"
    )
    marks = models.JSONField(
        default=dict, help_text="{mark: {by, at, note}}: what a person says of the sheet"
    )
    parts = models.JSONField(default=dict, help_text="work objects: layers, alto → key, sha256")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["file", "source", "frame", "source_sha256"], name="one_page_a_frame"
            )
        ]
        indexes: ClassVar = [
            models.Index(fields=["state", "lease_until"], name="page_due"),
            models.Index(fields=["lease_until"], condition=HELD, name="page_held"),
            models.Index(fields=["queued_until"], condition=QUEUED, name="page_queued"),
            models.Index(fields=["tries"], condition=FAILED, name="page_failed"),
            models.Index(fields=["batch", "state"], name="page_by_batch"),
            models.Index(fields=["file", "sequence"], name="page_order"),
            models.Index(fields=["batch", "source_sha256"], name="page_same_bytes"),
        ]

    def __str__(self) -> str:
        return f"{self.source}#{self.frame}"


class Fingerprint(models.Model):
    """What a recognised page looks like, to notice the same sheet when it comes again.

    Derived from the scan; rows may be removed at any time at the cost of noticing less. Those of
    a batch go some days after it is done (``pipeline.tidy``).
    """

    page = models.OneToOneField(
        Page, primary_key=True, on_delete=models.CASCADE, related_name="fingerprint"
    )
    sketch = models.BinaryField(help_text="ink and words, as ocr.sketch writes them")

    def __str__(self) -> str:
        return self.page_id


class FingerprintKey(models.Model):
    """One bucket that a page lies in; pages that share one may be scans of one sheet."""

    batch = models.ForeignKey(
        Batch, on_delete=models.CASCADE, related_name="+", db_index=False
    )  # the bucket's index begins with it
    key = models.BigIntegerField()
    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="+")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["batch", "key", "page"], name="fingerprint_bucket")
        ]

    def __str__(self) -> str:
        return f"{self.key}"


class LedgerEvent(models.Model):
    """One line of history; written once, never changed (ids as text, so it outlives its rows)."""

    at = models.DateTimeField()
    batch_id = models.CharField(max_length=26)
    file_id = models.CharField(max_length=26, default="", blank=True)
    page_id = models.CharField(max_length=26, default="", blank=True)
    type = models.CharField(max_length=32)
    outcome = models.CharField(max_length=64)
    facts = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["file_id", "id"], name="event_of_file"),
            models.Index(fields=["batch_id", "id"], name="event_of_batch"),
            # the two kinds that daily counts ask for: one event of a file among forty of its pages
            models.Index(fields=["at"], condition=DEPOSITED, name="event_deposited"),
            models.Index(fields=["at"], condition=CORRECTED, name="event_corrected"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.outcome}"


class Deposit(models.Model):
    """One version of a file in the object store, complete with manifest."""

    file = models.ForeignKey(PhysicalFile, on_delete=models.PROTECT, related_name="deposits")
    version = models.PositiveIntegerField()
    deposited_at = models.DateTimeField()
    objects_listed = models.JSONField(help_text="[{key, role, media_type, sha256, size_bytes}]")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["file", "version"], name="one_deposit_a_version")
        ]

    def __str__(self) -> str:
        return f"{self.file_id} v{self.version}"
