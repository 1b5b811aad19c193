"""The database that ``make bench-scale`` fills is one that the program can read."""

from __future__ import annotations

from collections.abc import Callable

import psycopg
import pytest
from django.db import connections

from benchmarks.scale_fill import Fill, fill
from records import due, offices, reads, review_reads
from records.models import Batch
from tests.databases import in_place_of_default

pytestmark = pytest.mark.django_db(transaction=True)


def test_its_batches_files_and_pages_are_whole(postgres_database: Callable[[], str]) -> None:
    url = postgres_database()
    with psycopg.connect(url, autocommit=True, cursor_factory=psycopg.ClientCursor) as connection:
        fill(connection, Fill(files=160, open_batches=1))
    with in_place_of_default(url):
        done, under_way = Batch.objects.earliest("pk"), Batch.objects.latest("pk")
        report = reads.batch_report(done)
        assert (report["ledger"]["received"], report["ledger"]["unexplained"]) == (1600, 0)
        assert len(report["files"]) == 40
        assert due.open_batches("bulk") == [under_way.pk]
        assert sum(office.files for office in offices.progress()) == 160
        assert review_reads.queue(limit=5)
        connections["default"].close()
