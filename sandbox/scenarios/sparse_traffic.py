"""Beside the shop a service is asked for a report now and then: some take long, one failed. Nothing is wrong.

So few requests prove nothing. Its table is read once in ten minutes.
"""

from sandbox.scenarios import _shop
from sandbox.series import count
from sandbox.traces import call
from sandbox.world import World

EXPECTED: list[dict[str, object]] = []


def build(world: World) -> None:
    _shop.build(world)
    sales = call("sales", 8, kind="table", operation="Query")
    world.trace(call("reports", 700, [sales]), at="8d", every="12m", noise=0.3)
    world.trace(call("reports", 4_800, [sales]), at="31m")
    world.trace(call("reports", 90, [sales], status=500, error="ValueError: no sales on that day"), at="23m")
    world.client("dynamodb").create_table(
        TableName="sales",
        AttributeDefinitions=[{"AttributeName": "day", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "day", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    reads = count(12).sparse(0.1)
    world.metric("AWS/DynamoDB", "ConsumedReadCapacityUnits", {"TableName": "sales"}, reads, "Count")
