"""Verify: every deposited object read again and compared with its manifest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict
from typing import Any

from pipeline.app import App
from records.models import Deposit
from storage import fixity


def run(app: App, on_progress: Callable[[int, int, str], None] | None = None) -> dict[str, Any]:
    """What stands in the store against what its manifests and the database say.

    Returns:
        ``{"checked", "damaged", "findings": [...]}``; ``findings`` lists only what is not as it
        should be; ``damaged`` counts losses (what an interrupted run left behind is none).
    """
    counts: Counter[fixity.State] = Counter()
    findings: list[dict[str, Any]] = []
    manifests: dict[str, str] = {}
    for finding in fixity.verify(app.store):
        counts[finding.state] += 1
        manifests[finding.key] = finding.sha256
        if finding.state != fixity.State.OK:
            findings.append({name: str(value) for name, value in asdict(finding).items()})
        if on_progress is not None:
            on_progress(counts.total(), counts.total(), finding.key)
    for finding in _unknown_to_the_store(manifests):
        counts[finding.state] += 1
        findings.append({name: str(value) for name, value in asdict(finding).items()})
    damaged = sum(n for state, n in counts.items() if state not in fixity.HARMLESS)
    return {"checked": counts.total(), "damaged": damaged, "findings": findings}


def _unknown_to_the_store(seen: dict[str, str]) -> Iterator[fixity.Finding]:
    """Objects that the database knows and the store does not have, or has in another form."""
    for deposit in Deposit.objects.iterator():
        for stored in deposit.objects_listed:
            key, expected = stored["key"], stored["sha256"]
            if key not in seen:
                yield fixity.Finding(fixity.State.MISSING, key, "", "", expected)
            elif seen[key] != expected and stored["role"] == "manifest":
                yield fixity.Finding(fixity.State.CHANGED, key, "", seen[key], expected)
