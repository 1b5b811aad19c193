"""Tables as files: text stays text, headings in the reader's language, only one's own rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from records import counts, ledger
from records.access import EVERYTHING, Scope
from records.counts import Days
from records.models import Batch, LedgerEvent, PhysicalFile, SamplingLot, Upload
from tests.web.conftest import OWN
from tests.web.test_rights import drawn_lot
from web import tables
from web.models import AuditEvent, Role

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("each_database")]
HOSTILE = '=HYPERLINK("http://x")'


def rows_of(answer: Any) -> list[list[Any]]:
    """The table's rows, headings first, from either kind of file."""
    content = answer.getvalue()
    if answer.headers["Content-Type"].startswith("text/csv"):
        assert content.startswith("\ufeff".encode())
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))
    book = openpyxl.load_workbook(io.BytesIO(content))
    cells = list(book.active.iter_rows())
    assert not [cell for row in cells for cell in row if cell.data_type == "f"]
    return [[cell.value for cell in row] for row in cells]


TABLES = [
    ("progress", "?table=offices", "katni"),
    ("progress", "?table=batches", "बस्ता ७"),
    ("batch", "?", "नस्ती अपनी"),
    ("file", "?", "नस्ती अपनी/1.png#0"),
    ("queue", "?", "नस्ती अपनी"),
    ("days", "?table=days", "katni"),
    ("days", "?table=people", "r.patel"),
    ("days", "?table=devices", "fi-7160"),
    ("sampling", "?table=lots", "बस्ता ७"),
    ("sampling", "?table=operators", "s.jain"),
]


@pytest.mark.parametrize("kind", [tables.CSV, tables.XLSX])
@pytest.mark.parametrize(("name", "asked", "holds"), TABLES)
def test_every_table_comes_as_a_file_with_hindi_headings(
    name: str,
    asked: str,
    holds: str,
    kind: str,
    own: PhysicalFile,
    signed_in: Callable[..., Client],
) -> None:
    facts = {"by": "r.patel", "changes": 3}
    ledger.write(own, ledger.Event(ledger.EventType.CORRECTION, "reviewed", facts))
    done = {"version": 1, "pages": 40}
    ledger.write(own, ledger.Event(ledger.EventType.DEPOSIT, "deposited", done))
    lot = drawn_lot(own)
    SamplingLot.objects.filter(pk=lot.pk).update(operator="s.jain")
    Batch.objects.update(devices={"FUJITSU fi-7160": 2})
    whole = ("*",) if "devices" in asked else (OWN,)
    given = {"batch": [own.batch_id], "file": [own.pk]}.get(name, [])
    address = reverse(name, args=given) + f"{asked}&format={kind}"
    browser = signed_in(Role.DEPARTMENT_ADMIN, departments=whole)
    answer = browser.get(address)
    assert answer.headers["Content-Disposition"].startswith("attachment")
    rows = rows_of(answer)
    assert any("\u0900" <= sign <= "\u097f" for sign in "".join(rows[0]))
    assert any(holds in str(cell) for row in rows[1:] for cell in row)
    assert "*" in whole or "पराई" not in str(rows)
    assert AuditEvent.objects.filter(action="fetch table").exists()
    browser.post(reverse("language"), {"language": "en", "next": "/"})
    assert all(ord(letter) < 128 for letter in "".join(rows_of(browser.get(address))[0]))


@pytest.mark.parametrize("kind", [tables.CSV, tables.XLSX])
def test_a_table_program_finds_no_formula_and_no_broken_sign(
    kind: str, own: PhysicalFile, signed_in: Callable[..., Client]
) -> None:
    subject = {"value": f"{HOSTILE}\x07", "confidence": 0.2}
    PhysicalFile.objects.filter(pk=own.pk).update(source=HOSTILE, metadata={"subject": subject})
    address = reverse("batch", args=[own.batch_id]) + f"?format={kind}"
    (_, row) = rows_of(signed_in(Role.REVIEWER).get(address))
    assert row[0] == (f"'{HOSTILE}" if kind == tables.CSV else HOSTILE)
    assert row[2].strip("'\x07\ufffd") == HOSTILE


def test_a_workbook_without_an_end_is_refused_and_a_csv_is_not(
    own: PhysicalFile, signed_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "MOST_ROWS", 0)
    browser = signed_in(Role.REVIEWER)
    assert browser.get(reverse("queue") + "?format=xlsx").status_code == 409
    assert len(rows_of(browser.get(reverse("queue") + "?format=csv"))) == 2


def test_the_log_comes_as_a_file_bounded_by_days(signed_in: Callable[..., Client]) -> None:
    admin = signed_in(Role.SYSTEM_ADMIN)
    today = timezone.localdate()
    admin.get(reverse("audit"))
    rows = rows_of(admin.get(reverse("audit") + f"?format=csv&since={today}"))
    assert [row[2] for row in rows[1:]].count("account changed") == 1
    tomorrow = today + timedelta(days=1)
    assert len(rows_of(admin.get(reverse("audit") + f"?format=csv&since={tomorrow}"))) == 1


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        ("office=katni", True),
        ("office=indore", False),
        ("department=GAD", True),
        ("department=REVENUE", False),
        ("state=open", True),
        ("state=done", False),
        ("since=2020-01-01&until=2100-01-01", True),
        ("since=2100-01-01", False),
        ("until=2020-01-01", False),
        ("since=nonsense", True),
    ],
)
def test_progress_shows_what_was_chosen(
    asked: str, there: bool, own: PhysicalFile, signed_in: Callable[..., Client]
) -> None:
    page = signed_in(Role.REVIEWER).get(reverse("progress") + f"?{asked}").content.decode()
    assert ("बस्ता ७" in page) == there


