"""Are a target group's targets healthy, and if not, what stands between them and the load balancer?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis import console
from diagnosis.answers import Blind
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.deploy.admission import Admission
from diagnosis.findings import Finding
from diagnosis.targets import Target

_TOLERATED = frozenset({"initial", "draining", "unused"})
_MOST_NAMED = 3


@dataclass(frozen=True)
class HealthCheck:
    """How a load balancer asks a target whether it is well. `port` is "traffic-port" or a number as text."""

    protocol: str
    port: str
    path: str = ""
    codes: str = ""
    timeout_s: int = 0
    interval_s: int = 0
    unhealthy_threshold: int = 0


@dataclass(frozen=True)
class TargetState:
    """One registered target; `state`, `reason` and `description` are AWS's own words.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
    """

    id: str
    port: int
    state: str
    reason: str = ""
    description: str = ""
    zone: str = ""


@dataclass(frozen=True)
class TargetGroupHealth:
    """A target group: how many of its targets are healthy, and the state of each where that was worth a call.

    `unhealthy_since` is the start of the abnormal run in UnHealthyHostCount, None where the metric has none.
    `detailed` is False where metrics alone showed every target healthy; `states` is empty then.
    """

    target: Target
    health_check: HealthCheck
    load_balancers: tuple[str, ...]
    as_of: datetime
    detailed: bool
    healthy: int
    states: tuple[TargetState, ...] = ()
    unhealthy_since: datetime | None = None


def unhealthy_targets(
    group: TargetGroupHealth, admission: Admission | Blind | None = None, *, minutes_before_red: float = 2
) -> list[Finding]:
    """The group, where a target fails its health check for two minutes or none is registered behind a listener.

    `admission` says whether the groups and ACLs between load balancer and targets admit the health check.
    """
    if not group.detailed:
        return []
    sick = [state for state in group.states if state.state not in _TOLERATED | {"healthy"}]
    serving = [state for state in group.states if state.state != "unused"]
    if not sick and (serving or not group.load_balancers):
        return []
    since = group.unhealthy_since
    if sick and since and group.as_of - since < timedelta(minutes=minutes_before_red):
        return []
    cause, why, blocker = _cause(sick, admission)
    return [
        Finding(
            subject=group.target.name,
            place=group.target.place,
            cause=cause,
            impact="now" if not _healthy(group) or sick else "soon",
            symptom=_symptom(group, sick),
            evidence=_evidence(group, sick),
            why=why,
            remedy=_remedy(group, sick, cause, admission),
            resource=group.target.arn,
            depends_on=(*group.load_balancers, *blocker),
            onset=since,
            as_of=group.as_of,
            proven=bool(blocker) or bool(sick and cause != "unknown"),
            link=console.target_group(group.target.place, group.target.arn),
            command=aws("elbv2", "describe-target-health", "--target-group-arn", group.target.arn),
        )
    ]


def _healthy(group: TargetGroupHealth) -> int:
    return sum(state.state == "healthy" for state in group.states)


def _symptom(group: TargetGroupHealth, sick: Sequence[TargetState]) -> str:
    name, count = group.target.name, len(group.states)
    if not sick:
        return f"{name}: no target is registered behind a listener, expected at least 1"
    return f"{name}: {len(sick)} of {count} {'target' if count == 1 else 'targets'} unhealthy, expected none"


def _evidence(group: TargetGroupHealth, sick: Sequence[TargetState]) -> tuple[str, ...]:
    lines = []
    for reason, number in Counter((state.reason, state.description) for state in sick).most_common():
        same = [f"{state.id}:{state.port}" for state in sick if (state.reason, state.description) == reason]
        named = ", ".join(same[:_MOST_NAMED]) + (f" and {number - _MOST_NAMED} more" if number > _MOST_NAMED else "")
        words = " ".join(part for part in (reason[0], f"({reason[1]})" if reason[1] else "") if part)
        lines.append(f"{words or sick[0].state} on {named}")
    check = group.health_check
    asked = f"health check {check.protocol} {check.path or 'connection'} on {check.port}"
    codes = f", expects {check.codes}" if check.codes else ""
    lines.append(f"{asked}, time-out {check.timeout_s} s every {check.interval_s} s{codes}")
    if group.unhealthy_since:
        lines.append(f"UnHealthyHostCount is up since {group.unhealthy_since:%Y-%m-%d %H:%M} UTC")
    return tuple(lines)


def _cause(sick: Sequence[TargetState], admission: Admission | Blind | None) -> tuple[Cause, str, tuple[str, ...]]:
    """The most specific cause that is proven, why, and the ids of what refuses."""
    if not sick:
        return "config", "", ()
    reasons = {state.reason for state in sick}
    silent = "Target.Timeout" in reasons
    if silent and isinstance(admission, Admission) and admission.refusals:
        first = admission.refusals[0]
        return first.cause, "; ".join(r.sentence for r in admission.refusals), tuple(r.id for r in admission.refusals)
    if silent and isinstance(admission, Blind):
        return "timeout", f"could not rule out a group or ACL: {admission.reason}", ()
    if silent:
        return "timeout", "groups and ACLs admit the health check: the target itself does not answer in time", ()
    if reasons & {"Target.ResponseCodeMismatch", "Target.FailedHealthChecks"}:
        return "health_check", "", ()
    if reasons & {"Target.InvalidState", "Target.IpUnusable", "Target.HealthCheckDisabled"}:
        return "config", "", ()
    return "unknown", "", ()


def _remedy(
    group: TargetGroupHealth, sick: Sequence[TargetState], cause: Cause, admission: Admission | Blind | None
) -> str:
    if isinstance(admission, Admission) and admission.refusals and admission.refusals[0].cause == cause:
        return "; ".join(refusal.remedy for refusal in admission.refusals)
    if not sick:
        return "register targets, or take the target group out of its listeners"
    check = group.health_check
    return {
        "timeout": f"see whether the target listens on {check.port} and answers within {check.timeout_s} s",
        "health_check": f"let {check.path or 'the health check'} answer {check.codes or 'as expected'}, or mend its path",
        "config": "start the instance or register an address that can be used, and switch health checks on",
    }.get(cause, "open the target group and read the state of each target")
