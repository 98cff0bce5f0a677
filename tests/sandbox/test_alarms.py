"""Do alarms follow their metrics?"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

ALARMS = "100000000002"


@pytest.fixture
def cloudwatch(laboratory):
    return laboratory.client("cloudwatch", account=ALARMS)


@pytest.fixture
def alarms(cloudwatch):
    found = cloudwatch.describe_alarms(AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    return {a["AlarmName"]: a for a in found["MetricAlarms"] + found["CompositeAlarms"]}


def ago(moment):
    return (datetime.now(UTC) - moment).total_seconds() / 60


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("quiet", "OK"),
        ("loud", "ALARM"),
        ("over", "OK"),
        ("missing", "INSUFFICIENT_DATA"),
        ("missing-is-bad", "ALARM"),
        ("missing-is-good", "OK"),
        ("missing-is-ignored", "ALARM"),
        ("two-of-three", "ALARM"),
        ("slow", "ALARM"),
        ("math", "ALARM"),
        ("both", "ALARM"),
        ("neither", "OK"),
    ],
)
def test_states(alarms, name, state):
    assert alarms[name]["StateValue"] == state


def test_an_alarm_says_since_when_and_why(alarms):
    loud = alarms["loud"]
    # three breaching minutes, each known a minute after its end
    assert 15 <= ago(loud["StateTransitionedTimestamp"]) <= 25
    assert loud["StateUpdatedTimestamp"] == loud["StateTransitionedTimestamp"]
    assert loud["StateReason"].startswith("Threshold Crossed: 3 out of the last 3 datapoints [9.0 (")
    assert "were greater than the threshold (5.0)" in loud["StateReason"]
    assert "(minimum 3 datapoints for OK -> ALARM transition)" in loud["StateReason"]
    assert json.loads(loud["StateReasonData"])["recentDatapoints"] == [9.0] * 3


def test_a_recovered_alarm_has_a_history(cloudwatch):
    items = cloudwatch.describe_alarm_history(AlarmName="over", HistoryItemType="StateUpdate")["AlarmHistoryItems"]
    assert [i["HistorySummary"] for i in items] == [
        "Alarm updated from ALARM to OK",
        "Alarm updated from OK to ALARM",
    ]
    assert 115 <= ago(items[0]["Timestamp"]) <= 128
    assert 175 <= ago(items[1]["Timestamp"]) <= 186
    since = datetime.now(UTC) - timedelta(minutes=150)
    assert len(cloudwatch.describe_alarm_history(AlarmName="over", StartDate=since)["AlarmHistoryItems"]) == 1


def test_a_composite_alarm_changes_with_its_children(alarms):
    assert alarms["both"]["StateTransitionedTimestamp"] == max(
        alarms[name]["StateTransitionedTimestamp"] for name in ("loud", "missing")
    )
    assert alarms["both"]["AlarmRule"] in alarms["both"]["StateReason"]


def test_metric_alarms_only_unless_types_are_named(cloudwatch):
    plain = cloudwatch.describe_alarms()
    assert plain["CompositeAlarms"] == []
    assert len(cloudwatch.describe_alarms(AlarmTypes=["CompositeAlarm"])["CompositeAlarms"]) == 2


def test_alarms_are_selected_and_paged(cloudwatch):
    def names(**asked):
        return [a["AlarmName"] for a in cloudwatch.describe_alarms(**asked)["MetricAlarms"]]

    assert names(AlarmNamePrefix="missing-") == ["missing-is-bad", "missing-is-good", "missing-is-ignored"]
    assert names(AlarmNames=["loud", "nobody"]) == ["loud"]
    assert names(StateValue="INSUFFICIENT_DATA") == ["missing"]
    assert names(ChildrenOfAlarmName="both") == ["loud", "missing", "quiet"]
    pages = cloudwatch.get_paginator("describe_alarms").paginate(PaginationConfig={"PageSize": 4})
    assert [len(p["MetricAlarms"]) for p in pages] == [4, 4, 2]


def test_a_state_that_was_set_holds(laboratory):
    cloudwatch = laboratory.client("cloudwatch", account="100000000098")
    cloudwatch.put_metric_alarm(
        AlarmName="drill",
        Namespace="Lab",
        MetricName="Nothing",
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanThreshold",
    )
    assert cloudwatch.describe_alarms()["MetricAlarms"][0]["StateValue"] == "INSUFFICIENT_DATA"
    cloudwatch.set_alarm_state(AlarmName="drill", StateValue="ALARM", StateReason="a drill")
    drill = cloudwatch.describe_alarms()["MetricAlarms"][0]
    assert (drill["StateValue"], drill["StateReason"]) == ("ALARM", "a drill")
    assert ago(drill["StateTransitionedTimestamp"]) < 1
    cloudwatch.delete_alarms(AlarmNames=["drill"])
    assert cloudwatch.describe_alarms()["MetricAlarms"] == []


@pytest.mark.parametrize(
    ("rule", "complaint"),
    [
        ("ALARM(nobody)", "nobody"),
        ("ALARM(loud) AND", "soon"),
        ("MAYBE(loud)", "syntax"),
        ("(ALARM(loud)", "parenthesis"),
    ],
)
def test_wrong_rules_are_refused(cloudwatch, rule, complaint):
    with pytest.raises(ClientError, match=complaint) as caught:
        cloudwatch.put_composite_alarm(AlarmName="wrong", AlarmRule=rule)
    assert caught.value.response["Error"]["Code"] == "ValidationError"
