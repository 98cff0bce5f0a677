"""A small shop on an ordinary day. Nothing is wrong."""

from sandbox.scenarios import _fleet, _shop
from sandbox.world import World

EXPECTED: list[dict[str, object]] = []


def build(world: World) -> None:
    _fleet.build(world, _shop.build(world))
