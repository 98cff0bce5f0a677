"""Are curves thinned so that nothing is lost that an eye would look for?"""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.exhibits import MOST_POINTS, line, thinned
from tests.builders import NOW, ago, series


def test_a_short_curve_is_drawn_as_it_is():
    points = series(1, 2, None, 4).points
    assert thinned(points) == points
    assert line("load", series(1, 2)).points == series(1, 2).points


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=700))
def test_the_peak_and_the_newest_point_stay(values):
    points = [(ago(len(values) - at), value) for at, value in enumerate(values)]
    kept = thinned(points)
    assert len(kept) <= MOST_POINTS + 1
    assert set(kept) <= set(points)
    assert kept[-1] == points[-1]
    assert max(value for _, value in kept) == max(values)
    assert [when for when, _ in kept] == sorted(when for when, _ in kept)


def test_no_points_are_no_points():
    assert thinned([]) == ()
    assert ago(0) == NOW
