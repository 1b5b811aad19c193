"""Files whose sides are judged: made to order, the same again, and truly of both sides."""

from __future__ import annotations

import numpy as np

from benchmarks.scans.maker import JUDGING_FACES, TUNING_FACES, PageOptions
from benchmarks.scans.pages import WRITTEN_KINDS, make_page
from benchmarks.sides import __main__ as judging
from benchmarks.sides import fit
from benchmarks.sides.judge import macro_f1
from benchmarks.sides.plan import planned_file, side_of_kind

QUICK = PageOptions(dpi=72, typefaces=("lohit",))


def test_the_same_seed_plans_the_same_file_and_another_one_another() -> None:
    assert planned_file(5, TUNING_FACES) == planned_file(5, TUNING_FACES)
    assert planned_file(5, TUNING_FACES) != planned_file(6, TUNING_FACES)


def test_every_file_has_both_sides_and_its_pages_are_counted_side_by_side() -> None:
    for seed in range(40):
        plan = planned_file(seed, TUNING_FACES)
        by_side = {
            side: [p for p in plan.pages if p.side == side] for side in ("noting", "correspondence")
        }
        for pages in by_side.values():
            assert [page.place.serial for page in pages] == list(range(1, len(pages) + 1))
            assert pages
        assert all(page.side == side_of_kind(page.kind) for page in plan.pages)


def test_files_are_not_all_in_one_order_or_from_one_scanner() -> None:
    plans = [planned_file(seed, TUNING_FACES) for seed in range(60)]
    assert {plan.order for plan in plans} == {"notes first", "letters first", "as they came"}
    assert {plan.scanner for plan in plans} == {"colour", "grey", "bilevel"}
    assert len({plan.note_paper for plan in plans}) == 5


def test_nothing_is_judged_on_seeds_or_typefaces_that_were_fitted_on() -> None:
    assert set(TUNING_FACES).isdisjoint(JUDGING_FACES)
    assert abs(judging.SEED - fit.SEED) > 10_000


def test_pages_written_by_hand_are_made_of_handwriting_and_typed_ones_are_not() -> None:
    shares = {}
    for kind in WRITTEN_KINDS:
        truth = make_page(kind, 3, options=QUICK).truth
        shares[kind] = sum((b.x1 - b.x0) * (b.y1 - b.y0) for b in truth.handwriting)
    assert min(shares["hand_note"], shares["hand_letter"]) > 3 * shares["marked_letter"] > 0
    assert shares["separator"] == 0


def test_no_two_words_of_a_hand_are_alike_but_the_page_comes_out_the_same_again() -> None:
    first, again, other = (make_page("hand_note", seed, options=QUICK).image for seed in (7, 7, 8))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_kind_that_is_never_told_pulls_the_mean_down() -> None:
    assert macro_f1([("letter", "letter"), ("order", "order")]) == 1.0
    assert macro_f1([("letter", "letter"), ("order", "letter")]) < 0.5
