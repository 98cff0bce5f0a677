"""What does DescribeServices answer? moto's services, with their deployments, task sets and events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from sandbox.services import ecs_instances
from sandbox.services.actions import Request, refusal
from sandbox.services.ecs_book import MOST_EVENTS, Event, book
from sandbox.services.ecs_deployments import arn_of, counts, revision_of
from sandbox.services.ecs_rollouts import rollouts
from sandbox.services.ecs_tasks import backend_of, cluster_of

_MOST_DESCRIBED = 10
_TRIES_EVERY = timedelta(minutes=6)


def describe_services(request: Request) -> dict[str, Any]:
    """DescribeServices; one that is not known is a failure MISSING."""
    backend = backend_of(request.account, request.region)
    cluster = cluster_of(backend, str(request.get("cluster", "default")))
    asked = [str(name) for name in request.get("services", [])]
    if not 0 < len(asked) <= _MOST_DESCRIBED:
        raise refusal("InvalidParameterException", "services must have length between 1 and 10.")
    known = {name: backend.services.get(f"{cluster.name}:{name.rsplit('/', 1)[-1]}") for name in asked}
    missing = [
        name if name.startswith("arn:") else f"{cluster.arn.replace(':cluster/', ':service/')}/{name}"
        for name, service in known.items()
        if service is None
    ]
    found = [describe(backend, s, "TAGS" in request.get("include", [])) for s in known.values() if s is not None]
    return {"services": found, "failures": [{"arn": arn, "reason": "MISSING"} for arn in missing]}


def desired(backend: Any, service: Any) -> int:
    """How many tasks a service shall have: of a daemon one on each active instance."""
    if service.scheduling_strategy != "DAEMON":
        return int(service.desired_count or 0)
    instances = backend.container_instances.get(service.cluster_name, {}).values()
    return sum(instance.status == "ACTIVE" for instance in instances)


def members_of(backend: Any, service: Any) -> list[Any]:
    """The tasks of a service that shall run, the oldest first."""
    tasks = backend.tasks.get(service.cluster_name, {}).values()
    return [t for t in tasks if t.group == f"service:{service.name}" and t.desired_status == "RUNNING"]


def describe(backend: Any, service: Any, with_tags: bool) -> dict[str, Any]:
    """A service in DescribeServices' form; absent members are left out."""
    known = book(backend.account_id, backend.region_name).of(service.arn)
    tasks = members_of(backend, service)
    running = sum(task.last_status == "RUNNING" for task in tasks)
    current = known.current()
    controller = service.deployment_controller.get("type", "ECS")
    strategy = known.asked.get("capacityProviderStrategy")
    members: dict[str, Any] = {
        "serviceArn": service.arn,
        "serviceName": service.name,
        "clusterArn": service.cluster_arn,
        "status": service.status,
        "desiredCount": desired(backend, service),
        "runningCount": running,
        "pendingCount": len(tasks) - running,
        "launchType": None if strategy else service.launch_type,
        "capacityProviderStrategy": strategy,
        "platformVersion": service.platform_version,
        "taskDefinition": service.task_definition,
        "loadBalancers": service.load_balancers,
        "serviceRegistries": service.service_registries,
        "deploymentController": service.deployment_controller,
        "schedulingStrategy": service.scheduling_strategy,
        "networkConfiguration": service.network_configuration or None,
        "healthCheckGracePeriodSeconds": known.asked.get("healthCheckGracePeriodSeconds"),
        "roleArn": service.role_arn,
        "createdAt": known.created,
        "propagateTags": service.propagate_tags,
        "events": _events(backend, known, service),
        "deployments": list(rollouts(backend, service)) if controller == "ECS" else [],
        "tags": service.tags if with_tags else None,
    }
    if controller == "ECS":
        members["deploymentConfiguration"] = known.configuration()
        if current is not None:
            run, wait = counts(backend, service, current)
            members["currentServiceDeployment"] = arn_of(service, current)
            revision = {"arn": revision_of(service, current), "requestedTaskCount": members["desiredCount"]}
            members["currentServiceRevisions"] = [revision | {"runningTaskCount": run, "pendingTaskCount": wait}]
    else:
        members["taskSets"] = _task_sets(backend, service, members)
    if controller == "EXTERNAL":  # whose task sets say where and what they run
        members |= dict.fromkeys(("launchType", "networkConfiguration", "taskDefinition"))
        members["loadBalancers"] = []
    return {name: value for name, value in members.items() if value is not None}


