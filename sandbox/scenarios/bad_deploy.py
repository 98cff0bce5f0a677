"""Sixteen minutes ago checkout was to become 1.43.0, an image that was never pushed. No task of it can start.

The old tasks go on answering; the rollout stands still and uses up its circuit breaker.
"""

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "16m"
VERSION = "1.43.0"

EXPECTED = [
    {"check": "test_service_reaches_steady_state", "target": "shop/checkout", "cause": "image_pull", "root": True},
    {"check": "test_tasks_stay_running", "target": "shop/checkout", "cause": "image_pull", "root": True},
]


def build(world: World) -> None:
    _shop.build(world)
    definition = _shop.register(world, "checkout", tag=VERSION)
    image = f"{world.account}.dkr.ecr.{world.region}.amazonaws.com/checkout:{VERSION}"
    _shop.rolled_out(world, "checkout", definition, at=SINCE)
    world.service_deployment("shop/checkout", "IN_PROGRESS", definition, at=SINCE, failed_tasks=2, pending=1)
    world.task_stopped(
        "shop/checkout",
        "TaskFailedToStart",
        f"CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref {image}: "
        f"{image}: not found",
        task_definition=definition,
        ran="40s",
        at="14m",
        every="6m",
        until="2m",
    )
    world.service_event("shop/checkout", "is unable to consistently start tasks successfully.", at="9m")
