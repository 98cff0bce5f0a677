"""Do a service's tasks keep running?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

from diagnosis import console
from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.commands import aws
from diagnosis.deploy.prerequisites import TaskPrerequisites, missing_for
from diagnosis.deploy.stopped_tasks import SURE, Ending, ServiceTasks, abnormal, described, likeliest
from diagnosis.findings import Finding

_MOST_QUOTED = 3
_THRESHOLDS_S = 180
"""About as long as a load balancer's thresholds take at most, after the grace period."""
_LONGER = (
    "compare the time the program takes to answer with healthCheckGracePeriodSeconds, and the health check's path and "
    "port with what it answers on"
)


def unstable_tasks(
    tasks: ServiceTasks,
    prerequisites: TaskPrerequisites | Blind,
    *,
    min_stops: int = 2,
    minutes: float = 15,
    max_share: float = 0.1,
) -> list[Finding]:
    """The service, where tasks stop that nobody wished to stop: two within a quarter of an hour, or a tenth of them.

    Scaling, deployments, Spot and users are no reason. The cause is the commonest; what a task definition names and is
    not there is proof of it. CouldNotTellError where nothing is red but a part of the window is not known.
    """
    endings = abnormal(tasks.stopped)
    crowd = _crowd(endings, timedelta(minutes=minutes))
    share = len(crowd) > max_share * tasks.desired if tasks.desired else False
    sick = tasks.unhealthy > max_share * max(tasks.desired, 1)
    if len(crowd) < min_stops and not share and not sick:
        _refuse_unseen(tasks)
        return []
    if not crowd:
        return [_unhealthy(tasks)]
    return [_finding(tasks, endings, prerequisites)]


def _crowd(endings: Sequence[Ending], span: timedelta) -> Sequence[Ending]:
    """The most endings that lie within the span."""
    best: Sequence[Ending] = ()
    for first, one in enumerate(endings):
        near = [other for other in endings[first:] if other.task.stopped - one.task.stopped <= span]
        best = max(best, near, key=len)
    return best


def _refuse_unseen(tasks: ServiceTasks) -> None:
    if tasks.unseen_before is not None:
        reason = (
            f"not observed: tasks of {tasks.target.name} that stopped before {tasks.unseen_before:%H:%M} UTC are no "
            "longer shown by ECS; name the log group that keeps their events as [ecs] events_log_group in targets.toml"
        )
        raise CouldNotTellError(Blind("not_observed", reason))


def _finding(tasks: ServiceTasks, endings: Sequence[Ending], prerequisites: TaskPrerequisites | Blind) -> Finding:
    name, chosen = tasks.target.name, likeliest(endings)
    absent = missing_for(prerequisites, chosen.task.definition, chosen.cause)
    cause = absent[0].cause if absent else chosen.cause
    first, early = endings[0].task.stopped, _never_healthy(tasks, endings) if cause == "health_check" else ""
    return Finding(
        subject=name,
        place=tasks.target.place,
        cause=cause,
        impact="now",
        symptom=f"{name}: {_number(endings)} stopped abnormally since {first:%H:%M} UTC, expected none",
        evidence=_evidence(tasks, endings, chosen),
        why="; ".join(one.said for one in absent) or early,
        remedy=absent[0].remedy if absent else _LONGER if early else chosen.remedy,
        resource=tasks.target.arn,
        depends_on=(*tasks.needs, *(one.resource for one in absent if one.resource)),
        needed_by=tasks.logs,
        onset=first,
        as_of=tasks.as_of,
        proven=bool(absent) or (cause != "unknown" and chosen.confidence >= SURE),
        link=console.service(tasks.target.place, name),
        command=_command(tasks),
    )


def _never_healthy(tasks: ServiceTasks, endings: Sequence[Ending]) -> str:
    """What the times say where tasks fail their load balancer's check soon after their start, each and every one."""
    failed = [one.task for one in endings if one.cause == "health_check"]
    lived = [(task.stopped - task.started).total_seconds() for task in failed if task.started is not None]
    if not lived or max(lived) > tasks.grace_s + _THRESHOLDS_S:
        return ""
    ran = f"{min(lived):.0f} s" if min(lived) == max(lived) else f"{min(lived):.0f} to {max(lived):.0f} s"
    return f"they ran {ran} and were never healthy: the grace period is {tasks.grace_s} s"


def _number(endings: Sequence[Ending]) -> str:
    return "1 task" if len(endings) == 1 else f"{len(endings)} tasks"


def _evidence(tasks: ServiceTasks, endings: Sequence[Ending], chosen: Ending) -> tuple[str, ...]:
    """How many stopped for which cause, and the newest of each in ECS's words, the likeliest cause first."""
    counts = Counter(one.cause for one in endings)
    causes = sorted(counts, key=lambda cause: (cause != chosen.cause, -counts[cause]))
    lines = []
    for cause in causes[:_MOST_QUOTED]:
        newest = next(one for one in reversed(endings) if one.cause == cause)
        lines.append(f"{counts[cause]} of {len(endings)}: {described(newest.task)}")
    task = chosen.task
    if task.started is not None:
        lines.append(f"{task.definition} ran for {int((task.stopped - task.started).total_seconds())} s")
    else:
        lines.append(f"{task.definition} never ran")
    if tasks.unhealthy:
        lines.append(f"{tasks.unhealthy} of {tasks.running} running tasks are UNHEALTHY")
    return tuple(lines)


def _unhealthy(tasks: ServiceTasks) -> Finding:
    name = tasks.target.name
    return Finding(
        subject=name,
        place=tasks.target.place,
        cause="health_check",
        impact="now",
        symptom=f"{name}: {tasks.unhealthy} of {tasks.running} running tasks are UNHEALTHY, expected none",
        evidence=("healthStatus UNHEALTHY: the container's own health check fails, ECS will replace the task",),
        remedy="run the health check's command inside the container, and read what it answers",
        resource=tasks.target.arn,
        depends_on=tasks.needs,
        needed_by=tasks.logs,
        as_of=tasks.as_of,
        proven=True,
        link=console.service(tasks.target.place, name),
        command=_command(tasks),
    )


def _command(tasks: ServiceTasks) -> str:
    cluster, _, service = tasks.target.name.rpartition("/")
    asked = ("--cluster", cluster, "--service-name", service, "--desired-status", "STOPPED")
    return aws("ecs", "list-tasks", *asked)
