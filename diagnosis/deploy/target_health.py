"""Are a target group's targets healthy, and if not, what stands between them and the load balancer?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from diagnosis import console
from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.deploy.target_groups import TargetGroupHealth, TargetState
from diagnosis.deploy.target_past import troubled_past
from diagnosis.deploy.target_users import TargetUse, TargetUsers, few_tasks, port_mismatch, services_behind
from diagnosis.findings import Finding
from diagnosis.network.description import NetworkDescription
from diagnosis.network.load_balancer_paths import Destination, LoadBalancerPath, cause_of, path_of
from diagnosis.reachability import Blocker

_SICK = frozenset({"unhealthy", "unhealthy.draining"})
_TOLERATED = frozenset({"healthy", "initial", "draining", "unused"})
_PERHAPS_REFUSED = frozenset({"Target.Timeout", "Target.FailedHealthChecks"})  # network load balancers say the latter
_MOST_NAMED = 3
_CAUSES: dict[str, Cause] = {
    "Target.Timeout": "timeout",
    "Target.ResponseCodeMismatch": "health_check",
    "Target.FailedHealthChecks": "health_check",
    "Target.InvalidState": "config",
    "Target.IpUnusable": "config",
}


def unhealthy_targets(
    group: TargetGroupHealth,
    network: NetworkDescription | Blind,
    users: TargetUsers | Blind | None = None,
    *,
    minutes_before_red: float = 2,
    minutes_without_healthy: float = 10,
    min_spells: float = 3,
) -> list[Finding]:
    """The group, where a target fails its health check for two minutes or none can take traffic behind a listener.

    Targets that only ever start or drain are red as well, once none has been healthy for `minutes_without_healthy`.
    CouldNotTellError where none fails it but the health of one is not known: `unavailable`, or a state not known here.
    A target that does not answer, or fails for no reason that is said, is looked for in `network`: a group, ACL or
    route that refuses the health check is the cause then. Where the network could not be read, the finding says that it
    could not be ruled out. A health check that asks a port which no container of the service behind it maps is wrong
    before anything else. A group without a target depends on the service that should register some.
    Of a group that is well again it is told that none of its targets was healthy in the window, or that some failed
    `min_spells` times.
    """
    found = _unhealthy_now(group, network, users, minutes_before_red, minutes_without_healthy) if group.detailed else []
    return found or troubled_past(group, minutes_before_red, min_spells)


def _unhealthy_now(
    group: TargetGroupHealth,
    network: NetworkDescription | Blind,
    users: TargetUsers | Blind | None,
    minutes_before_red: float,
    minutes_without_healthy: float,
) -> list[Finding]:
    sick = [state for state in group.states if state.state in _SICK]
    if not sick and not _deserted(group) and not _never_ready(group, minutes_without_healthy):
        _refuse_unknown(group)
        return []
    since = group.unhealthy_since
    if sick and since and group.as_of - since < timedelta(minutes=minutes_before_red):
        return []
    fixed = group.health_check.port
    asked = {int(fixed)} if fixed.isdigit() else {state.port for state in sick}
    mismatch = port_mismatch(asked, users)
    refused = () if mismatch else _refusals(group, sick, network)
    missed = () if group.states else services_behind(users)
    cause: Cause = "config" if mismatch else _cause(group, sick, refused, missed)
    blockers = refused if isinstance(refused, tuple) else ()
    return [
        Finding(
            subject=group.target.name,
            place=group.target.place,
            cause=cause,
            impact="now",
            symptom=_symptom(group, sick),
            evidence=_evidence(group, sick or group.states),
            why=mismatch or few_tasks(missed) or _why(group, sick, refused),
            remedy="; ".join(dict.fromkeys(blocker.remedy for blocker in blockers)) or _remedy(group, cause, mismatch),
            resource=group.target.arn,
            depends_on=tuple(dict.fromkeys((*_ids(blockers), *_ids(sick), *(use.service for use in missed)))),
            needed_by=group.load_balancers,
            onset=since or group.none_healthy_since,
            as_of=group.as_of,
            proven=cause != "unknown" and bool(sick),
            link=console.target_group(group.target.place, group.target.arn),
            command=aws("elbv2", "describe-target-health", "--target-group-arn", group.target.arn),
        )
    ]


def _ids(ones: Sequence[Blocker] | Sequence[TargetState]) -> tuple[str, ...]:
    return tuple(one.id for one in ones)


def _never_ready(group: TargetGroupHealth, minutes: float) -> bool:
    """Behind a listener, with targets that start or drain, and none healthy for so long: a crash loop looks so."""
    since = group.none_healthy_since
    starting = any(state.state in ("initial", "draining") for state in group.states)
    healthy = any(state.state == "healthy" for state in group.states)
    return bool(since and starting and not healthy and group.as_of - since >= timedelta(minutes=minutes))


def _deserted(group: TargetGroupHealth) -> bool:
    """Behind a listener, yet without a target that traffic could go to.

    A group whose listener gives it no traffic, such as the idle one of a blue/green pair, is not.
    """
    return bool(group.load_balancers) and all(
        state.state == "unused" and (state.reason != "Target.NotInUse" or "Availability Zone" in state.description)
        for state in group.states
    )


def _refuse_unknown(group: TargetGroupHealth) -> None:
    starting = bool(group.states) and all(state.state in ("initial", "draining") for state in group.states)
    if starting and group.load_balancers and not group.counted:
        reason = f"not observed: no target of {group.target.name} is healthy yet, and HealthyHostCount has no point"
        raise CouldNotTellError(Blind("not_observed", reason))
    odd = next((state for state in group.states if state.state not in _TOLERATED), None)
    if odd:
        said = " ".join(word for word in (odd.state or "no state", odd.reason) if word)
        reason = f"not observed: the health of {odd.id}:{odd.port} in {group.target.name} is {said}"
        raise CouldNotTellError(Blind("not_observed", reason))


def _symptom(group: TargetGroupHealth, sick: Sequence[TargetState]) -> str:
    name, count = group.target.name, len(group.states)
    if not sick:
        none = f"none of {count} registered targets takes traffic" if count else "no target is registered"
        return f"{name}: {none} behind a listener, expected at least 1"
    return f"{name}: {len(sick)} of {count} {'target' if count == 1 else 'targets'} unhealthy, expected none"


def _evidence(group: TargetGroupHealth, sick: Sequence[TargetState]) -> tuple[str, ...]:
    lines = []
    for words, number in Counter(map(_words, sick)).most_common():
        same = [f"{state.id}:{state.port}" for state in sick if _words(state) == words]
        named = ", ".join(same[:_MOST_NAMED]) + (f" and {number - _MOST_NAMED} more" if number > _MOST_NAMED else "")
        lines.append(f"{words} on {named}")
    check = group.health_check
    asked = f"health check {check.protocol} {check.path or 'connection'} on {check.port}"
    codes = f", expects {check.codes}" if check.codes else ""
    lines.append(f"{asked}, time-out {check.timeout_s} s every {check.interval_s} s{codes}")
    if group.unhealthy_since:
        lines.append(f"UnHealthyHostCount is up since {group.unhealthy_since:%Y-%m-%d %H:%M} UTC")
    return tuple(lines)


def _words(state: TargetState) -> str:
    said = f"({state.description})" if state.description else ""
    return " ".join(part for part in (state.reason, said) if part) or state.state


def _refusals(
    group: TargetGroupHealth, sick: Sequence[TargetState], network: NetworkDescription | Blind
) -> tuple[Blocker, ...] | Blind:
    """What stands between the load balancers and the targets that do not answer."""
    silent = tuple(Destination(state.id, state.port) for state in sick if state.reason in _PERHAPS_REFUSED)
    if not silent:
        return ()
    if isinstance(network, Blind):
        return network
    port = group.health_check.port
    doubt: Blind | None = None
    for arn in group.load_balancers:
        path = LoadBalancerPath(
            group.target, arn, "", group.protocol, int(port) if port.isdigit() else None, silent, group.as_of
        )
        refused = path_of(path, network)
        if isinstance(refused, tuple) and refused:
            return refused
        if isinstance(refused, Blind):
            doubt = doubt or refused
    return doubt or ()


def _cause(
    group: TargetGroupHealth,
    sick: Sequence[TargetState],
    refused: tuple[Blocker, ...] | Blind,
    missed: Sequence[TargetUse],
) -> Cause:
    """The most specific cause that is proven: a blocker, else AWS's own reason code."""
    if any(use.desired for use in missed):
        return "dependency"
    if not sick:
        return "config" if _deserted(group) else "health_check"
    if isinstance(refused, tuple) and refused:
        return cause_of(refused[0])
    reasons = {state.reason for state in sick}
    return next((cause for known, cause in _CAUSES.items() if known in reasons), "unknown")


