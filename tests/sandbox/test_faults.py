"""Do faults look like AWS's own, in every protocol?"""

from __future__ import annotations

import time
import urllib.error

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError
from botocore.parsers import ResponseParserError

PRINCIPAL = "arn:aws:iam::123456789012:user/vitals"
# service, how it is called, IAM action, code and status of a denial, of a throttle, of expired credentials
PROTOCOLS = [
    (
        "elbv2",
        "describe_target_groups",
        "elasticloadbalancing:DescribeTargetGroups",
        "AccessDenied",
        403,
        "Throttling",
        "ExpiredToken",
    ),
    (
        "ec2",
        "describe_vpcs",
        "ec2:DescribeVpcs",
        "UnauthorizedOperation",
        403,
        "RequestLimitExceeded",
        "RequestExpired",
    ),
    (
        "logs",
        "describe_log_groups",
        "logs:DescribeLogGroups",
        "AccessDeniedException",
        400,
        "ThrottlingException",
        "ExpiredTokenException",
    ),
    (
        "lambda",
        "list_functions",
        "lambda:ListFunctions",
        "AccessDeniedException",
        403,
        "TooManyRequestsException",
        "ExpiredTokenException",
    ),
    ("s3", "list_buckets", "s3:ListAllMyBuckets", "AccessDenied", 403, "SlowDown", "ExpiredToken"),
    (
        "cloudwatch",
        "list_metrics",
        "cloudwatch:ListMetrics",
        "AccessDenied",
        400,
        "Throttling",
        "ExpiredTokenException",
    ),
    ("sns", "list_topics", "sns:ListTopics", "AuthorizationError", 403, "Throttling", "ExpiredToken"),
    (
        "resourcegroupstaggingapi",
        "get_resources",
        "tag:GetResources",
        "AccessDeniedException",
        400,
        "ThrottlingException",
        "ExpiredTokenException",
    ),
    (
        "xray",
        "get_trace_summaries",
        "xray:GetTraceSummaries",
        "AccessDeniedException",
        403,
        "ThrottledException",
        "ExpiredTokenException",
    ),
]
IDS = [row[0] for row in PROTOCOLS]


def call(laboratory, service, operation):
    asked = {"StartTime": 1, "EndTime": 2} if operation == "get_trace_summaries" else {}
    return getattr(laboratory.client(service), operation)(**asked)


def refused(laboratory, service, operation):
    with pytest.raises(ClientError) as caught:
        call(laboratory, service, operation)
    response = caught.value.response
    return response["Error"]["Code"], response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Message"]


def arm(laboratory, kind, operation="*", **more):
    return laboratory.control("POST", "/vitals/faults", {"kind": kind, "operation": operation, **more})["id"]


@pytest.mark.parametrize(("service", "operation", "action", "code", "status", "_t", "_e"), PROTOCOLS, ids=IDS)
def test_a_denial_names_principal_and_action(laboratory, service, operation, action, code, status, _t, _e):
    arm(laboratory, "deny", action)
    got_code, got_status, message = refused(laboratory, service, operation)
    assert (got_code, got_status) == (code, status)
    assert f"User: {PRINCIPAL} is not authorized to perform: {action}" in message
    assert message.endswith(f"because no identity-based policy allows the {action} action")


@pytest.mark.parametrize(("service", "operation", "_a", "_c", "_s", "throttled", "_e"), PROTOCOLS, ids=IDS)
def test_a_throttle_has_the_services_own_code(laboratory, service, operation, _a, _c, _s, throttled, _e):
    arm(laboratory, "throttle")
    assert refused(laboratory, service, operation)[0] == throttled


@pytest.mark.parametrize(("service", "operation", "_a", "_c", "_s", "_t", "expired"), PROTOCOLS, ids=IDS)
def test_expired_credentials(laboratory, service, operation, _a, _c, _s, _t, expired):
    arm(laboratory, "expire", after=1)
    call(laboratory, service, operation)
    assert refused(laboratory, service, operation)[0] == expired


