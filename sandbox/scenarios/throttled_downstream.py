"""A quarter of an hour ago one customer's cart became so popular that the table carts refuses reads of its key.

The table has capacity left, one of its partitions has not. Checkout tries each read three times before it fails.
"""

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.requests import SAMPLED
from sandbox.series import count, gap
from sandbox.traces import call
from sandbox.world import World

SINCE = "15m"
EXPECTED = [
    {"check": "test_quotas_have_room", "target": "ap-northeast-1", "cause": "throttled", "root": True},
    {"check": "test_services_answer_without_fault", "target": "ap-northeast-1", "cause": "throttled"},
    {"check": "test_load_balancer_errors_are_rare", "target": "checkout", "cause": "dependency"},
]


def build(world: World) -> None:
    shop = _shop.build(world, _shop.Story(traced_until=SINCE))
    error = "ProvisionedThroughputExceededException: The level of configured provisioned throughput was exceeded"
    refused = call("carts", 5, kind="table", status=429, retries=2, error=error)
    world.trace(_shop.buy(carts=refused), at=SINCE, every="40s", noise=0.2, sampled=SAMPLED, method="POST")
    world.trace(_shop.buy(), at=SINCE, every="30s", noise=0.2, sampled=SAMPLED, method="POST")
    throttles = gap().then(SINCE, count(400, noise=0.2))
    world.metric("AWS/DynamoDB", "ReadThrottleEvents", {"TableName": "carts"}, throttles, "Count")
    of_group = {"LoadBalancer": shop.balancer_dimension, "TargetGroup": shop.group_dimensions["checkout"]}
    errors = count(0.1).then(SINCE, count(16, noise=0.05))
    world.metric("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", of_group, errors, "Count")
