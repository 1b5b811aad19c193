"""The program as an operator meets it on a terminal, in English and Hindi."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import pytest
from click.testing import CliRunner

import cli
import lang
from errors import AbhilekhError
from terminal.errors import print_error, print_unexpected
from terminal.tables import print_batches
from tests.conftest import written_scan

ROOT = Path(__file__).resolve().parent.parent
LONG_S = 90.0
PARTS = {
    "en": ("What happened: ", "What was kept: ", "What to do: "),
    "hi": ("क्या हुआ: ", "क्या सुरक्षित है: ", "क्या करें: "),
}
HEAVY = ("django", "cv2", "numpy", "tesserocr", "PIL", "pikepdf", "pydantic", "dramatiq", "rich")
UNKNOWN_ID = "01ZZZZZZZZZZZZZZZZZZZZZZZZ"
# What stays in Latin letters in Hindi help: what is typed, and the names of things.
TYPED = re.compile(
    r"--?[a-z]+\b|\b(?:batch|page|report)\.(?:csv|jpg|gt\.txt|md|json)\b|\[[a-z|]+\]|\babhilekh\b"
    r"|\b[A-Z][A-Z/_:]+\b|\bN\b|\bDjango\b|\b(?:py)?tesse(?:rocr|ract)\b|\bown\b"
)


@pytest.fixture(autouse=True)
def _in_no_language_in_particular() -> Iterator[None]:
    before = sys.excepthook
    yield
    sys.excepthook = before
    lang.use(None)
    lang.prefer("en")


@dataclass(frozen=True)
class Said:
    """What a run of the program printed, and how it ended."""

    code: int
    out: str
    err: str

    def in_three_parts(self, language: str) -> bool:
        """Whether standard error holds just the three lines of an error."""
        lines = self.err.rstrip("\n").split("\n")
        return len(lines) == 3 and all(
            line.startswith(part) and len(line) > len(part)
            for line, part in zip(lines, PARTS[language], strict=True)
        )


@dataclass(frozen=True)
class Desk:
    """A home to work in, and the program in a process of its own."""

    folder: Path

    def types(self, *words: str, **environment: str) -> Said:
        """Run ``abhilekh`` with these words."""
        known = {k: v for k, v in os.environ.items() if not k.startswith("ABHILEKH_")}
        ours = {
            "ABHILEKH_HOME": str(self.folder / "home"),
            "ABHILEKH_OCR_ENGINE": "tests.engines:ScriptedEngine",
            "PYTHONPATH": str(ROOT),
            "TMPDIR": str(self.folder),
        }
        ended = subprocess.run(
            [sys.executable, "-m", "cli", *words],
            capture_output=True,
            text=True,
            timeout=LONG_S,
            cwd=self.folder,
            env={**known, **ours, **environment},
        )
        return Said(ended.returncode, ended.stdout, ended.stderr)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    return Desk(tmp_path_factory.mktemp("desk"))


@pytest.fixture(scope="module")
def done(desk: Desk) -> Said:
    """A run, in Hindi, on files whose names try to style or break the terminal."""
    for mark, name in enumerate(("[bold red]x[bold]", "two\nlines", "esc\x1b[31m", "नस्ती {7}")):
        written_scan(desk.folder / "scans" / name / "1.png", mark=mark)
    (desk.folder / "scans" / "two\nlines" / "2.tif").write_bytes(b"")
    return desk.types("--lang", "hi", "run", "scans", "--label", "[blink]बैच[/]")


def _commands(group: click.Group, *before: str) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield before, group
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from _commands(command, *before, name)
        elif command.context_settings.get("help_option_names") != []:  # Django helps itself
            yield (*before, name), command


COMMANDS = list(_commands(cli.main))


def _typed(*words: str) -> Said:
    ended = CliRunner().invoke(cli.main, words, prog_name="abhilekh")
    assert ended.exception is None or isinstance(ended.exception, SystemExit)
    return Said(ended.exit_code, ended.stdout, ended.stderr)


@pytest.mark.parametrize(("words", "command"), COMMANDS, ids=[" ".join(w) for w, _ in COMMANDS])
def test_every_command_explains_itself_in_english_and_in_hindi(
    words: tuple[str, ...], command: click.Command
) -> None:
    english = _typed(*words, "--help")
    assert english.code == 0
    assert english.out.startswith(f"Usage: {' '.join(('abhilekh', *words))} ")
    hindi = _typed("--lang", "hi", *words, "--help")
    assert hindi.code == 0
    assert hindi.out.startswith(f"प्रयोग: {' '.join(('abhilekh', *words))} ")
    body = hindi.out.split("\n", 1)[1].split("उदाहरण: ")[0]
    names = "|".join(getattr(command, "commands", ["run"]))
    left = re.findall(r"[A-Za-z]+", re.sub(rf"^  ({names})\b", "", TYPED.sub("", body), flags=re.M))
    assert not left, "English is left in the Hindi help"
    lang.use(None)
    assert _typed(*words, "--help") == english


def test_the_example_of_every_command_stands_under_its_help() -> None:
    for words, command in COMMANDS:
        if command.epilog:
            example = command.epilog.removeprefix("Example: ")
            said = _typed("--lang", "hi", *words, "--help").out
            assert " ".join(f"उदाहरण: {example}".split()) in " ".join(said.split())


WRONG = (
    ("run",),
    ("run", "--dpi", "fine", "x"),
    ("run", "--label"),
    ("run", "--profile", "tiny", "x"),
    ("run", "a", "b"),
    ("run", "--strange", "x"),
    ("rnu", "x"),
    ("batch", "shw"),
    ("--lang", "hi"),
    ("store", "get", "x"),
    ("batch", "list", "--json=3"),
)


@pytest.mark.parametrize("language", ["en", "hi"])
@pytest.mark.parametrize("words", WRONG, ids=" ".join)
def test_a_wrong_command_line_is_refused_in_three_parts(
    words: tuple[str, ...], language: str
) -> None:
    said = _typed("--lang", language, *[word for word in words if word not in ("--lang", "hi")])
    assert said.code == 2
    assert not said.out
    assert said.in_three_parts(language), said.err
    if language == "hi":
        what = re.sub(r"'[^']*'|: [ab]\b|\(float\)", "", said.err.split("\n")[0])
        assert not re.findall(r"[A-Za-z]{2,}", what), what


def test_without_a_command_the_help_is_shown() -> None:
    said = _typed()
    assert "Usage: abhilekh" in said.out + said.err
    assert said.code == 2


def test_the_version_is_one_line() -> None:
    assert re.fullmatch(r"abhilekh \d+\.\d+\.\d+\n", _typed("--version").out)


@pytest.mark.parametrize("language", ["en", "hi"])
def test_help_starts_at_once_because_it_loads_nothing_heavy(language: str) -> None:
    code = (
        "import sys, time, cli\n"
        "try: cli.main(['--help'])\n"
        f"finally: print([m for m in {HEAVY!r} if m in sys.modules], time.process_time(),"
        " file=sys.stderr)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        env={**os.environ, "ABHILEKH_LANG": language},
    )
    assert ended.returncode == 0
    loaded, cpu_s = ended.stderr.rsplit(" ", 1)
    assert loaded == "[]"
    assert float(cpu_s) < 0.5


def test_an_empty_folder_is_refused_in_three_parts(desk: Desk) -> None:
    (desk.folder / "empty").mkdir(exist_ok=True)
    said = desk.types("run", "empty", ABHILEKH_LANG="hi")
    assert said.code == 3
    assert not said.out
    assert said.in_three_parts("hi"), said.err


def test_a_source_that_is_not_there_is_wrong_usage(desk: Desk) -> None:
    said = desk.types("run", "no\nsuch\x1b[31m")
    assert said.code == 2
    assert said.in_three_parts("en"), said.err
    assert "\x1b" not in said.err


def test_a_run_reports_its_files_in_the_language_asked_for(done: Said) -> None:
    assert done.code == 3, "one scan was empty"
    for word in ("नस्ती", "क्रमांक", "दिनांक", "स्थिति", "प्राप्त 5 =", "बिना हिसाब 0"):
        assert word in done.out
    assert "2.tif" in done.out
    names = r"two\\x0alines|\[bold|\S*(?:/store|access\.pdf)\S*"
    assert not re.findall(r"[a-z]{4,}", re.sub(names, "", done.out))


def test_names_neither_style_nor_break_the_table(done: Said) -> None:
    rows = [line for line in done.out.split("\n") if line.startswith("│")]
    assert len(rows) == 4
    assert "[bold red]x[bold]" in done.out
    assert "नस्ती {7}" in done.out
    assert any("two\\x0alines" in row for row in rows)
    assert "\x1b" not in done.out + done.err


def test_the_batch_list_shows_label_and_state_as_they_are(desk: Desk, done: Said) -> None:
    said = desk.types("--lang", "hi", "batch", "list")
    assert said.code == 0
    assert "[blink]बैच[/]" in said.out
    assert "पूर्ण" in said.out
    assert re.search(r"\d\d\.\d\d\.\d{4} \d\d:\d\d ", said.out)


def test_show_and_watch_of_a_known_batch_end_well(desk: Desk, done: Said) -> None:
    listed = desk.types("batch", "list", "--json")
    (batch,) = json.loads(listed.out)["batches"]
    shown = desk.types("batch", "show", batch["id"][:20].lower(), "--json")
    assert shown.code == 0
    assert json.loads(shown.out)["ledger"]["unexplained"] == 0
    watched = desk.types("batch", "watch", batch["id"])
    assert watched.code == 0
    assert "Pages read: 5/5" in watched.err


@pytest.mark.parametrize("words", [("batch", "show"), ("batch", "watch")], ids=" ".join)
def test_an_unknown_batch_is_wrong_usage(words: tuple[str, ...], desk: Desk, done: Said) -> None:
    said = desk.types("--lang", "hi", *words, UNKNOWN_ID)
    assert said.code == 2
    assert not said.out
    assert said.in_three_parts("hi"), said.err
    assert UNKNOWN_ID in said.err


def test_an_object_is_fetched_and_an_unknown_one_is_told_in_three_parts(
    desk: Desk, done: Said
) -> None:
    (key,) = re.findall(r"^  (\S+access\.pdf)$", done.out, re.M)[:1]
    got = desk.types("store", "get", key, "-o", "one.pdf")
    assert got.code == 0, got.err
    assert (desk.folder / "one.pdf").read_bytes().startswith(b"%PDF")
    said = desk.types("store", "get", "main/nothing/v1/access.pdf", "-o", "none.pdf")
    assert said.code == 2
    assert said.in_three_parts("en"), said.err
    assert not (desk.folder / "none.pdf").exists()


def test_verify_counts_what_it_read(desk: Desk, done: Said) -> None:
    said = desk.types("--lang", "hi", "store", "verify")
    assert said.code == 0, said.out + said.err
    assert re.search(r"^\d+ फ़ाइलें फिर से पढ़ी गईं; 0 गुम", said.out, re.M)
    assert len(said.err.split("\n")) < 5, "progress is told now and then"


def test_doctor_tells_people_and_programs_the_same(desk: Desk) -> None:
    said = desk.types("doctor", "--json")
    checks = json.loads(said.out)["checks"]
    missing = [check for check in checks if not check["ok"] and check["needed"]]
    assert said.code == (4 if missing else 0)
    assert all(check["mend"] for check in missing)
    told = desk.types("--lang", "hi", "doctor")
    assert told.code == said.code
    assert "अभिलेख भंडार" in told.out
    assert len(re.findall("^│", told.out, re.M)) >= len(checks)


def test_an_error_nobody_foresaw_is_told_in_three_parts_and_its_trace_is_kept(desk: Desk) -> None:
    said = desk.types("--lang", "hi", "doctor", ABHILEKH_OCR_ENGINE="tests.engines:broken")
    assert said.code == 1
    assert not said.out
    assert said.in_three_parts("hi"), said.err
    assert "Traceback" not in said.err
    (kept,) = re.findall(r"/\S+\.txt", said.err)
    assert "Traceback" in Path(kept).read_text(encoding="utf-8")


def test_a_trace_that_no_disk_takes_is_told_instead(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "gone"))
    try:
        raise ZeroDivisionError("{never}")
    except ZeroDivisionError as error:
        print_unexpected(ZeroDivisionError, error, None)
    said = Said(1, *capsys.readouterr())
    assert said.in_three_parts("en"), said.err
    assert "test_cli.py" in said.err


def test_the_language_can_be_written_down_in_the_settings_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "abhilekh.toml").write_text('lang = "hi"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("config.doctor.examine", lambda _settings: [])
    assert "क्या मिला" in _typed("doctor").out
    assert "how to mend it" in _typed("--lang", "en", "doctor").out


def test_ctrl_c_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_settings: object) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr("config.doctor.examine", interrupted)
    said = _typed("doctor")
    assert said.code == 130
    assert said.err == "Stopped. Type the same command again to go on.\n"


def test_an_error_cannot_steer_the_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    print_error(
        AbhilekhError("{x} came.", kept="{x}.", todo="{x}?", x="a\x1b[31m\nb\r\u2028क्\u200dष")
    )
    said = Said(1, *capsys.readouterr())
    assert said.in_three_parts("en"), said.err
    assert "a\\x1b[31m\\nb\\r\\u2028क्\u200dष came." in said.err


@pytest.fixture
def shown(capsys: pytest.CaptureFixture[str]) -> Callable[[list[dict[str, Any]]], str]:
    def show(batches: list[dict[str, Any]]) -> str:
        print_batches(batches)
        return capsys.readouterr().out

    return show


def test_a_label_cannot_break_the_list(shown: Callable[[list[dict[str, Any]]], str]) -> None:
    batch = {
        "id": "01J",
        "label": "a\n[red]b\x1b[2J",
        "office": "katni",
        "created_at": "2026-01-05T10:00:00+00:00",
        "files": 2,
        "state": "open",
    }
    said = shown([batch])
    assert "a\\n[red]b\\x1b[2J" in said
    assert len([line for line in said.split("\n") if "│" in line]) == 1
