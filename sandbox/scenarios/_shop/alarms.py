"""What watches over the shop."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.scenarios._shop.plan import FUNCTIONS, Shop
from sandbox.world import World

_PLAYBOOKS = "https://wiki.example.com/playbooks"


def build_alarms(world: World, shop: Shop) -> None:
    """Alarms on errors, on slowness, on storage and on the way out; they tell the people on call."""
    balancer = {"LoadBalancer": shop.balancer_dimension}
    catalog = balancer | {"TargetGroup": shop.group_dimensions["catalog"]}
    _alarm(
        world,
        shop,
        "checkout-5xx",
        "customers of checkout see errors, from its tasks or from the load balancer",
        Metrics=_errors(balancer, balancer | {"TargetGroup": shop.group_dimensions["checkout"]}),
        DatapointsToAlarm=3,
        EvaluationPeriods=3,
        Threshold=20,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
    )
    _watch(world, shop, "catalog-slow", ("AWS/ApplicationELB", "TargetResponseTime"), catalog, 2, periods=5)
    stored = ("AWS/RDS", "FreeStorageSpace")
    _watch(world, shop, "orders-storage", stored, {"DBInstanceIdentifier": "orders"}, 10e9, below=True)
    for name in FUNCTIONS:
        _watch(world, shop, f"{name}-errors", ("AWS/Lambda", "Errors"), {"FunctionName": name}, 1_000)
    for number, nat in enumerate(shop.network.nat_gateways, 1):
        drops = ("AWS/NATGateway", "PacketsDropCount")
        _watch(world, shop, f"nat-{number}-drops", drops, {"NatGatewayId": nat}, 100_000)


def _errors(balancer: Mapping[str, str], answered: Mapping[str, str]) -> list[dict[str, Any]]:
    return [
        _sum("own", "HTTPCode_Target_5XX_Count", answered),
        _sum("balancer", "HTTPCode_ELB_5XX_Count", balancer),
        {"Id": "all", "Expression": "FILL(own, 0) + FILL(balancer, 0)", "Label": "5xx", "ReturnData": True},
    ]


def _watch(
    world: World,
    shop: Shop,
    name: str,
    metric: tuple[str, str],
    dimensions: Mapping[str, str],
    threshold: float,
    periods: int = 3,
    below: bool = False,
) -> None:
    slow = metric[1] == "TargetResponseTime"
    statistic = {"ExtendedStatistic": "p95"} if slow else {"Statistic": "Minimum" if below else "Sum"}
    _alarm(
        world,
        shop,
        name,
        f"{metric[1]} is {'low' if below else 'high'}",
        Namespace=metric[0],
        MetricName=metric[1],
        Dimensions=_listed(dimensions),
        Period=60 if slow else 300,
        EvaluationPeriods=periods,
        Threshold=threshold,
        ComparisonOperator="LessThanThreshold" if below else "GreaterThanThreshold",
        **statistic,
    )


def _alarm(world: World, shop: Shop, name: str, meaning: str, **how: Any) -> None:
    """An alarm that says where its playbook is and tells the people on call."""
    world.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        AlarmDescription=f"{meaning}: {_PLAYBOOKS}/{name}",
        TreatMissingData="notBreaching",
        AlarmActions=[shop.topic],
        **how,
    )


def _sum(query: str, metric: str, dimensions: Mapping[str, str]) -> dict[str, Any]:
    """A metric's sum per minute, as a part of an alarm's expression."""
    named = {"Namespace": "AWS/ApplicationELB", "MetricName": metric, "Dimensions": _listed(dimensions)}
    return {"Id": query, "MetricStat": {"Metric": named, "Period": 60, "Stat": "Sum"}, "ReturnData": False}


def _listed(dimensions: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]
