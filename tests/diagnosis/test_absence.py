"""Is a missing point read as what it means for its metric?"""

from __future__ import annotations

from diagnosis.absence import dense, sparse
from diagnosis.answers import Absent, Blind
from diagnosis.series import Series
from tests.builders import series

DENIED = Blind("denied", "missing cloudwatch:GetMetricData", "cloudwatch:GetMetricData")
NOTHING = Series(300)
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
    assert dense(DENIED, "CPUUtilization") is DENIED


def test_a_gauge_without_a_point_is_no_answer() -> None:
    answer = dense(NOTHING, "CPUUtilization of orders")
    assert isinstance(answer, Blind)
    assert (answer.obstacle, answer.reason) == (
        "missing",
        "no data: CPUUtilization of orders has no point in the window",
    )


def test_a_gauge_at_zero_is_an_answer() -> None:
    assert dense(series(0), "CPUUtilization") == series(0)
