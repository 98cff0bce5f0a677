"""How do tasks of ECS services run? Started, registered with target groups, replaced and stopped, as services ask."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sandbox.services import ecs_instances, ecs_stops, era
from sandbox.services.ecs_book import Deployment, book
from sandbox.services.ecs_services import desired, members_of

_FARGATE = ("FARGATE", "FARGATE_SPOT")


def known(backend: Any, service: Any) -> Any:
    """What the book says of a service."""
    return book(backend.account_id, backend.region_name).of(service.arn)


def runs_tasks(backend: Any, service: Any) -> bool:
    """Whether the sandbox runs a service's tasks: on Fargate, or on the instances of its cluster."""
    if not service.task_definition:
        return False
    return on_fargate(backend, service) or bool(backend.container_instances.get(service.cluster_name))


def on_fargate(backend: Any, service: Any) -> bool:
    """Whether a service's tasks run on Fargate, by launch type or by capacity provider."""
    strategy = known(backend, service).asked.get("capacityProviderStrategy") or []
    if strategy:
        return any(entry["capacityProvider"] in _FARGATE for entry in strategy)
    return bool(service.launch_type == "FARGATE")


def start(
    backend: Any,
    service: Any,
    count: int,
    *,
    definition: str | None = None,
    by: str | None = None,
    at: datetime | None = None,
    waiting: bool = False,
) -> list[Any]:
    """Start tasks, spread over the service's subnets, and register them; `waiting` ones only wait to start."""
    current = known(backend, service).current()
    by = by if by is not None else current.id if current else ""
    made: list[Any] = []
    for _ in range(count):
        placed = _run(backend, service, definition or service.task_definition, by)
        for task in placed:
            task.vitals_created = task.vitals_started = at or era.moment()
            if waiting:
                task.last_status = "PENDING"
            else:
                _register(backend, service, task, at)
        made += placed
    return made


def _run(backend: Any, service: Any, definition: str, by: str) -> Sequence[Any]:
    network = service.network_configuration.get("awsvpcConfiguration") if service.network_configuration else None
    configuration = None
    if network:
        subnet = network["subnets"][len(members_of(backend, service)) % len(network["subnets"])]
        groups = network.get("securityGroups", [])
        configuration = {"awsvpcConfiguration": {**network, "subnets": [subnet], "securityGroups": groups}}
    fargate = on_fargate(backend, service)
    strategy = known(backend, service).asked.get("capacityProviderStrategy")
    placed: Sequence[Any] = backend.run_task(
        service.cluster_name,
        definition,
        1,
        None,
        by,
        None,
        None if strategy else "FARGATE" if fargate else "EC2",
        networking_configuration=configuration,
        group=f"service:{service.name}",
        capacity_provider_strategy=strategy,
    )
    return placed


def address_of(task: Any) -> str | None:
    """The address of a task that has an interface of its own."""
    for attachment in task.attachments:
        for detail in attachment["details"]:
            if detail["name"] == "privateIPv4Address":
                return str(detail["value"])
    return None


def _groups(backend: Any, service: Any) -> Iterator[tuple[Any, int]]:
    """The target groups of a service, each with the port of its container."""
    from moto.elbv2.models import elbv2_backends

    groups = elbv2_backends[backend.account_id][backend.region_name].target_groups
    for entry in service.load_balancers:
        group = groups.get(entry.get("targetGroupArn"))
        if group is not None:
            yield group, entry["containerPort"]


def _target(backend: Any, task: Any, port: int) -> tuple[str, int] | None:
    """What stands for a task in a target group: its own address, else its instance and the port it has there."""
    address = address_of(task)
    if address is not None or not task.container_instance_arn:
        return (address, port) if address else None
    ports = task.__dict__.setdefault("vitals_ports", {})
    if port not in ports:
        mapped = ecs_instances.host_port(backend.describe_task_definition(task.task_definition_arn), port)
        ports[port] = mapped or ecs_instances.next_port(backend)
    return ecs_instances.machine_of(backend, task), ports[port]


def _register(backend: Any, service: Any, task: Any, at: datetime | None) -> None:
    from sandbox.services.behaviour import behaviours

    for group, port in _groups(backend, service):
        target = _target(backend, task, port)
        if target is not None:
            group.register([{"Id": target[0], "Port": target[1]}])
            if at is not None:
                said = behaviours(backend.account_id, backend.region_name)
                said.state_registered(group.name, *target, at.timestamp())


def stop(backend: Any, service: Any, tasks: Sequence[Any], at: datetime | None = None, code: str = "") -> None:
    """Stop running tasks of a service, their registrations first, and note how."""
    moment = at or era.moment()
    for task in tasks:
        for group, port in _groups(backend, service):
            target = _target(backend, task, port)
            if target is not None and task.last_status == "RUNNING":
                group.deregister([{"Id": target[0], "Port": target[1]}])
                gone = group.deregistered_targets.get(f"{target[0]}:{target[1]}")
                if gone is not None:
                    gone["Deregistered"] = moment.timestamp()
        theirs_stop(backend, service.cluster_name, task.task_arn)
        if code:
            ran = moment - getattr(task, "vitals_started", moment)
            definition = task.task_definition_arn
            ecs_stops.record(backend, service, definition, ecs_stops.Stop(code, moment, ran), like=task)


def theirs_stop(backend: Any, cluster: str, task_arn: str) -> None:
    """Let moto free what a task held, and forget the task: the book keeps those that ECS still shows."""
    backend.stop_task(cluster, task_arn, "")
    tasks = backend.tasks[cluster]
    for known_as in [arn for arn in tasks if arn.endswith(task_arn.rsplit("/", 1)[-1])]:
        del tasks[known_as]


def reconcile(backend: Any, service: Any) -> None:
    """Bring the running tasks to the desired count, or to as many as are said to run."""
    if not runs_tasks(backend, service):
        return
    held = known(backend, service).held
    wanted = desired(backend, service) if held is None else min(held, desired(backend, service))
    tasks = members_of(backend, service)
    start(backend, service, max(0, wanted - len(tasks)))
    stop(backend, service, tasks[wanted:][::-1], code="ServiceSchedulerInitiated")


def roll_out(backend: Any, service: Any, deployment: Deployment) -> None:
    """Replace all tasks of a service by those of a deployment that succeeded."""
    old = members_of(backend, service)
    service.task_definition = deployment.task_definition
    known(backend, service).deployments.append(deployment)
    if not runs_tasks(backend, service):
        return
    stop(backend, service, old, at=deployment.changed, code="ServiceSchedulerInitiated")
    held = known(backend, service).held
    count = desired(backend, service) if held is None else held
    start(backend, service, count, by=deployment.id, at=deployment.started)
