"""Whatever happens to a stored byte is found, in every kind of store."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from errors import IntegrityViolated, ServiceUnreachable, WrongUsage
from storage import layout
from storage.fixity import Finding, State, confirm, verify
from storage.store import ObjectStore
from tests.storage.examples import deposit

PREFIX = "GAD/01J9Z3/v1/"
MASTER, ALTO = PREFIX + "masters/00001-scan.tif", PREFIX + "alto/00001.xml"
MANIFEST = PREFIX + "manifest.json"

Overwrite = Callable[[str, bytes], None]
Remove = Callable[[str], None]


def unsound(store: ObjectStore, prefix: str = "") -> dict[str, State]:
    return {each.key: each.state for each in verify(store, prefix) if each.state is not State.OK}


def test_whole_deposits_are_found_sound(store: ObjectStore) -> None:
    for version in (1, 2, 10):
        deposit(store, version=version)
    seen: list[tuple[str, int]] = []
    findings = list(verify(store, progress=lambda key, size_bytes: seen.append((key, size_bytes))))
    assert Counter(each.state for each in findings) == {State.OK: 12}
    assert all(each.is_sound and each.sha256 == each.expected_sha256 for each in findings)
    assert (MASTER, 300) in seen and len(seen) == 12


@pytest.mark.parametrize("key", [MASTER, ALTO, PREFIX + "access.pdf"])
def test_a_flipped_bit_is_found(store: ObjectStore, overwrite: Overwrite, key: str) -> None:
    deposit(store)
    content = bytearray(store.read_bytes(key))
    content[len(content) // 2] ^= 4
    overwrite(key, bytes(content))
    assert unsound(store) == {key: State.CHANGED}


def test_a_flipped_bit_in_the_manifest_is_found(store: ObjectStore, overwrite: Overwrite) -> None:
    deposit(store)
    content = bytearray(store.read_bytes(MANIFEST))
    content[content.index(b"1988")] ^= 1
    overwrite(MANIFEST, bytes(content))
    assert unsound(store) == {MANIFEST: State.UNREADABLE}


def test_a_manifest_in_another_deposits_place_is_found(
    store: ObjectStore, overwrite: Overwrite
) -> None:
    deposit(store)
    deposit(store, version=2)
    overwrite("GAD/01J9Z3/v2/manifest.json", store.read_bytes(MANIFEST))
    assert unsound(store) == {"GAD/01J9Z3/v2/manifest.json": State.CHANGED}


def test_a_shortened_object_is_found(store: ObjectStore, overwrite: Overwrite) -> None:
    deposit(store)
    overwrite(MASTER, b"pix")
    assert unsound(store) == {MASTER: State.SIZE}


def test_a_removed_object_is_found(store: ObjectStore, remove: Remove) -> None:
    deposit(store)
    remove(ALTO)
    assert unsound(store) == {ALTO: State.MISSING}


def test_an_object_that_nobody_listed_is_found(store: ObjectStore) -> None:
    deposit(store)
    for key in (PREFIX + "alto/00002.xml", "stray/object"):
        store.put_bytes(key, b"?", media_type="application/xml")
    assert unsound(store) == {
        PREFIX + "alto/00002.xml": State.UNLISTED,
        "stray/object": State.UNLISTED,
    }


def test_what_an_interrupted_run_left_is_reported_and_no_loss(store: ObjectStore) -> None:
    deposit(store)
    store.put_bytes("GAD/01J9Z4/v1/access.pdf", b"%PDF", media_type="application/pdf")
    left = [each for each in verify(store) if each.state is not State.OK]
    assert left == [Finding(State.UNFINISHED, "GAD/01J9Z4/v1/", "GAD/01J9Z4/v1/")]
    assert left[0].is_sound


def test_a_source_is_checked_against_its_name(store: ObjectStore, overwrite: Overwrite) -> None:
    keys = [layout.received_key(start * 32) for start in ("ab", "cd")]
    for key in keys:
        store.put_bytes(key, b"not that hash", media_type="image/tiff")
    store.put_bytes(layout.work_key("b", "p", "alto.xml"), b"x", media_type="application/xml")
    assert unsound(store) == dict.fromkeys(keys, State.CHANGED)


def test_a_prefix_inside_a_deposit_means_the_deposit(
    store: ObjectStore, overwrite: Overwrite
) -> None:
    deposit(store)
    deposit(store, file_id="01J9Z4")
    overwrite(MASTER, b"pix")
    assert len(list(verify(store, "GAD/01J9Z4"))) == 4
    assert unsound(store, "GAD/01J9Z4/") == {}
    assert unsound(store, PREFIX + "alto/") == {MASTER: State.SIZE}
    with pytest.raises(WrongUsage):
        list(verify(store, "../"))


def test_a_deposit_just_written_is_confirmed(store: ObjectStore) -> None:
    confirm(store, deposit(store).objects)


def test_a_deposit_that_comes_back_changed_is_not_confirmed(
    store: ObjectStore, overwrite: Overwrite, remove: Remove
) -> None:
    objects = deposit(store).objects
    with pytest.raises(IntegrityViolated):
        confirm(store, [replace(objects[0], size_bytes=1)])
    overwrite(ALTO, b"<Alto/>")
    with pytest.raises(IntegrityViolated):
        confirm(store, objects)
    remove(ALTO)
    with pytest.raises(IntegrityViolated):
        confirm(store, objects)


def test_a_store_that_goes_away_is_not_taken_for_a_loss(
    store: ObjectStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    deposit(store)

    def gone(key: str) -> str:
        raise ServiceUnreachable("The store went away at {key}.", key=key)

    monkeypatch.setattr(store, "sha256", gone)
    with pytest.raises(ServiceUnreachable):
        list(verify(store))
