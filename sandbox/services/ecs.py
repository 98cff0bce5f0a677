"""What does the sandbox complete in ECS? A service runs the tasks it is asked for, and registers them."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from sandbox.services import actions


def _members(backend: Any, service: Any) -> list[Any]:
    """The running tasks of a service."""
    tasks = backend.tasks.get(service.cluster_name, {}).values()
    return [t for t in tasks if t.group == f"service:{service.name}" and t.desired_status == "RUNNING"]


def _start(backend: Any, service: Any, count: int) -> None:
    """Start tasks, spread over the service's subnets, and register them."""
    started_by = service.deployments[0]["id"] if service.deployments else ""
    network = service.network_configuration.get("awsvpcConfiguration") if service.network_configuration else None
    for _ in range(count):
        configuration = None
        if network:
            subnet = network["subnets"][len(_members(backend, service)) % len(network["subnets"])]
            groups = network.get("securityGroups", [])
            configuration = {"awsvpcConfiguration": {**network, "subnets": [subnet], "securityGroups": groups}}
        tasks = backend.run_task(
            service.cluster_name,
            service.task_definition,
            1,
            None,
            started_by,
            None,
            service.launch_type or "FARGATE",
            networking_configuration=configuration,
            group=f"service:{service.name}",
        )
        for task in tasks:
            _register(backend, service, task)


def _address(task: Any) -> str | None:
    for attachment in task.attachments:
        for detail in attachment["details"]:
            if detail["name"] == "privateIPv4Address":
                return str(detail["value"])
    return None


def _register(backend: Any, service: Any, task: Any) -> None:
    from moto.elbv2.models import elbv2_backends

    address = _address(task)
    groups = elbv2_backends[backend.account_id][backend.region_name].target_groups
    for entry in service.load_balancers:
        group = groups.get(entry.get("targetGroupArn"))
        if group is not None and address is not None:
            group.register([{"Id": address, "Port": entry["containerPort"]}])


def _stop(backend: Any, service: Any, count: int) -> None:
    """Stop the newest tasks, their registrations first."""
    from moto.elbv2.models import elbv2_backends

    groups = elbv2_backends[backend.account_id][backend.region_name].target_groups
    for task in reversed(_members(backend, service)[-count:] if count else []):
        for entry in service.load_balancers:
            group = groups.get(entry.get("targetGroupArn"))
            if group is not None and _address(task) is not None:
                group.deregister([{"Id": _address(task), "Port": entry["containerPort"]}])
        backend.stop_task(service.cluster_name, task.task_arn, "Scaling activity initiated by deployment")


def _reconcile(backend: Any, service: Any) -> None:
    """Bring the running tasks to the desired count, and the counts to the tasks."""
    if service.task_definition and service.launch_type == "FARGATE":
        difference = int(service.desired_count) - len(_members(backend, service))
        _start(backend, service, max(0, difference))
        _stop(backend, service, max(0, -difference))
    _count(backend, service)


def _count(backend: Any, service: Any) -> None:
    running = len(_members(backend, service))
    service.running_count = running
    service.pending_count = max(0, int(service.desired_count) - running)
    for deployment in service.deployments[:1]:
        done = service.pending_count == 0
        deployment |= {
            "desiredCount": service.desired_count,
            "runningCount": running,
            "pendingCount": service.pending_count,
            "rolloutState": "COMPLETED" if done else "IN_PROGRESS",
            "rolloutStateReason": f"ECS deployment {deployment['id']} {'completed' if done else 'in progress'}.",
        }


def install() -> None:
    """Let moto's ECS services run their tasks."""
    from moto.ecs.models import EC2ContainerServiceBackend as Backend

    create, update, describe = Backend.create_service, Backend.update_service, Backend.describe_services
    measure: Any = Backend._calculate_task_resource_requirements

    def created(self: Any, *args: Any, **kwargs: Any) -> Any:
        service = create(self, *args, **kwargs)
        _reconcile(self, service)
        return service

    def updated(self: Any, *args: Any, **kwargs: Any) -> Any:
        service = update(self, *args, **kwargs)
        _reconcile(self, service)
        return service

    def described(self: Any, *args: Any, **kwargs: Any) -> Any:
        services, failures = describe(self, *args, **kwargs)
        for service in services:
            _count(self, service)
        return services, failures

    def required(task_definition: Any) -> Any:
        # Fargate sizes tasks, not containers, and moto adds up what the containers do not say.
        sized = [{"memory": c.get("memoryReservation", 0)} | c for c in task_definition.container_definitions]
        return measure(SimpleNamespace(container_definitions=sized))

    actions.replace(Backend, "_calculate_task_resource_requirements", staticmethod(required))
    actions.replace(Backend, "create_service", created)
    actions.replace(Backend, "update_service", updated)
    actions.replace(Backend, "describe_services", described)