@pytest.mark.parametrize(("service", "operation"), [row[:2] for row in PROTOCOLS], ids=IDS)
def test_any_code_and_status(laboratory, service, operation):
    arm(laboratory, "fail", code="ServiceUnavailable", status=503, message='not <now> & "then"')
    assert refused(laboratory, service, operation) == ("ServiceUnavailable", 503, 'not <now> & "then"')


def test_other_calls_are_let_through(laboratory):
    arm(laboratory, "deny", "ec2:DescribeVpcs", region="eu-west-1")
    arm(laboratory, "deny", "ec2:DescribeSubnets", account="210987654321")
    assert call(laboratory, "ec2", "describe_vpcs")["Vpcs"]
    assert call(laboratory, "ec2", "describe_subnets")["Subnets"]
    with pytest.raises(ClientError, match="DescribeVpcs"):
        laboratory.client("ec2", region="eu-west-1").describe_vpcs()
    with pytest.raises(ClientError, match="arn:aws:iam::210987654321:user/vitals"):
        laboratory.client("ec2", account="210987654321").describe_subnets()


def test_a_fault_may_concern_one_resource(laboratory):
    arm(laboratory, "deny", "ec2:DescribeVpcs", resource="vpc-bad*")
    assert call(laboratory, "ec2", "describe_vpcs")
    with pytest.raises(ClientError, match="UnauthorizedOperation"):
        laboratory.client("ec2").describe_vpcs(VpcIds=["vpc-bad1"])
    arm(laboratory, "deny", "logs:*", resource="/secret/*")
    with pytest.raises(ClientError, match="AccessDenied"):
        laboratory.client("logs").describe_log_groups(logGroupNamePrefix="/secret/one")
    arm(laboratory, "deny", "lambda:GetFunction", resource="hidden")
    with pytest.raises(ClientError, match="AccessDenied"):
        laboratory.client("lambda").get_function(FunctionName="hidden")


def test_the_first_calls_or_a_share_fail(laboratory):
    arm(laboratory, "throttle", "DescribeVpcs", first=2)
    codes = []
    for _ in range(3):
        try:
            call(laboratory, "ec2", "describe_vpcs")
            codes.append("ok")
        except ClientError as error:
            codes.append(error.response["Error"]["Code"])
    assert codes == ["RequestLimitExceeded", "RequestLimitExceeded", "ok"]
    laboratory.control("DELETE", "/vitals/faults")
    arm(laboratory, "throttle", "DescribeVpcs", share=0.5)
    failures = 0
    for _ in range(40):
        try:
            call(laboratory, "ec2", "describe_vpcs")
        except ClientError:
            failures += 1
    assert 8 < failures < 32


@pytest.mark.parametrize(
    ("by", "words"),
    [
        ("organization", "with an explicit deny in a service control policy"),
        ("boundary", "because no permissions boundary allows the rds:DescribeDBInstances action"),
    ],
)
def test_a_denial_says_whose_policy(laboratory, by, words):
    arm(laboratory, "deny", "rds:*", by=by)
    assert refused(laboratory, "rds", "describe_db_instances")[2].endswith(words)


def test_a_partial_answer_of_metrics(laboratory):
    arm(laboratory, "partial", "cloudwatch:GetMetricData", keep=0.5)
    metric = {"Namespace": "Lab", "MetricName": "Steady", "Dimensions": [{"Name": "Of", "Value": "lab"}]}
    asked = [{"Id": "m1", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}]
    now = int(time.time()) // 60 * 60
    client = laboratory.client("cloudwatch", account="100000000001")
    (result,) = client.get_metric_data(MetricDataQueries=asked, StartTime=now - 3_600, EndTime=now - 1_800)[
        "MetricDataResults"
    ]
    assert (result["StatusCode"], len(result["Values"]), len(result["Timestamps"])) == ("PartialData", 15, 15)


