"""Did a deployment leave enough of its targets healthy for the load balancer and for its own constraints?"""

from __future__ import annotations

from datetime import timedelta

from diagnosis.answers import Blind
from diagnosis.deploy.decision_tree import (
    appspec_is_invalid,
    health_check_failed,
    hook_failed,
    hook_timed_out,
    role_lacks_permission,
)
from diagnosis.deploy.deployments import GroupDeployment
from diagnosis.deploy.failed_deployments import evidence_of, finding, impact_of
from diagnosis.deploy.target_groups import TargetState
from diagnosis.findings import Finding

_MOST_TARGETS = 3
States = tuple[TargetState, ...]


def unhealthy_deployments(
    group: GroupDeployment, states: States | Blind, *, hours_until_old: float = 24
) -> list[Finding]:
    """The group, where traffic was not let to its targets, or too few of them would have stayed healthy.

    What a script, the AppSpec file or a role brought about is theirs: the tree asks about them first. `states` are
    those of the group's targets in its load balancers now; where nobody could read them, the finding says so.
    """
    if hook_timed_out(group) or hook_failed(group) or appspec_is_invalid(group) or role_lacks_permission(group):
        return []
    reason = health_check_failed(group)
    if reason is None:
        return []
    event = f"{reason.event.name} failed on {reason.target.id}" if reason.event and reason.target else ""
    return [
        finding(
            group,
            reason,
            symptom=f"{group.target.name}: {event or group.deployment.error_code}, expected targets that pass the "
            "load balancer's health check",
            impact=impact_of(group, timedelta(hours=hours_until_old)),
            evidence=(*evidence_of(group, reason), *_now(states), *_balancers(group)),
        )
    ]


def _now(states: States | Blind) -> list[str]:
    if isinstance(states, Blind):
        return [f"nobody could read the targets' health: {states.reason}"]
    sick = [state for state in states if state.state != "healthy"]
    lines = [f"{s.id}:{s.port} {s.state} {s.reason} {s.description}".strip() for s in sick[:_MOST_TARGETS]]
    return lines or ([f"all {len(states)} targets are healthy now"] if states else [])


def _balancers(group: GroupDeployment) -> list[str]:
    names = [arn.split(":targetgroup/")[-1].split("/")[0] for arn in group.load_balancers]
    return [f"behind target group {', '.join(names)}"] if names else []
