"""Does a service reach a steady state, and if not, what keeps it from it?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis import console
from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Cause, Impact
from diagnosis.commands import aws
from diagnosis.deploy.prerequisites import Missing, TaskPrerequisites, missing_for
from diagnosis.deploy.service_troubles import Trouble, known, trouble_of
from diagnosis.deploy.services import ServiceDeployment, ServiceState
from diagnosis.deploy.stopped_tasks import SURE, ServiceTasks, abnormal, described, likeliest
from diagnosis.explain import explain
from diagnosis.findings import Finding
from diagnosis.windows import spoken

_MOST_EVENTS = 3
_TAKEN_BACK = frozenset({"SpotInterruption", "TerminationNotice"})
_NEAR = timedelta(minutes=5)


@dataclass(frozen=True)
class Reason:
    """Why a service is in trouble, as far as anything says so."""

    cause: Cause
    proven: bool
    remedy: str
    said: str = ""
    why: str = ""
    resource: str = ""


_NOBODY_SAYS = Reason("unknown", False, "read the service's events, and the reasons of its newest stopped tasks")


def unsettled(
    service: ServiceState,
    tasks: ServiceTasks | Blind,
    prerequisites: TaskPrerequisites | Blind,
    *,
    minutes: float = 10,
) -> list[Finding]:
    """The service that runs fewer tasks than it shall for ten minutes, or whose deployment failed or stands still.

    The cause is what stopped its tasks, else what its events say, else what the deployment itself says. Something that
    its task definition names and that is gone is red before a task needs it. CouldNotTellError for a state that is not
    known here, where tasks are missing and nothing says since when, and where nobody could look for what it names.
    """
    known(service)
    trouble = trouble_of(service, tasks, timedelta(minutes=minutes))
    if trouble is None:
        return _gone(service, prerequisites)
    reason = _reason(service, trouble, tasks, prerequisites)
    return [
        Finding(
            subject=service.target.name,
            place=service.target.place,
            cause=reason.cause,
            impact="now",
            symptom=f"{service.target.name}: {trouble.said}",
            evidence=_evidence(service, trouble, reason),
            why=reason.why or _unseen(tasks),
            remedy=reason.remedy,
            resource=service.target.arn,
            depends_on=(*service.needs, *((reason.resource,) if reason.resource else ())),
            onset=trouble.since,
            as_of=service.as_of,
            proven=reason.proven,
            link=console.service(service.target.place, service.target.name),
            command=_command(service),
        )
    ]


def _unseen(tasks: ServiceTasks | Blind) -> str:
    return f"could not look at its stopped tasks: {tasks.reason}" if isinstance(tasks, Blind) else ""


def _command(service: ServiceState) -> str:
    cluster, _, name = service.target.name.rpartition("/")
    return aws("ecs", "describe-services", "--cluster", cluster, "--services", name)


def _gone(service: ServiceState, prerequisites: TaskPrerequisites | Blind) -> list[Finding]:
    """A finding for what the next task will lack; CouldNotTellError where nobody could look whether it lacks any."""
    primary = service.primary
    if primary is None or not service.desired or service.status != "ACTIVE":
        return []
    if isinstance(prerequisites, Blind):
        raise CouldNotTellError(prerequisites)
    missing = [one for one in prerequisites.missing if one.definition == primary.definition]
    if not missing and prerequisites.unread:
        raise CouldNotTellError(Blind("not_observed", "; ".join(prerequisites.unread)))
    if not missing:
        return []
    first = missing[0]
    impact: Impact = "soon"
    return [
        Finding(
            subject=service.target.name,
            place=service.target.place,
            cause=first.cause,
            impact=impact,
            symptom=f"{service.target.name}: the next task of {primary.definition} cannot start, expected it could",
            evidence=tuple(f"{one.container}: {one.said}" for one in missing),
            why="; ".join(one.said for one in missing),
            remedy=first.remedy,
            resource=service.target.arn,
            depends_on=tuple(one.resource for one in missing if one.resource),
            as_of=service.as_of,
            proven=True,
            link=console.service(service.target.place, service.target.name),
            command=_command(service),
        )
    ]


def _reason(
    service: ServiceState, trouble: Trouble, tasks: ServiceTasks | Blind, prerequisites: TaskPrerequisites | Blind
) -> Reason:
    """What stopped its tasks, then what its scheduler wrote since, then what the deployment says of itself."""
    stops = _from_stops(trouble, tasks, prerequisites)
    events = _from_events(service, trouble.since)
    if stops and (stops.proven or stops.cause != "unknown"):
        return stops
    if events and (events.proven or events.cause != "unknown"):
        return events
    if missing := _absent(prerequisites, trouble.definition):
        return missing
    return _from_deployment(trouble.deployment) or _from_pending(service, trouble) or stops or events or _NOBODY_SAYS


def _from_stops(
    trouble: Trouble, tasks: ServiceTasks | Blind, prerequisites: TaskPrerequisites | Blind
) -> Reason | None:
    if isinstance(tasks, Blind):
        return None
    endings = abnormal(tasks.stopped)
    mine = [one for one in endings if one.task.definition == trouble.definition] or endings
    if not mine:
        return _reclaimed(trouble, tasks)
    chosen = likeliest(mine)
    absent = missing_for(prerequisites, chosen.task.definition, chosen.cause)
    if absent:
        return _missing(absent[0], absent)
    said = f"{len(mine)} stopped, the likeliest {described(chosen.task)}"
    sure = chosen.cause != "unknown" and chosen.confidence >= SURE
    return Reason(chosen.cause, sure, chosen.remedy, said)


def _reclaimed(trouble: Trouble, tasks: ServiceTasks) -> Reason | None:
    """Spot took tasks back, and nothing took their place."""
    taken = [
        t for t in tasks.stopped if t.code in _TAKEN_BACK and (not trouble.since or t.stopped >= trouble.since - _NEAR)
    ]
    if not taken:
        return None
    remedy = "keep a base of on-demand tasks: a capacity provider strategy with FARGATE or an on-demand group as base"
    return Reason("spot", True, remedy, f"{len(taken)} taken back, the newest {described(taken[-1])}")


def _absent(prerequisites: TaskPrerequisites | Blind, definition: str) -> Reason | None:
    if isinstance(prerequisites, Blind):
        return None
    mine = [one for one in prerequisites.missing if one.definition == definition]
    return _missing(mine[0], mine) if mine else None


def _missing(first: Missing, several: Sequence[Missing]) -> Reason:
    why = "; ".join(one.said for one in several)
    return Reason(first.cause, True, first.remedy, why=why, resource=first.resource)


def _from_events(service: ServiceState, since: datetime | None) -> Reason | None:
    """The surest that the events since then say, of equals the newest."""
    best: Reason | None = None
    most = 0.0
    for event in service.events:
        if since is not None and event.at < since:
            continue
        told = explain("ecs_service_event", event.message)
        if told.specific_cause and told.specific_cause not in ("rollback", "alarm") and told.confidence > most:
            most = told.confidence
            best = Reason(told.specific_cause, most >= SURE, told.remedy, event.message)
    return best


def _from_deployment(deployment: ServiceDeployment | None) -> Reason | None:
    if deployment is None:
        return None
    if deployment.alarms:
        said = f"deployment alarms triggered: {', '.join(deployment.alarms)}"
        return Reason("alarm", False, "open the deployment's alarm: it knows what was measured, not why", said)
    told = explain("ecs_service_event", deployment.rollback or deployment.reason)
    if told.specific_cause and told.specific_cause != "rollback":
        return Reason(told.specific_cause, False, told.remedy, deployment.rollback or deployment.reason)
    return None


def _from_pending(service: ServiceState, trouble: Trouble) -> Reason | None:
    """Tasks that wait and do not fail: their image or their interface takes long, or nothing answers."""
    if not service.pending or trouble.since is None:
        return None
    waiting = spoken(service.as_of - trouble.since)
    remedy = "look at the PENDING task's containers and at the way to its registry: nothing failed yet"
    return Reason("container_start", False, remedy, f"{service.pending} tasks PENDING for {waiting}")


def _evidence(service: ServiceState, trouble: Trouble, reason: Reason) -> tuple[str, ...]:
    lines = [f"running {service.running}, pending {service.pending}, desired {service.desired}"]
    if service.controller != "ECS":
        lines[0] += f"; deployment controller {service.controller}"
    for rollout in service.rollouts:
        state = f" {rollout.state}" if rollout.state else ""
        counts = f"{rollout.running} of {rollout.desired} running, {rollout.failed} failed"
        lines.append(f"{rollout.status}{state} {rollout.definition}: {counts}")
    if trouble.deployment is not None:
        lines += _deployment_lines(trouble.deployment)
    if reason.said:
        lines.append(reason.said)
    since = trouble.since or service.window_start
    newest = [event for event in service.events if event.at >= since and event.message != reason.said]
    return (*lines, *(f"event {event.at:%H:%M}: {event.message}" for event in newest[:_MOST_EVENTS]))


def _deployment_lines(deployment: ServiceDeployment) -> list[str]:
    stage = f" in {deployment.stage}" if deployment.stage else ""
    shifted = f", {deployment.traffic:g} % of traffic on the new revision" if deployment.traffic is not None else ""
    lines = [f"{deployment.strategy} deployment {deployment.id} {deployment.status}{stage}{shifted}"]
    if deployment.breaker and deployment.breaker != "DISABLED":
        counted = f"{deployment.failures} failed tasks of {deployment.threshold}"
        lines.append(f"circuit breaker {deployment.breaker}: {counted}")
    if deployment.reason or deployment.rollback:
        lines.append(f"reason: {deployment.rollback or deployment.reason}")
    return lines
