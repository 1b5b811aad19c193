"""One body for every kind of store."""

from __future__ import annotations

import hashlib
import tracemalloc
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier

import pytest

from errors import InputRejected, IntegrityViolated, WrongUsage
from storage.store import ObjectExists, ObjectMissing, ObjectStore, SourceChanged

HINDI = "सामान्य प्रशासन/एफ 11-20 (2014) #1 50% +क&ख.tif"


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def put(store: ObjectStore, key: str, content: bytes) -> None:
    store.put_bytes(key, content, media_type="application/octet-stream")


def keys(store: ObjectStore, prefix: str = "") -> list[str]:
    return [found.key for found in store.list(prefix)]


def test_what_was_put_comes_back(store: ObjectStore) -> None:
    written = store.put_bytes("a/b/c.xml", b"words", media_type="application/xml")
    assert (written.size_bytes, written.sha256) == (5, sha256(b"words"))
    assert store.read_bytes("a/b/c.xml") == b"words"
    assert store.sha256("a/b/c.xml") == sha256(b"words")
    assert store.stat("a/b/c.xml").size_bytes == 5
    assert store.stat("a/b/c.xml").media_type in (None, "application/xml")
    assert store.exists("a/b/c.xml")
    with store.open("a/b/c.xml") as stream:
        assert stream.read(2) + stream.read() == b"words"


def test_an_empty_object_comes_back_empty(store: ObjectStore) -> None:
    put(store, "a/empty", b"")
    assert store.read_bytes("a/empty") == b""
    assert store.sha256("a/empty") == sha256(b"")


def test_the_same_content_twice_is_quietly_fine(store: ObjectStore, tmp_path: Path) -> None:
    source = tmp_path / "scan.tif"
    source.write_bytes(b"pixels")
    for _ in range(2):
        put(store, "a/bytes", b"pixels")
        store.put_file("a/file", source, sha256=sha256(b"pixels"), media_type="image/tiff")
    assert keys(store) == ["a/bytes", "a/file"]


def test_other_content_never_replaces_what_is_there(store: ObjectStore, tmp_path: Path) -> None:
    source = tmp_path / "scan.tif"
    source.write_bytes(b"second")
    put(store, "a/one", b"first")
    with pytest.raises(ObjectExists) as refused:
        put(store, "a/one", b"second")
    with pytest.raises(ObjectExists):
        store.put_file("a/one", source, sha256=sha256(b"second"), media_type="image/tiff")
    assert store.read_bytes("a/one") == b"first"
    assert refused.value.what and refused.value.kept and refused.value.todo


def test_eight_writers_of_one_key_leave_one_whole_content(store: ObjectStore) -> None:
    contents = [bytes([number]) * 300_000 for number in range(8)]
    start = Barrier(8)

    def write(content: bytes) -> bool:
        start.wait()
        try:
            put(store, "a/contended", content)
        except ObjectExists:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(write, contents))
    assert won.count(True) == 1
    assert store.read_bytes("a/contended") == contents[won.index(True)]


def test_eight_writers_of_the_same_content_all_succeed(store: ObjectStore) -> None:
    start = Barrier(8)

    def write(_: int) -> None:
        start.wait()
        put(store, "received/ab/same", b"x" * 300_000)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(8)))
    assert store.read_bytes("received/ab/same") == b"x" * 300_000


def test_a_file_that_is_not_what_was_hashed_is_not_stored(
    store: ObjectStore, tmp_path: Path
) -> None:
    source = tmp_path / "scan.tif"
    source.write_bytes(b"changed meanwhile")
    with pytest.raises(SourceChanged):
        store.put_file("a/file", source, sha256=sha256(b"as seen"), media_type="image/tiff")
    assert keys(store) == []


def test_a_source_that_vanished_is_the_sources_fault(store: ObjectStore, tmp_path: Path) -> None:
    with pytest.raises(InputRejected):
        store.put_file("a/file", tmp_path / "gone", sha256="0" * 64, media_type="image/tiff")
    assert keys(store) == []


def test_what_is_not_there_is_said_to_be_missing(store: ObjectStore, tmp_path: Path) -> None:
    calls: list[Callable[[], object]] = [
        lambda: store.open("a/none"),
        lambda: store.read_bytes("a/none"),
        lambda: store.sha256("a/none"),
        lambda: store.stat("a/none"),
        lambda: store.fetch("a/none", tmp_path / "copy"),
        lambda: store.copy("a/none", "a/other"),
    ]
    for call in calls:
        with pytest.raises(ObjectMissing):
            call()
    assert not store.exists("a/none")
    assert list(tmp_path.glob("copy*")) == []


def test_a_listing_shows_the_keys_that_begin_so_in_order(store: ObjectStore) -> None:
    wanted = ["a/1/x", "a/1/y", "a/10/x", "a/2/x", "b/1"]
    for key in reversed(wanted):
        put(store, key, key.encode())
    assert keys(store) == wanted
    assert keys(store, "a/1") == ["a/1/x", "a/1/y", "a/10/x"]
    assert keys(store, "a/1/") == ["a/1/x", "a/1/y"]
    assert keys(store, "c") == []
    assert [found.size_bytes for found in store.list("b/")] == [3]


