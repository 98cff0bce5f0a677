"""Eighteen minutes ago checkout became 1.43.0, which takes two minutes to start; its grace period is one minute.

Each new task is stopped before it has answered once. The old ones go on.
"""

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "18m"
VERSION = "1.43.0"

EXPECTED = [
    {"check": "test_service_reaches_steady_state", "target": "shop/checkout", "cause": "health_check"},
    {"check": "test_tasks_stay_running", "target": "shop/checkout", "cause": "health_check"},
]


def build(world: World) -> None:
    shop = _shop.build(world)
    _shop.push_image(world, "checkout", VERSION)
    definition = _shop.register(world, "checkout", tag=VERSION)
    _shop.rolled_out(world, "checkout", definition, at=SINCE)
    world.service_deployment("shop/checkout", "IN_PROGRESS", definition, at=SINCE, failed_tasks=2)
    world.task_stopped(
        "shop/checkout",
        "ServiceSchedulerInitiated",
        f"Task failed ELB health checks in (target-group {shop.groups['checkout']})",
        task_definition=definition,
        ran="95s",
        at="15m",
        every="7m",
    )
    world.service_event(
        "shop/checkout",
        f"(task 8c1e) failed ELB health checks in (target-group {shop.groups['checkout']}).",
        at="15m",
        every="7m",
    )
