"""Seven minutes ago catalog began to become 1.43.0: one new task runs, the next is starting. Nothing is wrong."""

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "7m"
VERSION = "1.43.0"
EXPECTED: list[dict[str, object]] = []


def build(world: World) -> None:
    _shop.build(world)
    _shop.push_image(world, "catalog", VERSION)
    definition = _shop.register(world, "catalog", tag=VERSION)
    _shop.rolled_out(world, "catalog", definition, at=SINCE)
    world.service_deployment("shop/catalog", "IN_PROGRESS", definition, at=SINCE, running=1, pending=1)
    world.service_event("shop/catalog", "has started 2 tasks: (task 2c41) (task 9e02).", at="6m")
    world.service_event("shop/catalog", "registered 1 targets in (target-group catalog)", at="5m")
