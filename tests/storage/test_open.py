"""One URL says where everything is kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from errors import ServiceUnreachable
from storage.local import LocalStore
from storage.open import open_store
from storage.s3 import S3Store
from storage.s3_wire import S3Address
from storage.store import ObjectStore
from tests.storage.faulty import FaultyStore


@pytest.mark.parametrize("form", ["file:{}", "file://{}", "FILE:{}"])
def test_a_file_url_opens_a_folder(tmp_path: Path, form: str) -> None:
    folder = tmp_path / "मेरा store 50%20"
    store = open_store(form.format(folder))
    assert isinstance(store, LocalStore)
    assert store.root == folder


def test_a_relative_folder_stays_where_it_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = open_store("file:home/store")
    monkeypatch.chdir("/")
    store.put_bytes("a/b", b"x", media_type="image/tiff")
    assert (tmp_path / "home/store/a/b").read_bytes() == b"x"


def test_an_s3_url_says_everything_about_the_bucket() -> None:
    store = open_store("s3+https://ke%2By:se%2Fcr%40et@Store.nic.in:9000/bucket?region=ap-south-1")
    assert isinstance(store, S3Store)
    assert store.address == S3Address(
        "Store.nic.in:9000", "bucket", "ke+y", "se/cr@et", True, "ap-south-1"
    )
    assert "se/cr@et" not in repr(store.address)
    plain = open_store("s3+http://key:secret@127.0.0.1:9000/bucket/")
    assert isinstance(plain, S3Store)
    assert not plain.address.secure


@pytest.mark.parametrize(
    "url",
    [
        "", "store", "/var/store", "ftp://host/x", "s3://key:secret@host/bucket", "file:",
        "file://server/share", "file:a\0b", "s3+http://host/bucket", "s3+http://key@host/bucket",
        "s3+http://key:secret@host", "s3+http://key:secret@host/a/b",
        "s3+http://key:secret@host:port/bucket", "s3+http://key:secret@/bucket",
        "s3+http://key:secret@ho st/bucket", "s3+http://key:secret@host/b?region=a&regiom=b",
        "s3+http://key:secret@host/..",
    ],
)  # fmt: skip
def test_a_wrong_url_is_said_without_its_secret(url: str) -> None:
    with pytest.raises(ServiceUnreachable) as refused:
        open_store(url)
    assert refused.value.what and refused.value.kept and refused.value.todo
    assert "key:secret@ho" not in refused.value.what


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_faulty_store_fails_once_at_the_chosen_step(tmp_path: Path, when: str) -> None:
    def work(store: ObjectStore) -> None:
        store.put_bytes("work/b/p/x", b"x", media_type="image/tiff")
        store.copy("work/b/p/x", "GAD/f/v1/x")
        store.delete("work/b/p/x")

    for step in (1, 2, 3):
        inner = LocalStore(tmp_path / f"{when}{step}")
        faulty = FaultyStore(inner, fail_at=step, when="before" if when == "before" else "after")
        with pytest.raises(ServiceUnreachable):
            work(faulty)
        assert len(faulty.calls) == step
        done = step if when == "after" else step - 1
        assert inner.exists("work/b/p/x") == (done in (1, 2))
        assert inner.exists("GAD/f/v1/x") == (done >= 2)
        work(faulty)
        assert [each.key for each in inner.list()] == ["GAD/f/v1/x"]
