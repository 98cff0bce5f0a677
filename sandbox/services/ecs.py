"""What does the sandbox complete in ECS? Services run their tasks and register them, and tell what became of them."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

from moto.core.responses import ActionResult

from sandbox.services import actions, ecs_deployments, ecs_instances, ecs_services, ecs_stops, ecs_tasks, era
from sandbox.services.actions import Request, refusal
from sandbox.services.ecs_book import Deployment, book
from sandbox.services.ecs_running import known, on_fargate, reconcile, roll_out, start, stop, theirs_stop
from sandbox.services.ecs_services import desired, members_of

_asked = threading.local()


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
        found["PORTS"] = ecs_instances.named_ports(task_definition, found["PORTS"])
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
