"""The commands of sampling: draw a lot of a batch, judge its files, see the results."""

from __future__ import annotations

import getpass
from typing import Any

import click

from lang import say
from terminal.command import as_json, chosen_settings, opened, option, print_json, speaking
from terminal.speech import SpokenGroup
from terminal.tables import print_table
from terminal.text import one_line

STATES = {"open": "open", "accepted": "accepted", "rejected": "rejected", "lapsed": "lapsed"}
by_option = option("--by", metavar="NAME", help="Who does it; default: the name of this login.")


@click.group(cls=SpokenGroup)
def sampling() -> None:
    """Lots of deposited files, judged by a sample of them."""


@sampling.command(epilog="Example: abhilekh sampling draw 01J9Z3 --aql 1.0")
@click.argument("batch_id", metavar="BATCH")
@option("--aql", default="", metavar="N", help="By ISO 2859-1, with this limit, such as 1.0.")
@option("--share", "percent", type=float, default=5.0, metavar="N", help="Else so many percent.")
@option(
    "--accept",
    "accepted",
    type=int,
    default=0,
    metavar="N",
    help="Most bad files with which a share is accepted.",
)
@option("--department", default="", metavar="CODE", help="Only files of this department.")
@option("--operator", default="", metavar="NAME", help="Who scanned it; default: who sent it.")
@option("--seed", default="", metavar="TEXT", help="Draw again what this seed drew.")
@option("--mended", is_flag=True, help="Go on after five rejected lots: the cause is mended.")
@by_option
@as_json
def draw(batch_id: str, by: str | None, as_json: bool, **said: Any) -> None:
    """Draw a lot of a batch's deposited files at random; the seed is kept."""
    settings = chosen_settings()
    with speaking(), opened(settings):
        from config.app import build_app
        from pipeline import find
        from pipeline import sampling as use_case
        from records import sampling_reads

        app = build_app(settings, holder="sampling")
        rule = use_case.SamplingRule(**said)
        lot = use_case.draw(app, find.batch(batch_id), rule, by or getpass.getuser())
        report = sampling_reads.lot_report(lot)
    _tell(report, as_json)


@sampling.command("list", epilog="Example: abhilekh sampling list")
@as_json
def list_lots(as_json: bool) -> None:
    """All lots, newest first."""
    settings = chosen_settings()
    with speaking(), opened(settings):
        from config.app import build_app
        from pipeline import sampling as use_case
        from records import sampling_reads

        use_case.settle_due(build_app(settings, holder="sampling"))
        found = sampling_reads.lots()
    if as_json:
        print_json({"lots": found})
        return
    rows = [
        [
            one["id"],
            one_line(one["label"]),
            one["rule"],
            f"{one['sample_size']} / {one['lot_size']}",
            one["bad"],
            one["accepted_with"],
            say(STATES[one["state"]]),
        ]
        for one in found
    ]
    heads = ("Id", "Batch", "Rule", "Drawn", "Bad", "Most bad", "State")
    print_table([say(head) for head in heads], rows)


@sampling.command(epilog="Example: abhilekh sampling show 01J9Z3")
@click.argument("lot_id", metavar="LOT")
@as_json
def show(lot_id: str, as_json: bool) -> None:
    """One lot: its rule and seed, what was drawn, and the verdicts."""
    settings = chosen_settings()
    with speaking(), opened(settings):
        from config.app import build_app
        from pipeline import sampling as use_case
        from records import sampling_reads
        from records.access import EVERYTHING

        use_case.settle_due(build_app(settings, holder="sampling"))
        report = sampling_reads.lot_report(use_case.lot_in(EVERYTHING, lot_id))
    _tell(report, as_json)


@sampling.command(
    epilog="Example: abhilekh sampling judge 01J9Z3 01J9Z4 --bad --note 'page cut off'"
)
@click.argument("lot_id", metavar="LOT")
@click.argument("file_id", metavar="FILE")
@option("--good/--bad", "is_good", required=True, default=None, help="What was found.")
@option("--note", metavar="TEXT", default="", help="Why, in your own words.")
@by_option
@as_json
def judge(lot_id: str, file_id: str, by: str | None, as_json: bool, **said: Any) -> None:
    """Say whether a drawn file is good; the last verdict settles the lot."""
    settings = chosen_settings()
    with speaking(), opened(settings):
        from config.app import build_app
        from pipeline import find
        from pipeline import sampling as use_case
        from records import sampling_reads
        from records.access import EVERYTHING

        app = build_app(settings, holder="sampling")
        verdict = use_case.Verdict(said["is_good"], by or getpass.getuser(), said["note"])
        lot = use_case.lot_in(EVERYTHING, lot_id)
        lot = use_case.judge(app, lot, find.file(file_id).pk, verdict)
        report = sampling_reads.lot_report(lot)
    _tell(report, as_json)


@sampling.command(epilog="Example: abhilekh sampling operators")
@as_json
def operators(as_json: bool) -> None:
    """What the lots say of those who sent the scans."""
    with speaking(), opened(chosen_settings()):
        from records import sampling_reads

        found = sampling_reads.operators()
    if as_json:
        print_json({"operators": found})
        return
    rows = [
        [one["operator"] or "–", one["lots"], one["rejected"], one["judged"], one["bad"]]
        for one in found
    ]
    heads = ("Operator", "Lots", "Rejected", "Judged", "Bad")
    print_table([say(head) for head in heads], rows)


def _tell(report: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(report)
        return
    lot = report["lot"]
    click.echo(f"{lot['id']}  {one_line(lot['label'])}  {lot['rule']}  {say(STATES[lot['state']])}")
    click.echo(
        say(
            "{sample} of {size} files drawn, {bad} bad; accepted with {most} at most. Seed: {seed}",
            sample=lot["sample_size"],
            size=lot["lot_size"],
            bad=lot["bad"],
            most=lot["accepted_with"],
            seed=lot["seed"],
        )
    )
    verdicts = {None: "–", True: say("good"), False: say("bad")}
    rows = [
        [one["id"], one_line(one["source"]), verdicts[one["is_good"]], one_line(one["note"])]
        for one in report["files"]
    ]
    print_table([say(head) for head in ("Id", "File", "Verdict", "Note")], rows)