def test_declared_and_found_pages_stand_side_by_side(
    own: PhysicalFile, signed_in: Callable[..., Client]
) -> None:
    PhysicalFile.objects.filter(pk=own.pk).update(declared={"declared_pages": 2})
    page = signed_in(Role.REVIEWER).get(reverse("batch", args=[own.batch_id])).content.decode()
    assert '<td class="n">2</td><td class="n differs">1</td>' in page


def test_days_count_what_came_in_what_was_settled_and_who_decided(own: PhysicalFile) -> None:
    today = timezone.localdate()
    for version in (1, 2):  # only the first version is a file that was settled
        facts = {"version": version, "pages": 40}
        ledger.write(own, ledger.Event(ledger.EventType.DEPOSIT, "deposited", facts))
    for by, changes in (("r.patel", 3), ("r.patel", 1), ("s.jain", 2)):
        facts = {"by": by, "changes": changes}
        ledger.write(own, ledger.Event(ledger.EventType.CORRECTION, "reviewed", facts))
    week = Days(today - timedelta(days=6), today)
    (day,) = counts.by_day(EVERYTHING, week)
    assert (day["day"], day["batches"], day["scans"]) == (today, 1, 2)
    assert (day["files"], day["pages"]) == (1, 40)
    people = [
        (row["who"], row["files"], row["changes"]) for row in counts.by_person(EVERYTHING, week)
    ]
    assert people == [("r.patel", 1, 4), ("s.jain", 1, 2)]
    LedgerEvent.objects.update(at=timezone.now() - timedelta(days=30))
    Batch.objects.update(created_at=timezone.now() - timedelta(days=30))
    assert counts.by_day(EVERYTHING, week) == []


def test_one_department_counts_its_own_files_and_no_scans(
    own: PhysicalFile, other: PhysicalFile
) -> None:
    for file in (own, other):
        facts = {"version": 1, "pages": 40}
        ledger.write(file, ledger.Event(ledger.EventType.DEPOSIT, "deposited", facts))
    today = timezone.localdate()
    scope = Scope(None, frozenset({OWN}))
    (day,) = counts.by_day(scope, Days(today, today))
    assert (day["files"], day["scans"]) == (1, None)


def test_days_that_make_no_sense_show_the_usual_ones(
    archive: Batch, signed_in: Callable[..., Client]
) -> None:
    answer = signed_in(Role.MONITOR).get(reverse("days") + "?since=0001-01-01&until=x")
    assert answer.status_code == 200
    assert answer.context["asked"].first > date(2020, 1, 1)


def test_operators_are_counted_by_what_they_sent_for_those_who_see_whole_batches(
    archive: Batch, signed_in: Callable[..., Client]
) -> None:
    now = timezone.now()
    Upload.objects.create(
        who="s.jain",
        office="katni",
        label="x",
        state="taken",
        created_at=now,
        touched_at=now,
        plan_key="0" * 64,
        files=[],
        size_bytes=1,
        batch=archive,
    )
    today = timezone.localdate()
    (row,) = counts.by_operator(EVERYTHING, Days(today, today))
    assert (row["who"], row["batches"], row["scans"]) == ("s.jain", 1, 2)
    assert counts.by_operator(Scope(None, frozenset({OWN})), Days(today, today)) == []
    every = signed_in(Role.MONITOR, departments=("*",))
    assert rows_of(every.get(reverse("days") + "?table=operators&format=csv"))[1][1] == "s.jain"
    assert "s.jain" in every.get(reverse("days")).content.decode()
    assert "s.jain" not in signed_in(Role.REVIEWER).get(reverse("days")).content.decode()


def test_scanners_are_counted_by_day_and_what_no_scan_tells_is_not_lost(
    archive: Batch, signed_in: Callable[..., Client]
) -> None:
    Batch.objects.filter(pk=archive.pk).update(received=5, devices={"FUJITSU fi-7160": 2, "": 1})
    today = timezone.localdate()
    rows = counts.by_device(EVERYTHING, Days(today, today))
    assert [(row["device"], row["scans"]) for row in rows] == [("", 3), ("FUJITSU fi-7160", 2)]
    assert counts.by_device(Scope(None, frozenset({OWN})), Days(today, today)) == []
    assert "fi-7160" not in signed_in(Role.REVIEWER).get(reverse("days")).content.decode()


@pytest.mark.parametrize(
    "path", ["/file/%00/", "/batch/x%00/", "/review/?reason=%00", "/audit/?who=%00", "/?office=%00"]
)
def test_a_sign_that_no_database_takes_leads_to_nothing(
    path: str, signed_in: Callable[..., Client]
) -> None:
    answer = signed_in(Role.DEPARTMENT_ADMIN).get(path)
    assert answer.status_code == 404


def test_older_batches_stand_on_further_pages(
    own: PhysicalFile, signed_in: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.views.progress.BATCHES_A_PAGE", 1)
    older = Batch.objects.create(
        label="पुराना बस्ता",
        office="katni",
        source="/s",
        source_key="1" * 64,
        created_at=own.batch.created_at - timedelta(days=1),
    )
    PhysicalFile.objects.filter(department_code="REVENUE").update(batch=older, department_code=OWN)
    browser = signed_in(Role.REVIEWER)
    first = browser.get(reverse("progress")).content.decode()
    assert ("बस्ता ७" in first, "पुराना बस्ता" in first, "?page=2" in first) == (True, False, True)
    second = browser.get(reverse("progress") + "?page=2&office=katni").content.decode()
    assert ("बस्ता ७" in second, "पुराना बस्ता" in second) == (False, True)
    assert "?page=1&amp;office=katni" in second
