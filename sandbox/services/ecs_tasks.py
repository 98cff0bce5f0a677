"""What do ListTasks and DescribeTasks answer? The tasks that run, and those that stopped within the last hour."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sandbox.services import era
from sandbox.services.actions import Request, refusal
from sandbox.services.ecs_book import Book, book

_MOST_LISTED = 100
_MOST_DESCRIBED = 100


def backend_of(account: str, region: str) -> Any:
    """Moto's ECS of a place."""
    from moto.ecs.models import ecs_backends

    return ecs_backends[account][region]


def definition_of(backend: Any, arn: str) -> Any:
    """A task definition by ARN; None where it is gone."""
    try:
        return backend.describe_task_definition(arn)
    except Exception:  # noqa: BLE001 - moto has several errors for it
        return None


def list_tasks(request: Request) -> dict[str, Any]:
    """ListTasks, by cluster, service, family, instance, starter and desired status: RUNNING where none is asked."""
    backend = backend_of(request.account, request.region)
    cluster = cluster_of(backend, request.get("cluster", "default"))
    wanted = str(request.get("desiredStatus", "RUNNING"))
    known = [t for t in _all(backend, request) if t["clusterArn"] == cluster.arn and t["desiredStatus"] == wanted]
    arns = [task["taskArn"] for task in known if _chosen(task, request)]
    start, size = int(request.get("nextToken", 0)), int(request.get("maxResults", _MOST_LISTED))
    more = {"nextToken": str(start + size)} if start + size < len(arns) else {}
    return {"taskArns": arns[start : start + size], **more}


def _chosen(task: Mapping[str, Any], request: Request) -> bool:
    service, family, instance = (str(request.get(k, "")) for k in ("serviceName", "family", "containerInstance"))
    return bool(
        (not service or task["group"] == f"service:{service.rsplit('/', 1)[-1]}")
        and (not family or task["taskDefinitionArn"].rsplit("/", 1)[-1].split(":")[0] == family)
        and (not instance or task.get("containerInstanceArn", "").endswith(instance.rsplit("/", 1)[-1]))
        and str(request.get("startedBy", task["startedBy"])) == task["startedBy"]
        and str(request.get("launchType", task["launchType"])) == task["launchType"]
    )


def describe_tasks(request: Request) -> dict[str, Any]:
    """DescribeTasks; a task that is not known, or no longer, is a failure MISSING."""
    backend = backend_of(request.account, request.region)
    cluster = cluster_of(backend, request.get("cluster", "default"))
    asked = [str(task) for task in request.get("tasks", [])]
    if not 0 < len(asked) <= _MOST_DESCRIBED:
        raise refusal("InvalidParameterException", "Tasks cannot be empty." if not asked else "Too many tasks.")
    known = {t["taskArn"].rsplit("/", 1)[-1]: t for t in _all(backend, request) if t["clusterArn"] == cluster.arn}
    found = [known[task.rsplit("/", 1)[-1]] for task in asked if task.rsplit("/", 1)[-1] in known]
    missing = [task for task in asked if task.rsplit("/", 1)[-1] not in known]
    return {"tasks": found, "failures": [{"arn": task, "reason": "MISSING"} for task in missing]}


def cluster_of(backend: Any, named: str) -> Any:
    """A cluster by name or ARN; ClusterNotFoundException."""
    found = backend.clusters.get(named.rsplit("/", 1)[-1])
    if found is None:
        raise refusal("ClusterNotFoundException", "Cluster not found.")
    return found


def _all(backend: Any, request: Request) -> Iterator[dict[str, Any]]:
    kept = book(request.account, request.region)
    for tasks in list(backend.tasks.values()):
        for task in list(tasks.values()):
            if task.desired_status == "RUNNING":
                yield running_task(backend, kept, task)
    yield from kept.visible(datetime.now(UTC))


