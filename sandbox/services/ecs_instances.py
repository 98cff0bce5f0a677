"""Which machines does a cluster have for tasks? Container instances with what they offer and what is left of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.services.ecs_tasks import backend_of

_FIRST_PORT = 32_768
_AGENTS_PORTS = ("22", "2375", "2376", "51678", "51679")


@dataclass(frozen=True)
class Machine:
    """A machine: CPU units, MB and GPUs it offers to tasks, and what of them, with which ports, is taken."""

    instance: str
    cpu: int
    memory_mb: int
    used_cpu: int = 0
    used_memory_mb: int = 0
    gpus: int = 0
    used_gpus: int = 0
    used_ports: tuple[int, ...] = ()
    status: str = "ACTIVE"
    connected: bool = True
    capacity_provider: str | None = None

    def offered(self) -> list[dict[str, Any]]:
        """What DescribeContainerInstances calls registeredResources."""
        gpus = [f"GPU-{n}" for n in range(self.gpus)]
        return _resources(self.cpu, self.memory_mb, _AGENTS_PORTS, gpus)

    def left(self) -> list[dict[str, Any]]:
        """What it calls remainingResources; of ports these are the taken ones."""
        gpus = [f"GPU-{n}" for n in range(self.used_gpus, self.gpus)]
        ports = (*_AGENTS_PORTS, *map(str, self.used_ports))
        return _resources(self.cpu - self.used_cpu, self.memory_mb - self.used_memory_mb, ports, gpus)


def _resources(cpu: int, memory: int, ports: tuple[str, ...], gpus: list[str]) -> list[dict[str, Any]]:
    numbers = {"doubleValue": 0.0, "longValue": 0}
    return [
        {"name": "CPU", "type": "INTEGER", **numbers, "integerValue": cpu},
        {"name": "MEMORY", "type": "INTEGER", **numbers, "integerValue": memory},
        {"name": "PORTS", "type": "STRINGSET", **numbers, "integerValue": 0, "stringSetValue": list(ports)},
        {"name": "PORTS_UDP", "type": "STRINGSET", **numbers, "integerValue": 0, "stringSetValue": []},
        *([{"name": "GPU", "type": "STRINGSET", **numbers, "integerValue": 0, "stringSetValue": gpus}] if gpus else []),
    ]


def join(account: str, region: str, cluster: str, machine: Machine) -> str:
    """Register a machine with a cluster; its ARN. KeyError where there is no such cluster."""
    backend = backend_of(account, region)
    if cluster not in backend.clusters:
        raise KeyError(cluster)
    made = backend.register_container_instance(cluster, machine.instance)
    made.registered_resources, made.remaining_resources = machine.offered(), machine.left()
    made.status, made.agent_connected = machine.status, machine.connected
    if machine.capacity_provider:
        made.capacity_provider_name = machine.capacity_provider
    arn: str = made.container_instance_arn
    return arn


_SEE = "For more information, see the Troubleshooting section of the Amazon ECS Developer Guide."


def refusal_of(backend: Any, service: Any) -> str | None:
    """Why no machine of a cluster takes another task of a service, in ECS's words; None where one would."""
    from sandbox.services.ecs_running import on_fargate

    if on_fargate(backend, service):
        return None
    said = "was unable to place a task because no container instance met all of its requirements."
    machines = [m for m in backend.container_instances.get(service.cluster_name, {}).values() if m.status == "ACTIVE"]
    if not machines:
        return f"{said} Reason: No Container Instances were found in your cluster. {_SEE}"
    needed = backend._calculate_task_resource_requirements(backend.describe_task_definition(service.task_definition))
    lacks = [(machine, _lack(machine, needed)) for machine in machines]
    if any(lack is None for _, lack in lacks):
        return None
    closest, lack = lacks[-1]
    return f"{said} The closest matching container-instance {closest.id} {lack}. {_SEE}"


def _lack(machine: Any, needed: Any) -> str | None:
    """What a machine lacks for a task that needs so much."""
    left = {r["name"]: r for r in machine.remaining_resources}
    if not machine.agent_connected:
        return 'encountered error "AGENT"'
    if needed["CPU"] > left["CPU"]["integerValue"]:
        return "has insufficient CPU units available"
    if needed["MEMORY"] > left["MEMORY"]["integerValue"]:
        return "has insufficient memory available"
    if any(str(port) in left["PORTS"]["stringSetValue"] for port in needed["PORTS"]):
        return "is already using a port required by your task"
    return None


def host_port(definition: Any, container_port: int) -> int:
    """The port that a task definition asks of its machine for a container's; 0 where any will do."""
    mappings = (one for c in definition.container_definitions for one in c.get("portMappings", ()))
    asked = (one.get("hostPort") or 0 for one in mappings if one.get("containerPort") == container_port)
    return int(next(asked, 0)) or (container_port if definition.network_mode == "host" else 0)


def next_port(backend: Any) -> int:
    """A port of the ephemeral range that no task has."""
    backend.vitals_next_port = getattr(backend, "vitals_next_port", _FIRST_PORT - 1) + 1
    return int(backend.vitals_next_port)


def machine_of(backend: Any, task: Any) -> str:
    """The EC2 instance that a task runs on."""
    machines = (m for one in backend.container_instances.values() for m in one.values())
    return next(str(m.ec2_instance_id) for m in machines if m.container_instance_arn == task.container_instance_arn)


def named_ports(definition: Any, ports: list[Any]) -> list[Any]:
    """The ports that a task takes of its machine: none where it has an interface of its own, and 0 is any."""
    return [] if definition.network_mode == "awsvpc" else [port for port in ports if port]
