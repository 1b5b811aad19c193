"""What only a folder can suffer: full disks, killed writers, links, other hands."""

from __future__ import annotations

import errno
import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from errors import AbhilekhError, IntegrityViolated, ServiceUnreachable
from storage import incoming
from storage.layout import received_key, work_key
from storage.local import LocalStore
from storage.store import ObjectExists, ObjectMissing

WRITER = """
import hashlib, itertools, pathlib, sys
sys.path.insert(0, sys.argv[2])
from storage.layout import received_key
from storage.local import LocalStore
store = LocalStore(pathlib.Path(sys.argv[1]))
for number in itertools.count(int(sys.argv[3])):
    content = number.to_bytes(8, "big") * 60_000
    digest = hashlib.sha256(content).hexdigest()
    store.put_bytes(received_key(digest), content, media_type="image/tiff")
    store.copy(received_key(digest), f"GAD/{number}/v1/access.pdf")
    print(digest, flush=True)
"""


def said(error: AbhilekhError) -> bool:
    return bool(error.what and error.kept and error.todo)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def leftovers(store: LocalStore) -> list[str]:
    return names(store.root / ".incoming")


@pytest.fixture
def store(tmp_path: Path) -> LocalStore:
    return LocalStore(tmp_path / "store")


def test_writers_killed_at_any_moment_leave_only_whole_objects(tmp_path: Path) -> None:
    moments, reported = random.Random(7), []
    for round_number in range(12):
        command = [sys.executable, "-c", WRITER, str(tmp_path / "store"), str(Path.cwd())]
        writer = subprocess.Popen([*command, str(1000 * round_number)], stdout=subprocess.PIPE)
        assert writer.stdout is not None
        reported.append(writer.stdout.readline().decode().strip())
        time.sleep(moments.uniform(0.0, 0.04))
        writer.send_signal(signal.SIGKILL)
        reported += writer.stdout.read().decode().split()
        writer.stdout.close()
        writer.wait()
    store = LocalStore(tmp_path / "store")
    received = {each.key: store.sha256(each.key) for each in store.list("received/")}
    assert all(key == received_key(digest) for key, digest in received.items())
    assert {received_key(digest) for digest in reported if len(digest) == 64} <= received.keys()
    assert all(each.size_bytes == 480_000 for each in store.list("GAD/"))
    assert leftovers(store) == []


def test_a_sweep_spares_the_files_of_living_writers(store: LocalStore) -> None:
    with store._incoming.temporary() as (file, path):
        file.write(b"half")
        program = (
            "import pathlib, sys; from storage.local import LocalStore as s; s(pathlib.Path({!r}))"
        )
        subprocess.run([sys.executable, "-c", program.format(str(store.root))], check=True)
        LocalStore(store.root)
        assert path.exists()
    (store.root / ".incoming" / "1-dead").write_bytes(b"half")
    LocalStore(store.root)
    assert leftovers(store) == []


def test_a_temporary_file_swept_before_it_is_locked_is_replaced(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    really_lock, stolen = incoming._lock, [False]

    def lock_after_a_sweep(descriptor: int) -> bool | None:
        if not stolen[0]:
            stolen[0] = True
            for path in (store.root / ".incoming").iterdir():
                path.unlink()
        return really_lock(descriptor)

    monkeypatch.setattr(incoming, "_lock", lock_after_a_sweep)
    store.put_bytes("a/b", b"x", media_type="image/tiff")
    assert store.read_bytes("a/b") == b"x" and stolen[0]


@pytest.fixture
def small_disk() -> Iterator[Path]:
    # Not below tmp_path: pytest's own tidying of old folders would stumble over a mount.
    with tempfile.TemporaryDirectory() as folder:
        command = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]
        if not shutil.which("mount") or subprocess.run(command, capture_output=True).returncode:
            pytest.skip("a small disk cannot be mounted here")
        try:
            yield Path(folder)
        finally:
            subprocess.run(["umount", folder], check=True)


def test_a_full_disk_is_said_and_leaves_nothing_half_written(
    small_disk: Path, tmp_path: Path
) -> None:
    store = LocalStore(small_disk / "store")
    store.put_bytes("a/small", b"x" * 1000, media_type="image/tiff")
    large = tmp_path / "large.tif"
    large.write_bytes(b"y" * (2 << 20))
    digest = hashlib.sha256(large.read_bytes()).hexdigest()
    with pytest.raises(ServiceUnreachable, match="full") as refused:
        store.put_file("a/large", large, sha256=digest, media_type="image/tiff")
    assert said(refused.value)
    with pytest.raises(ServiceUnreachable, match="full"):
        store.put_bytes("a/large", b"y" * (2 << 20), media_type="image/tiff")
    assert [each.key for each in store.list()] == ["a/small"]
    assert leftovers(store) == []
    store.put_bytes("a/next", b"z" * 1000, media_type="image/tiff")


def test_a_disk_that_fills_in_mid_write_is_said(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(errno.EDQUOT, os.strerror(errno.EDQUOT))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ServiceUnreachable, match="full"):
        store.put_bytes("a/b", b"x", media_type="image/tiff")
    assert leftovers(store) == [] and not store.exists("a/b")