def _events(backend: Any, known: Any, service: Any) -> list[dict[str, Any]]:
    """The newest hundred that have happened, the newest first."""
    now = datetime.now(UTC)
    events = [event for event in (*known.events, *_unplaced(backend, known, service, now)) if event.at <= now]
    told = sorted(events, key=lambda e: e.at, reverse=True)
    return [event.members(service.name) for event in told[:MOST_EVENTS]]


def _unplaced(backend: Any, known: Any, service: Any, now: datetime) -> Iterator[Event]:
    """What ECS writes again and again while a cluster's instances have no room for a task."""
    short = known.held is None and len(members_of(backend, service)) < desired(backend, service)
    refusal_said = ecs_instances.refusal_of(backend, service) if short and service.task_definition else None
    if refusal_said:
        first = now.replace(minute=now.minute // 6 * 6, second=7, microsecond=0)
        for number in range(10):
            yield Event(first - number * _TRIES_EVERY, f"(service {service.name}) {refusal_said}")


def _task_sets(backend: Any, service: Any, members: dict[str, Any]) -> list[dict[str, Any]]:
    """The task sets of a service that CodeDeploy or somebody else deploys; CodeDeploy's first one is ECS's own."""
    if service.task_sets:
        return [_task_set(backend, service, one) for one in service.task_sets]
    if not service.task_definition:
        return []
    steady = members["runningCount"] >= members["desiredCount"]
    known = book(backend.account_id, backend.region_name).of(service.arn)
    current = known.current()
    number = current.id if current else "ecs-svc/0"
    return [
        {
            "id": number,
            "taskSetArn": f"{service.arn.replace(':service/', ':task-set/')}/{number}",
            "serviceArn": service.arn,
            "clusterArn": service.cluster_arn,
            "status": "PRIMARY",
            "taskDefinition": service.task_definition,
            "computedDesiredCount": members["desiredCount"],
            "runningCount": members["runningCount"],
            "pendingCount": members["pendingCount"],
            "createdAt": known.created,
            "updatedAt": known.created,
            "launchType": service.launch_type,
            "loadBalancers": service.load_balancers,
            "scale": {"value": 100.0, "unit": "PERCENT"},
            "stabilityStatus": "STEADY_STATE" if steady else "STABILIZING",
            "stabilityStatusAt": known.created,
        }
    ]


def _task_set(backend: Any, service: Any, one: Any) -> dict[str, Any]:
    share = float(one.scale.get("value", 100.0)) if one.scale else 100.0
    wanted = -(-desired(backend, service) * share // 100)
    active = [t for t in members_of(backend, service) if t.started_by == one.id]
    running = sum(t.last_status == "RUNNING" for t in active)
    steady = running >= wanted
    return {
        "id": one.id,
        "taskSetArn": one.task_set_arn,
        "serviceArn": service.arn,
        "clusterArn": service.cluster_arn,
        "status": one.status,
        "taskDefinition": one.task_definition,
        "externalId": one.external_id,
        "computedDesiredCount": int(wanted),
        "runningCount": running,
        "pendingCount": len(active) - running,
        "createdAt": one.createdAt,
        "updatedAt": one.updatedAt,
        "launchType": one.launch_type,
        "loadBalancers": one.load_balancers,
        "networkConfiguration": one.network_configuration,
        "scale": one.scale,
        "stabilityStatus": "STEADY_STATE" if steady else "STABILIZING",
        "stabilityStatusAt": one.stabilityStatusAt,
    }
