"""How does a task stop? Its record in DescribeTasks for an hour, and its event for whoever keeps such events."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sandbox.services.ecs_book import book
from sandbox.services.ecs_tasks import container_arn, definition_of

REASONS = {
    "TaskFailedToStart": "Task failed to start",
    "EssentialContainerExited": "Essential container in task exited",
    "UserInitiated": "Task stopped by user",
    "ServiceSchedulerInitiated": "Scaling activity initiated by (deployment {deployment})",
    "SpotInterruption": "Your Spot Task was interrupted.",
    "TerminationNotice": "Host EC2 (instance) terminated.",
    "InfrastructureHealth": "Task stopped because the underlying infrastructure is unhealthy",
}
"""By stopCode, what ECS says where nothing else is said."""
_SIGTERM = 143


@dataclass(frozen=True)
class Stop:
    """How a task stopped: ECS's code and reason, by container its exit code and reason, and how long the task ran."""

    code: str
    at: datetime
    ran: timedelta
    reason: str = ""
    exits: Mapping[str, int] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)

    @property
    def ever_started(self) -> bool:
        """Whether its containers ran at all."""
        return self.code != "TaskFailedToStart"


def record(backend: Any, service: Any, definition_arn: str, stop: Stop, like: Any = None) -> dict[str, Any]:
    """Note that a task of a service stopped; `like` is moto's task, where it is one that ran here."""
    kept = book(backend.account_id, backend.region_name)
    current = kept.of(service.arn).current()
    deployment = current.id if current else ""
    seed = f"{service.arn}/{stop.at.isoformat()}/{stop.code}/{len(kept.stopped)}"
    cluster = service.cluster_name
    prefix = service.arn.split(":service/")[0]
    arn = like.task_arn if like is not None else f"{prefix}:task/{cluster}/{uuid5(NAMESPACE_URL, seed).hex}"
    definition = definition_of(backend, definition_arn)
    began = stop.at - stop.ran
    task = {
        "taskArn": arn,
        "clusterArn": service.cluster_arn,
        "taskDefinitionArn": definition_arn,
        "group": f"service:{service.name}",
        "startedBy": like.started_by if like is not None else deployment,
        "launchType": service.launch_type or "FARGATE",
        "lastStatus": "STOPPED",
        "desiredStatus": "STOPPED",
        "createdAt": began,
        **({"startedAt": began} if stop.ever_started else {}),
        "stoppingAt": stop.at,
        "stoppedAt": stop.at,
        "stopCode": stop.code,
        "stoppedReason": stop.reason or REASONS[stop.code].format(deployment=deployment),
        "containers": [_container(arn, c, stop) for c in definition.container_definitions] if definition else [],
        "attachments": [],
        "healthStatus": "UNKNOWN",
        "overrides": {},
        "tags": [],
    }
    kept.stopped.append(task)
    return task


def _container(task: str, container: Mapping[str, Any], stop: Stop) -> dict[str, Any]:
    """A container of a task that stopped: those that nothing is said of were asked to end with the others."""
    name = container["name"]
    members: dict[str, Any] = {
        "containerArn": container_arn(task, name),
        "taskArn": task,
        "name": name,
        "image": container.get("image", ""),
        "lastStatus": "STOPPED",
        "healthStatus": "UNKNOWN",
        "networkInterfaces": [],
    }
    silent = stop.reasons.get(name) and name not in stop.exits
    if name in stop.exits or (stop.ever_started and not silent):
        members["exitCode"] = stop.exits.get(name, _SIGTERM)
    if name in stop.reasons:
        members["reason"] = stop.reasons[name]
    return members


def event_of(task: Mapping[str, Any], account: str, region: str) -> dict[str, Any]:
    """The event of EventBridge that tells of a stopped task.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
    """
    at = task["stoppedAt"]
    detail = {
        name: value.isoformat().replace("+00:00", "Z") if isinstance(value, datetime) else value
        for name, value in task.items()
        if name not in ("tags", "healthStatus")
    }
    return {
        "version": "0",
        "id": str(uuid5(NAMESPACE_URL, task["taskArn"] + at.isoformat())),
        "detail-type": "ECS Task State Change",
        "source": "aws.ecs",
        "account": account,
        "time": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "region": region,
        "resources": [task["taskArn"]],
        "detail": detail,
    }


def log_groups_for(event: Mapping[str, Any], account: str, region: str) -> list[str]:
    """The log groups that enabled rules of EventBridge's default bus send this event to."""
    from moto.events.models import events_backends

    told: Any = dict(event)
    bus = events_backends[account][region].event_buses["default"]
    rules = [r for r in bus.rules.values() if r.state == "ENABLED" and r.event_pattern.matches_event(told)]
    arns = [target["Arn"] for rule in rules for target in rule.targets]
    return [arn.split(":log-group:", 1)[1].removesuffix(":*") for arn in arns if ":log-group:" in arn]


def line_of(event: Mapping[str, Any]) -> str:
    """An event as EventBridge writes it to a log group."""
    return json.dumps(event, separators=(",", ":"))
