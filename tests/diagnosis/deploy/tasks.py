"""Stopped tasks, as tests of rules write them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from diagnosis.deploy.prerequisites import Missing, TaskPrerequisites
from diagnosis.deploy.stopped_tasks import ContainerEnd, ServiceTasks, StoppedTask
from tests.builders import HERE, NOW, ago, target

SERVICE = target("service", "shop/checkout", HERE.arn("ecs", "service/shop/checkout"))
PULL = "CannotPullContainerError: pull image manifest has been retried 5 time(s): web:2: not found"
ELB = "Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/web/1f)"


def stop(
    minutes: float, code: str = "EssentialContainerExited", reason: str = "", /, *ends: ContainerEnd, **changes: Any
) -> StoppedTask:
    """A task that stopped so many minutes ago, after having run for five."""
    at = ago(minutes)
    known: dict[str, Any] = {
        "id": f"task-{minutes}",
        "definition": "checkout:2",
        "code": code,
        "reason": reason or ("Essential container in task exited" if code == "EssentialContainerExited" else ""),
        "stopped": at,
        "started": None if code == "TaskFailedToStart" else at - timedelta(minutes=5),
        "containers": ends,
    }
    return StoppedTask(**known | changes)


def end(code: int | None = None, reason: str = "", name: str = "web", essential: bool = True) -> ContainerEnd:
    return ContainerEnd(name, essential, code, reason)


def tasks(*stopped: StoppedTask, desired: int = 4, **changes: Any) -> ServiceTasks:
    return ServiceTasks(SERVICE, desired, tuple(sorted(stopped, key=lambda t: t.stopped)), NOW, **changes)


def prerequisites(*missing: Missing, unread: tuple[str, ...] = ()) -> TaskPrerequisites:
    return TaskPrerequisites(SERVICE, missing, unread, NOW)


NO_IMAGE = Missing("image", "checkout:2", "web", "checkout:2", "checkout has no image 2", "push it", "checkout:2")
