"""Do series say the same thing twice, and what they were asked to say?"""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.ago import seconds
from sandbox.errors import ScenarioError
from sandbox.series import count, gap, points, ramp, spread, steady
from sandbox.services.metric_store import StatisticSet
from sandbox.services.statistics import is_statistic, statistic

NOW = 1_795_000_020
MINUTE = NOW // 60 * 60


def at(series, ago, seed=1):
    return series.samples(MINUTE - ago * 60, NOW, seed)


def test_a_steady_series_is_one_sample_a_period():
    assert at(steady(4), 3) == ((4, 1.0),)


def test_noise_is_the_same_each_time_and_another_for_another_metric():
    noisy = steady(100, noise=0.1)
    assert at(noisy, 5) == at(noisy, 5)
    assert at(noisy, 5) != at(noisy, 5, seed=2)
    values = [at(noisy, i)[0][0] for i in range(2_000)]
    assert 98 < sum(values) / len(values) < 102


def test_a_daily_wave_peaks_at_its_hour_and_repeats_each_day():
    wave = steady(10, daily=0.5, peak_hour=5)
    values = {h: wave.samples(h * 3_600, NOW, 1)[0][0] for h in range(24)}
    assert max(values, key=values.get) == 5
    assert values[5] == pytest.approx(15)
    assert wave.samples(86_400 + 3_600, NOW, 1) == wave.samples(3_600, NOW, 1)


def test_then_changes_at_a_time_before_now():
    series = steady(1).then(at="10m", value=9).then(at="5m", value=gap())
    assert [at(series, ago) for ago in (12, 9, 3)] == [((1, 1.0),), ((9, 1.0),), None]


def test_a_counter_has_samples_of_one_and_nothing_where_nothing_happened():
    assert at(count(7), 1) == ((1.0, 7.0),)
    assert at(count(0), 1) is None
    seen = [at(count(0.25), i) for i in range(2_000)]
    assert 400 < sum(1 for s in seen if s) < 600


def test_a_sparse_series_has_data_in_its_share_of_periods():
    seen = [at(steady(1).sparse(0.25), i) for i in range(2_000)]
    assert 400 < sum(1 for s in seen if s) < 600


def test_a_ramp_is_a_line_between_two_times():
    series = ramp(0, 60, since="60m", until="0m")
    assert at(series, 70) == ((0, 1.0),)
    assert series.samples(NOW - 1_800, NOW, 1)[0][0] == pytest.approx(30)
    assert series.samples(NOW + 600, NOW, 1) == ((60, 1.0),)


def test_points_end_in_the_period_of_until():
    series = points([1, None, 3], until="2m")
    assert [at(series, ago) for ago in (5, 4, 3, 2, 1)] == [None, ((1, 1.0),), None, ((3, 1.0),), None]


def test_a_spread_has_the_percentiles_it_was_given():
    samples = [at(spread(100, 900, samples=1_000), 1)]
    assert statistic("p50", samples) == pytest.approx(100)
    assert statistic("p99", samples) == pytest.approx(900)
    assert statistic("SampleCount", samples) == pytest.approx(1_000)
    assert 100 < statistic("p90", samples) < statistic("p95", samples) < 900


@pytest.mark.parametrize("make", [lambda: spread(5, 5), lambda: ramp(0, 1, since="1m", until="2m")])
def test_impossible_series_are_refused(make):
    with pytest.raises(ScenarioError):
        make()


@pytest.mark.parametrize(
    ("span", "expected"), [("90s", 90), ("1h30m", 5_400), ("8d", 691_200), ("1.5m", 90), (7, 7), ("2w", 1_209_600)]
)
def test_spans(span, expected):
    assert seconds(span) == expected


@pytest.mark.parametrize("span", ["", "5", "m5", "5 parsecs", "5m later"])
def test_wrong_spans_are_refused(span):
    with pytest.raises(ScenarioError, match="no span of time"):
        seconds(span)


@given(st.lists(st.tuples(st.integers(-1_000_000, 1_000_000).map(float), st.integers(1, 50)), min_size=1, max_size=20))
def test_statistics_agree_with_the_samples_written_out(samples):
    written = sorted(value for value, number in samples for _ in range(number))
    contents = [tuple((v, float(n)) for v, n in samples)]
    assert statistic("Sum", contents) == pytest.approx(sum(written), abs=1e-6)
    assert statistic("Average", contents) == pytest.approx(sum(written) / len(written), abs=1e-6)
    assert statistic("SampleCount", contents) == len(written)
    assert (statistic("Minimum", contents), statistic("Maximum", contents)) == (written[0], written[-1])
    assert statistic("p50", contents) == written[-(-len(written) // 2) - 1]
    assert statistic("p100", contents) == written[-1]


def test_percentiles_of_statistic_sets_exist_only_where_a_set_is_one_value():
    assert statistic("p90", [StatisticSet(1, 9, 20, 4)]) is None
    assert statistic("p90", [StatisticSet(5, 5, 20, 4)]) == 5
    assert statistic("Average", [StatisticSet(1, 9, 20, 4)]) == 5


@pytest.mark.parametrize(
    ("name", "known"), [("p99.9", True), ("p100", True), ("p101", False), ("tm90", False), ("sum", False)]
)
def test_which_statistics_are_computed(name, known):
    assert is_statistic(name) is known
