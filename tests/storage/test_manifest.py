"""A manifest says everything, in one form only, and shows any change."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from errors import IntegrityViolated, WrongUsage
from storage.layout import alto_key, deposit_prefix
from storage.manifest import (
    DepositedObject,
    DepositManifest,
    _sealed,
    read_manifest,
    write_manifest,
)
from tests.storage.examples import manifest


def whole() -> DepositManifest:
    prefix = deposit_prefix("GAD", "01J9Z3", 1)
    stored = DepositedObject(alto_key(prefix, 1), "alto", "application/xml", "cd" * 32, 7)
    return replace(manifest(), objects=(stored,))


def test_a_manifest_comes_back_as_it_was_written() -> None:
    assert read_manifest(write_manifest(whole())) == whole()


def test_the_same_manifest_gives_the_same_bytes_whatever_the_order_of_its_fields() -> None:
    turned = replace(whole(), batch=dict(reversed(list(whole().batch.items()))))
    written = write_manifest(whole())
    assert write_manifest(turned) == written
    assert written.endswith(b"}\n")
    assert "बस्ता १".encode() in written


def test_any_changed_byte_of_a_manifest_shows() -> None:
    written = write_manifest(whole())
    for place in range(len(written)):
        changed = bytearray(written)
        changed[place] ^= 1
        with pytest.raises(IntegrityViolated):
            read_manifest(bytes(changed))
    for cut in (0, 1, len(written) // 2, len(written) - 1):
        with pytest.raises(IntegrityViolated):
            read_manifest(written[:cut])


@pytest.mark.parametrize(
    "content",
    [b"[]", b"null", b"[" * 100_000, b'{"seal_sha256": "x", "a": NaN}', b"\xff", b'{"a": 1}'],
)
def test_what_is_no_manifest_is_said_to_be_damaged(content: bytes) -> None:
    with pytest.raises(IntegrityViolated) as refused:
        read_manifest(content)
    assert refused.value.what and refused.value.kept and refused.value.todo


def test_a_name_with_bytes_that_are_no_letters_comes_back() -> None:
    odd = replace(whole(), file={"source": "scan\udc80\udcff.tif"})
    assert read_manifest(write_manifest(odd)).file["source"] == "scan\udc80\udcff.tif"


def test_fields_of_a_later_program_are_kept() -> None:
    later: dict[str, Any] = json.loads(write_manifest(whole()))
    del later["seal_sha256"]
    later["certificate"] = {"number": 7}
    read = read_manifest(_sealed(later))
    assert read.extra == {"certificate": {"number": 7}}
    assert read_manifest(write_manifest(read)) == read


def test_a_manifest_of_a_later_form_is_not_guessed_at() -> None:
    later: dict[str, Any] = json.loads(write_manifest(whole()))
    del later["seal_sha256"]
    later["format_version"] = 2
    with pytest.raises(WrongUsage):
        read_manifest(_sealed(later))


@pytest.mark.parametrize(
    "change",
    [
        {"version": 0},
        {"created_at": "yesterday"},
        {"created_at": "2026-11-22T10:00:00"},
        {"batch": {"label": "x"}},
        {"pages": ({"sequence": 1},)},
        {"pages": (manifest().pages[0], manifest().pages[0])},
        {"objects": (whole().objects[0], whole().objects[0])},
        {"objects": (replace(whole().objects[0], key="GAD/other/v1/alto/00001.xml"),)},
        {"objects": (replace(whole().objects[0], sha256="AB" * 32),)},
        {"file": {"source": "x", "score": float("nan")}},
        {"file": {"source": "x", "page": object()}},
    ],
)
def test_a_manifest_that_contradicts_itself_is_not_written(change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityViolated):
        write_manifest(replace(whole(), **change))
