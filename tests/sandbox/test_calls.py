"""Are requests read as AWS reads them, and errors worded so that a client understands them?"""

from __future__ import annotations

from io import BytesIO

import pytest
from botocore.parsers import create_parser
from botocore.session import get_session

from sandbox import calls


def environ(service, body=b"", **headers):
    scope = f"Credential=210987654321/20261124/eu-west-1/{service}/aws4_request"
    made = {
        "REQUEST_METHOD": "POST",
        "PATH_INFO": "/",
        "QUERY_STRING": "",
        "SERVER_NAME": "127.0.0.1",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
        "HTTP_AUTHORIZATION": f"AWS4-HMAC-SHA256 {scope}, SignedHeaders=host, Signature=abc",
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": BytesIO(body),
    }
    return made | headers


FORM = {"CONTENT_TYPE": "application/x-www-form-urlencoded; charset=utf-8"}


@pytest.mark.parametrize(
    ("request_environ", "expected"),
    [
        (
            environ("elasticloadbalancing", b"Action=DescribeTargetGroups&Version=2015-12-01", **FORM),
            ("elbv2", "DescribeTargetGroups", "query", "elasticloadbalancing:DescribeTargetGroups"),
        ),
        (
            environ("elasticloadbalancing", b"Action=DescribeLoadBalancers&Version=2012-06-01", **FORM),
            ("elb", "DescribeLoadBalancers", "query", "elasticloadbalancing:DescribeLoadBalancers"),
        ),
        (
            environ("ec2", b"Action=DescribeVpcs&Version=2016-11-15", **FORM),
            ("ec2", "DescribeVpcs", "ec2", "ec2:DescribeVpcs"),
        ),
        (
            environ("monitoring", b"{}", HTTP_X_AMZ_TARGET="GraniteServiceVersion20100801.GetMetricData"),
            ("cloudwatch", "GetMetricData", "json", "cloudwatch:GetMetricData"),
        ),
        (
            environ("monitoring", b"Action=GetMetricData&Version=2010-08-01", **FORM),
            ("cloudwatch", "GetMetricData", "query", "cloudwatch:GetMetricData"),
        ),
        (
            environ(
                "monitoring",
                b"\xa0",
                HTTP_SMITHY_PROTOCOL="rpc-v2-cbor",
                PATH_INFO="/service/GraniteServiceVersion20100801/operation/GetMetricData",
            ),
            ("cloudwatch", "GetMetricData", "smithy-rpc-v2-cbor", "cloudwatch:GetMetricData"),
        ),
        (
            environ("tagging", b"{}", HTTP_X_AMZ_TARGET="ResourceGroupsTaggingAPI_20170126.GetResources"),
            ("resourcegroupstaggingapi", "GetResources", "json", "tag:GetResources"),
        ),
        (
            environ("apigateway", REQUEST_METHOD="GET", PATH_INFO="/restapis"),
            ("apigateway", "GetRestApis", "rest-json", "apigateway:GET"),
        ),
        (
            environ("s3", REQUEST_METHOD="GET", PATH_INFO="/bucket", QUERY_STRING="list-type=2"),
            ("s3", "ListObjectsV2", "rest-xml", "s3:ListBucket"),
        ),
    ],
)
def test_requests_are_read(request_environ, expected):
    call = calls.read(request_environ)
    assert (call.service, call.operation, call.protocol, call.iam_action) == expected
    assert (call.account, call.region) == ("210987654321", "eu-west-1")


def test_an_unsigned_request_is_no_call():
    assert calls.read({"PATH_INFO": "/", "HTTP_HOST": "x"}) is None


@pytest.mark.parametrize(
    ("service", "operation", "protocol"),
    [
        ("elbv2", "DescribeTargetGroups", "query"),
        ("ec2", "DescribeVpcs", "ec2"),
        ("logs", "StartQuery", "json"),
        ("lambda", "ListFunctions", "rest-json"),
        ("s3", "ListBuckets", "rest-xml"),
        ("cloudwatch", "GetMetricData", "smithy-rpc-v2-cbor"),
    ],
)
def test_errors_are_understood(service, operation, protocol):
    call = calls.Call(service, operation, protocol, "1" * 12, "eu-west-1", "", False, b"", "/")
    answer = calls.error(call, 400, "AccessDenied", 'no <way> & "so"')
    shape = get_session().get_service_model(service).operation_model(operation).output_shape
    parsed = create_parser(protocol).parse(
        {"body": answer.body, "headers": dict(answer.headers), "status_code": answer.status}, shape
    )
    assert (parsed["Error"]["Code"], parsed["Error"]["Message"]) == ("AccessDenied", 'no <way> & "so"')
