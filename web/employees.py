"""The employee master: its rows become accounts, as often as it comes, without harm."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.contrib.auth.models import User
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.exceptions import ValidationError
from django.db import transaction

from errors import WrongUsage
from lang import say
from web import people
from web.models import Account, AuditEvent, Role

MOST_BYTES = 50_000_000
LONGEST_NAME = 150
NEEDED = ("employee_code", "role")
COLUMNS: Mapping[str, str] = {
    "employee_code": "employee_code",
    "कर्मचारी कोड": "employee_code",
    "name": "name",
    "नाम": "name",
    "email": "email",
    "ईमेल": "email",
    "role": "role",
    "भूमिका": "role",
    "offices": "offices",
    "कार्यालय": "offices",
    "departments": "departments",
    "विभाग": "departments",
}
"""Headings as they may stand in the file, in any letters' case, and what they mean."""

ROLES: Mapping[str, str] = {
    **{role.value: role.value for role in Role},
    "स्कैन संचालक": Role.OPERATOR,
    "अभिलेखागार": Role.RECORD_ROOM,
    "समीक्षक": Role.REVIEWER,
    "विभाग व्यवस्थापक": Role.DEPARTMENT_ADMIN,
    "राज्य निगरानी": Role.MONITOR,
    "सिस्टम व्यवस्थापक": Role.SYSTEM_ADMIN,
}


@dataclass(frozen=True, slots=True)
class Employee:
    """One row that can be an account."""

    line: int
    code: str
    name: str
    email: str
    bounds: people.Bounds


@dataclass
class Outcome:
    """What came of an import.

    Attributes:
        skipped: line, code and why, of each row that became no account; if its person has one
            already, it stays as it is.
        passwords: code → the first password, where first passwords were asked for.
    """

    added: int = 0
    changed: int = 0
    unchanged: int = 0
    deactivated: int = 0
    skipped: list[dict[str, Any]] = field(default_factory=list)
    passwords: dict[str, str] = field(default_factory=dict)


def run(path: Path, *, deactivate_missing: bool = False, first_passwords: bool = False) -> Outcome:
    """Make and change accounts by the file, all of them or none.

    Args:
        path: CSV with headings; ``offices`` and ``departments`` hold codes parted by ``;`` or
            ``|``, ``*`` for all, nothing for none.
        deactivate_missing: close accounts that an earlier file brought and this one has not.
        first_passwords: give each new account a password; without it they sign in elsewhere.

    Raises:
        WrongUsage: the file cannot be used, or would close every account.
    """
    outcome = Outcome()
    employees = list(_employees(_rows(path), outcome))
    if deactivate_missing and not employees:
        raise WrongUsage(
            "{path} has no row that can be an account, so everybody would be signed off.",
            kept="Nothing was changed.",
            todo="Look at the rows that were skipped, or leave --deactivate-missing out.",
            path=path.name,
        )
    with transaction.atomic():
        known = {user.username: user for user in User.objects.select_related("account")}
        for one in employees:
            _bring(one, known.get(one.code), outcome, first_passwords=first_passwords)
        if deactivate_missing:
            skipped = {row["employee_code"] for row in outcome.skipped}
            outcome.deactivated = _deactivate({one.code for one in employees} | skipped)
        AuditEvent.objects.create(who="–", action="employees imported", facts=_summary(outcome))
    return outcome


def report(outcome: Outcome) -> dict[str, Any]:
    """``account import --json``; passwords are never part of it."""
    return {**_summary(outcome), "skipped": outcome.skipped}


def _summary(outcome: Outcome) -> dict[str, Any]:
    names = ("added", "changed", "unchanged", "deactivated")
    return {**{name: getattr(outcome, name) for name in names}, "skipped": len(outcome.skipped)}


