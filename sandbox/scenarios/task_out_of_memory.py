"""For half an hour tasks of checkout have grown until they are killed: more than a gigabyte each."""

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "32m"

EXPECTED = [
    {"check": "test_containers_exit_cleanly", "target": "shop/checkout", "cause": "out_of_memory", "root": True},
    {"check": "test_tasks_stay_running", "target": "shop/checkout", "cause": "out_of_memory", "root": True},
]


def build(world: World) -> None:
    _shop.build(world)
    world.task_stopped(
        "shop/checkout",
        exits=137,
        reasons="OutOfMemoryError: Container killed due to memory usage",
        ran="25m",
        at=SINCE,
        every="9m",
    )
    world.service_event("shop/checkout", "has started 1 tasks: (task 0f21).", at="31m", every="9m")
    world.service_event("shop/checkout", "has reached a steady state.", at="30m", every="9m")