def running_task(backend: Any, kept: Book, task: Any) -> dict[str, Any]:
    """A task of moto that runs, or waits to, as DescribeTasks has it."""
    definition = definition_of(backend, task.task_definition_arn)
    health = _health(backend, kept, task, definition)
    started = getattr(task, "vitals_started", None)
    members = {
        "taskArn": task.task_arn,
        "clusterArn": task.cluster_arn,
        "taskDefinitionArn": task.task_definition_arn,
        "group": task.group,
        "startedBy": task.started_by,
        "launchType": task.launch_type or ("EC2" if task.container_instance_arn else "FARGATE"),
        "capacityProviderName": task.capacity_provider_name,
        "containerInstanceArn": task.container_instance_arn,
        "availabilityZone": _zone(backend, task),
        "lastStatus": task.last_status,
        "desiredStatus": task.desired_status,
        "createdAt": getattr(task, "vitals_created", started or era.moment()),
        "startedAt": started if task.last_status == "RUNNING" else None,
        "containers": [_container(task, c, health) for c in definition.container_definitions] if definition else [],
        "healthStatus": _overall(definition, health),
        "attachments": task.attachments,
        "cpu": str(definition.cpu) if definition and definition.cpu else None,
        "memory": str(definition.memory) if definition and definition.memory else None,
        "overrides": task.overrides or {},
        "tags": task.tags,
    }
    return {name: value for name, value in members.items() if value is not None}


def _container(task: Any, container: Mapping[str, Any], health: Mapping[str, str]) -> dict[str, Any]:
    name = container["name"]
    addresses = [
        {"attachmentId": one["id"], "privateIpv4Address": detail["value"]}
        for one in task.attachments
        for detail in one["details"]
        if detail["name"] == "privateIPv4Address"
    ]
    return {
        "containerArn": container_arn(task.task_arn, name),
        "taskArn": task.task_arn,
        "name": name,
        "image": container.get("image", ""),
        "lastStatus": task.last_status,
        "healthStatus": health.get(name, "UNKNOWN"),
        "networkInterfaces": addresses,
        "networkBindings": [],
    }


def container_arn(task_arn: str, name: str) -> str:
    """The ARN of a task's container."""
    return f"{task_arn.replace(':task/', ':container/')}/{uuid5(NAMESPACE_URL, task_arn + name)}"


def _health(backend: Any, kept: Book, task: Any, definition: Any) -> dict[str, str]:
    """By container what its health check says; one without a health check has no say."""
    if definition is None:
        return {}
    services = (s for s in backend.services.values() if s.cluster_name == task.cluster_name)
    service = next((s for s in services if task.group == f"service:{s.name}"), None)
    said = kept.of(service.arn).health if service is not None else {}
    siblings = [t for t in backend.tasks.get(task.cluster_name, {}).values() if t.group == task.group]
    position = [t.task_arn for t in siblings if t.desired_status == "RUNNING"].index(task.task_arn)
    found = {}
    for container in definition.container_definitions:
        status, tasks = said.get(container["name"], ("HEALTHY", None))
        about = tasks is None or position < tasks
        found[container["name"]] = (status if about else "HEALTHY") if container.get("healthCheck") else "UNKNOWN"
    return found


def _overall(definition: Any, health: Mapping[str, str]) -> str:
    """A task is as healthy as its essential containers that have a health check."""
    if definition is None:
        return "UNKNOWN"
    essential = [health[c["name"]] for c in definition.container_definitions if c.get("essential", True)]
    checked = [status for status in essential if status != "UNKNOWN"]
    return "UNHEALTHY" if "UNHEALTHY" in checked else "HEALTHY" if checked else "UNKNOWN"


def _zone(backend: Any, task: Any) -> str | None:
    from moto.ec2.models import ec2_backends

    subnets = [d["value"] for a in task.attachments for d in a["details"] if d["name"] == "subnetId"]
    if not subnets:
        return None
    zone: str = ec2_backends[backend.account_id][backend.region_name].get_subnet(subnets[0]).availability_zone
    return zone
