"""The register from import to link: repeated, broken off, late, and overruled by a person."""

from __future__ import annotations

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from classify.efile import Match
from classify.rulebook import load_rules
from errors import InputRejected, WrongUsage
from pipeline import admit, export, link, register, search
from pipeline.app import App
from records import reads
from records.models import Batch, LedgerEvent, PhysicalFile
from records.register import (
    FileLink,
    RegisterChange,
    RegisterEntry,
    RegisterImport,
    RegisterPosting,
    RegisterWord,
)
from storage.manifest import read_manifest
from tests.conftest import written_scan
from tests.engines import ScriptedEngine
from tests.pipeline.steps import report_of, settle

pytestmark = pytest.mark.django_db

HEAD = "Computer Number,File Number,Subject,Department,Opened Date,Rack,Class"
NUMBER = "एफ 11-20/2014/1/9"
SUBJECT = "ग्राम पिपरिया की शासकीय भूमि पर अतिक्रमण"
ROWS = (
    f"1001,{NUMBER},{SUBJECT},राजस्व विभाग,04.06.2014,R-7,ख",
    "1002,क्र./4521/स्था./2017,रिक्त पदों की पूर्ति,सामान्य प्रशासन विभाग,01.01.2017,,",
    "1003,12/अ-6/2015-16,खण्डवा नामांतरण,राजस्व विभाग,01.01.2016,,",
)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "efiles.csv"
    path.write_text("\n".join([HEAD, *ROWS]), encoding="utf-8")
    return path


@pytest.fixture
def batch(app: App, tmp_path: Path) -> Batch:
    """Two files; the list says the number and subject of the first."""
    written_scan(tmp_path / "scans" / "a" / "1.png", mark=1)
    written_scan(tmp_path / "scans" / "b" / "1.png", mark=2)
    (tmp_path / "scans" / "batch.csv").write_text(
        f"path,file_number,subject\na,{NUMBER},{SUBJECT}\nb,एफ 9-9/1999/9/9,और कुछ\n",
        encoding="utf-8",
    )
    return admit.run(app, tmp_path / "scans")


def _counts(done: dict[str, Any]) -> tuple[int, ...]:
    return tuple(done["import"][name] for name in ("added", "changed", "unchanged", "skipped"))


def _efiles(batch: Batch) -> list[tuple[str, str | None]]:
    files = report_of(batch)["files"]
    return [(file["efile"]["match"], file["efile"]["computer_number"]) for file in files]


def _events(file: PhysicalFile) -> list[tuple[str, dict[str, Any]]]:
    rows = LedgerEvent.objects.filter(file_id=file.pk, type="metadata modification")
    return [(event.outcome, event.facts) for event in rows.order_by("id")]


def test_the_same_table_twice_changes_nothing(app: App, table: Path) -> None:
    assert _counts(register.run(app, table)) == (3, 0, 0, 0)
    before = (
        RegisterPosting.objects.count(),
        set(RegisterWord.objects.values_list("text", "rows")),
    )
    assert _counts(register.run(app, table)) == (0, 0, 3, 0)
    assert RegisterEntry.objects.count() == 3
    after = (RegisterPosting.objects.count(), set(RegisterWord.objects.values_list("text", "rows")))
    assert after == before
    assert not RegisterChange.objects.exists()


def test_a_changed_row_is_updated_and_keeps_its_history(app: App, table: Path) -> None:
    register.run(app, table)
    table.write_text("\n".join([HEAD, ROWS[0].replace("पिपरिया", "खितौली"), *ROWS[1:]]), "utf-8")
    assert _counts(register.run(app, table)) == (0, 1, 2, 0)
    assert "खितौली" in RegisterEntry.objects.get(computer_number="1001").subject
    (change,) = RegisterChange.objects.all()
    assert change.before == {"subject": SUBJECT}
    assert [one["computer_number"] for one in search.run(app, "खितौली")] == ["1001"]
    assert not search.run(app, "पिपरिया")
    assert RegisterWord.objects.get(text__startswith="पिपरि").rows == 0


