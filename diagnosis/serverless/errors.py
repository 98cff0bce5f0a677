"""Do a function's invocations succeed, and are they let in at all?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis import console
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.series import Series
from diagnosis.targets import Target
from diagnosis.windows import spoken


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


@dataclass(frozen=True)
class FunctionThrottles:
    """A function's refused requests, as sums of five minutes; they are in neither invocations nor errors."""

    target: Target
    throttles: Series
    as_of: datetime


def frequent_errors(
    activity: FunctionActivity, *, max_share: float = 0.01, min_errors: int = 5, min_invocations: int = 20
) -> list[Finding]:
    """The function, where more than `max_share` of at least `min_invocations` invocations failed."""
    errors, invocations = activity.errors.total, activity.invocations.total
    share = _share(errors, invocations)
    if errors < max(min_errors, 1) or invocations < min_invocations or share <= max_share:
        return []
    name = activity.target.name
    return [
        Finding(
            subject=name,
            place=activity.target.place,
            cause="unknown",
            impact="now",
            symptom=f"{name}: {share:.1%} of invocations failed, expected at most {max_share:.1%}",
            evidence=(f"Errors {errors:,.0f} of Invocations {invocations:,.0f}, {_span(activity.errors)}",),
            remedy="open the function's log and the newest error; compare with the version before",
            resource=activity.target.arn,
            onset=_onset(activity, max_share),
            as_of=activity.as_of,
            link=console.function(activity.target.place, name),
            command=aws("logs", "tail", f"/aws/lambda/{name}", "--since", "1h", "--filter-pattern", "?ERROR"),
        )
    ]


def _share(errors: float, invocations: float) -> float:
    # More errors than invocations are possible for a while: each metric arrives with a lag of its own.
    return errors / max(errors, invocations) if errors else 0.0


def _onset(activity: FunctionActivity, max_share: float) -> datetime | None:
    """The start of the last run of periods with too large a share: a stray error long before is no beginning."""
    invocations = dict(activity.invocations.points)
    shares = tuple((when, _share(errors, invocations.get(when, 0.0))) for when, errors in activity.errors.points)
    return Series(activity.errors.period_s, shares).onset(lambda share: share > max_share)


def throttled(refusals: FunctionThrottles, *, min_periods: int = 2) -> list[Finding]:
    """The function, where requests were refused in at least `min_periods` periods."""
    refused = [(when, value) for when, value in refusals.throttles.points if value > 0]
    if len(refused) < max(min_periods, 1):
        return []
    name, total = refusals.target.name, refusals.throttles.total
    period = spoken(timedelta(seconds=refusals.throttles.period_s))
    return [
        Finding(
            subject=name,
            place=refusals.target.place,
            cause="throttled",
            impact="now",
            symptom=f"{name}: {total:,.0f} invocations throttled, expected none",
            evidence=(f"Throttles {total:,.0f} in {len(refused)} periods of {period}, {_span(refusals.throttles)}",),
            remedy="raise the function's reserved concurrency or the account's limit, or slow its callers down",
            resource=refusals.target.arn,
            onset=refused[0][0],
            as_of=refusals.as_of,
            proven=True,
            link=console.function(refusals.target.place, name),
            command=aws("lambda", "get-function-concurrency", "--function-name", name),
        )
    ]


def _span(series: Series) -> str:
    first, last = series.points[0][0], series.points[-1][0]
    return f"{first:%H:%M} to {last:%H:%M} UTC"
