"""Do a function's invocations succeed, and are they let in at all?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.series import Series
from diagnosis.targets import Target


@dataclass(frozen=True)
class FunctionActivity:
    """A function's counters in the window, as sums of five minutes.

    Errors are stamped at the start of the invocation; throttled requests are in neither invocations nor errors
    (https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html). `reserved_concurrency` is None where
    nothing is reserved or that is not known.
    """

    target: Target
    invocations: Series
    errors: Series
    throttles: Series
    as_of: datetime


def frequent_errors(
    activity: FunctionActivity, *, max_share: float = 0.01, min_errors: int = 5, min_invocations: int = 20
) -> list[Finding]:
    """The function, where more than `max_share` of at least `min_invocations` invocations failed."""
    errors, invocations = activity.errors.total, activity.invocations.total
    if errors < min_errors or invocations < min_invocations or errors / invocations <= max_share:
        return []
    name = activity.target.name
    return [
        Finding(
            subject=name,
            place=activity.target.place,
            cause="unknown",
            impact="now",
            symptom=f"{name}: {errors / invocations:.1%} of invocations failed, expected at most {max_share:.1%}",
            evidence=(f"Errors {errors:,.0f} of Invocations {invocations:,.0f}, {_span(activity.errors)}",),
            remedy="open the function's log and the newest error; compare with the version before",
            resource=activity.target.arn,
            onset=activity.errors.onset(lambda value: value > 0),
            as_of=activity.as_of,
            link=console.function(activity.target.place, name),
            command=aws("logs", "tail", f"/aws/lambda/{name}", "--since", "1h", "--filter-pattern", "?ERROR"),
        )
    ]


def throttled(activity: FunctionActivity, *, min_periods: int = 2) -> list[Finding]:
    """The function, where requests were refused in at least `min_periods` periods."""
    refused = [(when, value) for when, value in activity.throttles.points if value > 0]
    if len(refused) < min_periods:
        return []
    name, total = activity.target.name, activity.throttles.total
    return [
        Finding(
            subject=name,
            place=activity.target.place,
            cause="throttled",
            impact="now",
            symptom=f"{name}: {total:,.0f} invocations throttled, expected none",
            evidence=(f"Throttles {total:,.0f} in {len(refused)} periods of 5 min, {_span(activity.throttles)}",),
            remedy="raise the function's reserved concurrency or the account's limit, or slow its callers down",
            resource=activity.target.arn,
            onset=refused[0][0],
            as_of=activity.as_of,
            proven=True,
            link=console.function(activity.target.place, name),
            command=aws("lambda", "get-function-concurrency", "--function-name", name),
        )
    ]


def _span(series: Series) -> str:
    first, last = series.points[0][0], series.points[-1][0]
    return f"{first:%H:%M} to {last:%H:%M} UTC"
