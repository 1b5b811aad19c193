"""A file number that two people must key: the second one blind, a third where they differ."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from errors import WrongUsage
from pipeline import admit, double_entry, review
from pipeline.app import App
from pipeline.decisions import Decision, Reviewer
from records import number_entries, review_reads
from records.corrections import history
from records.models import Batch, PhysicalFile
from records.number_entries import UNCONFIRMED
from tests.pipeline import test_review
from tests.pipeline.steps import settle

pytestmark = pytest.mark.django_db
engine, box = test_review.engine, test_review.box
NUMBER, OTHER = "एफ 12-34/2015/2/7", "एफ 12-84/2015/2/7"


@pytest.fixture
def strict(app: App) -> App:
    app.policy = replace(app.policy, double_entry="always")
    return app


@pytest.fixture
def file(strict: App, box: Path) -> PhysicalFile:
    """A deposited file of which one person gave the number at the desk."""
    batch = admit.run(strict, box)
    settle(strict, batch)
    file = PhysicalFile.objects.get(batch=batch, source="नस्ती १")
    review.decide(strict, file, Decision({"file_number": NUMBER}, accept=True), Reviewer("asha"))
    return deposited(strict, file)


def deposited(app: App, file: PhysicalFile) -> PhysicalFile:
    review.make_version(app, file)
    file.refresh_from_db()
    return file


def keyed(app: App, file: PhysicalFile, by: str, said: str) -> bool:
    return double_entry.enter(app, file, said, Reviewer(by))


def codes(file: PhysicalFile) -> list[str]:
    return [kept["code"] for kept in file.reasons]


def test_accepting_does_not_take_the_second_persons_place(file: PhysicalFile, strict: App) -> None:
    assert (file.state, codes(file)) == ("in_review", [UNCONFIRMED])
    review.decide(strict, file, Decision(accept=True), Reviewer("asha"))
    assert codes(deposited(strict, file)) == [UNCONFIRMED]


def test_a_second_person_who_keys_the_same_confirms_the_number(
    file: PhysicalFile, strict: App
) -> None:
    assert keyed(strict, file, "ravi", "एफ १२-३४/२०१५/२/७")  # in the digits of the paper
    file = deposited(strict, file)
    assert (file.state, codes(file), file.version) == ("deposited", [], 3)
    assert (file.metadata["file_number"]["value"], file.metadata["file_number"]["by"]) == (
        NUMBER,
        "asha, ravi",
    )
    told = [(one["by"], one["after"]) for one in history(file.pk) if one["kind"] == "entry"]
    assert told == [("asha", NUMBER), ("ravi", "एफ १२-३४/२०१५/२/७")]


def test_the_same_person_twice_are_not_two(file: PhysicalFile, strict: App) -> None:
    assert not keyed(strict, file, "asha", NUMBER)
    file.refresh_from_db()
    assert file.state == "in_review"


def test_where_two_differ_a_third_decides(file: PhysicalFile, strict: App) -> None:
    assert not keyed(strict, file, "ravi", OTHER)
    assert [one["kind"] for one in history(file.pk)].count("entry") == 0, "not told while it runs"
    assert keyed(strict, file, "sita", OTHER)
    file = deposited(strict, file)
    assert (file.state, file.metadata["file_number"]["value"]) == ("deposited", OTHER)
    assert file.metadata["file_number"]["by"] == "ravi, sita"


def test_whoever_has_keyed_a_file_is_not_asked_again(file: PhysicalFile, strict: App) -> None:
    every = PhysicalFile.objects.filter(pk=file.pk)
    left = {who: number_entries.left_to(who, every).count() for who in ("asha", "ravi", "sita")}
    assert left == {"asha": 0, "ravi": 1, "sita": 1}
    keyed(strict, file, "ravi", OTHER)
    assert number_entries.left_to("ravi", every).count() == 0
    assert number_entries.left_to("sita", every).count() == 1


def test_a_number_that_is_changed_afterwards_waits_again(file: PhysicalFile, strict: App) -> None:
    keyed(strict, file, "ravi", NUMBER)
    file = deposited(strict, file)
    review.decide(strict, file, Decision({"file_number": OTHER}), Reviewer("sita"))
    assert codes(deposited(strict, file)) == [UNCONFIRMED]


@pytest.mark.parametrize("said", ["", "  ", "x" * 501])
def test_what_is_no_number_is_refused(file: PhysicalFile, strict: App, said: str) -> None:
    with pytest.raises(WrongUsage):
        keyed(strict, file, "ravi", said)
    assert number_entries.left_to("ravi", PhysicalFile.objects.filter(pk=file.pk)).exists()


def test_a_file_that_nobody_asks_about_takes_no_number(file: PhysicalFile, strict: App) -> None:
    keyed(strict, file, "ravi", NUMBER)
    file = deposited(strict, file)
    with pytest.raises(WrongUsage, match="waits for nobody"):
        keyed(strict, file, "sita", NUMBER)


def test_without_the_policy_one_person_is_enough(app: App, box: Path) -> None:
    batch: Batch = admit.run(app, box)
    settle(app, batch)
    file = PhysicalFile.objects.get(batch=batch, source="नस्ती १")
    review.decide(app, file, Decision({"file_number": NUMBER}, accept=True), Reviewer("asha"))
    assert deposited(app, file).state == "deposited"
    assert review_reads.queue(code=UNCONFIRMED) == []


def test_a_number_given_by_one_person_is_unsure_enough(app: App, box: Path) -> None:
    app.policy = replace(app.policy, double_entry="unsure")
    batch = admit.run(app, box)
    settle(app, batch)
    file = PhysicalFile.objects.get(batch=batch, source="नस्ती १")
    review.decide(app, file, Decision({"file_number": NUMBER}, accept=True), Reviewer("asha"))
    assert codes(deposited(app, file)) == [UNCONFIRMED]
