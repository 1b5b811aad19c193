"""``batch.csv`` as offices and their spreadsheets write it."""

from __future__ import annotations

from pathlib import Path

import pytest

from errors import InputRejected
from ingest.declarations import read_declarations
from tests.ingest.makers import write

HEADER = (
    "path,file_number,subject,department,declared_pages,location,retention_class,computer_number"
)


def table(tmp_path: Path, content: bytes) -> Path:
    return write(tmp_path / "batch.csv", content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_every_way_a_spreadsheet_saves_it_is_read(
    tmp_path: Path, encoding: str, separator: str, ending: str
) -> None:
    lines = [HEADER.replace(",", separator)]
    lines.append(separator.join(["0001", "एफ 11-20/2014/1/9", "भूमि", "", "४२", "", "ख", "123"]))
    rows = read_declarations(table(tmp_path, (ending.join(lines) + ending).encode(encoding)))
    row = rows.of("0001")
    assert row is not None
    assert row.declared.file_number == "एफ 11-20/2014/1/9"
    assert row.declared.declared_pages == 42
    assert row.declared.department is None
    assert row.declared.retention_class == "ख"


def test_a_path_is_found_however_it_is_written(tmp_path: Path) -> None:
    rows = read_declarations(table(tmp_path, b"path,subject\n.\\Box\\A-1\\,x\n"))
    assert rows.of("box/a-1") is not None
    assert rows.of("box/a-2") is None


def test_columns_may_be_few_and_in_any_order(tmp_path: Path) -> None:
    rows = read_declarations(table(tmp_path, b'Subject,PATH\n"a, b",0001\n\n'))
    row = rows.of("0001")
    assert row is not None
    assert row.declared.subject == "a, b"


def test_columns_that_are_not_known_are_told(tmp_path: Path) -> None:
    rows = read_declarations(table(tmp_path, b"path,colour\n0001,green\n"))
    assert rows.strange_columns == ("colour",)


@pytest.mark.parametrize(
    ("content", "line", "reason"),
    [
        (b"file,subject\na,b\n", 1, "none of the columns 'path'"),
        (b"", 1, "none of the columns 'path'"),
        (b"path,path\na,b\n", 1, "twice"),
        (b"path,subject\na,b\na,c\n", 3, "two lines"),
        (b"path,declared_pages\na,many\n", 2, "whole number"),
        (b"path,declared_pages\na,-3\n", 2, "whole number"),
        (b"path,subject\n,b\n", 2, "path is missing"),
        (b"path,subject\na,b,c\n", 2, "more cells"),
        (b'path,subject\na,"b\n', 2, "do not pair"),
        (b"path,subject\na,\xff\xfe\n", 2, "UTF-8"),
    ],
)
def test_a_broken_table_is_rejected_with_its_line(
    tmp_path: Path, content: bytes, line: int, reason: str
) -> None:
    with pytest.raises(InputRejected) as told:
        read_declarations(table(tmp_path, content))
    assert reason in told.value.what
    assert f"line {line}:" in told.value.what
    assert told.value.kept
    assert "CSV UTF-8" in told.value.todo
