"""Is a cluster red where the largest task fits nowhere, and only there?"""

from typing import Any

import pytest

from diagnosis.deploy.cluster_room import ClusterRoom, Machine, ScalingGroup, TaskSize, lacks, without_room
from tests.builders import NOW, ago, series, target

SIZE = TaskSize("service/press/printer", "printer:1", 1024, 1500)
GROWS = ScalingGroup("press", "press", 2, 1, 9, managed=True)


def machine(cpu: int = 2048, memory: int = 3884, **changes: Any) -> Machine:
    known: dict[str, Any] = {"status": "ACTIVE", "connected": True}
    return Machine("m1", "i-1", cpu_left=cpu, memory_left_mb=memory, **known | changes)


def room(*machines: Machine, sizes: tuple[TaskSize, ...] = (SIZE,), groups: tuple[ScalingGroup, ...] = (), cpu=50):
    return ClusterRoom(target("cluster", "press"), machines, sizes, groups, series(cpu), series(50), NOW)


def test_room_is_room():
    assert without_room(room(machine(100), machine())) == []


@pytest.mark.parametrize(
    ("size", "box", "lack"),
    [
        (SIZE, machine(cpu=1023), "1023 CPU units left"),
        (SIZE, machine(memory=1000), "1000 MB left"),
        (TaskSize("s", "d:1", 1, 1, gpus=1), machine(), "0 GPUs left"),
        (TaskSize("s", "d:1", 1, 1, ports=(80,)), machine(taken_ports=(22, 80)), "port 80 taken"),
        (TaskSize("s", "d:1", 1, 1, own_interface=True), machine(interfaces_left=0), "no interface left"),
        (TaskSize("s", "d:1", 1, 1, own_interface=True), machine(interfaces_left=None), ""),
        (SIZE, machine(status="DRAINING"), "DRAINING"),
        (SIZE, machine(connected=False), "agent disconnected"),
    ],
)
def test_each_resource_can_be_what_is_lacking(size, box, lack):
    assert lacks(box, size) == lack
    assert bool(without_room(room(box, sizes=(size,)))) is bool(lack)


def test_waiting_tasks_make_it_now():
    (soon,) = without_room(room(machine(10)))
    (now,) = without_room(room(machine(10), sizes=(TaskSize("s", "printer:1", 1024, 1500, lacking=2),)))
    assert (soon.impact, now.impact, now.cause) == ("soon", "now", "capacity")
    assert now.needed_by == ("s",)


def test_a_group_that_can_grow_needs_no_room_before_it_is_asked():
    assert without_room(room(machine(10), groups=(GROWS,), cpu=97)) == []
    fixed = ScalingGroup("press", "press", 2, 2, 2, managed=True)
    assert without_room(room(machine(), groups=(fixed,))) == [], "a group of a fixed size is meant so"
    full = ScalingGroup("press", "press", 9, 1, 9, managed=True)
    (found,) = without_room(room(machine(), groups=(full,)))
    assert (found.cause, found.impact) == ("capacity", "soon")


def test_a_launch_that_failed_says_why():
    said = "You have requested more vCPU capacity than your current vCPU limit of 32 allows."
    failed = ScalingGroup("press", "press", 2, 1, 9, managed=True, failure=said, failed_at=ago(4))
    (found,) = without_room(room(machine(), groups=(failed,)))
    assert any(said in line for line in found.evidence)


def test_an_agent_that_is_away_is_the_cause_where_its_instance_had_room():
    (found,) = without_room(room(machine(10), machine(connected=False)))
    assert found.cause == "agent"


def test_reservation_is_headroom():
    (found,) = without_room(room(machine(), cpu=96))
    assert "CPU is reserved to 96 %" in found.symptom
    assert without_room(room(machine(), cpu=96), max_reserved=97) == []
