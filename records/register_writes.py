"""Writing a register: rows added and changed, history kept, words counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, TypeVar

from django.db import connection

from records.register import (
    RegisterChange,
    RegisterEntry,
    RegisterImport,
    RegisterPosting,
    RegisterWord,
)

COLUMNS = (
    "file_number",
    "number_key",
    "subject",
    "department",
    "department_code",
    "section",
    "opened_on",
    "closed_on",
    "status",
    "location",
    "retention_class",
)
IN_ONE_QUERY = 500
MOST_WORDS_KEPT = 300_000
_INSERT = "INSERT INTO {table} (word_id, entry_id) VALUES (%s, %s)"
_DELETE = "DELETE FROM {table} WHERE word_id = %s AND entry_id = %s"

WordsOf = Callable[[RegisterEntry], tuple[str, ...]]
Item = TypeVar("Item")


@dataclass
class Writing:
    """One import under way; call it inside one transaction.

    Attributes:
        made: the import's own row, its counts kept up to date.
        words_of: the words under which a row is found.
    """

    made: RegisterImport
    words_of: WordsOf
    _unchanged: set[int] = field(default_factory=set)
    _ids: dict[str, int] = field(default_factory=dict)
    _counts: Counter[str] = field(default_factory=Counter)

    def write(self, rows: Sequence[RegisterEntry]) -> list[tuple[int, bool]]:
        """Bring these rows in; says which of them stood in the register before.

        Returns:
            (place in ``rows``, whether all particulars were the same) for each row whose
            computer number an earlier row of the same import had: the earlier one counts.
        """
        there = {entry.computer_number: entry for entry in _there(rows)}
        new: list[RegisterEntry] = []
        changed: list[tuple[RegisterEntry, RegisterEntry]] = []
        repeated: list[tuple[int, bool]] = []
        here: set[str] = set()
        for place, row in enumerate(rows):
            before = there.get(row.computer_number)
            if before is not None and (row.computer_number in here or self._wrote(before)):
                repeated.append((place, not _differences(before, row)))
                continue
            here.add(row.computer_number)
            if before is None:
                new.append(row)
            elif _differences(before, row):
                changed.append((before, row))
            else:
                self._unchanged.add(before.pk)
                self.made.unchanged += 1
            there[row.computer_number] = row
        self._add(new)
        self._change(changed)
        self.made.rows += len(rows)
        return repeated

    def _wrote(self, before: RegisterEntry) -> bool:
        """Whether an earlier row of this import stands behind what is there.

        Rows that it added or changed say so themselves; only those that it left as they were must
        be remembered, 100 bytes each.
        """
        return before.imported_id == self.made.pk or before.pk in self._unchanged

    def close(self) -> None:
        """Write what was counted; the last call of an import."""
        self._write_counts()
        self.made.save()

    def _add(self, rows: Sequence[RegisterEntry]) -> None:
        for row in rows:
            row.imported = self.made
        RegisterEntry.objects.bulk_create(rows)
        self._post([(row.pk, self.words_of(row)) for row in rows])
        self.made.added += len(rows)

    def _change(self, pairs: Sequence[tuple[RegisterEntry, RegisterEntry]]) -> None:
        history, posted = [], []
        for before, row in pairs:
            row.pk, row.imported = before.pk, self.made
            differing = {name: _plain(old) for name, old in _differences(before, row)}
            history.append(RegisterChange(entry=before, imported=self.made, before=differing))
            old, new = self.words_of(before), self.words_of(row)
            self._withdraw(before.pk, [word for word in old if word not in new])
            posted.append((before.pk, tuple(word for word in new if word not in old)))
        RegisterEntry.objects.bulk_update(
            [row for _, row in pairs], [*COLUMNS, "imported"], batch_size=50
        )
        RegisterChange.objects.bulk_create(history)
        self._post(posted)
        self.made.changed += len(pairs)

    def _post(self, rows: Sequence[tuple[int, tuple[str, ...]]]) -> None:
        self._learn({word for _, words in rows for word in words})
        pairs = [(self._ids[word], entry) for entry, words in rows for word in words]
        _many(_INSERT, sorted(pairs))
        self._counts.update(word for _, words in rows for word in words)
        if len(self._counts) > MOST_WORDS_KEPT:
            self._write_counts()

    def _withdraw(self, entry: int, words: Sequence[str]) -> None:
        self._learn(set(words))
        _many(_DELETE, [(self._ids[word], entry) for word in words])
        self._counts.subtract(words)

    def _learn(self, words: set[str]) -> None:
        """Ids for all of ``words``; those that no row had get a row."""
        if len(self._ids) > MOST_WORDS_KEPT:
            self._ids.clear()
        unknown = sorted(words - self._ids.keys())
        for some in _runs(unknown, IN_ONE_QUERY):
            found = RegisterWord.objects.filter(text__in=some)
            self._ids.update(found.values_list("text", "pk"))
        fresh = [RegisterWord(text=word) for word in unknown if word not in self._ids]
        RegisterWord.objects.bulk_create(fresh)
        self._ids.update((word.text, word.pk) for word in fresh)

    def _write_counts(self) -> None:
        table = RegisterWord._meta.db_table
        counts = [(count, word) for word, count in self._counts.items() if count]
        with connection.cursor() as cursor:
            cursor.executemany(
                f"UPDATE {table} SET rows = rows + %s WHERE text = %s",  # noqa: S608 - our own name
                counts,
            )
        self._counts.clear()


def _there(rows: Sequence[RegisterEntry]) -> Iterator[RegisterEntry]:
    for some in _runs([row.computer_number for row in rows], IN_ONE_QUERY):
        yield from RegisterEntry.objects.filter(computer_number__in=some)


def _differences(before: RegisterEntry, row: RegisterEntry) -> list[tuple[str, Any]]:
    return [
        (name, getattr(before, name))
        for name in COLUMNS
        if getattr(before, name) != getattr(row, name)
    ]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _many(statement: str, pairs: Iterable[tuple[int, int]]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(statement.format(table=RegisterPosting._meta.db_table), list(pairs))


def _runs(items: Sequence[Item], length: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(items), length):
        yield items[start : start + length]
