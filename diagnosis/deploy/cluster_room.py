"""Does a cluster have room for one more task of each of its services?"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.answers import Blind
from diagnosis.causes import Cause, Impact
from diagnosis.commands import aws
from diagnosis.explain import explain
from diagnosis.findings import Finding
from diagnosis.series import Series
from diagnosis.targets import Target

_MOST_NAMED = 3


@dataclass(frozen=True)
class TaskSize:
    """What one task of a service takes: CPU units, MB, GPUs, ports of its host, an interface of its own or none.

    `lacking` is how many of the service's tasks do not run that shall.
    """

    service: str
    definition: str
    cpu: int
    memory_mb: int
    gpus: int = 0
    ports: tuple[int, ...] = ()
    own_interface: bool = False
    lacking: int = 0


@dataclass(frozen=True)
class Machine:
    """A container instance: what is left of it for tasks.

    `taken_ports` are those in use, `interfaces_left` how many more tasks with an interface of their own it can take,
    None where nobody knows. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerInstance.html
    """

    id: str
    instance: str
    status: str
    connected: bool
    cpu_left: int
    memory_left_mb: int
    gpus_left: int = 0
    taken_ports: tuple[int, ...] = ()
    interfaces_left: int | None = None

    @property
    def open(self) -> bool:
        """Whether ECS places tasks on it."""
        return self.status == "ACTIVE" and self.connected


@dataclass(frozen=True)
class ScalingGroup:
    """The Auto Scaling group of a capacity provider: size and bounds, whether ECS scales it, its last failure."""

    name: str
    provider: str
    desired: int
    smallest: int
    largest: int
    managed: bool
    failure: str = ""
    failed_at: datetime | None = None

    @property
    def is_full(self) -> bool:
        """Whether it cannot grow, though it could shrink: a group of a fixed size is meant so."""
        return self.desired >= self.largest > self.smallest

    @property
    def can_grow(self) -> bool:
        """Whether ECS lets it grow as far as tasks need it."""
        return self.managed and self.desired < self.largest and not self.failure


@dataclass(frozen=True)
class ClusterRoom:
    """A cluster with instances of its own: its machines, what tasks of its services take, and how it can grow."""

    target: Target
    machines: tuple[Machine, ...]
    sizes: tuple[TaskSize, ...]
    groups: tuple[ScalingGroup, ...]
    cpu_reserved: Series | Blind
    memory_reserved: Series | Blind
    as_of: datetime


@dataclass(frozen=True)
class _Complaint:
    said: str
    cause: Cause
    impact: Impact
    remedy: str
    evidence: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()


def without_room(room: ClusterRoom, *, max_reserved: float = 90) -> list[Finding]:
    """The cluster, where the largest task of a service fits on no machine, its group is at its limit or cannot grow.

    Where ECS scales the group and it can grow, there need be no room before it is asked for. Reservation above
    `max_reserved` percent, the newest value of CPUReservation and MemoryReservation, is headroom used up.
    """
    found = list(_complaints(room, max_reserved))
    if not found:
        return []
    worst = min(found, key=lambda one: one.impact != "now")
    name = room.target.name
    return [
        Finding(
            subject=name,
            place=room.target.place,
            cause=worst.cause,
            impact=worst.impact,
            symptom=f"{name}: {worst.said}",
            evidence=tuple(dict.fromkeys(line for one in (worst, *found) for line in (one.said, *one.evidence)))[1:],
            why=worst.said,
            remedy=worst.remedy,
            resource=room.target.arn,
            depends_on=tuple(need for one in found for need in one.needs),
            needed_by=tuple(size.service for size in room.sizes if size.lacking),
            as_of=room.as_of,
            proven=True,
            link=console.cluster(room.target.place, name),
            command=aws("ecs", "list-container-instances", "--cluster", name),
        )
    ]


def _complaints(room: ClusterRoom, max_reserved: float) -> Iterator[_Complaint]:
    grows = any(group.can_grow for group in room.groups)
    for size in sorted(room.sizes, key=lambda s: (-s.lacking, -s.cpu, -s.memory_mb)):
        if any(lacks(machine, size) == "" for machine in room.machines):
            continue
        if size.lacking or not grows:
            yield _no_room(room, size)
    for group in room.groups:
        yield from _at_limit(group, any(size.lacking for size in room.sizes))
    for what, series in (("CPU", room.cpu_reserved), ("memory", room.memory_reserved)):
        newest = series.last if isinstance(series, Series) else None
        if newest is not None and newest > max_reserved and not grows:
            said = f"{what} is reserved to {newest:.0f} %, expected at most {max_reserved:g} %"
            yield _Complaint(said, "capacity", "soon", "add instances, or let a capacity provider scale the cluster")


def _no_room(room: ClusterRoom, size: TaskSize) -> _Complaint:
    lack = [f"{machine.id} ({machine.instance}): {lacks(machine, size)}" for machine in room.machines]
    open_ones = sum(machine.open for machine in room.machines)
    fit_but_closed = [m for m in room.machines if not m.open and _resources_lacking(m, size) == ""]
    agent = bool(fit_but_closed) and not any(m.connected for m in fit_but_closed)
    needs = f"{size.cpu} CPU units, {size.memory_mb} MB" + (f", {size.gpus} GPU" if size.gpus else "")
    waiting = f"; {size.lacking} of its tasks do not run" if size.lacking else ""
    said = f"a task of {size.definition} ({needs}) fits on none of {open_ones} open instances{waiting}, expected room"
    remedy = (
        "restart the container agent of the disconnected instances, and read its log"
        if agent
        else "add instances, raise the group's maximum, or make the task smaller"
    )
    impact: Impact = "now" if size.lacking else "soon"
    return _Complaint(
        said, "agent" if agent else "capacity", impact, remedy, tuple(lack[:_MOST_NAMED]), (size.service,)
    )


def _at_limit(group: ScalingGroup, lacking: bool) -> Iterator[_Complaint]:
    impact: Impact = "now" if lacking else "soon"
    if group.failure:
        told = explain("ecs_stopped_reason", group.failure)
        cause: Cause = "quota" if told.specific_cause == "quota" else "capacity"
        said = f"group {group.name} failed to launch an instance, expected it could grow"
        at = f"{group.failed_at:%H:%M} " if group.failed_at else ""
        remedy = (
            told.remedy if told.specific_cause in ("quota", "capacity") else "let the group use more instance types"
        )
        yield _Complaint(said, cause, impact, remedy, (f"{at}{group.failure}",), (group.name,))
    elif group.is_full:
        said = f"group {group.name} is at its maximum of {group.largest} instances, expected it could grow"
        yield _Complaint(said, "capacity", impact, "raise the group's MaxSize", needs=(group.name,))


def lacks(machine: Machine, size: TaskSize) -> str:
    """What a machine lacks for a task; empty where the task fits."""
    if not machine.open:
        return "agent disconnected" if not machine.connected else machine.status
    return _resources_lacking(machine, size)


def _resources_lacking(machine: Machine, size: TaskSize) -> str:
    taken = sorted(set(size.ports) & set(machine.taken_ports))
    parts = [
        f"{machine.cpu_left} CPU units left" if machine.cpu_left < size.cpu else "",
        f"{machine.memory_left_mb} MB left" if machine.memory_left_mb < size.memory_mb else "",
        f"{machine.gpus_left} GPUs left" if machine.gpus_left < size.gpus else "",
        f"port {_listed(taken)} taken" if taken else "",
        "no interface left" if size.own_interface and machine.interfaces_left == 0 else "",
    ]
    return ", ".join(part for part in parts if part)


def _listed(ports: Sequence[int]) -> str:
    return ", ".join(map(str, ports))
