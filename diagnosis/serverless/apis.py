"""Do the stages of API Gateway answer, and answer quickly?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.series import Series
from diagnosis.targets import Target


@dataclass(frozen=True)
class ApiTraffic:
    """Requests of a stage and its 5xx answers as sums of a minute; 95th percentiles of latency in milliseconds.

    `functions` are the ARNs of the functions that the API calls and `function_errors`, `function_throttles` what they
    counted, read where there are 5xx answers; `refused` are those that were not invoked meanwhile and that it cannot
    invoke: for want of a permission, or because they are gone (config); `unread` says why others of them could not be
    judged. `balancers` are the ARNs of the load balancers that it calls over a VPC link. Latency is what the client
    waits for, IntegrationLatency the part of it that the backend takes.
    https://docs.aws.amazon.com/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html
    """

    target: Target
    requests: Series
    server_errors: Series
    latency_ms: Series
    integration_ms: Series
    functions: tuple[str, ...]
    function_errors: float
    function_throttles: float
    as_of: datetime
    refused: tuple[tuple[str, Cause], ...] = ()
    balancers: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def failing_stage(
    traffic: ApiTraffic,
    *,
    max_share: float = 0.01,
    min_requests: int = 50,
    max_overhead_s: float = 1,
    min_minutes: int = 5,
    integration_timeout_s: float = 29,
) -> list[Finding]:
    """The stage, where more than `max_share` of at least `min_requests` requests were answered with 5xx, or where API
    Gateway itself adds more than `max_overhead_s` in `min_minutes` minutes (authorizers, mapping, throttling).

    Errors whose integration takes as long as API Gateway waits are time-outs.
    """
    requests, errors = traffic.requests.total, traffic.server_errors.total
    if requests < min_requests:
        return []
    share = errors / max(errors, requests)
    if share > max_share:
        return [_errors(traffic, share, max_share, integration_timeout_s * 1000)]
    overhead = _overhead(traffic)
    slow = sorted(value for value in overhead if value > max_overhead_s * 1000)
    return [_slow(traffic, slow, max_overhead_s)] if len(slow) >= max(min_minutes, 1) else []


def _overhead(traffic: ApiTraffic) -> list[float]:
    """What API Gateway added in each minute; the difference of two percentiles is an estimate."""
    integration = dict(traffic.integration_ms.points)
    return [latency - integration[when] for when, latency in traffic.latency_ms.points if when in integration]


_LOOK = "see why the integration fails: its own checks, the execution log, the access log's integration status"
_REMEDIES: dict[str, str] = {
    "permission": "let API Gateway invoke the function again: aws lambda add-permission, principal "
    "apigateway.amazonaws.com, source ARN that of the API",
    "config": "let the integration name a function that exists, or create it again",
}


def _errors(traffic: ApiTraffic, share: float, max_share: float, timeout_ms: float) -> Finding:
    name = traffic.target.name
    longest = max(traffic.integration_ms.values, default=0.0)
    cause, why = _cause(traffic, longest >= timeout_ms)
    requests = dict(traffic.requests.points)
    shares = tuple((when, n / max(n, requests.get(when, 0.0), 1)) for when, n in traffic.server_errors.points)
    return Finding(
        subject=name,
        place=traffic.target.place,
        cause=cause,
        impact="now",
        symptom=f"{name}: {share:.1%} of requests answered with 5xx, expected at most {max_share:.1%}",
        evidence=(
            f"5xx {traffic.server_errors.total:,.0f} of Count {traffic.requests.total:,.0f}",
            f"IntegrationLatency p95 maximum {longest:,.0f} ms",
            *(f"whether it may invoke its functions is not known: {reason}" for reason in traffic.unread),
        ),
        why=why,
        remedy=_REMEDIES.get(cause, _LOOK),
        resource=traffic.target.arn,
        depends_on=(*traffic.functions, *traffic.balancers),
        onset=Series(traffic.server_errors.period_s, shares).onset(lambda part: part > max_share),
        as_of=traffic.as_of,
        proven=cause in ("permission", "config", "timeout"),
        link=console.link(traffic.target.place, "apigateway/main/apis"),
        command=aws("apigateway", "get-stages", "--rest-api-id", _api_of(traffic.target))
        if "/restapis/" in traffic.target.arn
        else aws("apigatewayv2", "get-integrations", "--api-id", _api_of(traffic.target)),
    )


def _cause(traffic: ApiTraffic, at_the_limit: bool) -> tuple[Cause, str]:
    """What most of the errors come from, by what its functions counted meanwhile."""
    half = traffic.server_errors.total / 2
    names = ", ".join(arn.rsplit(":", 1)[-1] for arn in traffic.functions)
    if traffic.function_throttles >= half:
        return "throttled", f"{names}: {traffic.function_throttles:,.0f} requests throttled"
    if at_the_limit:
        return "timeout", "the integration takes as long as API Gateway waits for it"
    if traffic.function_errors >= half:
        return "code", f"{names}: {traffic.function_errors:,.0f} invocations failed"
    if traffic.refused:
        return _refusal(*traffic.refused[0])
    return "dependency", ""


def _refusal(function: str, cause: Cause) -> tuple[Cause, str]:
    name = function.rsplit(":", 1)[-1]
    if cause == "permission":
        return cause, f"{name} was not invoked meanwhile: its policy does not let API Gateway invoke it for this stage"
    return cause, f"{name} does not exist any more"


def _slow(traffic: ApiTraffic, slow: list[float], max_overhead_s: float) -> Finding:
    name, typical = traffic.target.name, slow[len(slow) // 2] / 1000
    return Finding(
        subject=name,
        place=traffic.target.place,
        cause="timeout",
        impact="soon",
        symptom=f"{name}: {typical:,.1f} s spent outside of the integration, expected at most {max_overhead_s:g} s",
        evidence=(f"Latency p95 − IntegrationLatency p95 above {max_overhead_s:g} s in {len(slow)} minutes",),
        remedy="look at authorizers, mapping templates and throttling of the stage",
        resource=traffic.target.arn,
        as_of=traffic.as_of,
        link=console.link(traffic.target.place, "apigateway/main/apis"),
    )


def _api_of(target: Target) -> str:
    return target.arn.split("/")[2]
