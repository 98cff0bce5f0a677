"""Is a function's policy read as Lambda reads it when API Gateway invokes the function?"""

from __future__ import annotations

import json
from typing import Any

import pytest

from diagnosis.serverless.invoking import lets_in

SOURCE = "arn:aws:execute-api:eu-west-1:123456789012:a1b2/*/GET/items"
ADDED: dict[str, Any] = {
    "Effect": "Allow",
    "Principal": {"Service": "apigateway.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Resource": "arn:aws:lambda:eu-west-1:123456789012:function:f",
}


def from_source(*patterns: str, key: str = "AWS:SourceArn") -> dict[str, Any]:
    return {"Condition": {"ArnLike": {key: list(patterns) if len(patterns) > 1 else patterns[0]}}}


@pytest.mark.parametrize(
    ("changes", "lets"),
    [
        ({}, True),
        (from_source(SOURCE), True),
        (from_source(SOURCE, key="aws:SourceArn"), True),
        (from_source(SOURCE.replace("/*/", "/prod/")), True),
        (from_source(SOURCE.replace("/*/", "/test/")), False),
        (from_source(SOURCE.replace("a1b2", "z9")), False),
        (from_source(SOURCE.replace("a1b2", "z9"), SOURCE), True),
        (from_source("arn:aws:execute-api:eu-west-1:123456789012:*"), True),
        (from_source("arn:aws:execute-api:eu-west-1:123456789012:a1b2/*"), True),
        ({"Condition": {"StringEquals": {"aws:PrincipalOrgID": "o-1"}}}, True),
        ({"Action": ["lambda:Get*", "lambda:*"]}, True),
        ({"Action": "lambda:GetFunction"}, False),
        ({"Principal": "*"}, True),
        ({"Principal": {"AWS": "*"}}, True),
        ({"Principal": {"Service": ["sns.amazonaws.com", "apigateway.amazonaws.com"]}}, True),
        ({"Principal": {"Service": "sns.amazonaws.com"}}, False),
        ({"Principal": {"AWS": "arn:aws:iam::1:root"}}, False),
        ({"Effect": "Deny"}, False),
    ],
)
def test_a_statement_lets_a_stage_in(changes: dict[str, Any], lets: bool) -> None:
    assert lets_in(json.dumps({"Statement": [ADDED | changes]}), "a1b2", "prod") is lets
    assert lets_in(json.dumps({"Statement": ADDED | changes}), "a1b2", "prod") is lets


def test_a_policy_without_statements_lets_nobody_in() -> None:
    assert not lets_in('{"Statement": []}', "a1b2", "prod")
