"""Is a state machine red whose executions fail, and by what?"""

from __future__ import annotations

from typing import Any

import pytest

from diagnosis.serverless.executions import Failing, StateMachineRuns, failed_executions
from tests.builders import NOW, ago, series, target

DENIED = "x is not authorized to perform: lambda:Invoke"


def runs(started: float = 100, failed: Any = (0,), in_a_row: int | None = 0, **changes: Any) -> StateMachineRuns:
    known: dict[str, Any] = {"timed_out": series(period_s=300), "throttled": series(period_s=300), "newest": None}
    known |= changes
    return StateMachineRuns(
        target=target("state_machine", "refunds"),
        started=series(started, period_s=300),
        failed=series(*failed, period_s=300),
        failed_in_a_row=in_a_row,
        as_of=NOW,
        **known,
    )


@pytest.mark.parametrize(
    ("started", "failed", "in_a_row", "red"),
    [
        (100, 0, 0, False),
        (200, 2, 0, False),  # one per cent is allowed
        (199, 2, 0, True),
        (10, 1, 1, False),  # one failure is no rate
        (1, 1, 1, True),  # unless nothing else ran
        (2, 1, 1, False),
        (10_000, 3, 3, True),  # three on end
        (10_000, 3, 2, False),
        (10_000, 3, None, False),
        (0, 2, None, True),
    ],
)
def test_a_share_or_three_on_end_is_red(started: float, failed: float, in_a_row: int | None, red: bool) -> None:
    assert bool(failed_executions(runs(started, (failed,), in_a_row))) is red


@pytest.mark.parametrize(
    ("newest", "cause"),
    [
        (Failing("TIMED_OUT", "Charge", "", ""), "timeout"),
        (Failing("FAILED", "Charge", "States.Timeout", ""), "timeout"),
        (Failing("FAILED", "Charge", "Lambda.AWSLambdaException", DENIED), "permission"),
        (Failing("FAILED", "Charge", "KeyError", "'size'"), "code"),
        (Failing("FAILED", "Charge", "Refused", "card expired"), "unknown"),
        (None, "unknown"),
    ],
)  # fmt: skip
def test_the_newest_failure_says_why(newest: Failing | None, cause: str) -> None:
    [found] = failed_executions(runs(10, (5,), 5, newest=newest))
    assert (found.cause, found.impact, found.onset) == (cause, "now", ago(5))
    assert newest is None or "in state Charge" in found.evidence[1]


def test_time_outs_count_as_failures() -> None:
    assert len(failed_executions(runs(100, timed_out=series(4, period_s=300)))) == 1


def test_throttled_transitions_are_red() -> None:
    [found] = failed_executions(runs(throttled=series(7, period_s=300)))
    assert (found.cause, found.proven) == ("throttled", True)
    assert failed_executions(runs(throttled=series(7, period_s=300)), max_throttles=7) == []
