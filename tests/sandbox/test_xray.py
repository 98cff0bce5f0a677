"""Does X-Ray tell of requests what happened to them, in segments, summaries, graphs and spans?"""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

SCENARIO = """
from sandbox.traces import call

EXPECTED = []


def build(world):
    orders = call("orders", 12, kind="database", statement="SELECT 1")
    shop = call("shop", 20, [orders, call("carts", 5, kind="table")])
    world.trace(call("web", 30, [shop]), at="2d", every="60s", noise=0, sampled=0.05, annotations={"tier": "gold"})
    refused = call("carts", 5, kind="table", status=429, retries=2, error="ThrottlingException: too fast")
    failing = call("web", 30, [call("shop", 20, [refused])])
    world.trace(failing, at="20m", every="60s", noise=0)
    both = [call("left", 300), call("right", 500)]
    world.trace(call("fan", 10, [*both, call("late", 4_000, detached=True)], together=True), at="9m", noise=0)
    caught = call("fan", 10, [call("left", 5, status=503)], catches=True)
    world.trace(caught, at="8m", noise=0)
    world.trace(call("skewed", 100, [call("ahead", 50, skew_ms=5_000)]), at="7m", noise=0)
    world.trace(call("hung", 10, [call("right", 10, unfinished=True)], unfinished=True), at="6m", noise=0)
    world.trace(call("web", 10), at="9m", every="60s", noise=0, region="us-east-1")
    world.transaction_search(at="5m", region="us-east-1")
"""


@pytest.fixture(scope="module")
def running(request, tmp_path_factory):
    path = tmp_path_factory.mktemp("xray") / "scenario.py"
    path.write_text(SCENARIO)
    one = request.getfixturevalue("_start")("--scenario", str(path))
    yield one
    one.stop()


def window(hours=1):
    now = datetime.now(UTC)
    return {"StartTime": now - timedelta(hours=hours), "EndTime": now}


def nodes(running, hours=1):
    services = running.client("xray").get_service_graph(**window(hours))["Services"]
    return {(s["Name"], s.get("Type", "")): s for s in services}, {s["ReferenceId"]: s["Name"] for s in services}


def summaries(running, expression, hours=1):
    xray = running.client("xray")
    pages = xray.get_paginator("get_trace_summaries").paginate(FilterExpression=expression, **window(hours))
    return [summary for page in pages for summary in page["TraceSummaries"]]


def segments(running, expression):
    identity = summaries(running, expression)[0]["Id"]
    (trace,) = running.client("xray").batch_get_traces(TraceIds=[identity])["Traces"]
    return [json.loads(segment["Document"]) for segment in trace["Segments"]]


def test_the_graph_has_nodes_and_edges_with_their_outcomes(running):
    known, names = nodes(running)
    web, carts = known["web", "AWS::ECS::Container"], known["carts", "AWS::DynamoDB::Table"]
    assert web["SummaryStatistics"]["FaultStatistics"]["TotalCount"] in (19, 20)
    assert carts["SummaryStatistics"]["ErrorStatistics"]["ThrottleCount"] in (57, 60)
    assert {names[e["ReferenceId"]] for e in known["shop", "AWS::ECS::Container"]["Edges"]} == {"carts", "orders"}
    assert sum(point["Count"] for point in web["ResponseTimeHistogram"]) == web["SummaryStatistics"]["TotalCount"]
    assert ("web", "client") in known
    with pytest.raises(ClientError, match="6 hours"):
        nodes(running, hours=7)


@pytest.mark.parametrize(
    ("expression", "least", "most"),
    [
        ('service("web") { fault = true }', 18, 20),
        ('service(id(name: "carts", type: "AWS::DynamoDB::Table")) { throttle }', 18, 20),
        ('edge("web", "shop") { fault } AND annotation.tier = "gold"', 0, 0),
        ('annotation[tier] = "gold" AND !fault AND ok', 58, 60),
        ("responsetime > 0.4 AND duration < 0.6", 0, 0),
        ('http.url CONTAINS "web" AND http.status = 500', 18, 20),
        ('service("web") { responsetime > 0.05 } OR partial', 78, 81),
        ("partial", 1, 1),
        ('(service("fan") OR service("hung")) !partial', 2, 2),
        ('message = "too fast"', 18, 20),
    ],
)
def test_filter_expressions_select(running, expression, least, most):
    assert least <= len(summaries(running, expression)) <= most


