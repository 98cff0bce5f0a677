"""For a quarter of an hour a new release has opened connections and never given one back. Now there is none left."""

from sandbox.scenarios import _shop
from sandbox.series import ramp
from sandbox.world import World

SINCE = "15m"

EXPECTED = [
    {"check": "test_connections_have_headroom", "target": "orders", "cause": "connections", "root": True},
    # Nobody is let in to ask: that is no answer about sessions, indexes and vacuum.
    {"check": "test_no_query_runs_long", "target": "orders", "outcome": "error"},
    {"check": "test_no_session_blocks_others", "target": "orders", "outcome": "error"},
    {"check": "test_waits_are_ordinary", "target": "orders", "outcome": "error"},
    {"check": "test_indexes_are_used", "target": "orders", "outcome": "error"},
    {"check": "test_tables_are_vacuumed", "target": "orders", "outcome": "error"},
    {"check": "test_cache_serves_reads", "target": "orders", "outcome": "error"},
]


def build(world: World) -> None:
    _shop.build(world)
    connections = ramp(42, 797, since=SINCE)
    world.metric("AWS/RDS", "DatabaseConnections", {"DBInstanceIdentifier": "orders"}, connections, "Count")
    world.postgres("orders", settings={"max_connections": "20"})
    for _ in range(17):  # what superusers have reserved is left
        world.session("orders", "SELECT 1", at="10m", application="checkout")
