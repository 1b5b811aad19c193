"""Tables and program fit together, or the program says so before it touches anything."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder

from config.app import migrate
from errors import ServiceUnreachable

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
