"""Verbs: the machines that ECS places tasks on, and how their group scales."""

from __future__ import annotations

from typing import Any

from sandbox.ago import Ago
from sandbox.errors import ScenarioError
from sandbox.world.ecs import EcsVerbs, one_of

_STATUSES = ("ACTIVE", "DRAINING", "REGISTERING", "DEREGISTERING", "REGISTRATION_FAILED")
_OUTCOMES = ("Successful", "Failed", "Cancelled", "InProgress", "PreInService", "WaitingForSpotInstanceId")


class InstanceVerbs(EcsVerbs):
    """`container_instance` and `scaling_activity`."""

    def container_instance(
        self,
        cluster: str,
        cpu: int = 2048,
        memory_mb: int = 3884,
        used_cpu: int = 0,
        used_memory_mb: int = 0,
        gpus: int = 0,
        used_gpus: int = 0,
        used_ports: tuple[int, ...] | list[int] = (),
        instance_type: str = "t3.medium",
        status: str = "ACTIVE",
        connected: bool = True,
        subnet: str | None = None,
        capacity_provider: str | None = None,
        account: str | None = None,
        region: str | None = None,
    ) -> str:
        """An EC2 instance joined a cluster long ago, with this much for tasks; gives its ARN.

        `used_cpu`, `used_memory_mb`, `used_gpus` and `used_ports` are what others than the scenario's services take of
        it. Services of launch type EC2 that are created later get their tasks placed on what is left.
        """
        from sandbox.services import prepare
        from sandbox.services.ecs_instances import Machine, join

        one_of("status", status, _STATUSES)
        place = self._place(account, region)
        prepare("ecs")
        asked: dict[str, Any] = {"ImageId": "ami-0ec5000000000000e", "InstanceType": instance_type}
        where = {"SubnetId": subnet} if subnet else {}
        made = self.client("ec2", *place).run_instances(**asked, **where, MinCount=1, MaxCount=1)["Instances"][0]
        machine = Machine(
            made["InstanceId"], cpu, memory_mb, used_cpu, used_memory_mb, gpus, used_gpus,
            tuple(used_ports), status, connected, capacity_provider,
        )  # fmt: skip
        try:
            return join(*place, cluster, machine)
        except KeyError:
            raise ScenarioError(f"no cluster {cluster!r}: create it first") from None

    def scaling_activity(
        self,
        group: str,
        status: str = "Successful",
        description: str = "Launching a new EC2 instance",
        cause: str = "a difference between desired and actual capacity",
        message: str = "",
        at: Ago = "5m",
        every: str | float | None = None,
        until: Ago = 0,
        account: str | None = None,
        region: str | None = None,
    ) -> None:
        """An Auto Scaling group did this, or tried to; `status` is its StatusCode, `message` its StatusMessage."""
        from sandbox.services import prepare
        from sandbox.services.autoscaling import Activity, tell

        one_of("status", status, _OUTCOMES)
        place = self._place(account, region)
        prepare("autoscaling")
        for moment in self._moments(at, every, until):
            tell(*place, Activity(group, moment, status, description, cause, message))
