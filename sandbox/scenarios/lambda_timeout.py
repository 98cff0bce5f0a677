"""For twenty minutes the function receipts has waited for its printer until Lambda ended it, again and again."""

from sandbox.scenarios import _shop
from sandbox.world import World

EXPECTED = [
    {"check": "test_function_finishes_in_time", "target": "receipts", "cause": "timeout", "root": True},
    {"check": "test_function_errors_are_rare", "target": "receipts", "cause": "timeout"},
    {"check": "test_no_new_error_type", "target": "/aws/lambda/receipts", "cause": "timeout"},
]


def build(world: World) -> None:
    _shop.build(world)
    world.invocations("receipts", "timeout", lines="waiting for the printer", at="20m", every="20s")