def test_an_object_gets_its_name_after_its_bytes_and_before_its_folder_reach_the_disk(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put_bytes("a/first", b"x", media_type="image/tiff")
    steps: list[str] = []
    really_sync, really_link = os.fsync, os.link

    def sync(descriptor: int) -> None:
        steps.append(Path(f"/proc/self/fd/{descriptor}").readlink().parent.name)
        really_sync(descriptor)

    def link(source: Path, target: Path, *, follow_symlinks: bool) -> None:
        steps.append("named")
        really_link(source, target, follow_symlinks=follow_symlinks)

    monkeypatch.setattr(os, "fsync", sync)
    monkeypatch.setattr(os, "link", link)
    store.put_bytes("a/second", b"y", media_type="image/tiff")
    assert steps == [".incoming", "named", store.root.name]


def test_a_read_only_store_can_be_read_and_says_why_it_takes_nothing(small_disk: Path) -> None:
    store = LocalStore(small_disk / "store")
    store.put_bytes("a/b", b"x", media_type="image/tiff")
    (store.root / ".incoming" / "1-dead").write_bytes(b"half")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    store = LocalStore(small_disk / "store")
    assert store.read_bytes("a/b") == b"x"
    with pytest.raises(ServiceUnreachable) as refused:
        store.put_bytes("a/c", b"x", media_type="image/tiff")
    assert said(refused.value)
    with pytest.raises(ServiceUnreachable):
        LocalStore(small_disk / "other")


def test_a_store_on_a_file_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(ServiceUnreachable) as refused:
            LocalStore(path)
        assert said(refused.value)


def test_links_that_lead_out_of_the_store_are_not_followed(
    store: LocalStore, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    (store.root / "GAD").symlink_to(outside)
    (store.root / "file").symlink_to(outside / "secret")
    for key in ("GAD/secret", "file"):
        for call in (store.read_bytes, store.sha256, store.exists, store.local_path):
            with pytest.raises(IntegrityViolated):
                call(key)
        with pytest.raises(IntegrityViolated):
            store.put_bytes(key, b"x", media_type="image/tiff")
    assert list(store.list()) == []
    assert names(outside) == ["secret"]


def no_hard_links(*_: object, **__: object) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


def test_a_disk_without_hard_links_keeps_every_promise(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "link", no_hard_links)

    def write(content: bytes) -> bool:
        try:
            store.put_bytes("a/b", content, media_type="image/tiff")
        except ObjectExists:
            return False
        return True

    contents = [bytes([number]) * 100_000 for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(write, contents))
    assert won.count(True) == 1
    assert store.read_bytes("a/b") == contents[won.index(True)]
    store.copy("a/b", "a/c")
    store.copy("a/b", "a/c")
    assert store.sha256("a/c") == store.sha256("a/b")
    assert leftovers(store) == []


def test_a_copy_takes_no_room(store: LocalStore) -> None:
    store.put_bytes("received/ab/x", b"pixels", media_type="image/tiff")
    store.copy("received/ab/x", "GAD/f/v1/masters/00001-x")
    assert store.local_path("received/ab/x").samefile(store.local_path("GAD/f/v1/masters/00001-x"))


def test_objects_are_not_for_strangers(store: LocalStore) -> None:
    store.put_bytes("a/b", b"x", media_type="image/tiff")
    assert store.local_path("a/b").stat().st_mode & 0o137 == 0
    assert (store.root / "a").stat().st_mode & 0o027 == 0


def test_finished_work_leaves_no_empty_folders(store: LocalStore) -> None:
    for page in ("p1", "p2"):
        store.put_bytes(work_key("b", page, "alto.xml"), b"x", media_type="application/xml")
    store.delete(work_key("b", "p1", "alto.xml"))
    assert names(store.root / "work" / "b") == ["p2"]
    store.delete(work_key("b", "p2", "alto.xml"))
    assert names(store.root / "work") == []


def test_putting_and_deleting_in_one_folder_do_not_disturb_each_other(store: LocalStore) -> None:
    def put_and_delete(name: int) -> None:
        key = work_key("b", "p", str(name))
        for _ in range(40):
            store.put_bytes(key, b"x", media_type="application/xml")
            assert store.read_bytes(key) == b"x"
            store.delete(key)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(put_and_delete, range(4)))
    assert list(store.list("work/")) == []


def test_a_key_inside_another_object_is_refused(store: LocalStore) -> None:
    store.put_bytes("a/b", b"x", media_type="image/tiff")
    with pytest.raises(AbhilekhError):
        store.put_bytes("a/b/c", b"x", media_type="image/tiff")
    with pytest.raises(ObjectExists):
        store.put_bytes("a", b"x", media_type="image/tiff")
    with pytest.raises(ObjectMissing):
        store.read_bytes("a")
    assert [each.key for each in store.list()] == ["a/b"]


def test_a_disk_that_cannot_read_is_no_missing_object(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.put_bytes("a/b", b"x", media_type="image/tiff")

    def broken(*_: object) -> None:
        raise OSError(errno.EIO, os.strerror(errno.EIO))

    monkeypatch.setattr(os, "posix_fadvise", broken)
    with pytest.raises(IntegrityViolated, match="read or write error"):
        store.sha256("a/b")
