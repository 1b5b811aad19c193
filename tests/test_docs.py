"""Docs cannot drift: commands, settings and JSON fields are compared with the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import cli
from config.settings import described
from records import reads
from records.models import Batch, Page, PhysicalFile

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")


def _commands(group: click.Group, before: str = "abhilekh") -> Iterator[tuple[str, click.Command]]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, f"{before} {name}")
        else:
            yield f"{before} {name}", command


def test_the_command_list_is_the_programs() -> None:
    documented = set(re.findall(r"^\| `(abhilekh [a-z ]+?)(?: [A-Z…-].*?)?` \|", COMMANDS, re.M))
    assert documented == {name for name, _ in _commands(cli.main)}


def test_every_command_has_help_and_an_example() -> None:
    for name, command in _commands(cli.main):
        assert command.help, name
        assert command.epilog, name
        assert command.epilog.startswith(f"Example: {name}"), name


def test_every_listing_command_can_print_json() -> None:
    for name, command in _commands(cli.main):
        if name.split()[-1] in {"run", "list", "show", "verify", "doctor", "resume", "submit"}:
            assert any("--json" in parameter.opts for parameter in command.params), name


def test_the_settings_table_is_the_programs() -> None:
    documented = re.findall(r"^\| `(ABHILEKH_\w+)` \| (.*?) \| (.*?) \|$", COMMANDS, re.M)
    told = {name: (default.strip("`–"), meaning) for name, default, meaning in documented}
    real = {
        name: (default if default != "None" else "", meaning)
        for name, default, meaning in described()
    }
    assert told == real


@pytest.mark.django_db
def test_the_json_fields_are_the_programs() -> None:
    from django.utils import timezone

    batch = Batch.objects.create(label="x", office="o", source="s", created_at=timezone.now())
    file = PhysicalFile.objects.create(batch=batch, ordinal=1, source="f", state="open")
    Page.objects.create(batch=batch, file=file, sequence=1, source="p", state="received")
    report = reads.batch_report(batch)
    block = COMMANDS.split("## `batch show ID --json`")[1].split("```")[1]
    documented = set(re.findall(r'"(\w+)"', block))
    shown = (
        set(report)
        | set(report["batch"])
        | set(report["ledger"])
        | set(report["files"][0])
        | set(report["files"][0]["efile"])
        | set(report["files"][0]["pages"][0])
    )
    assert shown <= documented
    inner = {
        "frame",
        "source",
        "reason",
        "value",
        "confidence",
        "page",
        "bbox",
        "verbatim",
        "alternative",
        "why",
        "canonical",
        "rule",
        "numbered",
        "jumps",
        "words",
        "version",
        "deposited_at",
        "objects",
        "key",
        "role",
        "media_type",
        "sha256",
        "size_bytes",
        "file_number",
        "subject",
        "department",
        "date",
        "document_type",
        *("class", "latin", "destroyed", "written", "origin"),
        *("kind", "names", "pages", "code"),
    }
    assert documented <= shown | inner


@pytest.mark.parametrize(
    "page", ["README.md", *(f"docs/{p.name}" for p in (ROOT / "docs").glob("*.md"))]
)
def test_links_between_documents_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", text):
        assert ((ROOT / page).parent / target).exists(), target


def test_every_make_target_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for page in [ROOT / "README.md", *(ROOT / "docs").rglob("*.md")]:
        for target in re.findall(r"\bmake ([a-z-]+)\b", page.read_text(encoding="utf-8")):
            assert re.search(rf"^{target}:", makefile, re.M), f"{page.name}: make {target}"