@pytest.mark.parametrize("expression", ["responsetime >", "nonsense = 1", 'service("a"', "fault = 3", '"text"'])
def test_what_is_no_filter_expression_is_refused(running, expression):
    with pytest.raises(ClientError, match="InvalidRequestException"):
        summaries(running, expression)


def test_calls_at_once_take_as_long_as_the_longest_and_nobody_waits_for_the_detached(running):
    known = {s["name"]: s for s in segments(running, 'service("late")')}
    fan = known["fan"]
    assert fan["end_time"] - fan["start_time"] == pytest.approx(0.512, abs=0.01)
    assert known["late"]["end_time"] > fan["end_time"] + 3


def test_a_failure_that_was_caught_is_none_of_the_caller(running):
    assert len(summaries(running, 'service("fan") { ok } AND service("left") { fault }')) == 1


def test_clocks_and_unfinished_work(running):
    known = {s["name"]: s for s in segments(running, 'service("ahead")')}
    assert known["ahead"]["start_time"] > known["skewed"]["end_time"] + 4
    hung = segments(running, "partial")
    assert [s.get("in_progress") for s in hung] == [True, True]


def test_callees_that_record_nothing_are_inferred(running):
    (table,) = [s for s in segments(running, 'service("carts") { ok }') if s["name"] == "carts"]
    assert (table["inferred"], table["origin"]) == (True, "AWS::DynamoDB::Table")


def test_unknown_ids_are_unprocessed_and_six_are_too_many(running):
    xray = running.client("xray")
    lost = "1-5759e988-bd862e3fe1be46a994272793"
    assert xray.batch_get_traces(TraceIds=[lost])["UnprocessedTraceIds"] == [lost]
    with pytest.raises(ClientError, match="At most 5"):
        xray.batch_get_traces(TraceIds=[lost] * 6)


def test_what_is_sent_counts_like_what_was_told(running):
    xray = running.client("xray", account="200000000009")
    start = time.time() - 60
    document = {"id": "6b55dcc497934f1a", "trace_id": f"1-{int(start):08x}-bd862e3fe1be46a994272793", "name": "mine"}
    document |= {"start_time": start, "end_time": start + 2, "fault": True}
    xray.put_trace_segments(TraceSegmentDocuments=[json.dumps(document)])
    (mine,) = [s for s in xray.get_service_graph(**window())["Services"] if s.get("Type") != "client"]
    assert mine["SummaryStatistics"]["FaultStatistics"]["TotalCount"] == 1
    assert xray.get_trace_summaries(**window())["TraceSummaries"][0]["ResponseTime"] == pytest.approx(2, abs=0.01)


def test_transaction_search_takes_the_spans(running):
    xray, logs = (running.client(s, region="us-east-1") for s in ("xray", "logs"))
    assert xray.get_trace_segment_destination()["Destination"] == "CloudWatchLogs"
    assert xray.get_trace_segment_destination()["Status"] == "PENDING"
    held = xray.get_trace_summaries(**window())["TraceSummaries"]
    assert len(held) in (4, 5)
    spans = [json.loads(e["message"]) for e in logs.filter_log_events(logGroupName="aws/spans")["events"]]
    assert len(spans) in (4, 5)
    assert {s["kind"] for s in spans} == {"SERVER"}
    assert spans[0]["attributes"]["http.response.status_code"] == 200
    assert spans[0]["endTimeUnixNano"] - spans[0]["startTimeUnixNano"] == spans[0]["durationNano"]


def test_sampling_tells_how_many_requests_the_traces_stand_for(running):
    (told,) = running.client("xray").get_sampling_statistic_summaries()["SamplingStatisticSummaries"]
    assert told["RequestCount"] > 5 * told["SampledCount"] > 0
