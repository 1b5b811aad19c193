"""Verify: every deposited object read again and compared with its manifest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from pipeline.app import App
from records.models import Deposit
from storage import fixity


def run(app: App, on_progress: Callable[[int, int, str], None] | None = None) -> dict[str, Any]:
    """What stands in the store against what its manifests and the database say.

    Returns:
        ``{"checked", "damaged", "findings": [...]}``; ``findings`` lists only what is not as it
        should be, ``damaged`` counts what is missing or changed (left-overs are not damage).
    """
    counts: Counter[str] = Counter()
    findings: list[dict[str, Any]] = []
    seen: set[str] = set()
    for finding in fixity.verify(app.store):
        counts[str(finding.kind)] += 1
        seen.add(finding.key)
        if finding.kind != fixity.FindingKind.OK:
            findings.append({name: str(value) for name, value in asdict(finding).items()})
        if on_progress is not None:
            on_progress(sum(counts.values()), sum(counts.values()), finding.key)
    for deposit in Deposit.objects.iterator():
        for stored in deposit.objects_listed:
            if stored["key"] not in seen:
                findings.append({"key": stored["key"], "kind": "missing"})
                counts["missing"] += 1
    harmless = {"ok", "left_over"}
    damaged = sum(count for kind, count in counts.items() if kind not in harmless)
    return {"checked": sum(counts.values()), "damaged": damaged, "findings": findings}
