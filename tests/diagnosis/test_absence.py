"""Is a missing point read as what it means for its metric?"""

from __future__ import annotations

from datetime import timedelta

from diagnosis.absence import dense, sparse, unheard
from diagnosis.answers import Absent, Blind
from diagnosis.series import Series
from diagnosis.windows import Window
from tests.builders import NOW, ago, series

DENIED = Blind("denied", "missing cloudwatch:GetMetricData", "cloudwatch:GetMetricData")
NOTHING = Series(300)
HOUR = Window(ago(60), NOW)
BEATS = series(4, None, 2, period_s=300)


def test_a_counter_is_zero_while_its_heart_beats() -> None:
    assert sparse(NOTHING, BEATS, "invocation") == Series(300)


def test_a_counter_without_heartbeat_has_nothing_to_judge() -> None:
    assert sparse(NOTHING, series(None, None), "invocation") == Absent("no traffic: no invocation in the window")


def test_a_heartbeat_of_zeros_is_no_heartbeat() -> None:
    assert isinstance(sparse(NOTHING, series(0, 0), "request"), Absent)


def test_a_counter_with_points_needs_no_heartbeat() -> None:
    counted = series(0, 3)
    assert sparse(counted, DENIED, "invocation") is counted
    assert sparse(counted, NOTHING, "invocation") is counted


def test_what_could_not_be_read_is_never_zero() -> None:
    assert sparse(DENIED, BEATS, "invocation") is DENIED
    assert sparse(NOTHING, DENIED, "invocation") is DENIED
    assert dense(DENIED, "CPUUtilization", HOUR) is DENIED


def test_a_gauge_without_a_point_is_no_answer() -> None:
    answer = dense(NOTHING, "CPUUtilization of orders", HOUR)
    assert isinstance(answer, Blind)
    assert (answer.obstacle, answer.reason) == (
        "missing",
        "no data: CPUUtilization of orders has no point in the window",
    )


def test_a_gauge_at_zero_is_an_answer() -> None:
    assert dense(series(0), "CPUUtilization", HOUR) == series(0)


def test_a_gauge_that_fell_silent_in_the_earlier_half_is_stale() -> None:
    quiet_for_29 = Series(60, ((ago(30), 40.0),))
    assert dense(quiet_for_29, "CPUUtilization", HOUR) is quiet_for_29
    answer = dense(Series(60, ((ago(32), 40.0),)), "CPUUtilization", HOUR)
    assert isinstance(answer, Blind)
    assert (answer.obstacle, answer.reason) == ("stale", "stale data: the newest point of CPUUtilization is 31 min old")


def test_a_short_window_allows_for_the_lag_of_five_minute_metrics() -> None:
    late = Series(300, ((ago(19), 40.0),))
    assert dense(late, "FreeStorageSpace", Window(ago(5), NOW)) is late


def test_a_silence_at_an_hour_that_used_to_be_loud_is_no_zero() -> None:
    loud = {timedelta(days=days): _heard(timedelta(days=days)) for days in (1, 7)}
    assert unheard(Series(60), loud, "RequestCount", HOUR) == Blind(
        "stale",
        "no data: RequestCount is silent for 1 h, and had 60 points 1 d earlier, 60 points 7 d earlier",
    )
    stopped = series(*(1,) * 40, *(None,) * 20)
    assert isinstance(unheard(stopped, loud, "RequestCount", HOUR), Blind)


def test_a_silence_that_is_usual_or_short_is_a_zero() -> None:
    day, week = timedelta(days=1), timedelta(days=7)
    loud = _heard(day)
    assert unheard(Series(60), {}, "RequestCount", HOUR) is None
    assert unheard(Series(60), {day: loud, week: Series(60)}, "RequestCount", HOUR) is None
    assert unheard(series(*(1,) * 50, *(None,) * 10), {day: loud}, "RequestCount", HOUR) is None


def _heard(before: timedelta) -> Series:
    return Series(60, tuple((ago(minutes) - before, 1.0) for minutes in range(60, 0, -1)))
