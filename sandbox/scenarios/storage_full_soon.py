"""Somebody keeps an export in a table, and the disk of the database of orders is full in three hours."""

from sandbox.scenarios import _shop
from sandbox.series import ramp
from sandbox.world import World

EXPECTED = [
    {"check": "test_storage_has_headroom", "target": "orders", "cause": "storage", "root": True},
]


def build(world: World) -> None:
    _shop.build(world)
    # Eleven GB an hour: 33 GB now, which is more than the alarm on 10 GB waits for.
    free = ramp(61e9, 33e9, since="2h33m")
    world.metric("AWS/RDS", "FreeStorageSpace", {"DBInstanceIdentifier": "orders"}, free, "Bytes")
