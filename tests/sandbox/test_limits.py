"""What AWS says of its own health, of quotas, of scaling and of objectives."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

SCENARIO = """
from sandbox.series import count

EXPECTED = []


def build(world):
    world.aws_event("AWS_EC2_OPERATIONAL_ISSUE", at="30m", until="10m", affected=["i-1"], state="RESOLVED")
    world.aws_event("AWS_RDS_MAINTENANCE_SCHEDULED", at=-86_400, category="scheduledChange", affected=["db-1", "db-2"])
    world.aws_event("AWS_S3_OPERATIONAL_ISSUE", at="1h", region="eu-west-1")
    world.quota("lambda", "Concurrent executions", 1_000, 930)
    world.scaling("service/a/b", capacity=4, at="20m")
    world.scaling("service/a/b", refused="AlreadyAtMaxCapacity", at="5m")
    for name, number in (("Requests", 100), ("Bad", 1)):
        world.metric("Shop", name, {}, count(number), "Count")
"""


@pytest.fixture(scope="module")
def running(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("limits") / "scenario.py"
    path.write_text(SCENARIO)
    one = request.getfixturevalue("_start")("--scenario", str(path))
    yield one
    one.stop()


def test_events_are_told_by_region_status_and_what_they_touch(running):
    health = running.client("health")
    here = health.describe_events(filter={"regions": ["ap-northeast-1"]})["events"]
    assert [(e["eventTypeCode"], e["statusCode"]) for e in here] == [
        ("AWS_RDS_MAINTENANCE_SCHEDULED", "upcoming"),
        ("AWS_EC2_OPERATIONAL_ISSUE", "closed"),
    ]
    assert len(health.describe_events(filter={"eventStatusCodes": ["open"]})["events"]) == 1
    recent = {"endTimes": [{"from": datetime.now(UTC) - timedelta(minutes=15)}]}
    assert len(health.describe_events(filter=recent)["events"]) == 1
    entities = health.describe_affected_entities(filter={"eventArns": [here[0]["arn"]]})["entities"]
    assert [(e["entityValue"], e["statusCode"]) for e in entities] == [("db-1", "IMPAIRED"), ("db-2", "IMPAIRED")]


def test_a_plan_without_support_is_refused_in_awss_words(running):
    fault = {"kind": "fail", "operation": "health:*", "code": "SubscriptionRequiredException", "status": 400}
    running.control("POST", "/vitals/faults", fault)
    with pytest.raises(ClientError, match="SubscriptionRequiredException"):
        running.client("health").describe_events()
    running.control("DELETE", "/vitals/faults")


def test_a_quota_and_its_use_belong_together(running):
    (quota,) = running.client("service-quotas").list_service_quotas(ServiceCode="lambda")["Quotas"]
    used = quota["UsageMetric"]
    listed = running.client("cloudwatch").list_metrics(Namespace=used["MetricNamespace"])["Metrics"]
    assert {d["Name"]: d["Value"] for d in listed[0]["Dimensions"]} == used["MetricDimensions"]
    with pytest.raises(ClientError, match="NoSuchResourceException"):
        running.client("service-quotas").list_service_quotas(ServiceCode="nothing")


def test_what_scaled_nothing_is_told_where_it_is_asked_for(running):
    scaling = running.client("application-autoscaling")
    asked = {"ServiceNamespace": "ecs", "ResourceId": "service/a/b"}
    assert len(scaling.describe_scaling_activities(**asked)["ScalingActivities"]) == 1
    newest, _ = scaling.describe_scaling_activities(**asked, IncludeNotScaledActivities=True)["ScalingActivities"]
    assert newest["NotScaledReasons"][0]["Code"] == "AlreadyAtMaxCapacity"


def test_a_budget_follows_the_metrics(running):
    signals = running.client("application-signals")

    def total(name):
        metric = {"Namespace": "Shop", "MetricName": name}
        return [{"Id": name.lower(), "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}, "ReturnData": True}]

    hours = {"RollingInterval": {"DurationUnit": "HOUR", "Duration": 2}}
    for name, goal in (("strict", 99.9), ("mild", 90.0)):
        signals.create_service_level_objective(
            Name=name,
            RequestBasedSliConfig={
                "RequestBasedSliMetricConfig": {
                    "TotalRequestCountMetric": total("Requests"),
                    "MonitoredRequestCountMetric": {"BadCountMetric": total("Bad")},
                }
            },
            Goal={"Interval": hours, "AttainmentGoal": goal},
        )
    ids = [s["Arn"] for s in signals.list_service_level_objectives()["SloSummaries"]]
    answer = signals.batch_get_service_level_objective_budget_report(Timestamp=datetime.now(UTC), SloIds=[*ids, "no"])
    told = {r["Name"]: r for r in answer["Reports"]}
    assert (told["strict"]["BudgetStatus"], told["mild"]["BudgetStatus"]) == ("BREACHED", "OK")
    assert told["mild"]["Attainment"] == pytest.approx(99, abs=0.1)
    assert answer["Errors"][0]["ErrorCode"] == "ResourceNotFoundException"
