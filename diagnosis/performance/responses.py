"""Do the targets of a load balancer answer quickly, and without errors of their own?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis import console
from diagnosis.answers import Absent, Blind, CouldNotTellError
from diagnosis.commands import aws
from diagnosis.exhibits import Timeline, line
from diagnosis.findings import Finding
from diagnosis.performance.blame import Blame, blame_for_faults, blame_for_load, blame_for_slowness
from diagnosis.performance.headroom import ComputeLoads
from diagnosis.performance.service_graph import ServiceGraph
from diagnosis.performance.slow_traces import SlowTraces
from diagnosis.series import Series
from diagnosis.targets import Target

_LATE = timedelta(minutes=5)
"""How old the newest minute may be: one-minute metrics arrive about two minutes late."""


@dataclass(frozen=True)
class TargetGroupTraffic:
    """Requests, 5xx answers of targets, and the 95th percentile of their response time in seconds, by the minute.

    `usual_p95_s` and `usual_requests` (a minute) are medians of the same clock time a day and a week before, None
    where there was no traffic then.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    """

    target: Target
    balancers: tuple[str, ...]
    requests: Series
    faults: Series
    p95_s: Series
    usual_p95_s: float | None
    usual_requests: float | None
    as_of: datetime


def slow_responses(
    traffic: TargetGroupTraffic,
    graph: ServiceGraph | Absent | Blind,
    traces: SlowTraces | Absent | Blind,
    loads: ComputeLoads | Absent | Blind,
    *,
    min_ratio: float = 1.5,
    min_added_s: float = 0.1,
    minutes: int = 5,
    min_requests: int = 20,
    crowd_ratio: float = 2,
) -> list[Finding]:
    """The target group, where in each of the newest `minutes` the 95th percentile was `min_ratio` times the usual and
    `min_added_s` more.

    The usual is that of the same clock time on other days, else of the window before those minutes. Nothing is said
    of fewer than `min_requests` requests. CouldNotTellError where there is nothing to compare with.
    """
    newest = _newest(traffic.p95_s, traffic.as_of, minutes)
    asked = sum(value for when, value in traffic.requests.points if newest and when >= newest[0][0])
    if len(newest) < minutes or asked < min_requests:
        return []
    usual = traffic.usual_p95_s if traffic.usual_p95_s is not None else _before(traffic.p95_s, newest[0][0], minutes)
    if usual is None:
        raise CouldNotTellError(
            Blind("missing", f"no data: {traffic.target.name} has no response times to compare with")
        )
    if not all(value >= max(min_ratio * usual, usual + min_added_s) for _, value in newest):
        return []
    crowd = traffic.usual_requests is not None and asked / minutes >= crowd_ratio * traffic.usual_requests
    blame = (
        blame_for_load(traffic.target, loads)
        or blame_for_slowness(traffic.target, graph, traces)
        or (_crowd(traffic, asked / minutes) if crowd else None)
    )
    return [
        _slow(traffic, newest, usual, blame or Blame("dependency", "", ()), max(min_ratio * usual, usual + min_added_s))
    ]


def _newest(series: Series, as_of: datetime, minutes: int) -> list[tuple[datetime, float]]:
    """The newest points on end; none where the newest minute is too old to speak of now."""
    points = list(series.points[-minutes:])
    earliest = as_of - _LATE - timedelta(minutes=minutes + 1)
    return points if points and points[0][0] >= earliest else []


def _before(series: Series, moment: datetime, minutes: int) -> float | None:
    earlier = sorted(value for when, value in series.points if when < moment)
    return earlier[len(earlier) // 2] if len(earlier) >= 2 * minutes else None


def _crowd(traffic: TargetGroupTraffic, now: float) -> Blame:
    usual = traffic.usual_requests or 0.0
    return Blame("traffic", f"{now:,.0f} requests a minute, usually about {usual:,.0f}", ())


def _slow(
    traffic: TargetGroupTraffic, newest: list[tuple[datetime, float]], usual: float, blame: Blame, bound: float
) -> Finding:
    name, least = traffic.target.name, min(value for _, value in newest)
    return Finding(
        subject=name,
        place=traffic.target.place,
        cause=blame.cause,
        impact="now",
        symptom=f"{name}: 95th percentile of response time {least:,.2f} s or more for {len(newest)} min, "
        f"expected about {usual:,.2f} s",
        evidence=(f"TargetResponseTime p95 {', '.join(f'{value:,.2f}' for _, value in newest)} s", *blame.evidence),
        why=blame.why,
        remedy="open a slow trace: it says what the time was spent on"
        if blame.why == ""
        else "look at what the requests wait for",
        resource=traffic.target.arn,
        depends_on=blame.depends_on,
        needed_by=traffic.balancers,
        onset=traffic.p95_s.onset(lambda value: value >= bound),
        as_of=traffic.as_of,
        link=console.target_group(traffic.target.place, traffic.target.arn),
        exhibits=(
            Timeline(
                f"{name}: 95th percentile of response time, usual up to {usual:,.2f} s",
                "s",
                (line("p95", traffic.p95_s),),
                bound=bound,
                band=(0.0, usual),
                onset=traffic.p95_s.onset(lambda value: value >= bound),
            ),
        ),
    )


def faulty_answers(
    traffic: TargetGroupTraffic,
    graph: ServiceGraph | Absent | Blind,
    loads: ComputeLoads | Absent | Blind,
    *,
    max_share: float = 0.01,
    min_faults: int = 5,
) -> list[Finding]:
    """The target group, where at least `min_faults` and more than `max_share` of the requests were answered 5xx.

    A call that traces find at fault comes first, then a service that has nothing left to answer with.
    """
    requests, faults = traffic.requests.total, traffic.faults.total
    share = faults / max(requests, faults, 1)
    if faults < min_faults or share <= max_share:
        return []
    name = traffic.target.name
    blame = blame_for_faults(traffic.target, graph) or blame_for_load(traffic.target, loads) or Blame("code", "", ())
    per_minute = dict(traffic.requests.points)
    shares = tuple((when, n / max(n, per_minute.get(when, 0.0), 1)) for when, n in traffic.faults.points)
    above: Callable[[float], bool] = lambda part: part > max_share  # noqa: E731 - the same bound, minute by minute
    onset = Series(traffic.faults.period_s, shares).onset(above)
    return [
        Finding(
            subject=name,
            place=traffic.target.place,
            cause=blame.cause,
            impact="now",
            symptom=f"{name}: {share:.1%} of requests answered 5xx by its targets, expected at most {max_share:.1%}",
            evidence=(
                f"HTTPCode_Target_5XX_Count {faults:,.0f} of RequestCount {requests:,.0f}",
                *blame.evidence,
            ),
            why=blame.why,
            remedy="open the logs of the targets" if not blame.depends_on else f"look at {blame.depends_on[-1]} first",
            resource=traffic.target.arn,
            depends_on=blame.depends_on,
            needed_by=traffic.balancers,
            onset=onset,
            as_of=traffic.as_of,
            link=console.target_group(traffic.target.place, traffic.target.arn),
            command=aws("elbv2", "describe-target-health", "--target-group-arn", traffic.target.arn),
            exhibits=(
                Timeline(
                    f"{name}: requests and 5xx by minute",
                    "",
                    (line("requests", traffic.requests), line("5xx", traffic.faults)),
                    onset=onset,
                ),
            ),
        )
    ]
