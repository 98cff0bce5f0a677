"""AWS reports degraded storage in one zone. The database of orders is in it, and whoever asks it waits.

Nobody changed anything. Waiting for the database is what the traces show, and why it is slow is AWS's to say.
"""

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.requests import SAMPLED
from sandbox.traces import call
from sandbox.world import World

SINCE = "25m"
EXPECTED = [
    {"check": "test_aws_reports_no_event", "target": "ap-northeast-1", "cause": "aws_event", "root": True},
    {"check": "test_services_answer_without_fault", "target": "ap-northeast-1", "cause": "slow_query"},
]


def build(world: World) -> None:
    _shop.build(world, _shop.Story(traced_until=SINCE))
    world.aws_event(
        "AWS_RDS_OPERATIONAL_ISSUE",
        at=SINCE,
        zone=f"{world.region}a",
        affected=[f"arn:aws:rds:{world.region}:{world.account}:db:orders"],
        description="increased latencies of storage volumes in a single Availability Zone",
    )
    slow = call("orders", 420, kind="database", statement="INSERT INTO orders (customer, item) VALUES ($1, $2)")
    world.trace(_shop.buy(orders=slow), at=SINCE, every="30s", noise=0.2, sampled=SAMPLED, method="POST")
