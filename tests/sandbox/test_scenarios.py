"""Do the shipped scenarios show what they say?"""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module")
def worlds(request):
    start = request.getfixturevalue("_start")
    running = {name: start("--scenario", name) for name in ("healthy", "checkout-outage")}
    yield running
    for one in running.values():
        one.stop()


def health(running):
    elbv2 = running.client("elbv2")
    return {
        group["TargetGroupName"]: [
            d["TargetHealth"].get("Reason", d["TargetHealth"]["State"])
            for d in elbv2.describe_target_health(TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"]
        ]
        for group in elbv2.describe_target_groups()["TargetGroups"]
    }


def alarms(running):
    return {a["AlarmName"]: a["StateValue"] for a in running.client("cloudwatch").describe_alarms()["MetricAlarms"]}


def test_nothing_is_wrong_on_an_ordinary_day(worlds):
    healthy = worlds["healthy"]
    answering = {"checkout": ["healthy"] * 4, "catalog": ["healthy"] * 2, "storefront": ["healthy"] * 3}
    assert health(healthy) == answering
    assert set(alarms(healthy).values()) == {"OK"}
    assert healthy.client("cloudtrail").lookup_events()["Events"] == []
    service = healthy.client("ecs").describe_services(cluster="shop", services=["checkout"])["services"][0]
    assert (service["runningCount"], service["deployments"][0]["rolloutState"]) == (4, "COMPLETED")
    tables = healthy.client("ec2").describe_route_tables()["RouteTables"]
    assert {r["State"] for t in tables for r in t["Routes"]} == {"active"}
    assert all(g.get("retentionInDays") for g in healthy.client("logs").describe_log_groups()["logGroups"])
    assert healthy.announced["expected"] == []


def test_checkout_cannot_be_reached(worlds):
    outage = worlds["checkout-outage"]
    assert health(outage) == {"checkout": ["Target.Timeout"] * 4, "catalog": ["healthy"] * 2}
    assert {n for n, state in alarms(outage).items() if state == "ALARM"} == {"checkout-5xx"}
    (event,) = outage.client("cloudtrail").lookup_events()["Events"]
    assert (event["EventName"], event["Username"]) == ("RevokeSecurityGroupIngress", "maria.santos")
    group = outage.client("ec2").describe_security_groups(GroupIds=[event["Resources"][0]["ResourceName"]])
    assert group["SecurityGroups"][0]["IpPermissions"] == []
    assert {e["check"] for e in outage.announced["expected"]} >= {"test_targets_are_healthy", "test_path_exists"}


def test_tasks_and_balancers_live_in_their_subnets(worlds):
    ec2 = worlds["healthy"].client("ec2")
    subnets = {s["SubnetId"]: s["CidrBlock"].rpartition(".")[0] for s in ec2.describe_subnets()["Subnets"]}
    interfaces = ec2.describe_network_interfaces()["NetworkInterfaces"]
    assert len(interfaces) >= 11
    assert all(i["PrivateIpAddress"].startswith(subnets[i["SubnetId"]] + ".") for i in interfaces)
    assert len({i["PrivateIpAddress"] for i in interfaces}) == len(interfaces)
