"""Do the gate's numbers mean what they say? Against published values, scipy and plain simulation."""

from __future__ import annotations

import random
from collections.abc import Sequence
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from diagnosis.gate.statistics import alpha, at_most, dispersion, fisher, holm, mann_whitney, shift


@pytest.mark.parametrize(("requests", "bound"), [(300, 0.01), (1_000, 0.003)])
def test_no_error_proves_the_published_bound(requests: int, bound: float) -> None:
    assert at_most(0, requests) == pytest.approx(bound, rel=0.01)
    assert at_most(0, requests) < bound


@given(st.integers(0, 50), st.integers(51, 5_000))
def test_the_bound_lies_above_what_was_seen_and_falls_with_more_requests(errors: int, requests: int) -> None:
    assert errors / requests < at_most(errors, requests) <= 1
    assert at_most(errors, 2 * requests) < at_most(errors, requests)


def by_hand(errors: int, requests: int, before: int, of_before: int) -> float:
    """Fisher's one-sided p by counting."""
    both, total = errors + before, requests + of_before
    ways = sum(comb(requests, k) * comb(of_before, both - k) for k in range(errors, min(both, requests) + 1))
    return ways / comb(total, both)


@given(st.integers(0, 20), st.integers(20, 80), st.integers(0, 20), st.integers(20, 80))
def test_fisher_counts_the_tables(errors: int, requests: int, before: int, of_before: int) -> None:
    assert fisher(errors, requests, before, of_before) == pytest.approx(by_hand(errors, requests, before, of_before))


@given(st.integers(0, 30), st.integers(100, 1_000), st.integers(0, 30), st.floats(1, 8))
def test_dispersion_never_makes_a_difference_surer(errors: int, requests: int, before: int, phi: float) -> None:
    if errors / requests >= before / 1_000:
        assert fisher(errors, requests, before, 1_000, phi) >= fisher(errors, requests, before, 1_000) * 0.999


def test_without_requests_nothing_is_unlikely() -> None:
    assert fisher(0, 0, 5, 100) == fisher(5, 100, 0, 0) == 1.0


def test_dispersion_is_one_for_independent_errors_and_larger_for_bursts() -> None:
    chance = random.Random(1)
    even = [(sum(chance.random() < 0.02 for _ in range(500)), 500.0) for _ in range(60)]
    assert dispersion(even) == pytest.approx(1, abs=0.5)
    assert dispersion([(0.0, 100.0)] * 50 + [(20.0, 100.0)] * 2) > 10
    assert dispersion([]) == dispersion([(3.0, 100.0)]) == dispersion([(0.0, 100.0)] * 9) == 1.0


@pytest.mark.parametrize(
    ("minutes", "spent"), [(4.9, 0), (5, 0.001), (12, 0.002), (15, 0.003), (30, 0.004), (900, 0.004)]
)
def test_each_look_spends_its_share(minutes: float, spent: float) -> None:
    assert alpha(minutes) == spent


def test_holm_by_its_textbook_example() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005], 0.05) == [True, False, False, True]
    assert holm([0.012], 0.05, family=4) == [True]
    assert holm([0.013], 0.05, family=4) == [False]


@given(st.lists(st.floats(0, 1), max_size=8), st.integers(0, 20))
def test_holm_is_stricter_the_larger_the_family(values: Sequence[float], family: int) -> None:
    for one, larger in zip(holm(values, 0.05), holm(values, 0.05, family), strict=True):
        assert one or not larger


def test_five_blocks_against_ten_can_be_significant() -> None:
    slow, usual = [1.5, 1.51, 1.52, 1.49, 1.53], [1.0 + i / 100 for i in range(10)]
    assert mann_whitney(slow, usual) == pytest.approx(1 / comb(15, 5))
    assert mann_whitney(usual, slow) > 0.99
    assert shift(slow, usual) == pytest.approx(0.465, abs=0.01)


@given(st.lists(st.floats(0.1, 10), min_size=3, max_size=9), st.floats(0.01, 5))
def test_the_shift_of_shifted_values_is_the_shift(values: list[float], moved: float) -> None:
    assert shift([v + moved for v in values], values) == pytest.approx(moved, abs=1e-6)