def test_a_table_that_breaks_off_leaves_nothing_behind(
    app: App, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(register, "ROWS_AT_ONCE", 1)
    table.write_text("\n".join([HEAD, *ROWS, '1004,"1/2014,never closed']), "utf-8")
    with pytest.raises(InputRejected):
        register.run(app, table, rejects=table.with_name("rejects.csv"))
    assert not RegisterEntry.objects.exists()
    assert not RegisterWord.objects.exists()
    assert not RegisterImport.objects.exists()
    assert {path.name for path in table.parent.iterdir()} <= {"efiles.csv", "work", "store"}


def test_a_repeated_computer_number_counts_once_and_is_told(
    app: App, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = [HEAD, *ROWS, ROWS[1], ROWS[2].replace("खण्डवा", "कटनी")]
    table.write_text("\n".join(lines), "utf-8")
    for at_once in (2_000, 1):
        monkeypatch.setattr(register, "ROWS_AT_ONCE", at_once)
        done = register.run(app, table)
        assert [(one["row"], one["code"]) for one in done["skipped"]] == [
            (5, "repeated"),
            (6, "contradicted"),
        ]
        assert done["import"]["rows"] == 5
    assert RegisterEntry.objects.get(computer_number="1003").subject == "खण्डवा नामांतरण"
    assert not RegisterChange.objects.exists()


def test_skipped_rows_can_be_mended_in_the_rejects_and_imported_from_there(
    app: App, table: Path
) -> None:
    rejects = table.with_name("rejects.csv")
    table.write_text("\n".join([HEAD, ROWS[0], ",एफ 2-7/1989/1/9,-2+3 मद,,,,"]), "utf-8")
    assert _counts(register.run(app, table, rejects=rejects)) == (1, 0, 0, 1)
    with rejects.open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["Row"] == "3"
    assert row["Subject"] == "'-2+3 मद", "a table program must not compute it"
    mended = rejects.read_text("utf-8").replace(",,एफ", ",1009,एफ")
    rejects.write_text(mended, "utf-8")
    assert _counts(register.run(app, rejects)) == (1, 0, 0, 0)
    assert RegisterEntry.objects.get(computer_number="1009").subject == "-2+3 मद"


def test_the_register_itself_is_never_overwritten_with_its_rejects(app: App, table: Path) -> None:
    before = table.read_bytes()
    with pytest.raises(WrongUsage):
        register.run(app, table, rejects=table)
    assert table.read_bytes() == before
    with pytest.raises(WrongUsage):
        register.run(app, table.with_name("none.csv"))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("1002", "1002"),
        ("१००२", "1002"),
        ("एफ ११-२०/२०१४/१/९", "1001"),
        ("क्रमांक एफ 11 - 20 / 2014", "1001"),
        ("11-20/2014", "1001"),
        ("एफ 1l-2O/2014/1/9", "1001"),
        ("F 11-26/2014/1/9", "1001"),
        ("4521/स्था", "1002"),
        ("4521", "1002"),
        ("खंडवा", "1003"),
        ("नामांत", "1003"),
        ("अतिकमण भूमि", "1001"),
        ("12/अ-6/2015-16", "1003"),
        ("राजस्व नामांतरण", "1003"),
    ],
)
def test_an_efile_is_found_however_it_is_asked_for(
    app: App, table: Path, typed: str, first: str
) -> None:
    register.run(app, table)
    found = search.run(app, typed)
    assert found[0]["computer_number"] == first
    assert all(0 < one["score"] <= 1 for one in found)


@pytest.mark.parametrize(
    "typed", ["", "   ", "%_*'\"", "के", "zzzz", "\0", "7\0/1850", "9" * 400, "x" * 5_000]
)
def test_what_is_nowhere_finds_nothing_and_breaks_nothing(
    app: App, table: Path, typed: str
) -> None:
    register.run(app, table)
    assert search.run(app, typed) == []


