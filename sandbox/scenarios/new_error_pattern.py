"""Since a quarter of an hour the service checkout logs an error that nobody has seen before.

It is not loud: a few lines a minute, next to the card refusals that have always been there.
"""

from datetime import datetime

from sandbox.scenarios import _shop
from sandbox.world import World

EXPECTED = [
    {"check": "test_no_new_error_type", "target": "/ecs/shop/checkout", "cause": "code", "outcome": "failed"},
]
GROUP = "/ecs/shop/checkout"


def _refused(moment: datetime) -> str:
    return f"ERROR CardRefusedError: card ending in {int(moment.timestamp()) % 10_000:04} was refused"


def _broken(moment: datetime) -> str:
    order = int(moment.timestamp()) % 100_000
    return (
        f'ERROR NullPointerException: Cannot invoke "Discount.percent()" because "discount" is null, order {order}\n'
        "    at com.example.checkout.Totals.discounted(Totals.java:88)"
    )


def build(world: World) -> None:
    _shop.build(world)
    for stream in ("checkout/checkout/1", "checkout/checkout/2"):
        world.logs(GROUP, _refused, stream=stream, at="8d", every="4m")
    for stream in ("checkout/checkout/1", "checkout/checkout/3"):
        world.logs(GROUP, _broken, stream=stream, at="15m", every="50s")
