"""Why did a service's tasks stop, and was that normal?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from diagnosis.causes import Cause
from diagnosis.deploy.exit_codes import CLEAN, KILLED, in_words
from diagnosis.explain import Explanation, explain
from diagnosis.targets import Target

KIND = "ecs_stopped_reason"
SURE = 0.85
"""From this confidence on AWS's own words or a code of a fixed meaning name the cause."""
_WISHED = frozenset({"UserInitiated", "SpotInterruption", "TerminationNotice"})
"""Stop codes that name who stopped the task, whatever its containers made of it."""


@dataclass(frozen=True)
class ContainerEnd:
    """How a container of a stopped task ended: exit code (None where it has none) and reason, in ECS's words."""

    name: str
    essential: bool
    exit_code: int | None = None
    reason: str = ""


@dataclass(frozen=True)
class StoppedTask:
    """A task that stopped: stopCode and stoppedReason as ECS gives them, its containers, and when it ran.

    `definition` is `family:revision`, `deployment` who started it (`ecs-svc/…`); `started` is None for a task that
    never ran. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Task.html
    """

    id: str
    definition: str
    code: str
    reason: str
    stopped: datetime
    started: datetime | None = None
    containers: tuple[ContainerEnd, ...] = ()
    deployment: str = ""

    @property
    def culprit(self) -> ContainerEnd | None:
        """The container that ended first: the others of its task were asked to end then, or killed.

        One with a reason of its own or an exit code that no signal of the agent makes, else one that was killed, else
        one that ended by itself.
        """
        return min((c for c in self.containers if c.essential or c.reason), key=_blame, default=None)


@dataclass(frozen=True)
class ServiceTasks:
    """The stopped tasks of a service in the window, as far back as anybody can know.

    `unhealthy` counts running tasks whose containers fail their health check; `running_since` holds when its running
    tasks started, by deployment. `unseen_before` is the moment before which stopped tasks are not kept, None where the
    whole window is known. `needs` are the ARNs and ids of what the tasks rest on.
    """

    target: Target
    desired: int
    stopped: tuple[StoppedTask, ...]
    as_of: datetime
    unhealthy: int = 0
    running: int = 0
    unseen_before: datetime | None = None
    running_since: tuple[tuple[str, datetime], ...] = ()
    needs: tuple[str, ...] = ()
    grace_s: int = 0
    """For how long after its start a task's load balancer may find it unhealthy."""
    logs: tuple[str, ...] = ()
    """The log groups that the task definitions of those that stopped name."""


@dataclass(frozen=True)
class Ending:
    """Why a task stopped. `normal` says that somebody wished it or the capacity was reclaimed."""

    task: StoppedTask
    cause: Cause
    normal: bool
    confidence: float
    remedy: str


def ending(task: StoppedTask) -> Ending:
    """Why this task stopped: who stopped it first, then what its containers say."""
    told = _explained(task.reason, task.code, "", None)
    if task.code in _WISHED or (told.cause in ("scaling_normal", "spot") and not _failed_by_itself(task)):
        return Ending(task, told.specific_cause or "unknown", True, told.confidence, told.remedy)
    if told.specific_cause not in (None, "container_start") and told.confidence >= SURE:
        return _ending(task, told)
    container = task.culprit
    if container is None:
        return _ending(task, told)
    own = _explained(task.reason, task.code, container.reason, container.exit_code)
    return _ending(task, own if own.specific_cause or own.confidence >= told.confidence else told)


def _ending(task: StoppedTask, told: Explanation) -> Ending:
    return Ending(task, told.specific_cause or "unknown", False, told.confidence, told.remedy)


@cache
def _explained(reason: str, code: str, container_reason: str, exit_code: int | None) -> Explanation:
    context: dict[str, object] = {"stopCode": code}
    if container_reason:
        context["reason"] = container_reason
    if exit_code is not None:
        context["exitCode"] = exit_code
    return explain(KIND, reason, context)


def _failed_by_itself(task: StoppedTask) -> bool:
    return task.code in ("TaskFailedToStart", "EssentialContainerExited")


def _blame(container: ContainerEnd) -> tuple[int, bool]:
    """The lower, the likelier it is that this container took the task with it."""
    code = container.exit_code
    if container.reason or (code is not None and code not in CLEAN and code != KILLED):
        rank = 0
    else:
        rank = 1 if code == KILLED else 2 if code == 0 else 3
    return rank, not container.essential


def abnormal(tasks: Sequence[StoppedTask]) -> list[Ending]:
    """The endings of those tasks that nobody wished to stop, the newest last."""
    endings = (ending(task) for task in sorted(tasks, key=lambda t: t.stopped))
    return [one for one in endings if not one.normal]


def likeliest(endings: Sequence[Ending]) -> Ending:
    """The ending that stands for several: of the commonest cause, then the surest, the newest."""
    causes = [one.cause for one in endings]
    return max(endings, key=lambda e: (e.cause != "unknown", causes.count(e.cause), e.confidence, e.task.stopped))


def described(task: StoppedTask) -> str:
    """A stopped task in one line: code, reason, and how its containers ended."""
    ends = [said for container in task.containers if (said := _end(container))]
    told = f": {task.reason}" if task.reason else ""
    return f"{task.stopped:%H:%M} {task.code or 'stopped'}{told}{' · ' if ends else ''}{', '.join(ends)}"


def _end(container: ContainerEnd) -> str:
    said = [f"exit {in_words(container.exit_code)}"] if container.exit_code is not None else []
    said += [container.reason] if container.reason else []
    return f"{container.name} {', '.join(said)}" if said else ""
