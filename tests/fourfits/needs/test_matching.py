"""Matching the themes of a run to the needs that stand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as of_numpy

from fourfits import errors
from fourfits.needs.matching import SAME, carried, match

groups = of_numpy.arrays(np.int64, st.integers(0, 60), elements=st.integers(-1, 6))
pairs = st.integers(0, 60).flatmap(
    lambda n: st.tuples(
        *(of_numpy.arrays(np.int64, n, elements=st.integers(-1, 6)) for _ in range(2))
    )
)


def planted(
    rng: np.random.Generator, sizes: list[int], moved: float
) -> tuple[np.ndarray, np.ndarray]:
    """Groups of known sizes, and the same after a share of the items moved at random."""
    before = np.repeat(np.arange(len(sizes)), sizes)
    after = np.where(
        rng.random(len(before)) < moved, rng.integers(0, len(sizes), len(before)), before
    )
    return before, after


def test_match_finds_every_group_again_though_a_fifth_of_the_items_moved():
    rng = np.random.default_rng(1)
    before, after = planted(rng, [400, 300, 200, 150, 120, 100], moved=0.2)
    renumbered = np.array([4, 0, 5, 1, 3, 2])

    found = match(before, renumbered[after])

    assert found.kept == {int(renumbered[group]): group for group in range(6)}
    assert all(overlap > SAME for overlap in found.overlap.values())
    assert not found.joined
    assert not found.parted


def test_match_tells_a_merger_a_split_a_birth_and_a_death():
    before = np.repeat([0, 1, 2, 3, -1], [60, 30, 100, 20, 40])
    after = np.concatenate([
        np.full(60, 7), np.full(30, 7),                        # 1 went into 0
        np.full(55, 8), np.full(45, 9),                        # 2 fell in two
        np.full(20, -1),                                       # 3 is found no more
        np.full(40, 5),                                        # nobody spoke of 5 before
    ])  # fmt: skip

    found = match(before, after)

    assert found.kept == {7: 0, 8: 2}
    assert found.joined == {1: 7}
    assert found.parted == {9: 2}


def test_match_keeps_one_of_two_halves():
    found = match([0, 0, 0, 0], [1, 1, 2, 2])

    assert len(found.kept) == 1
    assert found.overlap == {next(iter(found.kept)): 0.5}


def test_match_refuses_runs_over_other_items():
    with pytest.raises(errors.ParameterError, match="2 items"):
        match([0, 0], [0])


@pytest.mark.slow
@given(groups, st.permutations(range(7)))
def test_match_of_a_run_with_itself_under_other_numbers_keeps_everything(before, numbers):
    after = np.where(before < 0, -1, np.array(numbers)[before])

    found = match(before, after)

    assert found.kept == {
        numbers[old]: old
        for old in sorted(set(before[before >= 0].tolist()), key=lambda old: numbers[old])
    }
    assert set(found.overlap.values()) <= {1.0}


@pytest.mark.slow
@given(pairs)
def test_match_pairs_each_group_at_most_once_and_only_where_half_is_shared(pair):
    before, after = pair

    found = match(before, after)

    assert len(set(found.kept.values())) == len(found.kept)
    for new, old in found.kept.items():
        both, either = (before == old) & (after == new), (before == old) | (after == new)
        assert both.sum() / either.sum() == pytest.approx(found.overlap[new])
        assert found.overlap[new] >= SAME


@pytest.mark.slow
@given(pairs)
def test_match_leaves_no_pair_unmatched_that_shares_more_than_half(pair):
    before, after = pair

    found = match(before, after)

    for old in set(before[before >= 0].tolist()):
        for new in set(after[after >= 0].tolist()):
            both, either = (before == old) & (after == new), (before == old) | (after == new)
            assert both.sum() <= SAME * either.sum() or found.kept[new] == old


def test_carried_puts_the_parts_of_a_need_that_people_merged_back_into_it():
    before = np.zeros(90, np.int64)
    after = np.repeat([0, 1, 2], 30)

    result, born = carried(before, after, match(before, after), held=[0])

    assert set(result.tolist()) == {0}
    assert born == {}


def test_carried_makes_a_need_of_a_part_that_nobody_holds_together():
    before = np.zeros(90, np.int64)
    after = np.repeat([0, 1], [60, 30])

    result, born = carried(before, after, match(before, after))

    assert born == {1: 1}
    assert result.tolist() == [0] * 60 + [1] * 30


def test_carried_keeps_apart_what_people_keep_apart():
    """The run no longer tells the two; what was said since goes to the one that it continues."""
    before = np.repeat([0, 1, -1], [50, 30, 10])
    after = np.zeros(90, np.int64)
    both_knew = before >= 0

    found = match(before[both_knew], after[both_knew])
    result, born = carried(before, after, found, held=[0, 1])

    assert found.joined == {1: 0}
    assert result.tolist() == [0] * 50 + [1] * 30 + [0] * 10
    assert born == {}


def test_carried_leaves_pinned_items_where_a_person_put_them():
    before = np.repeat([0, 1], [50, 10])
    after = np.zeros(60, np.int64)
    pinned = np.where(before == 1, 1, -1)

    result, _ = carried(before, after, match(before, after), pinned=pinned)

    assert result.tolist() == before.tolist()


def test_carried_lets_go_what_nobody_shaped_and_no_run_finds():
    before = np.repeat([0, 1], [50, 10])
    after = np.repeat([0, -1], [50, 10])

    result, _ = carried(before, after, match(before, after))

    assert result.tolist() == [0] * 50 + [-1] * 10


@pytest.mark.slow
@given(pairs, st.sets(st.integers(0, 6)))
def test_carried_gives_each_themed_item_a_group_and_invents_none(pair, held):
    before, after = pair

    result, born = carried(before, after, match(before, after), held=held)

    assert (result[after >= 0] >= 0).all()
    assert set(result.tolist()) - {-1} <= set(before.tolist()) | set(born.values()) | set(held)
    assert set(born.values()) <= set(result.tolist())
