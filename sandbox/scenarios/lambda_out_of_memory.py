"""Somebody uploads very large pictures: the function thumbnails is killed with each of them."""

from sandbox.scenarios import _shop
from sandbox.world import World

EXPECTED = [
    {"check": "test_function_is_not_killed", "target": "thumbnails", "cause": "out_of_memory", "root": True},
    {"check": "test_function_errors_are_rare", "target": "thumbnails", "cause": "out_of_memory"},
    {"check": "test_function_memory_has_headroom", "target": "thumbnails", "cause": "memory"},
    {"check": "test_no_new_error_type", "target": "/aws/lambda/thumbnails", "cause": "out_of_memory"},
]


def build(world: World) -> None:
    _shop.build(world)
    world.invocations("thumbnails", "out_of_memory", duration_ms=2300, at="25m", every="30s")
