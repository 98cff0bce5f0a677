"""What does CloudWatch say of services and instances of which nobody said how busy they are? That they idle.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/available-metrics.html
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/viewing_metrics_with_cloudwatch.html
"""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.services.metric_store import Key, StatisticSet

_IDLE = {
    "AWS/ECS": {"CPUUtilization": 6.0, "MemoryUtilization": 31.0},
    "AWS/EC2": {
        "CPUUtilization": 4.0,
        "StatusCheckFailed": 0.0,
        "StatusCheckFailed_AttachedEBS": 0.0,
        "StatusCheckFailed_Instance": 0.0,
        "StatusCheckFailed_System": 0.0,
    },
}


class IdleCompute:
    """The metrics of AWS/ECS or AWS/EC2 in one place, of what runs there."""

    def __init__(self, namespace: str, account: str, region: str) -> None:
        self._namespace = namespace
        self._place = account, region

    def _running(self) -> list[tuple[tuple[str, str], ...]]:
        """The dimensions of each service with a task, and of each running instance."""
        account, region = self._place
        if self._namespace == "AWS/ECS":
            from moto.ecs.models import ecs_backends

            services = list(ecs_backends[account][region].services.values())
            busy = [service for service in services if int(service.running_count or 0) > 0]
            return [(("ClusterName", service.cluster_name), ("ServiceName", service.name)) for service in busy]
        from moto.ec2.models import ec2_backends

        reservations = list(ec2_backends[account][region].reservations.values())
        instances = [instance for reservation in reservations for instance in reservation.instances]
        return [(("InstanceId", instance.id),) for instance in instances if instance.state == "running"]

    def identities(self) -> Iterable[Key]:
        """Every metric of each of them."""
        names = _IDLE[self._namespace]
        return [Key(self._namespace, name, dimensions) for dimensions in self._running() for name in names]

    def read(self, identity: Key, start_s: int, end_s: int) -> Iterable[tuple[int, StatisticSet]]:
        """The same for each minute of [start, end)."""
        if identity not in self.identities():
            return
        value = _IDLE[self._namespace][identity.name]
        for moment_s in range(-(-start_s // 60) * 60, end_s, 60):
            yield moment_s, StatisticSet(value, value, value, 1)