def test_without_a_register_no_file_waits_for_one(app: App, batch: Batch) -> None:
    settle(app, batch)
    assert _efiles(batch) == [("none", None)] * 2
    assert not any("efile" in str(file.reasons) for file in PhysicalFile.objects.all())


def test_a_file_is_linked_while_it_is_described_and_the_manifest_says_so(
    app: App, batch: Batch, table: Path
) -> None:
    register.run(app, table)
    settle(app, batch)
    assert _efiles(batch) == [("exact", "1001"), ("none", None)]
    linked, lost = report_of(batch)["files"]
    assert linked["efile"]["register"]["location"] == "R-7"
    assert linked["efile"]["register"]["retention_class"] == "ख"
    assert "efile_none" in lost["reason_codes"]
    (key,) = [o["key"] for o in linked["deposit"]["objects"] if o["role"] == "manifest"]
    manifest = read_manifest(app.store.read_bytes(key))
    assert manifest.efile["computer_number"] == "1001"
    (event,) = _events(PhysicalFile.objects.get(source="a"))
    assert event[0] == "exact"
    assert event[1]["by"] == app.software


def test_a_register_that_comes_later_links_what_was_scanned_before(
    app: App, batch: Batch, table: Path
) -> None:
    settle(app, batch)
    keys = {stored.key: app.store.sha256(stored.key) for stored in app.store.list("")}
    register.run(app, table)
    assert link.again(app) == {"exact": 1, "probable": 0, "ambiguous": 0, "none": 1}
    assert _efiles(batch) == [("exact", "1001"), ("none", None)]
    assert link.again(app)["exact"] == 0
    now = {stored.key: app.store.sha256(stored.key) for stored in app.store.list("")}
    assert now == keys, "a deposited version never changes"
    assert not any("efile" in str(file.reasons) for file in PhysicalFile.objects.all())


def test_the_answer_of_eoffice_lets_a_file_go_that_waited_only_for_it(
    app: App, batch: Batch, table: Path
) -> None:
    register.run(app, table)
    settle(app, batch)
    file = PhysicalFile.objects.get(source="b")
    PhysicalFile.objects.filter(pk=file.pk).update(reasons=[{"code": "efile_none", "facts": {}}])
    assert file.state == "in_review"
    answer = table.with_name("answer.csv")
    answer.write_text(f"{HEAD}\n2001,एफ 9-9/1999/9/9,और कुछ,,,,\n", "utf-8")
    register.run(app, answer)
    assert link.again(app)["exact"] == 1
    file.refresh_from_db()
    assert (file.state, file.reasons, file.version) == ("deposited", [], 1)
    assert report_of(batch)["ledger"]["unexplained"] == 0


def test_a_person_links_and_unlinks_and_no_rule_overrules_it(
    app: App, batch: Batch, table: Path
) -> None:
    register.run(app, table)
    settle(app, batch)
    a = PhysicalFile.objects.get(source="a")
    told = link.undo(app, a.pk[:20].lower(), by="R. Patel")
    assert told["efile"]["match"] == "none"
    assert told["reason_codes"][-1] == "efile_unlinked"
    assert told["state"] == "in_review"
    link.again(app)
    assert _efiles(batch)[0] == ("none", None)
    told = link.by_hand(app, a.pk, "१००३", by="R. Patel")
    assert (told["efile"]["match"], told["efile"]["by"]) == ("exact", "R. Patel")
    assert "efile_unlinked" not in told["reason_codes"]
    outcomes = [
        (outcome, facts["computer_number"]) for outcome, facts in _events(a) if "by" in facts
    ]
    assert outcomes == [("exact", "1001"), ("none", None), ("exact", "1003")]
    assert [facts["before"] for _, facts in _events(a) if "by" in facts] == [None, "1001", None]
    assert reads.ledger_of(Batch.objects.get(pk=batch.pk))["unexplained"] == 0


