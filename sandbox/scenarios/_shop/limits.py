"""What the shop may use at most, what it promised, and the table of its carts."""

from __future__ import annotations

from typing import Any

from sandbox.scenarios._shop.plan import TAGS, Shop
from sandbox.series import count, steady
from sandbox.world import World


def build_limits(world: World, shop: Shop) -> None:
    """The table of carts, an objective of checkout, a quota, and what AWS plans to do in three weeks."""
    _carts(world)
    _objective(world, shop)
    moved = [f"arn:aws:rds:{world.region}:{world.account}:db:orders"]
    world.aws_event(
        "AWS_RDS_MAINTENANCE_SCHEDULED", at=-21 * 86_400, category="scheduledChange", affected=moved, state="PENDING"
    )
    world.quota("lambda", "Concurrent executions", 1_000, steady(12, noise=0.2))


def _carts(world: World) -> None:
    world.client("dynamodb").create_table(
        TableName="carts",
        AttributeDefinitions=[{"AttributeName": "customer", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "customer", "KeyType": "HASH"}],
        ProvisionedThroughput={"ReadCapacityUnits": 50, "WriteCapacityUnits": 20},
        Tags=[{"Key": key, "Value": value} for key, value in TAGS.items()],
    )
    of_table = {"TableName": "carts"}
    for name, per_minute in (("ConsumedReadCapacityUnits", 900), ("ConsumedWriteCapacityUnits", 240)):
        world.metric("AWS/DynamoDB", name, of_table, count(per_minute, noise=0.1, daily=0.5), "Count")


def _objective(world: World, shop: Shop) -> None:
    """Of all requests to checkout in a day, 99.5 % are answered without an error of its own."""
    of_group = {"LoadBalancer": shop.balancer_dimension, "TargetGroup": shop.group_dimensions["checkout"]}
    world.client("application-signals").create_service_level_objective(
        Name="checkout-availability",
        RequestBasedSliConfig={
            "RequestBasedSliMetricConfig": {
                "TotalRequestCountMetric": [_sum("total", "RequestCount", of_group)],
                "MonitoredRequestCountMetric": {"BadCountMetric": [_sum("bad", "HTTPCode_Target_5XX_Count", of_group)]},
            }
        },
        Goal={
            "Interval": {"RollingInterval": {"DurationUnit": "DAY", "Duration": 1}},
            "AttainmentGoal": 99.5,
            "WarningThreshold": 50.0,
        },
    )


def _sum(query: str, metric: str, dimensions: dict[str, str]) -> dict[str, Any]:
    listed = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    named = {"Namespace": "AWS/ApplicationELB", "MetricName": metric, "Dimensions": listed}
    return {"Id": query, "MetricStat": {"Metric": named, "Period": 60, "Stat": "Sum"}, "ReturnData": True}