def _why(group: TargetGroupHealth, sick: Sequence[TargetState], refused: tuple[Blocker, ...] | Blind) -> str:
    if isinstance(refused, Blind):
        return f"could not rule out a group, an ACL or a route: {refused.reason}"
    if refused:
        return "; ".join(blocker.detail for blocker in refused)
    slow = group.slowest_s is not None and group.slowest_s >= group.health_check.timeout_s > 0
    if slow and any(state.reason == "Target.Timeout" for state in sick):
        waits = f"the health check waits {group.health_check.timeout_s} s"
        return f"answers take up to {group.slowest_s:.1f} s (TargetResponseTime), {waits}"
    if any(state.reason == "Target.Timeout" for state in sick):
        return "groups, ACLs and routes admit the health check: the target itself does not answer in time"
    return ""


def _remedy(group: TargetGroupHealth, cause: Cause, mismatch: str) -> str:
    check = group.health_check
    if mismatch:
        return "set the health check's port to traffic-port, or to one that the container maps and listens on"
    if cause == "dependency":
        return "see why the service behind it runs no task that is registered: its events and its stopped tasks"
    if not group.states:
        return "register targets, or take the target group out of its listeners"
    return {
        "timeout": f"see whether the target listens on {check.port} and answers within {check.timeout_s} s",
        "health_check": f"let {check.path or 'the health check'} answer {check.codes or 'as expected'}, or ask another",
        "config": "start the instance, register an address that can be used, or enable its zone on the load balancer",
    }.get(cause, "open the target group and read the state of each target")
