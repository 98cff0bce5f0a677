"""What is being rolled out of a service? The `deployments` of DescribeServices, older than service deployments."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sandbox.services.ecs_book import FINISHED, Deployment, Service
from sandbox.services.ecs_deployments import breaker_of, counts, known_of


def rollouts(backend: Any, service: Any) -> Iterator[dict[str, Any]]:
    """`deployments` of DescribeServices: what is rolled out, and what still runs beside it."""
    known = known_of(backend, service)
    current = known.current()
    if current is None:
        return
    previous = known.before(current)
    if current.status in ("SUCCESSFUL", "STOPPED") or previous is None:
        yield _rollout(backend, service, current, "PRIMARY", _state(known, service, current))
        if current.status == "STOPPED" and previous is not None:
            yield _rollout(backend, service, previous, "ACTIVE", "COMPLETED")
    elif current.status == "ROLLBACK_SUCCESSFUL":
        yield _rollout(backend, service, previous, "PRIMARY", "COMPLETED")
    elif current.status.startswith("ROLLBACK"):
        state = "FAILED" if current.status == "ROLLBACK_FAILED" else "IN_PROGRESS"
        yield _rollout(backend, service, previous, "PRIMARY", state)
        yield _rollout(backend, service, current, "ACTIVE", "FAILED")
    else:
        yield _rollout(backend, service, current, "PRIMARY", _state(known, service, current))
        yield _rollout(backend, service, previous, "ACTIVE", "COMPLETED")


def _state(known: Service, service: Any, deployment: Deployment) -> str:
    if deployment.status == "SUCCESSFUL":
        return "COMPLETED"
    broken = breaker_of(known, deployment, int(service.desired_count))["status"] == "TRIGGERED"
    return "FAILED" if broken or deployment.alarms or deployment.status in FINISHED else "IN_PROGRESS"


_SAID = {
    "COMPLETED": "ECS deployment {id} completed.",
    "IN_PROGRESS": "ECS deployment {id} in progress.",
    "FAILED": "ECS deployment circuit breaker: tasks failed to start.",
}


def _rollout(backend: Any, service: Any, deployment: Deployment, status: str, state: str) -> dict[str, Any]:
    running, pending = counts(backend, service, deployment)
    known = known_of(backend, service)
    asked = known.asked
    members = {
        "id": deployment.id,
        "status": status,
        "taskDefinition": deployment.task_definition,
        "desiredCount": int(service.desired_count) if status == "PRIMARY" else running,
        "runningCount": running,
        "pendingCount": pending,
        "failedTasks": deployment.failed_tasks,
        "createdAt": deployment.started,
        "updatedAt": deployment.changed,
        "launchType": None if asked.get("capacityProviderStrategy") else service.launch_type,
        "capacityProviderStrategy": asked.get("capacityProviderStrategy"),
        "networkConfiguration": service.network_configuration or None,
    }
    if deployment.strategy == "ROLLING":
        reason = "ECS deployment failed: alarm detected." if deployment.alarms else _SAID[state]
        members |= {"rolloutState": state, "rolloutStateReason": reason.format(id=deployment.id)}
    return {name: value for name, value in members.items() if value is not None}
