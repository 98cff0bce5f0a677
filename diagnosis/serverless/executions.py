"""Do executions of state machines succeed, and where do they fail?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.findings import Finding, earliest
from diagnosis.series import Series
from diagnosis.serverless.state_errors import UNKNOWN, cause_of_error
from diagnosis.targets import Target


@dataclass(frozen=True)
class Failing:
    """The newest execution that failed: its state, and Step Functions' error and cause, where they are told."""

    status: str
    state: str
    error: str
    cause: str


@dataclass(frozen=True)
class StateMachineRuns:
    """Executions of a state machine in the window, as sums of five minutes.

    `failed_in_a_row` counts the newest finished executions up to the last success: 0 where none failed, None where no
    execution is told of, as of express state machines.
    """

    target: Target
    started: Series
    failed: Series
    timed_out: Series
    throttled: Series
    failed_in_a_row: int | None
    newest: Failing | None
    as_of: datetime


def failed_executions(
    runs: StateMachineRuns, *, max_share: float = 0.01, min_in_a_row: int = 3, max_throttles: int = 0
) -> list[Finding]:
    """The state machine, where more than `max_share` of its executions failed, `min_in_a_row` on end, or it is
    throttled. One failure of several tells nothing of a rate; where nothing else ran, it is all there is.
    """
    failures = runs.failed.total + runs.timed_out.total
    share = failures / max(runs.started.total, failures, 1)
    in_a_row = runs.failed_in_a_row or 0
    if in_a_row >= max(min_in_a_row, 1) or (share > max_share and (failures >= 2 or share == 1)):
        return [_failed(runs, failures, share, max_share)]
    return [_throttled(runs)] if runs.throttled.total > max_throttles else []


def _failed(runs: StateMachineRuns, failures: float, share: float, max_share: float) -> Finding:
    name, newest = runs.target.name, runs.newest
    cause, remedy = _cause(newest)
    where = f" in state {newest.state}" if newest and newest.state else ""
    counts = (
        f"ExecutionsFailed {runs.failed.total:,.0f}, ExecutionsTimedOut {runs.timed_out.total:,.0f} of "
        f"ExecutionsStarted {runs.started.total:,.0f}; the newest {runs.failed_in_a_row or 0} on end"
    )
    told = f"{newest.status}{where}: {newest.error} {newest.cause}".strip() if newest else "no execution is told of"
    starts = [series.onset(lambda value: value > 0) for series in (runs.failed, runs.timed_out)]
    return Finding(
        subject=name,
        place=runs.target.place,
        cause=cause,
        impact="now",
        symptom=f"{name}: {failures:,.0f} executions failed ({share:.1%}), expected at most {max_share:.1%}",
        evidence=(counts, told),
        remedy=remedy,
        resource=runs.target.arn,
        onset=earliest(starts),
        as_of=runs.as_of,
        link=console.link(runs.target.place, "states/home", f"/statemachines/view/{runs.target.arn}"),
        command=aws(
            "stepfunctions", "list-executions", "--state-machine-arn", runs.target.arn, "--status-filter", "FAILED"
        ),
    )


def _cause(newest: Failing | None) -> tuple[Cause, str]:
    """What the newest failure says of its cause, and what to do; `unknown` where it says nothing."""
    if newest is None:
        return UNKNOWN
    return cause_of_error("States.Timeout" if newest.status == "TIMED_OUT" else newest.error, newest.cause)


def _throttled(runs: StateMachineRuns) -> Finding:
    name = runs.target.name
    return Finding(
        subject=name,
        place=runs.target.place,
        cause="throttled",
        impact="now",
        symptom=f"{name}: {runs.throttled.total:,.0f} state transitions throttled, expected none",
        evidence=(f"ExecutionThrottled {runs.throttled.total:,.0f}",),
        remedy="spread the executions, or raise the quota of state transitions",
        resource=runs.target.arn,
        onset=runs.throttled.onset(lambda value: value > 0),
        as_of=runs.as_of,
        proven=True,
        link=console.link(runs.target.place, "states/home", f"/statemachines/view/{runs.target.arn}"),
        command=aws("service-quotas", "list-service-quotas", "--service-code", "states"),
    )
