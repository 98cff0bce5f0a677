"""Do a function's invocations succeed, and what do those say that fail?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.answers import Absent, Blind
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.series import Series
from diagnosis.serverless.function_log import FunctionLog, leading, quoted
from diagnosis.targets import Target

MOST_QUOTES = 3
_ALL = 2
"""So many invocations at least tell, where all of a window failed, that it is no accident."""


@dataclass(frozen=True)
class FunctionActivity:
    """A function's invocations in the window and those that failed, as sums of five minutes.

    Errors are stamped at the start of the invocation
    (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html).
    """

    target: Target
    invocations: Series
    errors: Series
    as_of: datetime


def frequent_errors(
    activity: FunctionActivity,
    log: FunctionLog | Absent | Blind,
    *,
    max_share: float = 0.01,
    min_errors: int = 5,
    min_invocations: int = 20,
    min_in_a_row: int = 3,
) -> list[Finding]:
    """The function, where more than `max_share` of at least `min_invocations` invocations failed, or the newest
    `min_in_a_row` did, or each of two and more.

    The cause is what most lines of its log tell of; a log that cannot be read leaves it unknown. Only a program's own
    mistake is proven here: for the other causes there are checks of their own.
    """
    errors, invocations = activity.errors.total, activity.invocations.total
    share = _share(errors, invocations)
    frequent = errors >= max(min_errors, 1) and invocations >= min_invocations and share > max_share
    if not frequent and not _fails_always(activity, min_in_a_row):
        return []
    name, most = activity.target.name, leading(log.failures) if isinstance(log, FunctionLog) else None
    counted = f"Errors {errors:,.0f} of Invocations {invocations:,.0f}, {_span(activity.errors)}"
    group = log.group if isinstance(log, FunctionLog) else f"/aws/lambda/{name}"
    return [
        Finding(
            subject=name,
            place=activity.target.place,
            cause=most.cause if most else "unknown",
            impact="now",
            symptom=f"{name}: {share:.1%} of invocations failed, expected at most {max_share:.1%}",
            evidence=(counted, *_told(log)),
            remedy=most.remedy
            if most
            else "open the function's log and the newest error; compare with the version before",
            resource=activity.target.arn,
            depends_on=most.refusers if most else (),
            onset=_onset(activity, max_share),
            as_of=activity.as_of,
            proven=most is not None and most.proven and most.cause == "code",
            link=console.function(activity.target.place, name),
            command=aws("logs", "tail", group, "--since", "1h", "--filter-pattern", "?ERROR"),
        )
    ]


def _fails_always(activity: FunctionActivity, min_in_a_row: int) -> bool:
    """Did every invocation fail, two at least, or all of the newest periods? A function that runs every five minutes
    never has enough invocations for a share.
    """
    errors, in_a_row = dict(activity.errors.points), 0.0
    for when, number in reversed(activity.invocations.points):
        if errors.get(when, 0.0) < number:
            return in_a_row >= max(min_in_a_row, 1)
        in_a_row += number
    return in_a_row >= _ALL


def _told(log: FunctionLog | Absent | Blind) -> tuple[str, ...]:
    """The most frequent failures of the log, or why it says nothing."""
    if not isinstance(log, FunctionLog):
        return (f"its log could not be read: {log.reason}",)
    told = [failure for failure in log.failures if not failure.record] or log.failures
    return tuple(quoted(failure) for failure in sorted(told, key=lambda failure: -failure.lines)[:MOST_QUOTES])


def _share(errors: float, invocations: float) -> float:
    # More errors than invocations are possible for a while: each metric arrives with a lag of its own.
    return errors / max(errors, invocations) if errors else 0.0


def _onset(activity: FunctionActivity, max_share: float) -> datetime | None:
    """The start of the last run of periods with too large a share: a stray error long before is no beginning."""
    invocations = dict(activity.invocations.points)
    shares = tuple((when, _share(errors, invocations.get(when, 0.0))) for when, errors in activity.errors.points)
    return Series(activity.errors.period_s, shares).onset(lambda share: share > max_share)


def _span(series: Series) -> str:
    first, last = series.points[0][0], series.points[-1][0]
    return f"{first:%H:%M} to {last:%H:%M} UTC"
