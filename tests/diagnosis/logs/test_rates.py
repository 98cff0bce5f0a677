"""Is an error rate red when it rose above other days', and only then?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.logs.bursts import ErrorLines, ErrorsBefore
from diagnosis.logs.rates import in_bins, risen_error_rate
from diagnosis.series import Series
from tests.builders import NOW, series, target

DAY = 86_400


def per_bin(*counts: float, ago_s: int = 0) -> Series:
    """Errors by 5 minutes, all in the first minute of each; the last bin ends now, or so long ago."""
    start = NOW - timedelta(minutes=5 * len(counts), seconds=ago_s)
    return Series(60, tuple((start + timedelta(minutes=5 * i), n) for i, n in enumerate(counts) if n))


def before(*counts: float, days: int = 1, events: float = 10_000) -> ErrorsBefore:
    return ErrorsBefore(f"{days} d before", days * DAY, per_bin(*counts, ago_s=days * DAY), events)


def lines(*counts: float, before: tuple[ErrorsBefore, ...] | Blind = (), events: float = 10_000) -> ErrorLines:
    return ErrorLines(target("log_group", "/app"), per_bin(*counts), 5 * len(counts), NOW, events, (), before)


CALM = (before(*[2] * 12), before(*[3] * 12, days=7))


@pytest.mark.parametrize(
    ("now", "red"),
    [
        ([0] * 10 + [20, 20], True),
        ([0] * 10 + [19, 20], False),
        ([0] * 11 + [500], False),
        ([500, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 500], True),
    ],
)
def test_twenty_errors_in_two_bins(now: list[float], red: bool) -> None:
    assert bool(risen_error_rate(lines(*now, before=CALM))) is red


@pytest.mark.parametrize(
    ("minutes", "red"),
    [
        ([40, 40, 40], True),  # it began three minutes ago
        ([60, 60], False),
        ([20, 20, 20, 20, 20], True),
        ([20, 20, 20, 20, 19], False),
    ],
)
def test_one_bin_is_enough_where_it_is_loud(minutes: list[float], red: bool) -> None:
    start = NOW - timedelta(minutes=5)
    counts = Series(60, tuple((start + timedelta(minutes=i), n) for i, n in enumerate(minutes)))
    facts = ErrorLines(target("log_group", "/app"), counts, 60, NOW, 10_000, (), CALM)
    assert bool(risen_error_rate(facts)) is red


@pytest.mark.parametrize(("then", "red"), [(20, True), (21, False)])
def test_three_times_the_usual(then: float, red: bool) -> None:
    facts = lines(*[60] * 12, before=(before(*[then] * 12), before(*[then] * 12, days=7)))
    assert bool(risen_error_rate(facts)) is red


def test_what_is_always_so_is_usual() -> None:
    assert risen_error_rate(lines(*[900] * 12, before=(before(*[900] * 12), before(*[850] * 12, days=7)))) == []


def test_an_incident_of_yesterday_is_no_baseline() -> None:
    assert risen_error_rate(lines(*[900] * 12, before=(before(*[900] * 12), before(*[2] * 12, days=7)))) != []


def test_a_nightly_job_fails_at_its_hour_every_day() -> None:
    job = [0] * 5 + [80, 80] + [0] * 5
    assert risen_error_rate(lines(*job, before=(before(*job), before(*job, days=7)))) == []
    a_bin_later = [0] * 6 + [80, 80] + [0] * 4
    assert risen_error_rate(lines(*a_bin_later, before=(before(*job), before(*job, days=7)))) == []


def test_a_monday_is_no_sunday() -> None:
    """Three times the traffic of yesterday excuses three times the errors."""
    busy = lines(*[60] * 12, events=30_000 + 720, before=(before(*[20] * 12, events=10_000 + 240),))
    assert risen_error_rate(busy) == []
    assert risen_error_rate(lines(*[60] * 12, events=10_720, before=busy.before)) != []


def test_without_a_baseline_nobody_can_tell() -> None:
    with pytest.raises(CouldNotTellError, match="no baseline: /app logged nothing"):
        risen_error_rate(lines(*[60] * 12))
    with pytest.raises(CouldNotTellError, match="missing logs:StartQuery"):
        risen_error_rate(lines(*[60] * 12, before=Blind("denied", "missing logs:StartQuery")))
    assert risen_error_rate(lines(*[3] * 12, before=Blind("denied", "missing logs:StartQuery"))) == []


def test_what_it_says() -> None:
    [found] = risen_error_rate(lines(*[0] * 9, 40, 300, 60, before=CALM))
    assert found.symptom == "/app: 300 errors in 5 min, expected less than 3 times the usual 2"
    assert found.onset == NOW - timedelta(minutes=15)
    assert found.evidence[0] == (
        "400 in all, 24 in all 1 d before, 36 in all 7 d before; bins above: 3, worst 11:50 UTC"
    )
    assert (found.impact, found.cause) == ("now", "unknown")


def test_limits_can_be_set() -> None:
    facts = lines(*[60] * 12, before=CALM)
    assert risen_error_rate(facts, min_errors=61) == []
    assert risen_error_rate(facts, times_baseline=31) == []
    assert risen_error_rate(facts, min_bins=13) == []


def test_bins_begin_at_whole_five_minutes() -> None:
    assert sorted(in_bins(series(1, 2, 4, 8, 16, 32)).values()) == [1, 62]
