"""Does event history answer as CloudTrail's does?"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

TRAIL = "100000000004"


@pytest.fixture
def cloudtrail(laboratory):
    return laboratory.client("cloudtrail", account=TRAIL)


def names(cloudtrail, *attribute, **asked):
    if attribute:
        key, value = attribute
        asked["LookupAttributes"] = [{"AttributeKey": key, "AttributeValue": value}]
    return [e["EventName"] for e in cloudtrail.lookup_events(**asked)["Events"]]


def test_events_are_newest_first_in_pages(cloudtrail):
    pages = list(cloudtrail.get_paginator("lookup_events").paginate())
    events = [e for p in pages for e in p["Events"]]
    assert [len(p["Events"]) for p in pages] == [50, 15]
    assert [e["EventTime"] for e in events] == sorted((e["EventTime"] for e in events), reverse=True)


def test_an_event_takes_its_time_to_appear_and_is_kept_for_90_days(cloudtrail):
    assert names(cloudtrail, "EventName", "DeleteRoute") == ["DeleteRoute"]
    assert names(cloudtrail, "ResourceName", "rtb-1") == []
    assert names(cloudtrail, "EventName", "RunInstances") == []


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        (("ResourceName", "sg-1"), ["RevokeSecurityGroupIngress", "AuthorizeSecurityGroupIngress"]),
        (("Username", "ana"), ["RevokeSecurityGroupIngress"]),
        (("Username", "cara"), ["DescribeInstances"]),
        (("ResourceType", "AWS::RDS::DBInstance"), ["ModifyDBInstance"]),
        (("EventSource", "rds.amazonaws.com"), ["ModifyDBInstance"]),
        (("ReadOnly", "true"), ["DescribeInstances"]),
    ],
)
def test_events_are_found_by_an_attribute(cloudtrail, attribute, expected):
    assert names(cloudtrail, *attribute) == expected


def test_times_bound_the_search(cloudtrail):
    now = datetime.now(UTC)
    window = {"StartTime": now - timedelta(hours=2), "EndTime": now - timedelta(minutes=15)}
    assert names(cloudtrail, **window) == ["DescribeInstances"]


def test_an_event_carries_its_record(cloudtrail):
    wanted = [{"AttributeKey": "Username", "AttributeValue": "ana"}]
    (event,) = cloudtrail.lookup_events(LookupAttributes=wanted)["Events"]
    record = json.loads(event["CloudTrailEvent"])
    assert record["eventID"] == event["EventId"]
    assert record["userIdentity"]["arn"] == f"arn:aws:iam::{TRAIL}:user/ana"
    assert record["requestParameters"] == {"groupId": "sg-1"}
    assert (record["eventSource"], record["readOnly"]) == ("ec2.amazonaws.com", False)
    assert event["Resources"] == [{"ResourceType": "AWS::EC2::SecurityGroup", "ResourceName": "sg-1"}]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"LookupAttributes": [{"AttributeKey": "Username", "AttributeValue": "a"}] * 2}, "InvalidLookupAttributes"),
        ({"NextToken": "what"}, "InvalidNextToken"),
        ({"StartTime": 2_000_000_000, "EndTime": 1_900_000_000}, "InvalidTimeRange"),
    ],
)
def test_wrong_requests_are_refused(cloudtrail, asked, code):
    with pytest.raises(ClientError) as caught:
        cloudtrail.lookup_events(**asked)
    assert caught.value.response["Error"]["Code"] == f"{code}Exception"
