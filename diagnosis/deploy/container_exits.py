"""Do containers end as they should?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from diagnosis import console
from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.deploy.exit_codes import CLEAN, in_words
from diagnosis.deploy.stopped_tasks import KIND, SURE, ContainerEnd, ServiceTasks, StoppedTask, abnormal, ending
from diagnosis.explain import explain
from diagnosis.findings import Finding

_EXITED: frozenset[Cause] = frozenset({"out_of_memory", "code", "config", "container_start", "unknown"})
"""Causes that a container's own end can have; a task that ECS stopped for another is not its containers' doing."""
_MOST_QUOTED = 3


@dataclass(frozen=True)
class Exit:
    """How an essential container took its task with it."""

    task: StoppedTask
    container: ContainerEnd
    cause: Cause
    confidence: float
    remedy: str


def unclean_exits(tasks: ServiceTasks) -> list[Finding]:
    """The service whose essential containers end with an error, or run out of memory.

    0 and 143 are clean, and so is whatever follows when somebody else stopped the task: a health check, a deployment,
    Spot. Of the containers of a task the one that ended first counts. CouldNotTellError where a container ended and
    ECS has neither a code nor a reason for it, or where a part of the window is not known.
    """
    ends = list(_exits(tasks.stopped))
    unclean = [one for one in ends if isinstance(one, Exit)]
    if not unclean:
        _refuse(tasks, "unexplained" in ends)
        return []
    name, counts = tasks.target.name, Counter(one.cause for one in unclean)
    chosen = max(unclean, key=lambda e: (e.cause != "unknown", counts[e.cause], e.confidence, e.task.stopped))
    first = min(one.task.stopped for one in unclean)
    return [
        Finding(
            subject=name,
            place=tasks.target.place,
            cause=chosen.cause,
            impact="now",
            symptom=f"{name}: {_ended(chosen)} in {_number(unclean)}, expected 0 or 143",
            evidence=_evidence(unclean, chosen),
            why=_why(chosen),
            remedy=chosen.remedy,
            resource=tasks.target.arn,
            depends_on=tasks.needs,
            needed_by=tasks.logs,
            onset=first,
            as_of=tasks.as_of,
            proven=chosen.cause != "unknown" and chosen.confidence >= SURE,
            link=console.service(tasks.target.place, name),
            command=aws("ecs", "describe-tasks", "--cluster", name.rpartition("/")[0], "--tasks", chosen.task.id),
        )
    ]


def _exits(stopped: Sequence[StoppedTask]) -> Iterator[Exit | Literal["unexplained"]]:
    for one in abnormal(stopped):
        container = one.task.culprit
        if container is None or not container.essential:
            continue
        if container.exit_code is None and not container.reason:
            if one.task.code == "EssentialContainerExited":
                yield "unexplained"
            continue
        found = _judged(one.task, container)
        if found is not None:
            yield found


def _judged(task: StoppedTask, container: ContainerEnd) -> Exit | None:
    """What the container's own end says; None where it is clean, never began, or was somebody else's doing."""
    code = container.exit_code
    told = explain(KIND, container.reason, {"exitCode": code} if code is not None else {})
    if told.specific_cause == "out_of_memory" and container.reason:
        return Exit(task, container, "out_of_memory", told.confidence, told.remedy)
    whole = ending(task)
    if code is None or code in CLEAN or task.code != "EssentialContainerExited" or whole.cause not in _EXITED:
        return None
    return Exit(task, container, whole.cause, whole.confidence, whole.remedy)


def _refuse(tasks: ServiceTasks, unexplained: bool) -> None:
    if unexplained:
        reason = f"not observed: an essential container of {tasks.target.name} exited without a code or a reason"
        raise CouldNotTellError(Blind("not_observed", reason))
    if tasks.unseen_before is not None:
        told = f"not observed: containers of {tasks.target.name} that ended before {tasks.unseen_before:%H:%M} UTC"
        reason = f"{told}; name the log group that keeps their events as [ecs] events_log_group in targets.toml"
        raise CouldNotTellError(Blind("not_observed", reason))


def _number(unclean: Sequence[Exit]) -> str:
    return "1 task" if len(unclean) == 1 else f"{len(unclean)} tasks"


def _ended(chosen: Exit) -> str:
    container = chosen.container
    said = f"exit {in_words(container.exit_code)}" if container.exit_code is not None else container.reason
    return f"container {container.name} ended with {said}"


def _evidence(unclean: Sequence[Exit], chosen: Exit) -> tuple[str, ...]:
    lines = []
    for one in sorted(unclean, key=lambda e: (e.cause != chosen.cause, -e.task.stopped.timestamp()))[:_MOST_QUOTED]:
        reason = f" ({one.container.reason})" if one.container.reason else ""
        said = one.task.reason or one.task.code
        lines.append(f"{one.task.stopped:%H:%M} {one.task.definition}: {_ended(one)}{reason}; {said}")
    return tuple(lines)


def _why(chosen: Exit) -> str:
    if chosen.cause == "out_of_memory" and not chosen.container.reason:
        return "nothing else stopped the task, and a container that needs more memory than it may have is killed so"
    return ""
