"""Does a series say what its points say, and nothing about its gaps?"""

from __future__ import annotations

import statistics
from datetime import timedelta
from itertools import groupby

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.series import Series
from diagnosis.windows import Window
from tests.builders import NOW, ago, series

BRIEF = settings(max_examples=100, deadline=None, derandomize=True)
values = st.lists(st.none() | st.floats(-1e9, 1e9) | st.integers(0, 2), max_size=30)


def high(value: float) -> bool:
    return value > 1


def runs(points: Series) -> list[list[int]]:
    """Indexes of the abnormal points, run by run, in the slowest words."""
    flags = [high(value) for value in points.values]
    return [[i for i, _ in group] for flag, group in groupby(enumerate(flags), key=lambda pair: pair[1]) if flag]


@BRIEF
@given(values)
def test_onset_and_longest_run_agree_with_the_naive_definition(drawn: list[float | None]) -> None:
    points = series(*drawn)
    abnormal = runs(points)
    assert points.onset(high) == (points.points[abnormal[-1][0]][0] if abnormal else None)
    assert points.longest_run(high) == max(map(len, abnormal), default=0)


@BRIEF
@given(values)
def test_sums_and_medians_are_those_of_the_points(drawn: list[float | None]) -> None:
    points, present = series(*drawn), [value for value in drawn if value is not None]
    assert points.values == tuple(present)
    assert points.total == sum(present)
    assert points.median() == (statistics.median(present) if present else None)
    assert bool(points) == bool(present)


def test_the_onset_is_that_of_the_newest_run() -> None:
    assert series(5, 0, 5, 5).onset(high) == ago(2)


def test_the_onset_of_a_run_that_ended_is_still_known() -> None:
    assert series(0, 5, 5, 0, 0).onset(high) == ago(4)


def test_a_gap_is_no_zero_and_does_not_end_a_run() -> None:
    gappy = series(0, 5, None, None, 5)
    assert gappy.onset(high) == ago(4)
    assert gappy.longest_run(high) == 2
    assert gappy.median() == 5


def test_an_empty_series_has_nothing_to_say() -> None:
    nothing = Series(60)
    assert (nothing.newest, nothing.last, nothing.median(), nothing.age(NOW), nothing.onset(high)) == (None,) * 5
    assert (nothing.total, nothing.longest_run(high), bool(nothing)) == (0, 0, False)


def test_age_counts_from_the_end_of_the_newest_period() -> None:
    assert series(1, 1, None, None, period_s=300).age(NOW) == timedelta(minutes=10)
    assert series(1).age(NOW) == timedelta(0)


def test_the_newest_point_is_the_last() -> None:
    points = series(1, 2, None)
    assert (points.newest, points.last) == (ago(2), 2)


def test_a_window_takes_its_start_and_leaves_its_end() -> None:
    points = series(1, 2, 3, 4)
    assert points.within(Window(ago(3), ago(1))).values == (2, 3)
    assert points.within(Window(ago(3), ago(1))).period_s == 60


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(ValueError, match="no number"):
        Series(60, ((ago(2), 1.0), (ago(1), value)))


@pytest.mark.parametrize("minutes", [(1, 2), (2, 2)])
def test_disorder_is_refused(minutes: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="oldest first"):
        Series(60, tuple((ago(minute), 1.0) for minute in minutes))
