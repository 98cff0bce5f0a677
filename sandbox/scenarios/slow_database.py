"""The API is healthy, and its database is slow: every look at an item reads a whole table.

Seen from outside: catalog answers slowly and without an error. Seen in its traces: one span, the query. The database
itself tells why.
"""

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.requests import SAMPLED
from sandbox.series import spread, steady
from sandbox.traces import call
from sandbox.world import World

SINCE = "25m"
EXPECTED = [
    {"check": "test_indexes_are_used", "target": "orders", "cause": "missing_index", "root": True},
    {"check": "test_database_load_fits_cpus", "target": "orders", "cause": "slow_query"},
    {"check": "test_database_has_headroom", "target": "orders", "cause": "cpu"},
    {"check": "test_services_answer_without_fault", "target": "ap-northeast-1", "cause": "slow_query"},
    {"check": "test_slow_traces_are_rare", "target": "catalog", "cause": "slow_query"},
    {"check": "test_responses_are_fast", "target": "catalog", "cause": "slow_query"},
    {"check": "test_alarms_are_quiet", "target": "catalog-slow", "cause": "alarm"},
]


def build(world: World) -> None:
    shop = _shop.build(world)
    statement = "SELECT name, price FROM items WHERE label = $1"
    slow = call("orders", 3_900, kind="database", statement=statement)
    world.trace(_shop.browse(orders=slow), at=SINCE, every="20s", noise=0.1, sampled=SAMPLED)
    of_group = {"LoadBalancer": shop.balancer_dimension, "TargetGroup": shop.group_dimensions["catalog"]}
    times = spread(0.06, 0.4, samples=600, noise=0.05).then(SINCE, spread(3.2, 4.9, samples=600))
    world.metric("AWS/ApplicationELB", "TargetResponseTime", of_group, times, "Seconds")
    _database(world, statement)


def _database(world: World, statement: str) -> None:
    """A hundred thousand items, looked up by a column that nobody indexed; since then somebody asks by it."""
    world.postgres("orders")
    world.sql(
        "orders",
        [
            "CREATE TABLE items (id int PRIMARY KEY, label text NOT NULL, name text NOT NULL, price numeric NOT NULL)",
            "INSERT INTO items SELECT n, 'label-' || n, 'item ' || n, n % 90 FROM generate_series(1, 100000) n",
            "ANALYZE items",
            "CREATE TABLE shelves (id int PRIMARY KEY)",
            "INSERT INTO shelves SELECT generate_series(1, 8)",
        ],
    )
    world.sql("orders", "SELECT * FROM shelves", times=50)  # eight rows are rightly read from end to end
    world.sql("orders", statement.replace("$1", "'label-4711'"), times=60)
    world.session("orders", statement.replace("$1", "'label-17'"), user="catalog", application="catalog")
    world.database_load("orders", steady(0).then(SINCE, steady(3.1, noise=0.1)), "CPU", statement, user="catalog")
    cpu = steady(28, noise=0.1, daily=0.4).then(SINCE, steady(97, noise=0.01))
    world.metric("AWS/RDS", "CPUUtilization", {"DBInstanceIdentifier": "orders"}, cpu, "Percent")