@pytest.mark.parametrize(
    ("operation", "service", "call_name", "key"),
    [
        ("ec2:DescribeSubnets", "ec2", "describe_subnets", "Subnets"),
        ("iam:ListRoles", "iam", "list_roles", "Roles"),
        ("cloudtrail:LookupEvents", "cloudtrail", "lookup_events", "Events"),
        ("lambda:ListFunctions", "lambda", "list_functions", "Functions"),
    ],
)
def test_a_partial_answer_has_a_page_that_cannot_be_read(laboratory, operation, service, call_name, key):
    arm(laboratory, "partial", operation)
    pages = iter(laboratory.client(service).get_paginator(call_name).paginate())
    first = next(pages)
    assert isinstance(first[key], list)
    with pytest.raises(ClientError, match="InternalFailure"):
        next(pages)


def test_a_role_that_nobody_may_assume(laboratory):
    role = "arn:aws:iam::100000000005:role/open"
    laboratory.client("sts").assume_role(RoleArn=role, RoleSessionName="vitals")
    arm(laboratory, "deny", "sts:AssumeRole", resource="*:role/open")
    with pytest.raises(ClientError) as caught:
        laboratory.client("sts").assume_role(RoleArn=role, RoleSessionName="vitals")
    message = f"User: {PRINCIPAL} is not authorized to perform: sts:AssumeRole on resource: {role}"
    assert caught.value.response["Error"]["Message"] == message


@pytest.mark.parametrize("operation", ["ListTasks", "ecs:*", "elbv2:DescribeTargetHealth"])
def test_a_partial_answer_that_nobody_could_tell_is_refused(laboratory, operation):
    with pytest.raises(urllib.error.HTTPError) as caught:
        arm(laboratory, "partial", operation)
    assert caught.value.code == 400


def test_an_empty_answer(laboratory):
    arm(laboratory, "empty", "ec2:DescribeVpcs")
    arm(laboratory, "empty", "cloudwatch:*")
    assert call(laboratory, "ec2", "describe_vpcs")["Vpcs"] == []
    metric = {"Namespace": "Lab", "MetricName": "Steady", "Dimensions": [{"Name": "Of", "Value": "lab"}]}
    asked = [{"Id": "m1", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}}]
    now = int(time.time())
    client = laboratory.client("cloudwatch", account="100000000001")
    answer = client.get_metric_data(MetricDataQueries=asked, StartTime=now - 3_600, EndTime=now)
    assert [(r["Values"], r["StatusCode"]) for r in answer["MetricDataResults"]] == [([], "Complete")]


def test_a_slow_answer(laboratory):
    arm(laboratory, "slow", "DescribeVpcs", milliseconds=200)
    started = time.monotonic()
    call(laboratory, "ec2", "describe_vpcs")
    assert time.monotonic() - started >= 0.2


def test_a_closed_connection(laboratory):
    arm(laboratory, "reset", "DescribeVpcs")
    with pytest.raises(ConnectionClosedError):
        call(laboratory, "ec2", "describe_vpcs")


def test_an_answer_that_breaks_off(laboratory):
    arm(laboratory, "malformed", "DescribeVpcs")
    with pytest.raises(ResponseParserError):
        call(laboratory, "ec2", "describe_vpcs")


def test_faults_are_listed_and_cleared_one_by_one(laboratory):
    first, second = arm(laboratory, "deny", "ec2:*"), arm(laboratory, "deny", "rds:*")
    assert [f["id"] for f in laboratory.control("GET", "/vitals/faults")] == [first, second]
    laboratory.control("DELETE", f"/vitals/faults/{first}")
    assert [f["operation"] for f in laboratory.control("GET", "/vitals/faults")] == ["rds:*"]


@pytest.mark.parametrize(
    "wrong", [{"kind": "explode"}, {"kind": "deny", "by": "chance"}, {"kind": "deny", "colour": 1}]
)
def test_a_wrong_fault_is_refused(laboratory, wrong):
    with pytest.raises(urllib.error.HTTPError) as caught:
        laboratory.control("POST", "/vitals/faults", wrong)
    assert caught.value.code == 400
