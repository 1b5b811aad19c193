"""Reading the register: rows by number, by words, and how common words are.

Only equality and ranges over ordinary indexed columns are asked for, so SQLite and
PostgreSQL (collation C) answer alike; see docs/adr.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django.db.models import Sum

from classify.efile import EFile, Register
from records import access
from records.access import EVERYTHING, Scope
from records.register import (
    FileLink,
    RegisterEntry,
    RegisterImport,
    RegisterPosting,
    RegisterWord,
)

IN_ONE_QUERY = 900
COMMON_ROWS = 400
"""A word that stands in more rows than this finds no candidates by itself."""

MOST_CANDIDATES = 60
RAREST_WORDS = 4
_LAST = "\U0010ffff"
_COLUMNS = (
    "computer_number",
    "file_number",
    "number_key",
    "subject",
    "department_code",
    "opened_on",
    "closed_on",
)


def size() -> int:
    """How many e-files the register names: rows are added, never removed."""
    return RegisterImport.objects.aggregate(n=Sum("added"))["n"] or 0


def register_with(words: Sequence[str]) -> Register:
    """The register's size and in how many of its rows each of ``words`` stands."""
    found = RegisterWord.objects.filter(text__in=list(words)[:IN_ONE_QUERY])
    return Register(size(), dict(found.values_list("text", "rows")))


def by_keys(keys: Sequence[str]) -> list[EFile]:
    """All e-files whose canonical number is one of ``keys``."""
    found: list[EFile] = []
    for start in range(0, len(keys), IN_ONE_QUERY):
        rows = RegisterEntry.objects.filter(number_key__in=keys[start : start + IN_ONE_QUERY])
        found += _efiles(rows.values_list(*_COLUMNS)[:1000])
    return found


def by_computer_number(number: str) -> list[EFile]:
    """The one e-file with this computer number, or none."""
    return _efiles(RegisterEntry.objects.filter(computer_number=number).values_list(*_COLUMNS))


def by_rare_words(rows_with: Mapping[str, int]) -> list[EFile]:
    """The e-files that share the rarest of these words, those with most of them first.

    Args:
        rows_with: word → in how many rows it stands.
    """
    rare = sorted((rows, word) for word, rows in rows_with.items() if 0 < rows <= COMMON_ROWS)
    words = [word for _, word in rare[:RAREST_WORDS]]
    if not words:
        return []
    postings = RegisterPosting.objects.filter(word__text__in=words)
    counted = Counter(postings.values_list("entry_id", flat=True))
    best = [entry for entry, _ in counted.most_common(MOST_CANDIDATES)]
    return _efiles(RegisterEntry.objects.filter(pk__in=best).values_list(*_COLUMNS))


def words_beginning(word: str, most: int) -> list[tuple[int, str, int]]:
    """(id, text, rows) of the words that begin so, the commonest first."""
    found = RegisterWord.objects.filter(text__gte=word, text__lt=word + _LAST)
    return list(found.order_by("-rows").values_list("pk", "text", "rows")[:most])


def entries_with(word_ids: Sequence[int], among: Iterable[int] | None, most: int) -> set[int]:
    """Ids of rows that hold any of these words, of ``among`` only if that is given."""
    found: set[int] = set()
    if among is None:
        rows = RegisterPosting.objects.filter(word_id__in=list(word_ids))
        return set(rows.values_list("entry_id", flat=True)[:most])
    kept = list(among)
    for start in range(0, len(kept), IN_ONE_QUERY - len(word_ids)):
        some = kept[start : start + IN_ONE_QUERY - len(word_ids)]
        rows = RegisterPosting.objects.filter(word_id__in=list(word_ids), entry_id__in=some)
        found.update(rows.values_list("entry_id", flat=True))
    return found


def numbers_beginning(key: str, most: int) -> list[int]:
    """Ids of rows whose canonical number begins so."""
    found = RegisterEntry.objects.filter(number_key__gte=key, number_key__lt=key + _LAST)
    return list(found.order_by("number_key").values_list("pk", flat=True)[:most])


def computer_numbers_beginning(number: str, most: int) -> list[int]:
    """Ids of rows whose computer number begins so, the number itself first."""
    found = RegisterEntry.objects.filter(
        computer_number__gte=number, computer_number__lt=number + _LAST
    )
    return list(found.order_by("computer_number").values_list("pk", flat=True)[:most])


def ids_by_computer_number(number: str) -> list[int]:
    """The id of the row with this computer number, if there is one."""
    found = RegisterEntry.objects.filter(computer_number=number)
    return list(found.values_list("pk", flat=True))


def ids_by_keys(keys: Sequence[str], most: int) -> list[int]:
    """Ids of rows whose canonical number is one of ``keys``."""
    found: list[int] = []
    for start in range(0, len(keys), IN_ONE_QUERY):
        rows = RegisterEntry.objects.filter(number_key__in=keys[start : start + IN_ONE_QUERY])
        found += rows.values_list("pk", flat=True)[:most]
    return found[:most]


def entries_of(ids: Sequence[int], scope: Scope) -> set[int]:
    """Those of the rows that belong to a department in ``scope``."""
    if scope.departments is None:
        return set(ids)
    found: set[int] = set()
    for start in range(0, len(ids), IN_ONE_QUERY):
        rows = RegisterEntry.objects.filter(pk__in=ids[start : start + IN_ONE_QUERY])
        rows = rows.filter(department_code__in=scope.departments - {""})
        found.update(rows.values_list("pk", flat=True))
    return found


def shown(ids: Sequence[int], scope: Scope = EVERYTHING) -> dict[int, dict[str, Any]]:
    """Rows as ``register find --json`` gives them, by id, with the scanned files linked to them."""
    rows = RegisterEntry.objects.filter(pk__in=ids)
    files: dict[int, list[dict[str, Any]]] = {}
    links = FileLink.objects.filter(entry__in=ids).select_related("file").order_by("file")
    if scope != EVERYTHING:
        links = links.filter(file__in=access.files(scope))
    for link in links:
        file = link.file
        files.setdefault(link.entry_id or 0, []).append(
            {
                "id": file.pk,
                "batch": file.batch_id,
                "source": file.source,
                "retention_class": file.retention_class,
                "location": file.location,
            }
        )
    return {row.pk: {**entry_report(row), "files": files.get(row.pk, [])} for row in rows}


def entry_report(row: RegisterEntry) -> dict[str, Any]:
    """One e-file as it is shown."""
    return {
        "computer_number": row.computer_number,
        "file_number": row.file_number,
        "subject": row.subject,
        "department": row.department,
        "section": row.section,
        "opened_on": row.opened_on.isoformat() if row.opened_on else None,
        "closed_on": row.closed_on.isoformat() if row.closed_on else None,
        "status": row.status,
        "location": row.location,
        "retention_class": row.retention_class,
    }


def _efiles(rows: Iterable[tuple[Any, ...]]) -> list[EFile]:
    return [
        EFile(
            computer_number=number,
            file_number=file_number,
            key=key,
            subject=subject,
            department=department,
            opened=_year(opened),
            closed=_year(closed),
        )
        for number, file_number, key, subject, department, opened, closed in rows
    ]


def _year(day: date | None) -> int | None:
    return day.year if day else None
