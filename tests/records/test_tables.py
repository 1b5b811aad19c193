"""Tables and program fit together, or the program says so before it touches anything."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from config.app import migrate
from errors import ServiceUnreachable
from records.models import Batch

pytestmark = pytest.mark.django_db


def test_tables_of_a_newer_program_are_refused() -> None:
    MigrationRecorder(connection).record_applied("records", "9999_not_known_yet")
    with pytest.raises(ServiceUnreachable) as refused:
        migrate()
    assert "9999_not_known_yet" in refused.value.what


def test_tables_that_are_up_to_date_are_left_alone() -> None:
    before = set(MigrationRecorder(connection).applied_migrations())
    migrate()
    assert set(MigrationRecorder(connection).applied_migrations()) == before


def test_the_models_need_no_migration_that_is_not_written() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


def _tables_made(path: Path, *, one_by_one: bool) -> dict[str, set[tuple[object, ...]]]:
    """Columns, indexes and keys of a database of its own."""
    made = DatabaseWrapper({**connection.settings_dict, "OPTIONS": {}, "NAME": str(path)})
    executor = MigrationExecutor(made)
    executor.loader = MigrationLoader(made, replace_migrations=not one_by_one)
    leaves = [leaf for leaf in executor.loader.graph.leaf_nodes() if leaf[0] == "records"]
    executor.migrate([leaf for leaf in leaves if not (one_by_one and "squashed" in leaf[1])])
    found: dict[str, set[tuple[object, ...]]] = {}
    with made.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        for table in [name for (name,) in cursor.fetchall() if name.startswith("records_")]:
            columns = cursor.execute(f"PRAGMA table_info({table})").fetchall()
            keys = cursor.execute(f"PRAGMA foreign_key_list({table})").fetchall()
            indexes = cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = %s"
                " AND sql IS NOT NULL",
                [table],
            ).fetchall()
            found[table] = {tuple(c[1:]) for c in columns} | {tuple(k[2:]) for k in keys}
            found[table] |= set(indexes)
    made.close()
    return found


def test_a_new_database_is_made_at_once_as_one_that_grew(tmp_path: Path) -> None:
    grown = _tables_made(tmp_path / "grown.sqlite3", one_by_one=True)
    assert _tables_made(tmp_path / "new.sqlite3", one_by_one=False) == grown
    assert len(grown) > 10


def test_what_batches_done_before_an_upgrade_look_like_is_kept_for_days_after_it() -> None:
    now = timezone.now()
    batch = Batch.objects.create(
        label="a",
        office="katni",
        source="/a",
        source_key="0" * 64,
        state=Batch.State.DONE,
        created_at=now - timedelta(days=100),
    )
    upgrade = import_module("records.migrations.0016_leavings")
    upgrade.all_that_are_done_are_to_be_tidied(apps, None)
    batch.refresh_from_db()
    assert batch.leavings == Batch.Leavings.WORK
    assert batch.done_at is not None and batch.done_at >= now
