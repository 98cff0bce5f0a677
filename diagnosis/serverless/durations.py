"""Does a function finish in time, and start quickly?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.answers import Absent, Blind, CouldNotTellError
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.findings import Finding, earliest
from diagnosis.series import Series
from diagnosis.serverless.function_log import Failure, FunctionLog, quoted
from diagnosis.targets import Target

_WAITED_FOR: tuple[Cause, ...] = ("lock", "dns", "network")


@dataclass(frozen=True)
class FunctionDurations:
    """How long a function's invocations took, in milliseconds: maximum and 99th percentile of five minutes each.

    `usual_p99_ms` is the median of the 99th percentile at the same time of day one and seven days before, None where
    it did not run then.
    """

    target: Target
    maximum: Series
    p99: Series
    usual_p99_ms: float | None
    timeout_s: int
    as_of: datetime


def overlong(
    durations: FunctionDurations,
    log: FunctionLog | Absent | Blind,
    *,
    max_timeouts: int = 0,
    max_share: float = 0.8,
    slow_s: float = 10,
    min_ratio: float = 3,
    max_init_s: float = 3,
    min_starts: int = 3,
) -> list[Finding]:
    """The function, where invocations ran into its timeout or came near it, became slow, or start slowly.

    Near is a 99th percentile above `max_share` of the timeout; slow is one above `slow_s` and `min_ratio` times the
    usual. CouldNotTellError where nothing is wrong by the metrics and the log could not be read, or neither tells how
    long invocations took.
    """
    told = log if isinstance(log, FunctionLog) else None
    timeouts = _timeouts(durations, told)
    if timeouts and timeouts[0] > max_timeouts:
        return [_timed_out(durations, told, *timeouts)]
    if isinstance(log, Blind):
        raise CouldNotTellError(log)
    slowest = _slowest_ms(durations, told)
    usual = durations.usual_p99_ms
    if slowest > max_share * durations.timeout_s * 1000:
        bound = f"at most {max_share:.0%} of its timeout of {durations.timeout_s} s"
        return [_slow(durations, slowest, bound)]
    if usual and slowest > slow_s * 1000 and slowest >= min_ratio * usual:
        return [_slow(durations, slowest, f"about {usual / 1000:,.1f} s as a day and a week before")]
    if told and told.init_p95_ms and told.starts >= min_starts and told.init_p95_ms > max_init_s * 1000:
        return [_cold(told, told.init_p95_ms, max_init_s)]
    return []


def _slowest_ms(durations: FunctionDurations, log: FunctionLog | None) -> float:
    """The largest 99th percentile by the metric, or where that has no point by the REPORT records."""
    if durations.p99:
        return max(durations.p99.values)
    if log is None or log.p99_ms is None:
        name = durations.target.name
        raise CouldNotTellError(Blind("missing", f"no data: Duration of {name} has no point, though it was invoked"))
    return log.p99_ms


def _timeouts(durations: FunctionDurations, log: FunctionLog | None) -> tuple[int, tuple[Failure, ...]] | None:
    """How many invocations timed out at least, and the log lines that say so.

    One time-out can leave two lines, its own and a REPORT record: the more frequent kind counts.
    """
    lines = tuple(f for f in log.of("timeout") if f.proven) if log else ()
    by_metric = sum(1 for value in durations.maximum.values if value >= durations.timeout_s * 1000)
    number = max([by_metric, *(failure.lines for failure in lines)])
    return (number, lines) if number else None


def _timed_out(
    durations: FunctionDurations, log: FunctionLog | None, number: int, lines: tuple[Failure, ...]
) -> Finding:
    name = durations.target.name
    waited = next((f for cause in _WAITED_FOR if log for f in log.of(cause) if 2 * f.lines >= number), None)
    limit_ms = durations.timeout_s * 1000
    onset = earliest([*(f.first for f in lines), durations.maximum.onset(lambda value: value >= limit_ms)])
    longest = max(durations.maximum.values, default=0.0)
    return Finding(
        subject=name,
        place=durations.target.place,
        cause=waited.cause if waited else "timeout",
        impact="now",
        symptom=f"{name}: {'' if lines else 'at least '}{number:,} invocations timed out after "
        f"{durations.timeout_s} s, expected none",
        evidence=(
            f"Duration maximum {longest:,.0f} ms, Timeout {durations.timeout_s} s",
            *(quoted(failure) for failure in (*lines[:1], *((waited,) if waited else ()))),
            *((f"said last: {log.last_words}",) if log and log.last_words else ()),
        ),
        remedy=waited.remedy if waited else "find what the function waits for; raise its timeout only for longer work",
        resource=durations.target.arn,
        depends_on=waited.refusers if waited else (),
        onset=onset,
        as_of=durations.as_of,
        proven=waited is None,
        link=console.function(durations.target.place, name),
        command=aws("logs", "tail", log.group if log else f"/aws/lambda/{name}", "--since", "1h"),
    )


def _slow(durations: FunctionDurations, slowest: float, expected: str) -> Finding:
    name = durations.target.name
    return Finding(
        subject=name,
        place=durations.target.place,
        cause="timeout",
        impact="soon",
        symptom=f"{name}: 99th percentile of its duration {slowest / 1000:,.1f} s, expected {expected}",
        evidence=(f"Duration p99 {slowest:,.0f} ms, Timeout {durations.timeout_s} s",),
        remedy="find what the function waits for before it runs into its timeout",
        resource=durations.target.arn,
        as_of=durations.as_of,
        link=console.function(durations.target.place, name),
        command=aws("lambda", "get-function-configuration", "--function-name", name, "--query", "Timeout"),
    )


def _cold(log: FunctionLog, init_p95_ms: float, max_init_s: float) -> Finding:
    name = log.target.name
    return Finding(
        subject=name,
        place=log.target.place,
        cause="cold_start",
        impact="soon",
        symptom=f"{name}: starts take {init_p95_ms / 1000:,.1f} s (95th percentile), expected at most {max_init_s:g} s",
        evidence=(f"Init Duration p95 {init_p95_ms:,.0f} ms of {log.starts:,} cold starts",),
        remedy="load less while the function starts, give it more memory, or provision concurrency",
        resource=log.target.arn,
        as_of=log.as_of,
        link=console.function(log.target.place, name),
        command=aws("lambda", "get-function-configuration", "--function-name", name),
    )
