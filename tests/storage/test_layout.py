"""Keys are safe whatever people call their offices and scans."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from errors import IntegrityViolated
from storage import layout
from storage.keys import check_deletable, check_key
from storage.manifest_form import fault_in


def test_the_layout_is_the_one_that_is_promised() -> None:
    prefix = layout.deposit_prefix("GAD", "01J9Z3", 2)
    assert prefix == "GAD/01J9Z3/v2/"
    assert layout.manifest_key(prefix) == "GAD/01J9Z3/v2/manifest.json"
    assert layout.access_key(prefix) == "GAD/01J9Z3/v2/access.pdf"
    assert layout.alto_key(prefix, 7) == "GAD/01J9Z3/v2/alto/00007.xml"
    assert layout.master_key(prefix, 7, "box/स्कैन 7.tif") == (
        "GAD/01J9Z3/v2/masters/00007-स्कैन 7.tif"
    )
    assert layout.received_key("ab" * 32) == "received/ab/" + "ab" * 32
    assert layout.work_key("b1", "p1", "alto.xml") == "work/b1/p1/alto.xml"


@given(office=st.text(st.characters()), name=st.text(st.characters()))
@example(office="../..", name="../../etc/passwd")
@example(office="work", name="con\n.tif")
@example(office="", name="क" * 85)
@example(office="क" * 300, name="ख" * 300 + ".tif")
@example(office="\u0958" * 80, name="a\u200b\u0301" * 60)
def test_any_name_gives_a_key_that_every_store_takes(office: str, name: str) -> None:
    prefix = layout.deposit_prefix(office, "01J9Z3", 1)
    for key in (layout.master_key(prefix, 1, name), layout.work_key("b", "p", name)):
        assert check_key(key) == key
    assert layout.deposit_of(layout.manifest_key(prefix)) == prefix


@pytest.mark.parametrize("office", ["work", "Work", "received", "work/", ".work", "work."])
def test_no_office_can_make_its_deposits_deletable(office: str) -> None:
    prefix = layout.deposit_prefix(office, "01J9Z3", 1)
    assert not prefix.casefold().startswith(("work/", "received/"))
    with pytest.raises(IntegrityViolated, match="kept for good"):
        check_deletable(layout.access_key(prefix))


def test_equal_names_on_different_pages_get_different_keys() -> None:
    long_name = "अ" * 200
    made = {layout.master_key("GAD/f/v1/", page, long_name + "x" * page) for page in range(1, 50)}
    assert len(made) == 49


def test_a_cut_name_keeps_its_suffix_and_whole_letters() -> None:
    name = layout.safe_name("नस्ती" * 60 + ".tif")
    assert name.endswith(".tif")
    assert len(name.encode()) <= 180
    assert ("नस्ती" * 60).startswith(name.removesuffix(".tif"))


def test_sources_and_work_belong_to_no_deposit() -> None:
    assert layout.deposit_of(layout.received_key("ab" * 32)) is None
    assert layout.deposit_of("work/b1/p1/alto.xml") is None
    assert layout.deposit_of("stray.txt") is None


def test_something_that_is_no_set_of_fields_is_a_fault() -> None:
    assert fault_in([]) is not None  # type: ignore[arg-type]
