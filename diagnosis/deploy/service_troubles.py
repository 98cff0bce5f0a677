"""What, if anything, is wrong with a service: too few tasks, a deployment that failed, or one that stands still?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.deploy.services import (
    KNOWN_STATES,
    ROLLOUT_STATES,
    UNDER_WAY,
    RolloutState,
    ServiceDeployment,
    ServiceState,
)
from diagnosis.deploy.stopped_tasks import ServiceTasks
from diagnosis.windows import spoken


@dataclass(frozen=True)
class Trouble:
    """What is wrong, in words; since when, where that is known; and which deployment and definition it is about."""

    said: str
    since: datetime | None
    definition: str
    deployment: ServiceDeployment | None = None


def known(service: ServiceState) -> None:
    """CouldNotTellError for a state that this rule does not know."""
    states = {deployment.status for deployment in service.deployments} - KNOWN_STATES
    states |= {rollout.state for rollout in service.rollouts} - ROLLOUT_STATES
    if states:
        said = f"{service.target.name}: {', '.join(sorted(states))} is no state of a deployment that this rule knows"
        raise CouldNotTellError(Blind("unreadable", said))


def trouble_of(service: ServiceState, tasks: ServiceTasks | Blind, patience: timedelta) -> Trouble | None:
    """The gravest trouble: a failed deployment, then too few tasks, then a rollout that stands still."""
    if service.status != "ACTIVE":
        return None
    return _failed(service) or _short(service, tasks, patience) or _standing(service, tasks, patience)


def _failed(service: ServiceState) -> Trouble | None:
    """A deployment whose breaker or alarms ended it, or that was rolled back in vain, and that nothing healed since."""
    newest = service.deployments[0] if service.deployments else None
    primary = service.primary
    definition = primary.definition if primary else ""
    if newest is not None and _counts(service, newest):
        what = _failure(newest)
        if what:
            about = newest.definition or definition
            return Trouble(f"{what}, expected the deployment to succeed", newest.created, about, newest)
    broken = next((r for r in service.rollouts if r.state == "FAILED"), None)
    if broken is not None:
        said = f"rollout of {broken.definition} FAILED, expected COMPLETED"
        return Trouble(said, broken.created, broken.definition, newest)
    return None


def _counts(service: ServiceState, deployment: ServiceDeployment) -> bool:
    """A deployment that ended before the window is history."""
    return deployment.status in UNDER_WAY or (deployment.finished or deployment.created) >= service.window_start


def _failure(deployment: ServiceDeployment) -> str:
    if deployment.breaker == "TRIGGERED":
        counted = f"{deployment.failures} failed tasks, threshold {deployment.threshold}"
        return f"circuit breaker TRIGGERED ({counted}), deployment {deployment.status}"
    if deployment.alarms:
        return f"deployment {deployment.status} by alarm {', '.join(deployment.alarms)}"
    # Without a breaker or an alarm it was stopped or taken back because somebody asked for it.
    return "deployment ROLLBACK_FAILED" if deployment.status == "ROLLBACK_FAILED" else ""


def _short(service: ServiceState, tasks: ServiceTasks | Blind, patience: timedelta) -> Trouble | None:
    lacking = service.desired - service.running
    if lacking <= 0:
        return None
    since = service.short_since or _since_by_events(service) or _since_by_rollout(service)
    primary = service.primary
    definition = primary.definition if primary else ""
    newest = service.deployments[0] if service.deployments else None
    if since is None:
        told = f"{service.running} of {service.desired} tasks run, and nothing says since when"
        raise CouldNotTellError(Blind("not_observed", f"not observed: {service.target.name}: {told}"))
    lasted = service.as_of - since
    if lasted < patience or (newest and newest.status in UNDER_WAY and _progresses(service, tasks, patience)):
        return None
    said = f"{service.running} of {service.desired} tasks running for {spoken(lasted)}, expected {service.desired}"
    return Trouble(said, since, definition, newest)


def _since_by_events(service: ServiceState) -> datetime | None:
    """The first event after the service was steady for the last time: it began at the latest then."""
    since: datetime | None = None
    for event in service.events:  # newest first
        if "steady state" in event.message and "unable" not in event.message:
            return since
        since = event.at
    return since


def _since_by_rollout(service: ServiceState) -> datetime | None:
    """The start of the rollout under way."""
    newest = service.deployments[0] if service.deployments else None
    if newest is not None:
        return newest.created if newest.status in UNDER_WAY else None
    primary = service.primary
    return primary.created if primary and primary.state == "IN_PROGRESS" else None


def _standing(service: ServiceState, tasks: ServiceTasks | Blind, patience: timedelta) -> Trouble | None:
    """A rollout that does not come further: too few of its own tasks run, and none began to for as long as patience."""
    newest = service.deployments[0] if service.deployments else None
    primary = service.primary
    if primary is None or not _under_way(newest, primary):
        return None
    if newest is not None and newest.waiting_for:
        return None
    lacking = primary.desired - primary.running
    lasted = service.as_of - (newest.created if newest else primary.created)
    if lacking <= 0 or lasted < patience or _progresses(service, tasks, patience):
        return None
    said = f"{primary.running} of {primary.desired} tasks of {primary.definition} run after {spoken(lasted)}"
    since = newest.created if newest else primary.created
    return Trouble(f"{said}, expected all of them", since, primary.definition, newest)


def _under_way(newest: ServiceDeployment | None, primary: RolloutState) -> bool:
    if newest is not None:
        return newest.status in UNDER_WAY
    return primary.state == "IN_PROGRESS"


def _progresses(service: ServiceState, tasks: ServiceTasks | Blind, patience: timedelta) -> bool:
    """Whether a task of the rollout under way has begun to run lately, and none of its tasks fails.

    CouldNotTellError where nobody could look at its tasks.
    """
    primary = service.primary
    if primary is None or primary.failed:
        return False
    if isinstance(tasks, Blind):
        raise CouldNotTellError(tasks)
    starts = [started for deployment, started in tasks.running_since if deployment == primary.id]
    return any(service.as_of - started < patience for started in starts)
