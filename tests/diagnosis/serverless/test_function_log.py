"""What do log lines tell of, and which end did they want to connect to?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.causes import CAUSES
from diagnosis.serverless.function_log import leading
from tests.diagnosis.serverless.logs import log_of, told


@pytest.mark.parametrize(
    ("message", "peer"),
    [
        ('Connect timeout on endpoint URL: "https://sqs.eu-west-1.amazonaws.com/"', "sqs.eu-west-1.amazonaws.com"),
        ("Error: connect ETIMEDOUT 10.0.3.4:5432", "10.0.3.4:5432"),
        ("HTTPSConnectionPool(host='api.example.com', port=8443): Max retries", "api.example.com:8443"),
        ('connection to server at "10.0.3.4", port 5432 failed: Connection timed out', "10.0.3.4:5432"),
        ('connection to server at "db.internal" (10.0.3.4), port 5432 failed', "db.internal:5432"),
        ("dial tcp 10.1.2.3:443: i/o timeout", "10.1.2.3:443"),
        ("getaddrinfo ENOTFOUND api.example.com", "api.example.com"),
        ("http://10.0.0.9/health timed out", "10.0.0.9:80"),
        ("nothing was connected", ""),
    ],
)
def test_the_end_of_a_connection_is_read(message: str, peer: str) -> None:
    assert told(message).peer == peer


def test_the_action_of_a_denial_is_read() -> None:
    assert told("User: x is not authorized to perform: dynamodb:GetItem on resource: y").action == "dynamodb:GetItem"
    assert told("AccessDenied").action == ""


@settings(max_examples=150, deadline=None, derandomize=True)
@given(st.text())
def test_any_line_has_a_cause_of_the_list(message: str) -> None:
    assert told(message).cause in CAUSES


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.permutations([("KeyError: 'x'", 3), ("Task timed out after 3.00 seconds", 7), ("AccessDenied", 5)]))
def test_the_leading_failure_does_not_depend_on_the_order(lines: list[tuple[str, int]]) -> None:
    found = leading([told(message, number) for message, number in lines])
    assert found is not None
    assert found.cause == "timeout"


def test_failures_of_a_cause_come_the_most_frequent_first() -> None:
    log = log_of(told("KeyError: 'a'", 2), told("KeyError: 'b'", 5), told("AccessDenied", 9))
    assert [failure.lines for failure in log.of("code")] == [5, 2]
