"""How long what is deposited may not be deleted, by anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from errors import WrongUsage


class LockMode(StrEnum):
    """Who may lift a lock. Source: Amazon S3 User Guide, "Retention modes"."""

    GOVERNANCE = "GOVERNANCE"  # whoever has the right to
    COMPLIANCE = "COMPLIANCE"  # nobody, not even the store's owner, until it ends


@dataclass(frozen=True, slots=True)
class Retention:
    """The lock that every object of a deposit gets when it is written.

    Attributes:
        mode: who may lift it.
        days: how long it holds, from the writing.
    """

    mode: LockMode
    days: int

    def until(self, now: datetime) -> datetime:
        """When a lock ends that is set now."""
        return now + timedelta(days=self.days)


def read_retention(mode: str, days: int) -> Retention | None:
    """The lock that settings ask for; ``None`` when they ask for none.

    Args:
        mode: empty, or the name of a mode, in letters of any size.
        days: how long.

    Raises:
        WrongUsage: no such mode.
    """
    if not mode:
        return None
    try:
        return Retention(LockMode(mode.upper()), days)
    except ValueError as error:
        raise WrongUsage(
            "There is no lock of the kind {mode}.",
            kept="Nothing was begun.",
            todo="Set ABHILEKH_STORE_LOCK to governance or compliance, or leave it empty.",
            mode=mode,
        ) from error