def _rows(path: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """Line and cells by their meaning."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise _unusable(path, say("it is too large"))
        text = path.read_text(encoding="utf-8-sig")
    except OSError as fault:
        raise _unusable(path, fault.strerror or type(fault).__name__) from fault
    except UnicodeDecodeError as fault:
        raise _unusable(path, say("it is not UTF-8")) from fault
    lines = csv.reader(io.StringIO(text, newline=""))
    try:
        heads = [COLUMNS.get(head.strip().lower(), "") for head in next(lines, [])]
        if missing := [name for name in NEEDED if name not in heads]:
            raise _unusable(path, say("it has no column {names}", names=", ".join(missing)))
        for cells in lines:
            if any(cell.strip() for cell in cells):
                named = zip(heads, cells, strict=False)
                yield lines.line_num, {head: cell.strip() for head, cell in named if head}
    except csv.Error as fault:
        raise _unusable(path, str(fault)) from fault


def _unusable(path: Path, why: str) -> WrongUsage:
    return WrongUsage(
        "{path} cannot be read as an employee master: {why}.",
        kept="Nothing was changed.",
        todo="Save it as CSV in UTF-8 with the columns employee_code and role.",
        path=path.name,
        why=why,
    )


def _employees(rows: Iterator[tuple[int, dict[str, str]]], outcome: Outcome) -> Iterator[Employee]:
    seen: dict[str, int] = {}
    for line, cells in rows:
        code, role = cells.get("employee_code", ""), ROLES.get(cells.get("role", "").lower(), "")
        if why := _why_not(cells, role, seen.get(code)):
            outcome.skipped.append({"line": line, "employee_code": code, "reason": why})
            continue
        seen[code] = line
        offices, departments = (_codes(cells.get(name, "")) for name in ("offices", "departments"))
        bounds = people.Bounds(role, offices, departments)
        yield Employee(line, code, cells.get("name", ""), cells.get("email", ""), bounds)


def _why_not(cells: Mapping[str, str], role: str, before: int | None) -> str:
    """Why the row cannot be an account; empty if it can."""
    code = cells.get("employee_code", "")
    if not code:
        return say("The employee code is missing.")
    if before is not None:
        return say("The employee code stands in line {line} already.", line=before)
    if not _fits(code) or "\0" in "".join(cells.values()):
        return say("The employee code holds a sign that no account can have.")
    if not role:
        return say("There is no role {said}.", said=cells.get("role", ""))
    if len(cells.get("name", "")) > LONGEST_NAME or len(cells.get("email", "")) > 254:
        return say("The name or the address is too long.")
    return ""


def _fits(code: str) -> bool:
    try:
        UnicodeUsernameValidator()(code)
    except ValidationError:
        return False
    return len(code) <= LONGEST_NAME


def _codes(said: str) -> Sequence[str]:
    return sorted({one.strip() for one in said.replace("|", ";").split(";") if one.strip()})


def _bring(one: Employee, user: User | None, outcome: Outcome, *, first_passwords: bool) -> None:
    is_new = user is None
    user = user or User(username=one.code)
    named = {"first_name": one.name, "email": one.email, "is_active": True}
    bound = {
        "role": one.bounds.role,
        "offices": list(one.bounds.offices),
        "departments": list(one.bounds.departments),
        "from_master": True,
    }
    account = getattr(user, "account", None)
    if not is_new and _same(user, named) and account and _same(account, bound):
        outcome.unchanged += 1
        return
    for name, value in named.items():
        setattr(user, name, value)
    if is_new:
        password = people.first_password() if first_passwords else None
        user.set_password(password)  # None: signs in elsewhere, no password holds
        if password:
            outcome.passwords[one.code] = password
    user.save()
    Account.objects.update_or_create(user=user, defaults=bound)
    subject = f"user {one.code}"[:128]
    AuditEvent.objects.create(who="–", action="account changed", subject=subject, facts=bound)
    if is_new:
        outcome.added += 1
    else:
        outcome.changed += 1


def _same(row: User | Account, values: Mapping[str, Any]) -> bool:
    return all(getattr(row, name) == value for name, value in values.items())


def _deactivate(codes: set[str]) -> int:
    """Close accounts of an earlier file whose codes are gone; those made by hand stay."""
    active = User.objects.filter(account__from_master=True, is_active=True)
    gone = [user for user in active if user.username not in codes]
    for user in gone:
        user.is_active = False
        user.save(update_fields=["is_active"])
        subject = f"user {user.username}"[:128]
        AuditEvent.objects.create(who="–", action="account closed", subject=subject)
    return len(gone)
