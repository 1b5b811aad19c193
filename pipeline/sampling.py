"""Sampling: a lot drawn at random, judged file by file, accepted or rejected."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from errors import WrongUsage
from ocr.corrected import clean
from pipeline.app import App
from pipeline.sampling_plan import SamplingPlan, by_aql, by_share, drawn
from pipeline.switching import Severity, next_severity
from records import access
from records.access import Scope
from records.lifecycle import FileState, hold
from records.models import Batch, PhysicalFile, SampledFile, SamplingLot, Upload

CLOCK = timedelta(days=10)
"""A lot that nobody finished by then counts as accepted. Source: MP land records, see docs."""

TIGHTENED = " tightened"
LONGEST_NOTE = 500
LONGEST_NAME = 150
SETTLED = (FileState.DEPOSITED, FileState.IN_REVIEW)


@dataclass(frozen=True, slots=True)
class SamplingRule:
    """How a lot is drawn.

    Attributes:
        aql: limit of ISO 2859-1; empty: a fixed share.
        percent: that share.
        accepted: most bad files that a share's lot may hold.
        department: code of the department whose files are meant; empty: all.
        operator: who scanned it; empty: who sent the batch.
        seed: draws the same again; empty: a new one.
        mended: go on although five lots were rejected under tightened inspection.
    """

    aql: str = ""
    percent: float = 5.0
    accepted: int = 0
    department: str = ""
    operator: str = ""
    seed: str = ""
    mended: bool = False

    def name(self, severity: Severity) -> str:
        """As the lot keeps it."""
        if not self.aql:
            return f"share {self.percent:g}"
        return f"iso2859 {self.aql}" + (TIGHTENED if severity is not Severity.NORMAL else "")


def draw(app: App, batch: Batch, rule: SamplingRule, by: str) -> SamplingLot:
    """A new lot of the batch's settled files, its sample drawn at random.

    Raises:
        WrongUsage: no file is settled, a lot is open already, or the rule cannot be.
    """
    seed = rule.seed[:64] or secrets.token_hex(16)
    now = app.clock()
    with transaction.atomic():
        hold(batch.pk)
        settle_due(app)
        if SamplingLot.objects.filter(_same(batch, rule), state=SamplingLot.State.OPEN).exists():
            raise _refused(
                "A lot of this batch is open already.",
                "Judge its files first: abhilekh sampling list",
            )
        rows = PhysicalFile.objects.filter(batch=batch, state__in=SETTLED)
        if rule.department:
            rows = rows.filter(department_code=rule.department)
        population = sorted(rows.values_list("pk", flat=True))
        if not population:
            raise _refused(
                "No file of this batch is deposited that could be drawn.",
                "Draw again when the batch is done.",
            )
        operator = clean(rule.operator)[:LONGEST_NAME] or _operator_of(batch)
        severity = _severity(batch, rule, operator)
        plan = _plan(rule, len(population), severity)
        lot = SamplingLot.objects.create(
            batch=batch,
            department_code=rule.department,
            rule=rule.name(severity),
            letter=plan.letter,
            population=population,
            seed=seed,
            accepted_with=plan.accepted,
            operator=operator,
            drawn_at=now,
            drawn_by=by,
            due_at=now + CLOCK,
        )
        chosen = drawn(population, plan.size, seed)
        SampledFile.objects.bulk_create(SampledFile(lot=lot, file_id=pk) for pk in chosen)
    return lot


@dataclass(frozen=True, slots=True)
class Verdict:
    """What somebody found of one file."""

    is_good: bool
    by: str
    note: str = ""


def judge(app: App, lot: SamplingLot, file_id: str, verdict: Verdict) -> SamplingLot:
    """Write down a verdict; the lot is settled by the last one, or by one bad file too many.

    Raises:
        WrongUsage: the lot is settled, or the file was not drawn.
    """
    with transaction.atomic():
        hold(lot.batch_id)
        settle_due(app)
        lot = SamplingLot.objects.get(pk=lot.pk)
        if lot.state != SamplingLot.State.OPEN:
            raise _refused(
                "This lot is settled; its verdicts stand.",
                "Draw a new lot if it is to be looked at again.",
            )
        found = SampledFile.objects.filter(lot=lot, file=file_id).select_related("file").first()
        if found is None:
            raise _refused(
                "The file {id} was not drawn for this lot.",
                "Look up what was drawn with: abhilekh sampling show {lot}",
                id=file_id,
                lot=lot.pk,
            )
        found.is_good, found.by, found.at = verdict.is_good, verdict.by, app.clock()
        found.of_version = found.file.version
        found.note = clean(verdict.note)[:LONGEST_NOTE]
        found.save()
        _settle(app, lot)
    return lot


def settle_due(app: App) -> None:
    """Let the lots lapse that nobody finished in time."""
    now = app.clock()
    late = SamplingLot.objects.filter(state=SamplingLot.State.OPEN, due_at__lt=now)
    late.update(state=SamplingLot.State.LAPSED, settled_at=now)


def lot_in(scope: Scope, lot_id: str) -> SamplingLot:
    """The lot with this id, or whose id begins so if only one does, among those in ``scope``.

    Raises:
        WrongUsage: none, or more than one.
    """
    found = list(access.lots(scope).filter(pk__startswith=lot_id.upper())[:2])
    if len(found) == 1:
        return found[0]
    raise WrongUsage(
        "No single lot has an id that begins with {id}.",
        kept="Nothing was changed.",
        todo="Look the id up with: abhilekh sampling list",
        id=lot_id,
    )


def standing(office: str, aql: str, *, operator: str, department: str) -> Severity:
    """How strictly the next lot of a series is inspected: one office, operator, department, AQL.

    Lots that lapsed were not inspected, and of lots of the same files only the first counts.
    """
    rows = SamplingLot.objects.filter(
        batch__office=office,
        operator=operator,
        department_code=department,
        rule__in=(f"iso2859 {aql}", f"iso2859 {aql}{TIGHTENED}"),
        state__in=(SamplingLot.State.ACCEPTED, SamplingLot.State.REJECTED),
    )
    first: dict[str, bool] = {}
    for batch_id, state in rows.order_by("drawn_at", "pk").values_list("batch_id", "state"):
        first.setdefault(batch_id, state == SamplingLot.State.ACCEPTED)
    return next_severity(first.values())


def _severity(batch: Batch, rule: SamplingRule, operator: str) -> Severity:
    """That of the standard for this lot.

    Raises:
        WrongUsage: too many lots of the series were rejected, and nobody says that it is mended.
    """
    if not rule.aql:
        return Severity.NORMAL
    department = rule.department
    found = standing(batch.office, rule.aql, operator=operator, department=department)
    if found is Severity.STOPPED and not rule.mended:
        raise _refused(
            "Five lots of this series were rejected under tightened inspection: by the standard "
            "no further lot is accepted.",
            "See to it that the cause is mended, then draw again and say so: --mended",
        )
    return found


def _plan(rule: SamplingRule, lot_size: int, severity: Severity) -> SamplingPlan:
    if rule.aql:
        return by_aql(lot_size, rule.aql, severity)
    return by_share(lot_size, rule.percent, rule.accepted)


def _settle(app: App, lot: SamplingLot) -> None:
    verdicts = list(SampledFile.objects.filter(lot=lot).values_list("is_good", flat=True))
    if verdicts.count(False) > lot.accepted_with:
        lot.state = SamplingLot.State.REJECTED
    elif None not in verdicts:
        lot.state = SamplingLot.State.ACCEPTED
    else:
        return
    lot.settled_at = app.clock()
    lot.save()


def _operator_of(batch: Batch) -> str:
    """Who sent the batch; empty where nobody said."""
    sent = Upload.objects.filter(batch=batch).values_list("who", flat=True).first()
    return sent or ""


def _same(batch: Batch, rule: SamplingRule) -> Q:
    return Q(batch=batch, department_code=rule.department)


def _refused(what: str, todo: str, **facts: object) -> WrongUsage:
    return WrongUsage(what, kept="Nothing was changed.", todo=todo, **facts)
