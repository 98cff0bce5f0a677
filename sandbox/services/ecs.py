"""What does the sandbox complete in ECS? Services run their tasks and register them, and tell what became of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from moto.core.responses import ActionResult

from sandbox.services import actions, ecs_deployments, ecs_services, ecs_stops, ecs_tasks, era
from sandbox.services.actions import Request, refusal
from sandbox.services.ecs_book import Deployment, book
from sandbox.services.ecs_services import desired, members_of

_FARGATE = ("FARGATE", "FARGATE_SPOT")
_asked = threading.local()


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


def _register(backend: Any, service: Any, task: Any, at: datetime | None) -> None:
    from sandbox.services.behaviour import behaviours

    address = address_of(task)
    for group, port in _groups(backend, service):
        if address is not None:
            group.register([{"Id": address, "Port": port}])
            if at is not None:
                said = behaviours(backend.account_id, backend.region_name)
                said.state_registered(group.name, address, port, at.timestamp())


def stop(backend: Any, service: Any, tasks: Sequence[Any], at: datetime | None = None, code: str = "") -> None:
    """Stop running tasks of a service, their registrations first, and note how."""
    moment = at or era.moment()
    for task in tasks:
        for group, port in _groups(backend, service):
            if address_of(task) is not None and task.last_status == "RUNNING":
                group.deregister([{"Id": address_of(task), "Port": port}])
                gone = group.deregistered_targets.get(f"{address_of(task)}:{port}")
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


@contextmanager
def _asking(params: dict[str, Any]) -> Iterator[None]:
    _asked.params = params
    try:
        yield
    finally:
        _asked.params = {}


def _remember(backend: Any, service: Any) -> None:
    """Keep what moto drops of a request to create or update a service."""
    kept = known(backend, service)
    kept.asked |= {name: value for name, value in getattr(_asked, "params", {}).items() if value is not None}


def _first(backend: Any, service: Any) -> Deployment:
    kept = book(backend.account_id, backend.region_name)
    now = era.moment()
    strategy = known(backend, service).configuration()["strategy"]
    return Deployment(kept.number(service.arn), service.task_definition or "", "SUCCESSFUL", now, now, strategy)


def _services() -> None:
    from moto.ecs.models import EC2ContainerServiceBackend as Backend

    create, update, delete = Backend.create_service, Backend.update_service, Backend.delete_service
    listing, clusters = Backend.list_services, Backend.describe_clusters

    def created(self: Any, *args: Any, **kwargs: Any) -> Any:
        service = create(self, *args, **kwargs)
        _remember(self, service)
        kept = known(self, service)
        kept.created = era.moment()
        kept.deployments = [_first(self, service)]
        reconcile(self, service)
        return service

    def updated(self: Any, properties: dict[str, Any]) -> Any:
        named, cluster = str(properties.get("service", "")), str(properties.get("cluster", "default"))
        service = ecs_deployments.service_of(self, cluster, named)
        before, forced = service.task_definition, bool(properties.get("force_new_deployment"))
        service = update(self, properties)
        _remember(self, service)
        if service.task_definition and ":task-definition/" not in service.task_definition:
            service.task_definition = self.describe_task_definition(service.task_definition).arn
        if service.task_definition != before or forced:
            roll_out(self, service, _first(self, service))
        reconcile(self, service)
        return service

    def deleted(self: Any, cluster_name: str, service_name: str, force: bool) -> Any:
        service = delete(self, cluster_name, service_name, force)
        stop(self, service, members_of(self, service), code="ServiceSchedulerInitiated")
        return service

    def listed(self: Any, *args: Any, **kwargs: Any) -> list[str]:
        gone = {s.arn for s in self.services.values() if s.status == "INACTIVE"}
        return [arn for arn in listing(self, *args, **kwargs) if arn not in gone]

    def clusters_described(self: Any, *args: Any, **kwargs: Any) -> Any:
        for cluster in self.clusters.values():
            _count(self, cluster)
        return clusters(self, *args, **kwargs)

    actions.replace(Backend, "create_service", created)
    actions.replace(Backend, "update_service", updated)
    actions.replace(Backend, "delete_service", deleted)
    actions.replace(Backend, "list_services", listed)
    actions.replace(Backend, "describe_clusters", clusters_described)


def _count(backend: Any, cluster: Any) -> None:
    """The counts of a cluster, from what runs in it."""
    tasks = [t for t in backend.tasks.get(cluster.name, {}).values() if t.desired_status == "RUNNING"]
    cluster.running_tasks_count = sum(task.last_status == "RUNNING" for task in tasks)
    cluster.pending_tasks_count = len(tasks) - cluster.running_tasks_count
    services = [s for s in backend.services.values() if s.cluster_name == cluster.name]
    cluster.active_services_count = sum(service.status == "ACTIVE" for service in services)


def _placement() -> None:
    from moto.ecs.models import EC2ContainerServiceBackend as Backend

    measure: Any = Backend._calculate_task_resource_requirements
    create_set = Backend.create_task_set

    def required(task_definition: Any) -> Any:
        # Fargate sizes tasks, not containers, and moto adds up what the containers do not say.
        sized = [{"memory": c.get("memoryReservation", 0)} | c for c in task_definition.container_definitions]
        found = measure(SimpleNamespace(container_definitions=sized))
        if task_definition.cpu and not found["CPU"]:
            found["CPU"] = int(float(str(task_definition.cpu).split()[0]))
        if task_definition.memory and not found["MEMORY"]:
            found["MEMORY"] = int(float(str(task_definition.memory).split()[0]))
        return found

    def set_created(self: Any, service: str, cluster_str: str, task_definition: str, **kwargs: Any) -> Any:
        # moto would start tasks that belong to no service.
        scale = kwargs.pop("scale", None)
        made = create_set(self, service, cluster_str, task_definition, **kwargs)
        made.scale = scale or made.scale
        owner = ecs_deployments.service_of(self, cluster_str, service)
        owner.load_balancers = made.load_balancers or owner.load_balancers
        owner.network_configuration = made.network_configuration or owner.network_configuration
        owner.launch_type = made.launch_type or owner.launch_type
        share = float((made.scale or {}).get("value", 100.0))
        if on_fargate(self, owner) or self.container_instances.get(owner.cluster_name):
            count = int(-(-desired(self, owner) * share // 100))
            start(self, owner, count, definition=made.task_definition, by=made.id)
        return made

    actions.replace(Backend, "_calculate_task_resource_requirements", staticmethod(required))
    actions.replace(Backend, "create_task_set", set_created)


def stop_task(request: Request) -> dict[str, Any]:
    """StopTask: the task ends by a user's wish, and its service starts another."""
    backend = ecs_tasks.backend_of(request.account, request.region)
    cluster = ecs_tasks.cluster_of(backend, str(request.get("cluster", "default")))
    wanted = str(request.get("task", "")).rsplit("/", 1)[-1]
    task = next((t for t in backend.tasks.get(cluster.name, {}).values() if t.task_arn.endswith(wanted)), None)
    if task is None:
        raise refusal("InvalidParameterException", "The referenced task was not found.")
    told = ecs_tasks.running_task(backend, book(request.account, request.region), task)
    service = next((s for s in backend.services.values() if task.group == f"service:{s.name}"), None)
    if service is None or service.cluster_name != cluster.name:
        theirs_stop(backend, cluster.name, task.task_arn)
        return {"task": told | {"desiredStatus": "STOPPED", "lastStatus": "STOPPED"}}
    now = era.moment()
    reason = str(request.get("reason", "")) or ecs_stops.REASONS["UserInitiated"]
    stop(backend, service, [task])
    how = ecs_stops.Stop("UserInitiated", now, now - getattr(task, "vitals_started", now - timedelta(0)), reason)
    told = ecs_stops.record(backend, service, task.task_definition_arn, how, like=task)
    reconcile(backend, service)
    return {"task": told}


def install() -> None:
    """Let moto's ECS services run their tasks, and tell what became of them."""
    from moto.ecs.responses import EC2ContainerServiceResponse as Response

    operations = {
        "DescribeServices": ecs_services.describe_services,
        "DescribeServiceDeployments": ecs_deployments.describe_service_deployments,
        "DescribeServiceRevisions": ecs_deployments.describe_service_revisions,
        "DescribeTasks": ecs_tasks.describe_tasks,
        "ListServiceDeployments": ecs_deployments.list_service_deployments,
        "ListTasks": ecs_tasks.list_tasks,
        "StopTask": stop_task,
    }
    actions.add(Response, operations)
    _services()
    _placement()
    for name in ("create_service", "update_service"):
        _described_after(Response, name)


def _described_after(response: Any, name: str) -> None:
    """CreateService and UpdateService answer what DescribeServices would."""
    method = getattr(response, name)

    def answered(self: Any) -> ActionResult:
        with _asking(dict(self.params)):
            answer = method(self)
        service: Any = answer.result["service"]
        return ActionResult({"service": ecs_services.describe(self.ecs_backend, service, with_tags=True)})

    actions.replace(response, name, answered)
