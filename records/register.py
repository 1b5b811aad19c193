"""The e-file register's tables, and the link of a scanned file to one of its rows."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from ulid import ULID


def new_import_id() -> str:
    """A new identifier of an import. Source: ULID specification."""
    return str(ULID())


class RegisterImport(models.Model):
    """One register that was imported, and what came of it."""

    id = models.CharField(primary_key=True, max_length=26, default=new_import_id, editable=False)
    at = models.DateTimeField()
    source = models.TextField(help_text="name of the file, printable")
    sha256 = models.CharField(max_length=64)
    rows = models.PositiveIntegerField(default=0)
    added = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.source


class RegisterEntry(models.Model):
    """One e-file as the register names it now."""

    computer_number = models.CharField(max_length=20, unique=True)
    file_number = models.CharField(max_length=200)
    number_key = models.CharField(max_length=96, help_text="canonical form for matching")
    subject = models.TextField(default="", blank=True)
    department = models.CharField(max_length=255, default="", blank=True)
    department_code = models.CharField(max_length=64, default="", blank=True)
    section = models.CharField(max_length=255, default="", blank=True)
    opened_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    status = models.CharField(max_length=64, default="", blank=True)
    location = models.CharField(max_length=255, default="", blank=True)
    retention_class = models.CharField(max_length=32, default="", blank=True)
    imported = models.ForeignKey(
        RegisterImport, on_delete=models.PROTECT, related_name="+", help_text="wrote it last"
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["number_key"], name="entry_by_number")]

    def __str__(self) -> str:
        return self.computer_number


class RegisterChange(models.Model):
    """What a row said before an import changed it; written once."""

    entry = models.ForeignKey(RegisterEntry, on_delete=models.PROTECT, related_name="changes")
    imported = models.ForeignKey(RegisterImport, on_delete=models.PROTECT, related_name="+")
    before = models.JSONField(help_text="column → what it was")

    def __str__(self) -> str:
        return f"{self.entry_id} {sorted(self.before)}"


class RegisterWord(models.Model):
    """A word of the register, and in how many rows it stands."""

    text = models.CharField(max_length=40, unique=True)
    rows = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return self.text


class RegisterPosting(models.Model):
    """This word stands in this row."""

    pk = models.CompositePrimaryKey("word_id", "entry_id")
    # No constraints in the database: millions of rows come in one transaction, both ends with them.
    word = models.ForeignKey(
        RegisterWord, on_delete=models.PROTECT, db_index=False, db_constraint=False
    )
    entry = models.ForeignKey(
        RegisterEntry, on_delete=models.PROTECT, db_index=False, db_constraint=False
    )

    def __str__(self) -> str:
        return f"{self.word_id} {self.entry_id}"


class FileLink(models.Model):
    """How one scanned file stands to the register now; its history is in the ledger."""

    file = models.OneToOneField(
        "records.PhysicalFile", on_delete=models.PROTECT, primary_key=True, related_name="link"
    )
    match = models.CharField(max_length=16, help_text="exact | probable | ambiguous | none")
    entry = models.ForeignKey(
        RegisterEntry, null=True, on_delete=models.PROTECT, related_name="links"
    )
    score = models.FloatField(default=0.0)
    candidates = models.JSONField(default=list, help_text="[{computer_number, score, why}]")
    made_by = models.CharField(max_length=128, help_text="software and version, or a person")
    by_hand = models.BooleanField(default=False, help_text="a person's word, left alone")
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.file_id} {self.match}"
