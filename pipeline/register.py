"""Register: the e-file register comes in, whole or not at all, as often as one likes."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import transaction

from classify.departments import declared_code
from classify.identity import hidden
from classify.register_words import number_words, words_of
from classify.rulebook import Rules
from errors import WrongUsage
from ingest.names import printable
from ingest.register import RegisterRow, SkippedRow, read_register
from ingest.register_cells import RowFault, in_words
from pipeline.app import App
from pipeline.rejects import Rejects, rejects_to
from records.register import RegisterEntry, RegisterImport
from records.register_writes import Writing

ROWS_AT_ONCE = 2_000
MOST_TOLD = 1_000
"""So many skipped rows are told one by one; ``--rejects`` writes all of them."""

OnProgress = Callable[[int], None]


@dataclass
class Skipped:
    """The rows that were not taken, counted by reason, the first of them kept to be told."""

    rejects: Rejects | None
    told: list[dict[str, Any]] = field(default_factory=list)
    by_reason: Counter[str] = field(default_factory=Counter)
    notes: list[dict[str, Any]] = field(default_factory=list)
    noted: int = 0

    def add(self, row: SkippedRow) -> None:
        """One row was skipped."""
        words = in_words(row.fault, row.facts)
        self.by_reason[str(row.fault)] += 1
        if self.rejects is not None:
            self.rejects.write(row.line, words, row.cells)
        if len(self.told) < MOST_TOLD:
            self.told.append(_told(row.line, row.fault, words))

    def note(self, row: RegisterRow) -> None:
        """One row was taken without some of its cells."""
        for fault, facts in row.notes:
            self.noted += 1
            if len(self.notes) < MOST_TOLD:
                self.notes.append(_told(row.line, fault, in_words(fault, facts)))


def run(
    app: App, path: Path, *, rejects: Path | None = None, on_progress: OnProgress | None = None
) -> dict[str, Any]:
    """Import the register at ``path``: new rows added, changed ones updated with their history.

    Everything comes in one transaction: when the table breaks off or the power fails, nothing
    of it is there. The same table twice changes nothing.

    Returns:
        ``register import --json``: the counts, the rows skipped and noted, each with its reason.

    Raises:
        InputRejected: the file is no register.
        WrongUsage: there is no such file, or ``rejects`` cannot be written.
    """
    if not path.is_file():
        raise WrongUsage(
            "There is no file {path}.",
            kept="Nothing was begun.",
            todo="Give the CSV or XLSX file that eOffice exported.",
            path=printable(str(path)),
        )
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    with rejects_to(rejects, path) as kept_rejects, transaction.atomic():
        made = RegisterImport.objects.create(
            at=app.clock(), source=printable(path.name), sha256=digest
        )
        skipped = Skipped(kept_rejects)
        writing = Writing(made, words_of_entry(app.rules))
        for chunk in _chunks(read_register(path, workdir=app.workdir), skipped):
            _write(writing, chunk, app.rules, skipped)
            if on_progress is not None:
                on_progress(made.rows)
        made.skipped = skipped.by_reason.total()
        made.rows = made.added + made.changed + made.unchanged + made.skipped
        writing.close()
    return _report(made, skipped)


def words_of_entry(rules: Rules) -> Callable[[RegisterEntry], tuple[str, ...]]:
    """The words under which a row of the register is found."""
    stop_words = rules.register.stop_words

    def words(entry: RegisterEntry) -> tuple[str, ...]:
        texts = [entry.subject, entry.department, entry.section]
        found = words_of(texts, stop_words)
        return tuple(dict.fromkeys([*found, *number_words(entry.number_key)]))

    return words


def _chunks(
    rows: Iterator[RegisterRow | SkippedRow], skipped: Skipped
) -> Iterator[list[RegisterRow]]:
    chunk: list[RegisterRow] = []
    for row in rows:
        if isinstance(row, SkippedRow):
            skipped.add(row)
            continue
        skipped.note(row)
        chunk.append(row)
        if len(chunk) == ROWS_AT_ONCE:
            yield chunk
            chunk = []
    yield chunk


def _write(writing: Writing, chunk: list[RegisterRow], rules: Rules, skipped: Skipped) -> None:
    codes: dict[str, str] = {}
    entries, taken = [], []
    for row in chunk:
        key = rules.numbers.canonical(row.file_number)
        if not any(sign.isdigit() for sign in key):
            facts: dict[str, str | int] = {"value": row.file_number[:40]}
            skipped.add(_skipped(row, RowFault.FILE_NUMBER_WRONG, facts))
            continue
        department = row.texts["department"]
        if department not in codes:
            codes[department] = declared_code(department, rules.gazetteer) or ""
        entries.append(_entry(row, key, codes[department], rules))
        taken.append(row)
    for place, same in writing.write(entries):
        fault = RowFault.REPEATED if same else RowFault.CONTRADICTED
        skipped.add(_skipped(taken[place], fault, {"value": taken[place].computer_number}))


def _entry(row: RegisterRow, key: str, department_code: str, rules: Rules) -> RegisterEntry:
    """The row as it is kept: a person's identity number in its subject is not."""
    texts = {**row.texts, "subject": hidden(row.texts["subject"], rules.keeping.identity)}
    return RegisterEntry(
        computer_number=row.computer_number,
        file_number=row.file_number,
        number_key=key,
        department_code=department_code,
        opened_on=row.opened_on,
        closed_on=row.closed_on,
        **texts,
    )


def _skipped(row: RegisterRow, fault: RowFault, facts: dict[str, str | int]) -> SkippedRow:
    return SkippedRow(row.line, fault, facts, row.cells)


def _told(line: int, fault: RowFault, words: tuple[str, str]) -> dict[str, Any]:
    return {"row": line, "code": str(fault), "what": words[0], "todo": words[1]}


def _report(made: RegisterImport, skipped: Skipped) -> dict[str, Any]:
    return {
        "import": {
            "id": made.pk,
            "source": made.source,
            "sha256": made.sha256,
            "rows": made.rows,
            "added": made.added,
            "changed": made.changed,
            "unchanged": made.unchanged,
            "skipped": made.skipped,
        },
        "skipped": skipped.told,
        "skipped_by_reason": dict(skipped.by_reason),
        "noted": skipped.noted,
        "notes": skipped.notes,
    }
