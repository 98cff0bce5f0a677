"""Fourteen minutes ago catalog became 1.43.0, whose program ends with an error as soon as it starts."""

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "14m"
VERSION = "1.43.0"

EXPECTED = [
    {"check": "test_service_reaches_steady_state", "target": "shop/catalog", "cause": "code", "root": True},
    {"check": "test_tasks_stay_running", "target": "shop/catalog", "cause": "code", "root": True},
    {"check": "test_containers_exit_cleanly", "target": "shop/catalog", "cause": "code", "root": True},
]


def build(world: World) -> None:
    _shop.build(world)
    _shop.push_image(world, "catalog", VERSION)
    definition = _shop.register(world, "catalog", tag=VERSION)
    _shop.rolled_out(world, "catalog", definition, at=SINCE)
    world.service_deployment("shop/catalog", "IN_PROGRESS", definition, at=SINCE, failed_tasks=2)
    world.task_stopped("shop/catalog", exits=1, task_definition=definition, ran="3s", at="13m", every="5m")
    world.service_event("shop/catalog", "has started 1 tasks: (task 5b3f).", at="13m", every="5m")
