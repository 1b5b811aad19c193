"""Logs say which page, which step, how long; never what stands on it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.logs import JsonLines, set_up_logging
from config.settings import read_settings
from errors import ServiceUnreachable
from pipeline.journal import about


@pytest.fixture(autouse=True)
def _loggers_as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    yield
    for handler in set(root.handlers) - set(handlers):
        handler.close()
    root.handlers, root.level = handlers, level


def lines_of(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_a_line_bears_the_ids_of_the_work_it_was_written_in(tmp_path: Path) -> None:
    set_up_logging(read_settings(home=tmp_path))
    (tmp_path / "logs").mkdir()
    log = logging.getLogger("abhilekh.test")
    with about(batch="b1", file="f1"):
        with about(page="p1"):
            log.info("read", extra={"facts": {"seconds": 0.5}})
        log.info("assembled")
    log.info("idle")
    first, second, third = lines_of(tmp_path / "logs" / "worker.log")
    assert (first["batch"], first["file"], first["page"]) == ("b1", "f1", "p1")
    assert (first["event"], first["seconds"], first["level"]) == ("read", 0.5, "info")
    assert "page" not in second and second["file"] == "f1"
    assert "batch" not in third


def test_what_libraries_say_is_told_without_their_words(tmp_path: Path) -> None:
    set_up_logging(read_settings(home=tmp_path))
    (tmp_path / "logs").mkdir()
    logging.getLogger("pdfminer").warning("Cannot parse %r", "गोपनीय पत्र")
    logging.getLogger("urllib3").warning("Retrying /bucket/x?X-Amz-Signature=s3cret")
    text = (tmp_path / "logs" / "worker.log").read_text(encoding="utf-8")
    assert "गोपनीय" not in text and "s3cret" not in text
    assert [line["library"] for line in lines_of(tmp_path / "logs" / "worker.log")] == [
        "pdfminer",
        "urllib3",
    ]


def test_an_error_is_told_by_its_sentence_without_names_and_words() -> None:
    def line_of(error: Exception) -> str:
        try:
            raise error
        except type(error) as raised:
            info = (type(raised), raised, raised.__traceback__)
        record = logging.LogRecord("abhilekh", logging.ERROR, "x", 1, "failed", (), info)
        return JsonLines().format(record)

    ours = line_of(
        ServiceUnreachable(
            "The store at {endpoint} has no {key}.", endpoint="s3:1", key="राम प्रसाद.tif"
        )
    )
    assert "राम" not in ours
    assert json.loads(ours)["said"] == "The store at {endpoint} has no {key}."
    assert json.loads(ours)["endpoint"] == "s3:1"
    strange = line_of(ValueError("राम प्रसाद"))
    assert "राम" not in strange and "ValueError" in strange


def test_a_container_gets_its_log_on_standard_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    set_up_logging(read_settings(home=tmp_path, log="stderr"))
    logging.getLogger("abhilekh.test").info("started")
    assert json.loads(capsys.readouterr().err)["event"] == "started"
    assert list(tmp_path.iterdir()) == []
