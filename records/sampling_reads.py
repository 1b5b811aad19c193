"""Sampling lots as lists and pages show them, and what they say of those who scanned."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q

from records import access
from records.access import EVERYTHING, Scope
from records.models import SampledFile, SamplingLot

NEWEST = 200
COUNTS = {
    "sample_size": Count("drawn"),
    "good": Count("drawn", filter=Q(drawn__is_good=True)),
    "bad": Count("drawn", filter=Q(drawn__is_good=False)),
}


def lots(scope: Scope = EVERYTHING) -> list[dict[str, Any]]:
    """The newest lots, with how far they are."""
    rows = access.lots(scope).annotate(**COUNTS).select_related("batch")
    return [_line(lot) for lot in rows.order_by("-pk")[:NEWEST]]


def lot_report(lot: SamplingLot, scope: Scope = EVERYTHING) -> dict[str, Any]:
    """One lot with the files that were drawn, those left to judge first."""
    counted = access.lots(scope).annotate(**COUNTS).select_related("batch").get(pk=lot.pk)
    drawn = SampledFile.objects.filter(lot=lot, file__in=access.files(scope))
    rows = drawn.select_related("file").order_by("is_good", "file__ordinal")
    files = sorted(rows, key=lambda one: one.is_good is not None)
    return {"lot": _line(counted), "files": [_file(one) for one in files]}


def operators(scope: Scope = EVERYTHING) -> list[dict[str, Any]]:
    """Lots, judged files and bad ones of each who sent the scans; empty name: nobody said."""
    lots = access.lots(scope)
    states = {state: Count("pk", filter=Q(state=state)) for state in SamplingLot.State.values}
    by_lot = lots.values("operator").annotate(lots=Count("pk"), **states)
    judged = SampledFile.objects.filter(lot__in=lots, is_good__isnull=False)
    counts = {"judged": Count("pk"), "bad": Count("pk", filter=Q(is_good=False))}
    rows = judged.values("lot__operator").annotate(**counts)
    by_file = {row["lot__operator"]: dict(row) for row in rows}
    return [
        {
            **row,
            "judged": by_file.get(row["operator"], {}).get("judged", 0),
            "bad": by_file.get(row["operator"], {}).get("bad", 0),
        }
        for row in by_lot.order_by("operator")
    ]


def _line(lot: SamplingLot) -> dict[str, Any]:
    counts = {name: int(getattr(lot, name)) for name in COUNTS}
    return {
        "id": lot.pk,
        "batch": lot.batch_id,
        "label": lot.batch.label,
        "office": lot.batch.office,
        "department": lot.department_code,
        "operator": lot.operator,
        "rule": lot.rule,
        "letter": lot.letter,
        "seed": lot.seed,
        "lot_size": len(lot.population),
        **counts,
        "left": counts["sample_size"] - counts["good"] - counts["bad"],
        "accepted_with": lot.accepted_with,
        "state": lot.state,
        "drawn_at": lot.drawn_at.isoformat(),
        "drawn_by": lot.drawn_by,
        "due_at": lot.due_at.isoformat(),
        "settled_at": lot.settled_at.isoformat() if lot.settled_at else None,
    }


def _file(one: SampledFile) -> dict[str, Any]:
    return {
        "id": one.file_id,
        "source": one.file.source,
        "version": one.file.version,
        "is_good": one.is_good,
        "of_version": one.of_version,
        "by": one.by,
        "at": one.at.isoformat() if one.at else None,
        "note": one.note,
    }
