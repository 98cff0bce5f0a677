"""What opened the incident? Events as AWS's pages print them."""

from __future__ import annotations

import pytest

from runbook.incidents import incident_id, opening
from runbook.telling import execution_page, subject

ALARM = {
    "id": "c4c1c1c9", "detail-type": "CloudWatch Alarm State Change", "source": "aws.cloudwatch",
    "time": "2019-10-02T17:04:40Z", "resources": ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:Hot"],
    "detail": {"alarmName": "Hot", "state": {"value": "ALARM", "reason": "too\nhot", "timestamp": "T1"}},
}  # fmt: skip
CODEDEPLOY = {
    "id": "1", "detail-type": "CodeDeploy Deployment State-change Notification", "source": "aws.codedeploy",
    "time": "2016-06-30T22:06:31Z", "resources": ["arn:aws:codedeploy:us-east-1:1:deploymentgroup:shop/blue"],
    "detail": {"deploymentId": "d-1", "application": "shop", "deploymentGroup": "blue", "state": "FAILURE"},
}  # fmt: skip
ECS = {
    "id": "2", "detail-type": "ECS Deployment State Change", "source": "aws.ecs", "time": "2020-05-23T12:31:14Z",
    "resources": ["arn:aws:ecs:us-west-2:111122223333:service/default/web"],
    "detail": {"eventName": "SERVICE_DEPLOYMENT_FAILED", "reason": "circuit breaker: tasks failed to start."},
}  # fmt: skip


@pytest.mark.parametrize(
    ("event", "opener", "name", "changed", "text"),
    [
        (ALARM, "alarm", "Hot", "T1", "alarm Hot: too hot"),
        (CODEDEPLOY, "codedeploy", "shop/blue", CODEDEPLOY["time"], "deployment d-1 of shop/blue failed"),
        (ECS, "ecs", "default/web", ECS["time"], "default/web: circuit breaker: tasks failed to start."),
        ({"drill": True}, "other", "unknown", "", "started by hand"),
        ({}, "other", "unknown", "", "started by hand"),
    ],
)
def test_an_event_says_what_opened_it(event, opener, name, changed, text):
    opened = opening(event)
    assert (opened.opener, opened.name, opened.changed, opened.text) == (opener, name, changed, text)


def test_an_incident_has_one_short_name():
    first = incident_id("arn:aws:states:eu-west-1:1:execution:incident:a", "2026-11-28T01:02:03Z")
    assert first == incident_id("arn:aws:states:eu-west-1:1:execution:incident:a", "2026-11-28T01:02:03Z")
    assert first != incident_id("arn:aws:states:eu-west-1:1:execution:incident:b", "2026-11-28T01:02:03Z")
    assert first.startswith("inc-20261128-")
    assert len(first) == 19


def test_a_subject_is_one_that_sns_takes():
    assert subject("注文: a\nb") == "??: a b"
    assert subject("a\x1b[1m\x00b") == "a\\x1b[1m\\x00b"
    assert len(subject("x" * 300)) == 100


def test_an_execution_has_a_page():
    arn = "arn:aws-cn:states:cn-north-1:123456789012:execution:incident:a"
    assert execution_page(arn).startswith("https://cn-north-1.console.amazonaws.cn/states/home?region=cn-north-1#/v2/")
    assert execution_page("a") == "a"
