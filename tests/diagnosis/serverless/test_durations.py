"""Is a function red that times out, nearly does, became slow or starts slowly?"""

from __future__ import annotations

from typing import Any

import pytest

from diagnosis.answers import Absent, Blind, CouldNotTellError
from diagnosis.serverless.durations import FunctionDurations, overlong
from tests.builders import NOW, ago, series
from tests.diagnosis.serverless.logs import FUNCTION, log_of, told

TIMEOUT = "Task timed out after 30.00 seconds"
REPORT = "REPORT RequestId: x\tDuration: 30000 ms\tStatus: timeout"
QUIET = log_of()


def durations(maximum: float = 900, p99: float = 700, usual: float | None = 600) -> FunctionDurations:
    return FunctionDurations(
        FUNCTION, series(maximum, period_s=300), series(p99, period_s=300), usual, timeout_s=30, as_of=NOW
    )


def test_a_function_that_finishes_is_well() -> None:
    assert overlong(durations(), QUIET) == []


def test_a_time_out_in_the_log_is_one_whatever_lines_it_leaves() -> None:
    [found] = overlong(durations(), log_of(told(TIMEOUT, 4), told(REPORT, 4, record=True)))
    assert found.symptom == "thumbnails: 4 invocations timed out after 30 s, expected none"
    assert (found.cause, found.impact, found.proven, found.onset) == ("timeout", "now", True, ago(20))


def test_a_time_out_shows_in_the_metric_alone() -> None:
    for log in (QUIET, Absent("no traffic"), Blind("denied", "missing logs:StartQuery")):
        [found] = overlong(durations(maximum=30_000), log)
        assert (found.cause, found.impact) == ("timeout", "now")
        assert "at least 1 invocations timed out" in found.symptom


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("ConnectTimeoutError: Connect timeout on endpoint URL", "network"),
        ("getaddrinfo ENOTFOUND api.example.com", "dns"),
        ("lock wait timeout exceeded; try restarting transaction", "lock"),
        ("KeyError: 'x'", "timeout"),
    ],
)
def test_what_was_waited_for_is_the_cause(line: str, cause: str) -> None:
    [found] = overlong(durations(), log_of(told(TIMEOUT, 4), told(line, 3)))
    assert found.cause == cause
    assert found.proven is (cause == "timeout")


def test_a_time_out_of_the_program_is_none_of_lambda() -> None:
    assert overlong(durations(), log_of(told("requests.exceptions.ReadTimeout: read timed out", 9))) == []


@pytest.mark.parametrize(
    ("p99", "usual", "red"),
    [
        (24_000, 24_000, False),
        (24_001, 24_000, True),  # above 80 % of 30 s
        (12_000, 4_000, True),
        (12_000, 4_001, False),
        (12_000, None, False),
        (9_999, 100, False),  # ten seconds are needed
    ],
)
def test_near_the_timeout_or_slower_than_usual_is_red(p99: float, usual: float | None, red: bool) -> None:
    found = overlong(durations(p99=p99, usual=usual), QUIET)
    assert [f.impact for f in found] == ["soon"] * red


@pytest.mark.parametrize(
    ("starts", "init", "red"), [(3, 3_001, True), (3, 3_000, False), (2, 9_000, False), (0, None, False)]
)
def test_slow_starts_are_red(starts: int, init: float | None, red: bool) -> None:
    found = overlong(durations(), log_of(starts=starts, init_p95_ms=init))
    assert [f.cause for f in found] == ["cold_start"] * red


def test_without_a_metric_the_reports_tell_durations() -> None:
    unmeasured = FunctionDurations(FUNCTION, series(period_s=300), series(period_s=300), None, timeout_s=30, as_of=NOW)
    assert overlong(unmeasured, log_of(p99_ms=700.0)) == []
    [found] = overlong(unmeasured, log_of(p99_ms=24_001.0))
    assert found.impact == "soon"
    for log in (log_of(), Absent("no traffic")):
        with pytest.raises(CouldNotTellError, match="Duration of thumbnails"):
            overlong(unmeasured, log)


def test_nothing_is_well_while_the_log_is_unread() -> None:
    with pytest.raises(CouldNotTellError, match="throttled"):
        overlong(durations(), Blind("throttled", "logs:StartQuery throttled"))


@pytest.mark.parametrize(
    ("limits", "red"),
    [({"max_timeouts": 4}, False), ({"max_timeouts": 3}, True), ({"max_timeouts": 9, "max_share": 0.01}, True)],
)
def test_limits_can_be_set(limits: dict[str, Any], red: bool) -> None:
    assert bool(overlong(durations(), log_of(told(TIMEOUT, 4)), **limits)) is red
