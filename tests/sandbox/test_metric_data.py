"""Does CloudWatch answer about metrics as it does in AWS?"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

METRICS = "100000000001"


@pytest.fixture
def cloudwatch(laboratory):
    return laboratory.client("cloudwatch", account=METRICS)


def minutes(ago):
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    return now - timedelta(minutes=ago)


def query(name, stat="Average", identity="m1", period=60, unit=None):
    metric = {"Namespace": "Lab", "MetricName": name, "Dimensions": [{"Name": "Of", "Value": "lab"}]}
    wanted = {"Metric": metric, "Period": period, "Stat": stat} | ({"Unit": unit} if unit else {})
    return {"Id": identity, "MetricStat": wanted}


def ask(cloudwatch, *queries, since=60, until=0, **more):
    asked = {"MetricDataQueries": list(queries), "StartTime": minutes(since), "EndTime": minutes(until)}
    return cloudwatch.get_metric_data(**asked, **more)["MetricDataResults"]


def test_the_newest_minutes_have_not_arrived(cloudwatch):
    (result,) = ask(cloudwatch, query("Steady"))
    assert result["StatusCode"] == "Complete"
    newest = result["Timestamps"][0]
    assert timedelta(minutes=2) <= datetime.now(UTC) - newest < timedelta(minutes=3, seconds=5)
    assert set(result["Values"]) == {5.0}
    assert result["Label"] == "Steady"


def test_a_prompt_metric_has_only_its_open_period_missing(cloudwatch):
    (result,) = ask(cloudwatch, query("Prompt"))
    assert datetime.now(UTC) - result["Timestamps"][0] < timedelta(minutes=2, seconds=5)


def test_order_is_newest_first_unless_asked_otherwise(cloudwatch):
    (down,) = ask(cloudwatch, query("Ramp"), until=10)
    (up,) = ask(cloudwatch, query("Ramp"), until=10, ScanBy="TimestampAscending")
    assert down["Values"] == sorted(down["Values"], reverse=True)
    assert up["Timestamps"] == down["Timestamps"][::-1]


def test_the_end_is_exclusive_and_periods_are_whole(cloudwatch):
    (result,) = ask(cloudwatch, query("Steady", "SampleCount", period=300), since=60, until=30)
    assert result["Values"] == [5.0] * 6
    assert all(moment < minutes(30) for moment in result["Timestamps"])
    assert minutes(60) in result["Timestamps"]


def test_statistics_of_several_minutes(cloudwatch):
    window = {"since": 60, "until": 30}
    values = {
        stat: ask(cloudwatch, query("Count", stat, period=1_800), **window)[0]["Values"]
        for stat in ("Sum", "SampleCount", "Average", "Minimum", "Maximum")
    }
    assert values == {"Sum": [210], "SampleCount": [210], "Average": [1], "Minimum": [1], "Maximum": [1]}


def test_percentiles_come_from_the_samples(cloudwatch):
    results = ask(cloudwatch, *(query("Spread", f"p{n}", f"p{n}") for n in (50, 99)), until=30)
    assert [r["Values"][0] for r in results] == pytest.approx([100, 900])


def test_another_unit_finds_nothing(cloudwatch):
    none, some = ask(cloudwatch, query("Steady", unit="Bytes"), query("Steady", identity="m2", unit="Percent"))
    assert (none["Values"], none["StatusCode"]) == ([], "Complete")
    assert some["Values"]


def test_a_metric_without_data_is_complete_and_empty(cloudwatch):
    gap, unknown = ask(cloudwatch, query("Gap"), query("Nobody", identity="m2"))
    assert (gap["Values"], unknown["Values"]) == ([], [])


def test_points_have_their_gap(cloudwatch):
    (result,) = ask(cloudwatch, query("Points"), ScanBy="TimestampAscending")
    assert result["Values"] == [1, 2, 4, 5, 6, 7, 8, 9, 10]


def test_expressions_see_the_other_queries(cloudwatch):
    hidden = query("Steady") | {"ReturnData": False}
    math = {"Id": "e1", "Expression": "FILL(m1, 0) + m2", "Label": "sum"}
    (result,) = ask(cloudwatch, math, hidden, query("Steady", identity="m2") | {"ReturnData": False})
    assert (result["Id"], result["Label"], set(result["Values"])) == ("e1", "sum", {10.0})


def test_pages_hold_max_datapoints_and_say_what_is_partial(cloudwatch):
    asked = {
        "MetricDataQueries": [query("Steady"), query("Count", "Sum", "m2")],
        "StartTime": minutes(60),
        "EndTime": minutes(30),
        "MaxDatapoints": 20,
    }
    pages = [cloudwatch.get_metric_data(**asked)]
    while token := pages[-1].get("NextToken"):
        pages.append(cloudwatch.get_metric_data(**asked, NextToken=token))
    statuses = [[(r["Id"], len(r["Values"]), r["StatusCode"]) for r in p["MetricDataResults"]] for p in pages]
    assert statuses == [
        [("m1", 20, "PartialData")],
        [("m1", 10, "Complete"), ("m2", 10, "PartialData")],
        [("m2", 20, "Complete")],
    ]


@pytest.mark.parametrize(
    ("queries", "complaint"),
    [
        ([query("Steady"), query("Steady")], "not unique"),
        ([query("Steady", identity="Upper")], "not a valid identifier"),
        ([query("Steady", "tm90")], "tm90"),
        ([query("Steady", period=90)], "Period"),
        ([{"Id": "e1", "Expression": "SEARCH('x', 'Average')"}], "e1"),
        ([{"Id": "e1", "Expression": "e1 + 1"}], "itself"),
        ([query("Steady", identity=f"m{i}") for i in range(501)], "500"),
    ],
)
def test_wrong_queries_are_refused(cloudwatch, queries, complaint):
    with pytest.raises(ClientError) as caught:
        ask(cloudwatch, *queries)
    assert caught.value.response["Error"]["Code"] == "ValidationError"
    assert complaint in caught.value.response["Error"]["Message"]


def test_statistics_of_one_metric(cloudwatch):
    answer = cloudwatch.get_metric_statistics(
        Namespace="Lab",
        MetricName="Steady",
        Dimensions=[{"Name": "Of", "Value": "lab"}],
        StartTime=minutes(60),
        EndTime=minutes(30),
        Period=600,
        Statistics=["SampleCount", "Maximum"],
    )
    assert [(d["SampleCount"], d["Maximum"], d["Unit"]) for d in answer["Datapoints"]] == [(10, 5, "Percent")] * 3


def test_dimensions_must_be_all_and_only_those_of_the_metric(cloudwatch):
    bare = query("Steady")
    bare["MetricStat"]["Metric"]["Dimensions"] = []
    assert ask(cloudwatch, bare)[0]["Values"] == []


def test_metrics_are_listed_in_pages(cloudwatch):
    pages = list(cloudwatch.get_paginator("list_metrics").paginate(Namespace="Many"))
    assert [len(p["Metrics"]) for p in pages] == [500, 20]
    named = cloudwatch.list_metrics(MetricName="Steady", Dimensions=[{"Name": "Of"}])["Metrics"]
    assert [m["Namespace"] for m in named] == ["Lab"]


def test_metrics_are_those_of_a_place(laboratory):
    assert laboratory.client("cloudwatch", account=METRICS, region="us-east-1").list_metrics()["Metrics"] == []


def test_what_is_put_is_found(laboratory):
    cloudwatch = laboratory.client("cloudwatch", account="100000000099")
    when = minutes(10)
    cloudwatch.put_metric_data(
        Namespace="Put",
        MetricData=[
            {"MetricName": "One", "Timestamp": when, "Value": 4, "Unit": "Count"},
            {"MetricName": "One", "Timestamp": when, "Values": [1, 9], "Counts": [2, 1], "Unit": "Count"},
            {
                "MetricName": "Set",
                "Timestamp": when,
                "StatisticValues": {"SampleCount": 4, "Sum": 20, "Minimum": 1, "Maximum": 9},
            },
        ],
    )
    queries = [
        {"Id": i, "MetricStat": {"Metric": {"Namespace": "Put", "MetricName": n}, "Period": 60, "Stat": s}}
        for i, n, s in (("a", "One", "Sum"), ("b", "One", "p50"), ("c", "Set", "Average"), ("d", "Set", "p90"))
    ]
    assert [r["Values"] for r in ask(cloudwatch, *queries)] == [[15], [1], [5], []]


def test_hundreds_of_series_are_read_in_one_call(started, tmp_path):
    scenario = tmp_path / "many.py"
    scenario.write_text(
        "from sandbox.series import steady\n"
        "def build(world):\n"
        "    for number in range(500):\n"
        "        of = {'Number': str(number)}\n"
        "        world.metric('Lab', 'Many', of, steady(9, noise=0.1, daily=0.3).then(at='1h', value=5))\n"
    )
    cloudwatch = started("--scenario", str(scenario)).client("cloudwatch")
    queries = [query("Many", identity=f"m{n}", period=300) for n in range(500)]
    for number, one in enumerate(queries):
        one["MetricStat"]["Metric"]["Dimensions"] = [{"Name": "Number", "Value": str(number)}]
    results = ask(cloudwatch, *queries, since=120, until=5)
    assert len(results) == 500
    assert {len(r["Values"]) for r in results} == {23}