def test_a_link_by_hand_stays_when_the_file_is_opened_again(
    app: App, batch: Batch, table: Path, tmp_path: Path
) -> None:
    register.run(app, table)
    settle(app, batch)
    a = PhysicalFile.objects.get(source="a")
    link.undo(app, a.pk, by="R. Patel")
    written_scan(tmp_path / "scans" / "a" / "2.png", mark=3)
    settle(app, admit.run(app, tmp_path / "scans"))
    shown = report_of(batch)["files"][0]
    assert shown["efile"]["match"] == "none"
    assert "efile_unlinked" in shown["reason_codes"]
    assert shown["deposit"]["version"] == 2


def test_what_cannot_be_linked_by_hand_is_refused(app: App, batch: Batch, table: Path) -> None:
    register.run(app, table)
    settle(app, batch)
    b = PhysicalFile.objects.get(source="b")
    for refused in (
        lambda: link.by_hand(app, b.pk, "9999", by="x"),
        lambda: link.by_hand(app, b.pk, "none", by="x"),
        lambda: link.by_hand(app, "01ZZZZ", "1001", by="x"),
        lambda: link.undo(app, b.pk, by="x"),
    ):
        with pytest.raises(WrongUsage):
            refused()
    assert not FileLink.objects.filter(by_hand=True).exists()


def test_candidates_of_a_file_that_is_not_certain_come_with_their_reasons(
    app: App, table: Path
) -> None:
    twin = ROWS[0].replace("1001", "1005", 1)
    table.write_text("\n".join([HEAD, *ROWS, twin]), "utf-8")
    register.run(app, table)
    metadata = {
        "file_number": {"canonical": "F11-20/2014/1/9", "confidence": 0.9},
        "subject": {"value": SUBJECT},
    }
    found = link.look_up(load_rules(), metadata, {})
    assert found is not None
    assert found.match is Match.AMBIGUOUS
    assert [one.efile.computer_number for one in found.ranked] == ["1001", "1005"]
    assert all(one.why for one in found.ranked)


def test_the_index_of_an_export_comes_back_with_computer_numbers_and_closes_the_loop(
    app: App, batch: Batch, table: Path, tmp_path: Path
) -> None:
    settle(app, batch)
    PhysicalFile.objects.all().update(state="deposited", reasons=[])
    export.run(app, batch, tmp_path / "out")
    with (tmp_path / "out" / "index.csv").open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert [row["computer_number"] for row in rows] == ["", ""]
    answer = tmp_path / "answer.csv"
    with answer.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        for number, row in enumerate(rows, start=7001):
            writer.writerow({**row, "computer_number": str(number), "location": "R-9"})
    assert _counts(register.run(app, answer)) == (2, 0, 0, 0)
    assert link.again(app)["exact"] == 2
    assert _efiles(batch) == [("exact", "7001"), ("exact", "7002")]
    export.run(app, Batch.objects.get(pk=batch.pk), tmp_path / "again")
    with (tmp_path / "again" / "index.csv").open(encoding="utf-8-sig", newline="") as stream:
        told = [(row["computer_number"], row["location"]) for row in csv.DictReader(stream)]
    assert told == [("7001", "R-9"), ("7002", "R-9")]


def test_the_register_sets_the_century_of_a_year_of_two_digits(
    make_app: Callable[..., App], tmp_path: Path
) -> None:
    text = ("मध्यप्रदेश शासन", "राजस्व विभाग", "क्रमांक 452/12-3/28 दिनांक 4/6/28", f"विषय:- {SUBJECT}")
    app = make_app(read_by=ScriptedEngine(*text))
    (tmp_path / "efiles.csv").write_text(
        f"{HEAD}\n1001,452/12-3/28,{SUBJECT},राजस्व विभाग,01.02.1928,,\n", "utf-8"
    )
    register.run(app, tmp_path / "efiles.csv")
    written_scan(tmp_path / "scans" / "a" / "1.png", mark=1)
    batch = admit.run(app, tmp_path / "scans")
    settle(app, batch)
    (file,) = report_of(batch)["files"]
    assert file["efile"]["computer_number"] == "1001"
    assert file["metadata"]["date"]["value"] == "1928-06-04"
