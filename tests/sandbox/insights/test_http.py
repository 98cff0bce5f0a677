"""CloudWatch Logs over HTTP, as boto3 sees it."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

ROOT = Path(__file__).resolve().parents[3]
NOW_S = int(time.time())


@pytest.fixture(scope="module")
def client():
    command = [sys.executable, str(Path(__file__).with_name("server.py"))]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    port = int(process.stdout.readline())
    session = boto3.Session("123456789012", "secret", region_name="eu-west-1")
    config = Config(retries={"total_max_attempts": 1}, proxies={})
    yield session.client("logs", endpoint_url=f"http://127.0.0.1:{port}", config=config)
    process.stdin.close()
    process.kill()
    process.wait(timeout=10)


@pytest.fixture(scope="module")
def group(client):
    client.create_log_group(logGroupName="/app")
    for stream in ("web/1", "web/2"):
        client.create_log_stream(logGroupName="/app", logStreamName=stream)
        events = [
            {
                "timestamp": (NOW_S - 100 + i) * 1000,
                "message": json.dumps({"level": "ERROR" if i % 5 == 0 else "INFO", "n": i}),
            }
            for i in range(20)
        ]
        client.put_log_events(logGroupName="/app", logStreamName=stream, logEvents=events)
    return "/app"


def start(client, query, **given):
    times = {"startTime": NOW_S - 4000, "endTime": NOW_S + 3600}
    asked = {"logGroupName": "/app", **times, **given}
    return client.start_query(queryString=query, **{k: v for k, v in asked.items() if v is not None})["queryId"]


def finished(client, query_id, **given):
    for _ in range(100):
        answer = client.get_query_results(queryId=query_id, **given)
        if answer["status"] not in ("Scheduled", "Running"):
            return answer
        time.sleep(0.02)
    raise AssertionError("the query does not end")


def rows(answer):
    return [{cell["field"]: cell["value"] for cell in row} for row in answer["results"]]


def code(caught):
    return caught.value.response["Error"]["Code"]


def test_a_query_is_scheduled_runs_and_completes(client, group):
    query_id = start(client, "filter level = 'ERROR' | stats count(*) as n by level")
    seen = [client.get_query_results(queryId=query_id) for _ in range(2)]
    assert [answer["status"] for answer in seen] == ["Scheduled", "Running"]
    answer = finished(client, query_id)
    assert (answer["status"], rows(answer)) == ("Complete", [{"level": "ERROR", "n": "8"}])
    statistics = answer["statistics"]
    assert (statistics["recordsMatched"], statistics["recordsScanned"]) == (8.0, 40.0)
    assert statistics["bytesScanned"] == sum(
        len(json.dumps({"level": "ERROR" if i % 5 == 0 else "INFO", "n": i})) * 2 for i in range(20)
    )


def test_a_running_query_gives_a_part_of_the_rows(client, group):
    query_id = start(client, "stats count(*) as n", startTime=NOW_S - 101, endTime=NOW_S - 79)
    client.get_query_results(queryId=query_id)
    partial = client.get_query_results(queryId=query_id)
    assert partial["status"] == "Running"
    assert 0 < int(rows(partial)[0]["n"]) < 40
    assert rows(finished(client, query_id)) == [{"n": "40"}]


def test_rows_of_events_carry_a_pointer(client, group):
    answer = finished(client, start(client, "fields n | sort @timestamp | limit 2"))
    assert [row["n"] for row in rows(answer)] == ["0", "0"]
    assert len({row["@ptr"] for row in rows(answer)}) == 2


def test_results_beyond_a_page_come_by_token(client):
    query_id = start(client, "fields @message | limit 25000", logGroupName="/big")
    answer = finished(client, query_id)
    messages = [row["@message"] for row in rows(answer)]
    assert len(messages) == 10_000
    while token := answer.get("nextToken"):
        answer = client.get_query_results(queryId=query_id, nextToken=token)
        messages += [row["@message"] for row in rows(answer)]
    assert (len(messages), len(set(messages))) == (25_000, 25_000)


def test_the_limit_of_the_call_holds_where_the_query_has_none(client):
    assert len(finished(client, start(client, "fields @message", logGroupName="/big", limit=7))["results"]) == 7
    assert len(finished(client, start(client, "limit 3", logGroupName="/big", limit=7))["results"]) == 3


def test_several_groups_are_told_apart(client, group):
    arn = "arn:aws:logs:eu-west-1:123456789012:log-group:/big:*"
    query_id = start(
        client, "stats count(*) as n by @log | sort @log", logGroupName=None, logGroupIdentifiers=["/app", arn]
    )
    assert rows(finished(client, query_id)) == [
        {"@log": "123456789012:/app", "n": "40"},
        {"@log": "123456789012:/big", "n": "60000"},
    ]


def test_a_malformed_query_is_refused_with_its_place(client, group):
    with pytest.raises(client.exceptions.MalformedQueryException) as caught:
        start(client, "fields @message | pattern @message")
    assert caught.value.response["queryCompileError"]["location"] == {"startCharOffset": 18, "endCharOffset": 25}
    assert caught.value.response["Error"]["Message"] == "the command pattern is not supported"


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"logGroupName": "/nowhere"}, "ResourceNotFoundException"),
        ({"logGroupName": None}, "InvalidParameterException"),
        ({"logGroupNames": ["/app"]}, "InvalidParameterException"),
        ({"logGroupName": None, "logGroupNames": [f"/g{i}" for i in range(51)]}, "InvalidParameterException"),
        ({"startTime": NOW_S, "endTime": NOW_S - 1}, "InvalidParameterException"),
        ({"limit": 100_001}, "InvalidParameterException"),
        ({"queryLanguage": "SQL"}, "InvalidParameterException"),
    ],
)
def test_bad_parameters(client, group, given, expected):
    with pytest.raises(ClientError) as caught:
        start(client, "limit 1", **given)
    assert code(caught) == expected


def test_unknown_queries(client):
    for call in (client.get_query_results, client.stop_query):
        with pytest.raises(ClientError) as caught:
            call(queryId="00000000-0000-0000-0000-000000000000")
        assert code(caught) == "ResourceNotFoundException"


def test_a_query_can_be_stopped_while_it_runs(client, group):
    query_id = start(client, "stats count(*)")
    assert client.stop_query(queryId=query_id)["success"] is True
    assert client.get_query_results(queryId=query_id)["status"] == "Cancelled"
    with pytest.raises(ClientError) as caught:
        client.stop_query(queryId=query_id)
    assert code(caught) == "InvalidParameterException"


def test_queries_are_described_newest_first(client, group):
    query_id = start(client, "fields n | limit 1")
    finished(client, query_id)
    page = client.describe_queries(logGroupName="/app", maxResults=1)
    assert [(q["queryId"], q["status"], q["queryString"]) for q in page["queries"]] == [
        (query_id, "Complete", "fields n | limit 1")
    ]
    assert page["nextToken"]
    assert client.describe_queries(logGroupName="/app", status="Failed")["queries"] == []


@pytest.mark.parametrize(
    ("pattern", "count"),
    [
        ("", 40),
        ("ERROR", 8),
        ("?ERROR ?INFO", 40),
        ("INFO -ERROR", 32),
        ("{ $.level = ERROR && $.n > 5 }", 4),
        ('"\\"n\\": 3}"', 2),
    ],
)
def test_filter_patterns(client, group, pattern, count):
    events = client.filter_log_events(logGroupName="/app", filterPattern=pattern)["events"]
    assert len(events) == count
    assert [event["timestamp"] for event in events] == sorted(event["timestamp"] for event in events)


def test_filtered_events_page_even_through_empty_pages(client):
    paginator = client.get_paginator("filter_log_events")
    pages = list(paginator.paginate(logGroupName="/big", filterPattern="ERROR", limit=250))
    assert [len(page["events"]) for page in pages][:2] == [250, 250]
    assert len({event["eventId"] for page in pages for event in page["events"]}) == 600
    pages = list(paginator.paginate(logGroupName="/big", filterPattern='"line 7 "'))
    assert sum(len(page["events"]) for page in pages) == 1
    assert len(pages) == 2


def test_filter_by_time_and_stream(client, group):
    start_ms = (NOW_S - 100 + 18) * 1000
    found = client.filter_log_events(logGroupName="/app", startTime=start_ms, logStreamNames=["web/2"])["events"]
    assert [(event["logStreamName"], json.loads(event["message"])["n"]) for event in found] == [
        ("web/2", 18),
        ("web/2", 19),
    ]
    by_prefix = client.filter_log_events(logGroupName="/app", startTime=start_ms, logStreamNamePrefix="web/")["events"]
    assert len(by_prefix) == 4


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"logGroupName": "/nowhere"}, "ResourceNotFoundException"),
        ({"logGroupName": "/app", "logStreamNames": ["nowhere"]}, "ResourceNotFoundException"),
        ({"logGroupName": "/app", "filterPattern": "a-b"}, "InvalidParameterException"),
        ({"logGroupName": "/app", "nextToken": "what"}, "InvalidParameterException"),
        (
            {"logGroupName": "/app", "logStreamNames": ["web/1"], "logStreamNamePrefix": "w"},
            "InvalidParameterException",
        ),
    ],
)
def test_bad_filters(client, group, given, expected):
    with pytest.raises(ClientError) as caught:
        client.filter_log_events(**given)
    assert code(caught) == expected


def test_streams_and_groups_are_described_from_the_same_events(client, group):
    [stream, _] = client.describe_log_streams(logGroupName="/app", orderBy="LogStreamName")["logStreams"]
    assert (stream["firstEventTimestamp"], stream["lastEventTimestamp"]) == ((NOW_S - 100) * 1000, (NOW_S - 81) * 1000)
    assert len(client.get_log_events(logGroupName="/app", logStreamName="web/1", startFromHead=True)["events"]) == 20
    [big] = client.describe_log_groups(logGroupNamePrefix="/big")["logGroups"]
    assert big["storedBytes"] > 60_000 * 26


def test_a_group_made_anew_is_empty(client):
    for _ in range(2):
        client.create_log_group(logGroupName="/short")
        client.create_log_stream(logGroupName="/short", logStreamName="s")
        assert client.filter_log_events(logGroupName="/short")["events"] == []
        event = {"timestamp": NOW_S * 1000, "message": "x"}
        client.put_log_events(logGroupName="/short", logStreamName="s", logEvents=[event])
        assert len(client.filter_log_events(logGroupName="/short")["events"]) == 1
        client.delete_log_group(logGroupName="/short")
