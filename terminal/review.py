"""The commands of the review queue, for people who live in a terminal."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from errors import WrongUsage
from lang import say
from terminal.command import as_json, chosen_settings, opened, option, print_json, speaking
from terminal.speech import SpokenGroup
from terminal.tables import print_table
from terminal.text import one_line

if TYPE_CHECKING:
    from pipeline.decisions import Mark

FIELDS = {
    "file_number": "file number",
    "subject": "subject",
    "department": "department",
    "date": "date",
    "document_type": "kind of document",
}
KIND_WORDS = {
    "field": "corrected",
    "side": "moved to another side",
    "text": "text corrected",
    "mark": "marked",
    "accept": "accepted",
    "undo": "brought back",
    "entry": "keyed unseen",
    "move": "moved to another file",
}
MARKS = {
    "blank": "blank",
    "duplicate": "duplicate",
    "illegible": "nobody can read it",
    "scan_again": "to be scanned again",
    "turn": "turned",
}
by_option = option("--by", metavar="NAME", help="Who does it; default: the name of this login.")
note_option = option("--note", metavar="TEXT", default="", help="Why, in your own words.")
version_option = option(
    "--version",
    "seen_version",
    type=int,
    metavar="N",
    help="The version that you looked at; refused if somebody saved another one meanwhile.",
)


@click.group(cls=SpokenGroup)
def review() -> None:
    """Files that wait for a person: list, look, accept, correct."""


@review.command("list", epilog="Example: abhilekh review list --office katni")
@option("--office", metavar="CODE", help="Only files of this office.")
@option("--reason", "code", metavar="CODE", help="Only files with this reason (see --json).")
@option("--limit", type=int, default=50, metavar="N", help="Most rows shown.")
@as_json
def list_files(office: str | None, code: str | None, limit: int, as_json: bool) -> None:
    """Files that wait for a person; those first where a minute of work mends most."""
    with speaking(), opened(chosen_settings()):
        from records import review_reads

        found = review_reads.queue(office=office, code=code, limit=max(limit, 1))
        waiting = review_reads.waiting(office=office, code=code)
    if as_json:
        print_json({"files": found, "waiting": waiting})
        return
    rows = [
        [one["id"], one["source"], one["file_number"] or "–", " ".join(one["reasons"])]
        for one in found
    ]
    print_table([say(head) for head in ("Id", "File", "Number", "Why")], rows)
    click.echo(say("Files that wait for review: {count}.", count=waiting))


@review.command(epilog="Example: abhilekh review show 01J9Z3 --page 2")
@click.argument("file_id", metavar="ID")
@option("--page", type=int, metavar="N", help="Print the text of this page, one line a line.")
@as_json
def show(file_id: str, page: int | None, as_json: bool) -> None:
    """One file: what was found, why it waits, what people changed."""
    settings = chosen_settings()
    with speaking(), opened(settings):
        from config.app import build_app
        from pipeline import find
        from pipeline.review import lines_of
        from records import review_reads

        file = find.file(file_id)
        if page is not None:
            lines = lines_of(build_app(settings, holder="review show"), file, page)
            _print_lines(lines, as_json)
            return
        report = review_reads.review_report(file)
    if as_json:
        print_json(report)
    else:
        _print_file(report)


@review.command(epilog="Example: abhilekh review accept 01J9Z3 --by 'R. Patel'")
@click.argument("file_id", metavar="ID")
@by_option
@note_option
@version_option
@as_json
def accept(
    file_id: str, by: str | None, note: str, seen_version: int | None, as_json: bool
) -> None:
    """Say that the file is right as it stands; its next version is deposited so."""
    from pipeline.decisions import Decision

    _decide(
        file_id, (by, seen_version), as_json, lambda _app, _file: Decision(accept=True, note=note)
    )


@review.command(
    epilog="Example: abhilekh review correct 01J9Z3 --subject 'वेतन निर्धारण' --side 3=noting"
)
@click.argument("file_id", metavar="ID")
@option("--file-number", metavar="TEXT", help="The file number.")
@option("--subject", metavar="TEXT", help="The subject.")
@option("--department", metavar="TEXT", help="The department or office.")
@option("--date", metavar="DATE", help="The date, such as 04.06.1988.")
@option("--document-type", metavar="CODE", help="The kind of document, such as letter or order.")
@option("--side", "sides", multiple=True, metavar="PAGE=SIDE", help="The side a page belongs to.")
@option(
    "--text",
    "texts",
    multiple=True,
    metavar="PAGE=FILE",
    help="The page's text as it is printed by --page, corrected.",
)
@option("--blank", multiple=True, type=int, metavar="PAGE", help="A page with nothing on it.")
@option(
    "--duplicate",
    "duplicates",
    multiple=True,
    metavar="PAGE[=PAGE]",
    help="A page that another one shows too; which, if the program had not found it.",
)
@option("--illegible", multiple=True, type=int, metavar="PAGE", help="A page nobody can read.")
@option("--scan-again", multiple=True, type=int, metavar="PAGE", help="A sheet to scan once more.")
@option(
    "--turn",
    "turns",
    multiple=True,
    metavar="PAGE=DEGREES",
    help="Turn a page clockwise by 90, 180 or 270 degrees; it is read again.",
)
@option("--accept", "accepting", is_flag=True, help="Nothing else stands against the file.")
@by_option
@note_option
@version_option
@as_json
def correct(
    file_id: str, by: str | None, seen_version: int | None, as_json: bool, **said: Any
) -> None:
    """Correct what was found; the next version is deposited, the earlier ones stay."""
    from pipeline.decisions import Decision

    def decision(app: Any, file: Any) -> Decision:
        from pipeline.review import edits_of_text

        texts = {
            page: edits_of_text(app, file, page, _text_in(Path(name)))
            for page, name in _pairs(said["texts"], "--text")
        }
        return Decision(
            fields={name: said[name] for name in FIELDS if said[name] is not None},
            sides=dict(_pairs(said["sides"], "--side")),
            texts=texts,
            blank=frozenset(said["blank"]),
            marks=_marks(said),
            turns=_turns(said["turns"]),
            accept=said["accepting"],
            note=said["note"],
        )

    _decide(file_id, (by, seen_version), as_json, decision)


@review.command(epilog="Example: abhilekh review enter 01J9Z3 --number 'एफ 2-7/1989/1/9'")
@click.argument("file_id", metavar="ID")
@option("--number", metavar="TEXT", required=True, help="The file number, as it stands on paper.")
@by_option
@as_json
def enter(file_id: str, number: str, by: str | None, as_json: bool) -> None:
    """Key the number of a file unseen; when two people agree, its next version is deposited."""
    settings = chosen_settings()
    with speaking(), opened(settings):
        from config.app import build_app
        from pipeline import double_entry, find
        from pipeline import review as use_case
        from pipeline.decisions import Reviewer

        app = build_app(settings, holder="review enter")
        file = find.file(file_id)
        agreed = double_entry.enter(app, file, number, Reviewer(by or getpass.getuser()))
        if agreed:
            use_case.make_version(app, file)
    if as_json:
        print_json({"file": file.pk, "agreed": agreed})
    else:
        click.echo(say("Two people agree on the number.") if agreed else say("Kept."))


@review.command(epilog="Example: abhilekh review undo 01J9Z3 --to 1")
@click.argument("file_id", metavar="ID")
@option("--to", "to", type=int, required=True, metavar="N", help="The version to go back to.")
@by_option
@version_option
@as_json
def undo(file_id: str, to: int, by: str | None, seen_version: int | None, as_json: bool) -> None:
    """Bring back what an earlier version said, as a further version; nothing is thrown away."""
    settings = chosen_settings()
    with speaking(), opened(settings):
        from config.app import build_app
        from pipeline import find
        from pipeline import review as use_case
        from pipeline import undo as undoing
        from pipeline.decisions import Reviewer

        app = build_app(settings, holder="review undo")
        reviewer = Reviewer(by or getpass.getuser(), seen_version)
        file = undoing.run(app, find.file(file_id), to, reviewer)
        use_case.make_version(app, file)
        report = _report(file.pk)
    _tell(report, as_json)


def _decide(file_id: str, who: tuple[str | None, int | None], as_json: bool, decision: Any) -> None:
    settings = chosen_settings()
    with speaking(), opened(settings):
        from config.app import build_app
        from pipeline import find
        from pipeline import review as use_case
        from pipeline.decisions import Reviewer

        app = build_app(settings, holder="review")
        file = find.file(file_id)
        reviewer = Reviewer(who[0] or getpass.getuser(), who[1])
        use_case.decide(app, file, decision(app, file), reviewer)
        use_case.make_version(app, file)
        report = _report(file.pk)
    _tell(report, as_json)


def _report(file_id: str) -> dict[str, Any]:
    from pipeline import find
    from records import review_reads

    return review_reads.review_report(find.file(file_id))


def _tell(report: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(report)
        return
    _print_file(report)


def _pairs(said: Sequence[str], name: str) -> list[tuple[int, str]]:
    """``3=noting`` as ``(3, "noting")``.

    Raises:
        WrongUsage: not of that form.
    """
    pairs = []
    for one in said:
        page, sign, value = one.partition("=")
        if not (sign and value and page.strip().isdecimal()):
            raise WrongUsage(
                "{name} {said} is not a page with its value.",
                kept="Nothing was changed.",
                todo="Write the page's number, an equals sign and the value: 3=noting",
                name=name,
                said=one,
            )
        pairs.append((int(page), value))
    return pairs


def _marks(said: Mapping[str, Any]) -> dict[int, Mark]:
    """What is said of sheets, by page."""
    from pipeline.decisions import Mark
    from records.page_marks import PageMark

    marks = {page: Mark(PageMark.ILLEGIBLE) for page in said["illegible"]}
    marks |= {page: Mark(PageMark.SCAN_AGAIN) for page in said["scan_again"]}
    for one in said["duplicates"]:
        page, sign, of = one.partition("=")
        if not page.strip().isdecimal() or (sign and not of.strip().isdecimal()):
            raise WrongUsage(
                "{name} {said} names no pages.",
                kept="Nothing was changed.",
                todo="Write the page's number, or both with an equals sign between: 5=2",
                name="--duplicate",
                said=one,
            )
        marks[int(page)] = Mark(PageMark.DUPLICATE, int(of) if of else None)
    return marks


def _turns(said: Sequence[str]) -> dict[int, int]:
    turns = {}
    for page, degrees in _pairs(said, "--turn"):
        if not degrees.strip().isdecimal():
            raise WrongUsage(
                "A page cannot be turned by {said} degrees.",
                kept="Nothing was changed.",
                todo="Choose one of: {known}.",
                said=degrees,
                known="90, 180, 270",
            )
        turns[page] = int(degrees)
    return turns


def _text_in(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise WrongUsage(
            "{path} cannot be read as text: {why}.",
            kept="Nothing was changed.",
            todo="Save it as UTF-8 where this login can read it.",
            path=path,
            why=getattr(fault, "strerror", None) or say("it is not UTF-8"),
        ) from fault


def _print_lines(lines: Sequence[str], as_json: bool) -> None:
    if as_json:
        print_json({"lines": list(lines)})
    else:
        for line in lines:
            click.echo(one_line(line))


def _print_file(report: dict[str, Any]) -> None:
    file = report["file"]
    click.echo(f"{file['id']}  {one_line(file['source'])}")
    rows = []
    for name in FIELDS:
        found = file["metadata"].get(name) or {}
        sure = f"{100 * found['confidence']:.0f} %" if found else "–"
        rows.append([say(FIELDS[name]), found.get("value") or "–", sure, found.get("page") or "–"])
    print_table([say(head) for head in ("Field", "Value", "Certainty", "Page")], rows)
    for why in file["reasons"]:
        click.echo(f"  {one_line(why)}")
    for change in report["history"]:
        click.echo(f"  {_change_line(change)}")
    deposit = file["deposit"]
    if deposit:
        click.echo(say("Version {version} is deposited.", version=deposit["version"]))
    if file["state"] == "in_review":
        click.echo(say("The file still waits for review."))


def _change_line(change: dict[str, Any]) -> str:
    """One line of the history: when, who, what, from what to what."""
    what = [say(KIND_WORDS[change["kind"]])]
    if change["page"]:
        what.append(say("page {page}", page=change["page"]))
    if change["kind"] in ("field", "entry"):
        what.append(say(FIELDS[change["name"]]))
    elif change["kind"] == "mark":
        what.append(say(MARKS[change["name"]]))
    elif change["kind"] == "text" and change["name"] != "new":
        what.append(say("line {line}", line=change["name"]))
    when = f"{datetime.fromisoformat(change['at']).astimezone():%d.%m.%Y %H:%M}"
    line = f"{when}  {one_line(change['by'])}: {', '.join(what)}"
    if change["kind"] in ("field", "side", "text", "undo", "entry", "move"):
        line += f"  {_shown(change['before'])} → {_shown(change['after'])}"
    return f"{line}  ({one_line(change['note'])})" if change["note"] else line


def _shown(value: Any) -> str:
    text = value["text"] if isinstance(value, dict) else value
    return one_line(str(text)) if text not in (None, "") else "–"
