"""Whether what is stored is what was written: read back, hashed, compared.

The store alone is enough: every manifest is sealed and lists its deposit's objects with
their hashes, and sources as received bear their hash as their name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from itertools import groupby
from typing import TypeAlias

from errors import IntegrityViolated
from storage.keys import RECEIVED, WORK
from storage.layout import deposit_of, deposit_prefix, manifest_key
from storage.manifest import DepositedObject, DepositManifest, read_manifest
from storage.store import ObjectMissing, ObjectStore, StoredObject

Progress: TypeAlias = Callable[[str, int], None]
"""Called after each object that was read: its key, its size in bytes."""


class State(StrEnum):
    """What was found out about one object, or one deposit."""

    OK = "ok"
    MISSING = "missing"
    CHANGED = "changed"
    SIZE = "size"
    UNREADABLE = "unreadable"
    UNLISTED = "unlisted"
    UNFINISHED = "unfinished"


HARMLESS = frozenset({State.OK, State.UNFINISHED})
"""What is no loss: an unfinished deposit is what an interrupted run leaves behind."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of a fixity report.

    Attributes:
        state: ``ok`` · ``missing``: listed but not there · ``changed``: other bytes, as many as
            there should be · ``size``: another number of bytes · ``unreadable``: the disk or
            the manifest's own seal fails · ``unlisted``: there, but in no manifest ·
            ``unfinished``: a deposit without a manifest, left by an interrupted run.
        key: the object, or the deposit's prefix where it is unfinished.
        deposit: prefix of the deposit; empty for a source as received.
        sha256: what was read, lower-case hex; empty where nothing could be. For a manifest
            this is what the records can be compared with.
        expected_sha256: what it should be; empty where nothing says so.
    """

    state: State
    key: str
    deposit: str = ""
    sha256: str = ""
    expected_sha256: str = ""

    @property
    def is_sound(self) -> bool:
        """True if nothing is lost or changed."""
        return self.state in HARMLESS


@dataclass(slots=True)
class _Deposit:
    """What the store lists under one deposit's prefix."""

    prefix: str
    sizes: dict[str, int] = field(default_factory=dict)


def verify(
    store: ObjectStore, prefix: str = "", *, progress: Progress | None = None
) -> Iterator[Finding]:
    """Read back and hash everything under a prefix; one finding an object, as it is found.

    Args:
        store: any.
        prefix: of keys; one that ends inside a deposit means the whole deposit. Empty for
            the whole store. Work in progress is passed over.
        progress: told of every object that was read.

    Raises:
        ServiceUnreachable: the store went away; what was yielded until then stands.
        WrongUsage: no key can begin like that, or a newer program wrote a manifest.
    """
    told = progress or _untold
    listed = store.list(_whole_deposits(prefix))
    for deposit, members in groupby(listed, key=lambda found: deposit_of(found.key)):
        if deposit is None:
            yield from _outside_deposits(store, members, told)
        else:
            sizes = {found.key: found.size_bytes for found in members}
            yield from _in_deposit(store, _Deposit(deposit, sizes), told)


def confirm(store: ObjectStore, objects: Iterable[DepositedObject]) -> None:
    """Read back objects just written and see that they are what was meant.

    Args:
        store: any.
        objects: with the hashes and sizes that they must have.

    Raises:
        IntegrityViolated: one of them is not; its deposit must not be recorded as made.
    """
    for wanted in objects:
        found = store.read_back(wanted.key)
        if found.sha256 != wanted.sha256 or found.size_bytes != wanted.size_bytes:
            raise IntegrityViolated(
                "{key} does not come back from the store as it was written.",
                kept="The scans as received; the deposit is not recorded as made.",
                todo="Have the store's disk looked at, then run again.",
                key=wanted.key,
            )


def _in_deposit(store: ObjectStore, deposit: _Deposit, told: Progress) -> Iterator[Finding]:
    key = manifest_key(deposit.prefix)
    if key not in deposit.sizes:
        yield Finding(State.UNFINISHED, deposit.prefix, deposit.prefix)
        return
    finding, manifest = _manifest(store, key, deposit.prefix)
    told(key, deposit.sizes[key])
    yield finding
    if manifest is None:
        return
    for wanted in manifest.objects:
        yield _compared(store, wanted, deposit)
        told(wanted.key, wanted.size_bytes)
    for extra in sorted(deposit.sizes.keys() - {key} - {each.key for each in manifest.objects}):
        yield Finding(State.UNLISTED, extra, deposit.prefix)


def _manifest(store: ObjectStore, key: str, deposit: str) -> tuple[Finding, DepositManifest | None]:
    digest = ""
    try:
        content = store.read_bytes(key)
        digest = sha256(content).hexdigest()
        manifest = read_manifest(content)
    except IntegrityViolated:
        return Finding(State.UNREADABLE, key, deposit, digest), None
    if deposit_prefix(manifest.office, manifest.file_id, manifest.version) != deposit:
        return Finding(State.CHANGED, key, deposit, digest), None  # another deposit's manifest
    return Finding(State.OK, key, deposit, digest, digest), manifest


def _compared(store: ObjectStore, wanted: DepositedObject, deposit: _Deposit) -> Finding:
    size_bytes = deposit.sizes.get(wanted.key)
    state, digest = _read_back(store, wanted.key, wanted.sha256)
    if state is State.CHANGED and size_bytes != wanted.size_bytes:
        state = State.SIZE
    return Finding(state, wanted.key, deposit.prefix, digest, wanted.sha256)


def _read_back(store: ObjectStore, key: str, expected_sha256: str) -> tuple[State, str]:
    try:
        digest = store.sha256(key)
    except ObjectMissing:
        return State.MISSING, ""
    except IntegrityViolated:
        return State.UNREADABLE, ""
    return (State.OK if digest == expected_sha256 else State.CHANGED), digest


def _outside_deposits(
    store: ObjectStore, members: Iterable[StoredObject], told: Progress
) -> Iterator[Finding]:
    for found in members:
        if found.key.startswith(WORK):
            continue
        if not found.key.startswith(RECEIVED):
            yield Finding(State.UNLISTED, found.key)
            continue
        expected = found.key.rpartition("/")[2]
        state, digest = _read_back(store, found.key, expected)
        told(found.key, found.size_bytes)
        yield Finding(state, found.key, "", digest, expected)


def _whole_deposits(prefix: str) -> str:
    return deposit_of(prefix + "x") or prefix if prefix.count("/") >= 3 else prefix


def _untold(key: str, size_bytes: int) -> None:
    """Nobody wants to know."""
