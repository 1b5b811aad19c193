"""What the tables of the queue and of a file's pages hold, row by row."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from lang import say
from records.models import Page
from web.tables import Table
from web.templatetags.words import lot_words, side_words, state_words


def queue_table(rows: Iterator[dict[str, Any]]) -> Table:
    """Files that wait, in the order of the queue."""
    heads = ("Office", "File", "Number", "Subject", "Department", "Why")
    return Table("queue", [say(head) for head in heads], map(_queue_row, rows))


def pages_table(name: str, pages: Iterable[Page]) -> Table:
    """The pages of one file."""
    heads = ("Page", "Scan", "Side", "State", "Certainty, percent")
    return Table(name, [say(head) for head in heads], map(_page_row, pages))


def lots_table(rows: Iterable[dict[str, Any]]) -> Table:
    """Lots of samples, as they stand."""
    heads = ("Batch", "Department", "Operator", "Rule", "Drawn", "good", "bad", "Until", "State")
    return Table("lots", [say(head) for head in heads], map(_lot_row, rows))


def operators_table(rows: Iterable[dict[str, Any]]) -> Table:
    """What the samples say of those who scanned."""
    heads = ("Operator", "Lots", "accepted", "rejected", "lapsed", "Judged", "bad")
    values = ("operator", "lots", "accepted", "rejected", "lapsed", "judged", "bad")
    said = [say(head) for head in heads]
    return Table("operators", said, ([row[name] for name in values] for row in rows))


def _lot_row(row: dict[str, Any]) -> list[Any]:
    names = ("label", "department", "operator", "rule", "sample_size", "good", "bad")
    return [*(row[name] for name in names), row["due_at"][:10], lot_words(row["state"])]


def _queue_row(row: dict[str, Any]) -> list[Any]:
    values = [row[name] for name in ("office", "source", "file_number", "subject", "department")]
    return [*values, " ".join(row["reasons"])]


def _page_row(page: Page) -> list[Any]:
    sure = None if page.confidence is None else round(100 * page.confidence)
    return [page.sequence, str(page), side_words(page.side), state_words(page.state), sure]
