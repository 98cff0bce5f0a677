"""Forty minutes ago checkout was to become 1.43.0; its tasks crashed, and the circuit breaker took it back."""

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "40m"
VERSION = "1.43.0"

EXPECTED = [
    {"check": "test_service_reaches_steady_state", "target": "shop/checkout", "cause": "code", "root": True},
    {"check": "test_tasks_stay_running", "target": "shop/checkout", "cause": "code", "root": True},
    {"check": "test_containers_exit_cleanly", "target": "shop/checkout", "cause": "code", "root": True},
    {"check": "test_no_rollback_happened", "target": "shop/checkout", "cause": "rollback"},
]


def build(world: World) -> None:
    _shop.build(world)
    _shop.push_image(world, "checkout", VERSION)
    definition = _shop.register(world, "checkout", tag=VERSION)
    _shop.rolled_out(world, "checkout", definition, at=SINCE)
    world.service_deployment("shop/checkout", "ROLLBACK_SUCCESSFUL", definition, at=SINCE, takes="9m", failed_tasks=3)
    world.task_stopped(
        "shop/checkout", exits=139, task_definition=definition, ran="6s", at="39m", every="2m", until="34m"
    )
