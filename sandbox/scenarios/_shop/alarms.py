"""What watches over the shop."""

from __future__ import annotations

from typing import Any

from sandbox.scenarios._shop.plan import Shop
from sandbox.world import World


def build_alarms(world: World, shop: Shop) -> None:
    """Alarms on errors, on slowness and on storage; they tell the people on call."""
    cloudwatch = world.client("cloudwatch")
    balancer = {"LoadBalancer": shop.balancer_dimension}
    answered = balancer | {"TargetGroup": shop.group_dimensions["checkout"]}
    cloudwatch.put_metric_alarm(
        AlarmName="checkout-5xx",
        AlarmDescription="customers of checkout see errors, from its tasks or from the load balancer",
        Metrics=[
            _sum("own", "HTTPCode_Target_5XX_Count", answered),
            _sum("balancer", "HTTPCode_ELB_5XX_Count", balancer),
            {"Id": "all", "Expression": "FILL(own, 0) + FILL(balancer, 0)", "Label": "5xx", "ReturnData": True},
        ],
        EvaluationPeriods=3,
        DatapointsToAlarm=3,
        Threshold=20,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[shop.topic],
    )
    cloudwatch.put_metric_alarm(
        AlarmName="catalog-slow",
        Namespace="AWS/ApplicationELB",
        MetricName="TargetResponseTime",
        Dimensions=_listed(balancer | {"TargetGroup": shop.group_dimensions["catalog"]}),
        ExtendedStatistic="p95",
        Period=60,
        EvaluationPeriods=5,
        Threshold=2,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[shop.topic],
    )
    cloudwatch.put_metric_alarm(
        AlarmName="orders-storage",
        Namespace="AWS/RDS",
        MetricName="FreeStorageSpace",
        Dimensions=_listed({"DBInstanceIdentifier": "orders"}),
        Statistic="Minimum",
        Period=300,
        EvaluationPeriods=3,
        Threshold=10_000_000_000,
        ComparisonOperator="LessThanThreshold",
        AlarmActions=[shop.topic],
    )


def _sum(query: str, metric: str, dimensions: dict[str, str]) -> dict[str, Any]:
    """A metric's sum per minute, as a part of an alarm's expression."""
    named = {"Namespace": "AWS/ApplicationELB", "MetricName": metric, "Dimensions": _listed(dimensions)}
    return {"Id": query, "MetricStat": {"Metric": named, "Period": 60, "Stat": "Sum"}, "ReturnData": False}


def _listed(dimensions: dict[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]
