"""Every text for people exists in Hindi, and the right words come out in either language."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from string import Formatter

import polib
import pytest

import lang
from config.settings import read_settings
from errors import AbhilekhError, InputRejected, ServiceUnreachable, WrongUsage
from lang import say
from records import reasons
from tests import texts
from tests.texts import Texts, placeholders

DEVANAGARI = re.compile(r"[\u0904-\u0939]")
# What is typed as it stands: names of settings, commands, options, addresses, file names.
TYPED = re.compile(
    r"ABHILEKH_[A-Z_]*|--[a-z]+|abhilekh (?:doctor|store verify|batch [a-z]+)|sudo .*|"
    r"(?:apt|pip) install [\w-]+|\w+:/\S+|\w+\.(?:csv|toml)|\?region=…|\b[A-Z]{3,}(?!-)\b|'path'"
)
# Words that Hindi says with its own letters.
SAID_IN_HINDI = {"DPI", "RAR", "ZIP", "OPTIONS", "COMMAND", "ARGS"}


@pytest.fixture(autouse=True)
def _silence_after() -> Iterator[None]:
    lang.prefer("en")
    yield
    lang.use(None)
    lang.prefer("en")


@pytest.fixture(scope="module")
def everything() -> Texts:
    return texts.all_texts()


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return texts.written()


def test_every_text_for_people_has_hindi_words(everything: Texts, catalogue: polib.POFile) -> None:
    hindi = {entry.msgid: entry.msgstr for entry in catalogue}
    mute = [text for text in everything.where if not DEVANAGARI.search(hindi.get(text, ""))]
    assert not mute, "add them to locale/hi/abhilekh.po; python -m tests.texts makes the entries"


def test_the_finder_can_follow_every_text_to_its_words(everything: Texts) -> None:
    assert not everything.unfollowed, "say() and errors take literal sentences, or constants"


def test_the_finder_sees_texts_of_every_room(everything: Texts) -> None:
    rooms = Counter(place.split("/")[0] for places in everything.where.values() for place in places)
    for room in ("cli.py", "terminal", "classify", "config", "ingest", "ocr", "pipeline"):
        assert rooms[room], room
    for known in ("Page {page} needs a look: {words}", "the path is missing", "HEIF picture"):
        assert known in everything.where


def test_hindi_names_the_same_facts_as_english(catalogue: polib.POFile) -> None:
    for entry in catalogue.translated_entries():
        assert placeholders(entry.msgstr) == placeholders(entry.msgid), entry.msgid


def test_what_people_type_is_the_same_in_hindi(catalogue: polib.POFile) -> None:
    for entry in catalogue.translated_entries():
        typed = set(TYPED.findall(entry.msgid)) - SAID_IN_HINDI
        lost = [word for word in typed if word.rstrip(".,;") not in entry.msgstr]
        assert not lost, entry.msgid


def test_the_catalogue_is_sound_and_holds_nothing_stale(
    everything: Texts, catalogue: polib.POFile
) -> None:
    assert catalogue.metadata["Language"] == "hi"
    assert catalogue.metadata["Content-Type"] == "text/plain; charset=UTF-8"
    assert [entry.msgid for entry in catalogue] == list(everything.where), "python -m tests.texts"
    assert not [entry.msgid for entry in catalogue if entry.obsolete or entry.fuzzy]
    assert all(unicodedata.is_normalized("NFC", entry.msgstr) for entry in catalogue)


def test_a_full_stop_is_a_danda_in_hindi(catalogue: polib.POFile) -> None:
    for entry in catalogue.translated_entries():
        if entry.msgid.endswith(".") and not entry.msgid.endswith("..."):
            is_address = bool(TYPED.search(entry.msgstr.split()[-1]))
            assert entry.msgstr.endswith("।") or is_address, entry.msgid
        assert ". " not in entry.msgstr, entry.msgid


def test_what_has_no_hindi_words_is_said_in_english() -> None:
    lang.use("hi")
    assert say("A sentence of {who}.", who="tomorrow") == "A sentence of tomorrow."


def test_the_language_comes_from_the_command_then_the_environment_then_the_settings(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    assert lang.current() == "en"
    lang.prefer("hi")
    assert lang.current() == "hi"
    monkeypatch.setenv("ABHILEKH_LANG", "en")
    assert lang.current() == "en"
    monkeypatch.setenv("ABHILEKH_LANG", "hi_IN.UTF-8")
    assert lang.current() == "hi"
    assert say("Nothing was begun.") == "कोई काम शुरू नहीं हुआ।"
    lang.use("en")
    assert say("Nothing was begun.") == "Nothing was begun."
    lang.use(None)
    assert lang.current() == "hi"


def test_braces_in_a_file_name_stay_as_they_are() -> None:
    rejected = InputRejected(
        "{file} is empty: it has no bytes.", kept="The other scans go on.", file="{0}{page}}{x.tif"
    )
    kept = reasons.reason("unreadable", error=rejected.unspoken())
    for language in ("en", "hi"):
        lang.use(language)
        assert "{0}{page}}{x.tif" in str(rejected)
        assert "{0}{page}}{x.tif" in reasons.in_words(kept)


def test_a_fact_that_is_itself_words_is_said_in_hindi() -> None:
    error = ServiceUnreachable(
        "{file} could not be read: {reason}.", file="Permission denied", reason="Permission denied"
    )
    assert error.what == "Permission denied could not be read: Permission denied."
    lang.use("hi")
    assert error.what == "Permission denied पढ़ी नहीं जा सकी: अनुमति नहीं है।"


@pytest.mark.parametrize(
    ("setting", "value"),
    [("threads", "many"), ("threads", "65"), ("threads", "-1"), ("dpi", "fine"), ("dpi", "0")],
)
def test_why_a_setting_cannot_be_used_is_said_in_hindi(
    setting: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"ABHILEKH_{setting.upper()}", value)
    lang.use("hi")
    with pytest.raises(WrongUsage) as wrong:
        read_settings()
    assert not re.search(r"[a-z]{3}", wrong.value.what.replace(setting, ""))


def _kept(code: str) -> dict[str, object]:
    """A reason of this code with every fact it can name, as the tables would keep it."""
    inner = InputRejected(
        "Page {page} of {file} is damaged and cannot be read ({fault}).",
        kept="The scan as received; the other pages go on.",
        todo="Copy the file again from the scanner, or scan the sheet again.",
        page=3,
        file="घ {1}.tif",
        fault="OSError",
    )
    nested: dict[str | None, dict[str, object]] = {
        "what": {"error": inner.unspoken()},
        "todo": {},
        "words": {"because": [reasons.reason("lost_ink"), reasons.reason("turned_unsure")]},
    }
    facts: dict[str, object] = {}
    for _, name, _, _ in Formatter().parse(reasons.WORDS[code]):
        if name is not None:
            facts.update(nested.get(name, {name: f"<{name}>"}))
    return reasons.reason(code, **facts)


@pytest.mark.parametrize("code", reasons.WORDS)
def test_a_reason_kept_as_code_and_facts_is_said_in_both_languages(code: str) -> None:
    kept = json.loads(json.dumps(_kept(code)))
    lang.use("en")
    english = reasons.in_words(kept)
    assert english.isprintable()
    assert not DEVANAGARI.search(english.replace("घ {1}.tif", ""))
    lang.use("hi")
    hindi = reasons.in_words(kept)
    for fact in re.findall(r"<\w+>", english):
        assert fact in hindi
    words = re.sub(r"<\w+>|OSError|\.tif|PDF|DPI|PDF/A", "", hindi)
    assert DEVANAGARI.search(words)
    assert not re.search(r"[A-Za-z]{2,}", words), words


def test_a_reason_of_a_later_version_is_shown_by_its_code() -> None:
    assert reasons.in_words({"code": "seen_by_nobody_yet", "facts": {}}) == "seen_by_nobody_yet"


def test_an_error_told_by_another_process_is_said_in_the_language_of_this_one() -> None:
    error = ServiceUnreachable(
        "The disk cannot be written to: {why}.",
        kept="Every page that was finished before is kept.",
        todo="Free space, then type the same command again.",
        why="No space left on device",
    )
    told = json.loads(json.dumps(error.unspoken()))
    lang.use("hi")
    heard = AbhilekhError(told["what"], kept=told["kept"], todo=told["todo"], **told["facts"])
    assert str(heard) == (
        "डिस्क पर लिखा नहीं जा सका: डिस्क पर जगह नहीं बची। "
        "इससे पहले पूरे हुए सब पृष्ठ सुरक्षित हैं। जगह खाली करें, फिर वही आदेश दोबारा चलाएँ।"
    )
