"""Twelve minutes ago a worker began to change an order, and has been busy elsewhere since, its transaction open.

A second one waits for its row, and a third for a row that the second one holds.
"""

from sandbox.scenarios import _shop
from sandbox.world import World

EXPECTED = [
    {"check": "test_no_session_blocks_others", "target": "orders", "cause": "lock", "root": True},
]


def build(world: World) -> None:
    _shop.build(world)
    world.postgres("orders")
    world.sql(
        "orders",
        [
            "CREATE TABLE orders (id int PRIMARY KEY, state text NOT NULL)",
            "INSERT INTO orders SELECT n, 'placed' FROM generate_series(1, 1000) n",
        ],
    )
    world.session(
        "orders", ["BEGIN", "UPDATE orders SET state = 'paid' WHERE id = 7"], at="12m", application="payments"
    )
    world.session(
        "orders",
        [
            "BEGIN",
            "UPDATE orders SET state = 'packed' WHERE id = 8",
            "UPDATE orders SET state = 'packed' WHERE id = 7",
        ],
        at="11m",
        application="warehouse",
    )
    world.session("orders", "UPDATE orders SET state = 'sent' WHERE id = 8", at="10m", application="shipping")