def test_hindi_and_awkward_signs_are_ordinary_in_keys(store: ObjectStore, tmp_path: Path) -> None:
    put(store, HINDI, b"x")
    store.copy(HINDI, HINDI + ".copy")
    assert keys(store, "सामान्य") == [HINDI, HINDI + ".copy"]
    assert store.fetch(HINDI, tmp_path / "out") == sha256(b"x")
    longest = "क" * 85 + "/" + "ख" * 85
    put(store, longest, b"y")
    assert store.read_bytes(longest) == b"y"


@pytest.mark.parametrize(
    "key",
    ["", "/a", "a//b", "a/", "../a", "a/../b", "a/./b", ".incoming/x", "a/b\n", "a\0b", "a\\b",
     "\u0958", "a/" + "क" * 86, "/".join(["a" * 200] * 6), "a\udc80"],
)  # fmt: skip
def test_a_key_that_could_lead_astray_is_refused(store: ObjectStore, key: str) -> None:
    for call in (store.read_bytes, store.exists, store.sha256, store.stat, store.delete):
        with pytest.raises(WrongUsage):
            call(key)
    with pytest.raises(WrongUsage):
        put(store, key, b"x")


def test_only_work_in_progress_can_be_deleted(store: ObjectStore) -> None:
    for key in ("received/ab/abc", "GAD/f1/v1/manifest.json", "workshop/x", "work/b/p/alto.xml"):
        put(store, key, b"x")
    for key in ("received/ab/abc", "GAD/f1/v1/manifest.json", "workshop/x"):
        with pytest.raises(IntegrityViolated):
            store.delete(key)
    store.delete("work/b/p/alto.xml")
    store.delete("work/b/p/alto.xml")
    assert keys(store) == ["GAD/f1/v1/manifest.json", "received/ab/abc", "workshop/x"]


def test_many_are_deleted_together_and_one_that_is_kept_for_good_spares_all(
    store: ObjectStore,
) -> None:
    made = [f"work/b/p{number}/परत & <1>" for number in range(1100 if _is_s3(store) else 5)]
    for key in made[:5]:
        put(store, key, b"x")
    put(store, "received/ab/abc", b"x")
    with pytest.raises(IntegrityViolated):
        store.delete(*made, "received/ab/abc")
    assert len(keys(store)) == 6
    store.delete(*made)
    store.delete(*made)
    store.delete()
    assert keys(store) == ["received/ab/abc"]


def _is_s3(store: ObjectStore) -> bool:
    return type(store).__name__ == "S3Store"


def test_a_copy_of_known_size_that_is_not_there_is_missed(store: ObjectStore) -> None:
    put(store, "work/b/p/image", b"pixels")
    store.copy("work/b/p/image", "GAD/f1/v1/image", size_bytes=6)
    store.copy("work/b/p/image", "GAD/f1/v1/image", size_bytes=6)
    with pytest.raises(ObjectMissing):
        store.copy("work/b/p/none", "GAD/f1/v1/other", size_bytes=6)
    assert store.read_bytes("GAD/f1/v1/image") == b"pixels"
    assert keys(store, "GAD/") == ["GAD/f1/v1/image"]


def test_a_copy_has_the_same_content_and_outlives_its_source(store: ObjectStore) -> None:
    put(store, "work/b/p/image", b"pixels")
    store.copy("work/b/p/image", "GAD/f1/v1/image")
    store.copy("work/b/p/image", "GAD/f1/v1/image")
    store.delete("work/b/p/image")
    assert store.read_bytes("GAD/f1/v1/image") == b"pixels"


def test_a_copy_never_replaces_what_is_there(store: ObjectStore) -> None:
    put(store, "a/one", b"first")
    put(store, "a/two", b"second")
    put(store, "a/like-two", b"second")
    with pytest.raises(ObjectExists):
        store.copy("a/two", "a/one")
    store.copy("a/two", "a/like-two")
    assert store.read_bytes("a/one") == b"first"


def test_a_large_file_streams_through_little_memory(store: ObjectStore, tmp_path: Path) -> None:
    source = tmp_path / "file.pdf"
    piece = bytes(range(256)) * 4096
    source.write_bytes(piece * 20)
    digest = sha256(piece * 20)
    tracemalloc.start()
    try:
        store.put_file("a/large", source, sha256=digest, media_type="application/pdf")
        assert store.sha256("a/large") == digest
        assert store.fetch("a/large", tmp_path / "back.pdf") == digest
        peak_bytes = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak_bytes < 8 << 20
    assert (tmp_path / "back.pdf").read_bytes() == source.read_bytes()


def test_a_local_path_is_the_object_itself(store: ObjectStore) -> None:
    put(store, "a/one", b"pixels")
    path = store.local_path("a/one")
    assert path is None or path.read_bytes() == b"pixels"


def test_a_fetched_file_replaces_an_older_one_only_when_whole(
    store: ObjectStore, tmp_path: Path
) -> None:
    put(store, "a/one", b"new")
    target = tmp_path / "copy"
    target.write_bytes(b"old")
    store.fetch("a/one", target)
    assert target.read_bytes() == b"new"
