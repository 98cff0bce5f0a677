"""Do load balancers reach their targets?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.exhibits import Timeline, line
from diagnosis.findings import Finding
from diagnosis.series import Series
from diagnosis.targets import Target


@dataclass(frozen=True)
class LoadBalancerTraffic:
    """What a load balancer was asked for, and what it failed to do, each by minute.

    `requests` are RequestCount of an Application and NewFlowCount of a Network Load Balancer; `failures` are the
    counters of what did not reach a target, by the name of their metric. `target_groups` are ARNs.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-cloudwatch-metrics.html
    """

    target: Target
    requests: Series
    failures: Mapping[str, Series]
    target_groups: tuple[str, ...]
    as_of: datetime


@dataclass(frozen=True)
class _Meaning:
    """What a counter counts, in words, and what usually brings it about."""

    cause: Cause
    counted: str
    remedy: str


_MEANINGS: Mapping[str, _Meaning] = {
    "SecurityGroupBlockedFlowCount_Inbound_TCP": _Meaning(
        "security_group", "connections refused by the load balancer's groups", "admit the clients in an ingress rule"
    ),
    "PortAllocationErrorCount": _Meaning(
        "capacity", "connections found no free port", "register more targets, or let clients reach them in more zones"
    ),
    "TargetTLSNegotiationErrorCount": _Meaning(
        "config", "TLS sessions with targets failed", "let the targets accept a protocol and cipher of the group"
    ),
    "HTTPCode_ELB_503_Count": _Meaning(
        "capacity", "requests found no target", "see why the target groups have no healthy target"
    ),
    "TargetConnectionErrorCount": _Meaning(
        "timeout", "connections to targets failed", "see the targets' health, their groups and their listening port"
    ),
    "HTTPCode_ELB_504_Count": _Meaning(
        "timeout", "requests were not answered in time", "see what keeps the targets; compare idle and request timeouts"
    ),
    "HTTPCode_ELB_502_Count": _Meaning(
        "config", "requests were cut off by the target", "let targets keep connections longer than the idle timeout"
    ),
}
"""By metric, the telling ones first."""

COUNTERS: Mapping[str, tuple[str, ...]] = {
    "application": (
        "TargetConnectionErrorCount", "TargetTLSNegotiationErrorCount",
        "HTTPCode_ELB_502_Count", "HTTPCode_ELB_503_Count", "HTTPCode_ELB_504_Count",
    ),
    "network": ("PortAllocationErrorCount", "SecurityGroupBlockedFlowCount_Inbound_TCP"),
}  # fmt: skip
"""By type of load balancer, the counters that `failures` holds."""


def unreached_targets(
    traffic: LoadBalancerTraffic, *, max_share: float = 0.005, min_failures: int = 5
) -> list[Finding]:
    """The load balancer, where a counter of failures has at least `min_failures` and more than `max_share` of requests.

    One request may be counted under several names; the most telling of the sick counters gives the cause.
    """
    sick = {name: traffic.failures[name] for name in _MEANINGS if _is_sick(name, traffic, max_share, min_failures)}
    if not sick:
        return []
    worst = next(iter(sick))
    meaning, total, name = _MEANINGS[worst], sick[worst].total, traffic.target.name
    of = f" of {traffic.requests.total:,.0f}" if traffic.requests.total >= total else ""
    return [
        Finding(
            subject=name,
            place=traffic.target.place,
            cause=meaning.cause,
            impact="now",
            symptom=f"{name}: {total:,.0f}{of} {meaning.counted}, expected at most {max_share:.1%}",
            evidence=tuple(f"{metric} {series.total:,.0f}" for metric, series in sick.items()),
            remedy=meaning.remedy,
            resource=traffic.target.arn,
            depends_on=traffic.target_groups,
            onset=sick[worst].onset(lambda value: value > 0),
            as_of=traffic.as_of,
            link=console.link(traffic.target.place, "ec2/home", f"LoadBalancer:loadBalancerArn={traffic.target.arn}"),
            command=aws("elbv2", "describe-load-balancers", "--load-balancer-arns", traffic.target.arn),
            exhibits=(_drawn(traffic, sick, sick[worst].onset(lambda value: value > 0)),),
        )
    ]


def _drawn(traffic: LoadBalancerTraffic, sick: Mapping[str, Series], onset: datetime | None) -> Timeline:
    lines = (line("requests", traffic.requests), *(line(name, series) for name, series in sick.items()))
    return Timeline(f"{traffic.target.name}: requests and failures by minute", "", lines[:4], onset=onset)


def _is_sick(name: str, traffic: LoadBalancerTraffic, max_share: float, min_failures: int) -> bool:
    series = traffic.failures.get(name)
    if series is None:
        return False
    return series.total >= max(min_failures, 1) and series.total > max_share * traffic.requests.total
