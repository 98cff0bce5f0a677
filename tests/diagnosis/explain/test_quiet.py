"""Is a line that names a setting, counts nothing or stands below a warning no trouble, and does it hide none?"""

from __future__ import annotations

import pytest

from diagnosis.explain import explain
from diagnosis.explain.quiet import spoken

STARTED = "START RequestId: 1b2c Version: $LATEST"
ENDED = "END RequestId: 1b2c\nREPORT RequestId: 1b2c\tDuration: 3.10 ms\tBilled Duration: 4 ms"


@pytest.mark.parametrize(
    "line",
    [
        "timeout=30 retries=3",
        "Connection timeout set to 5000 ms",
        "read timeout configured as 60",
        "connected, statement timeout 30s",
        "Processed 100 records, 0 failed, 0 throttled",
        "errors: 0, warnings: 2",
        "Not throttled, proceeding",
        "AssertionError count: 0",
        "exit status 0",
        "retrying after throttle, succeeded on attempt 2",
        "Retry policy: maxAttempts=3, retryable errors: ThrottlingException",
        "retryOn=[ECONNRESET, ETIMEDOUT]",
        "Registered error handler for AccessDenied",
        "Caught expected exception: ResourceNotFoundException, creating table",
        "Connection closed gracefully",
        "Closing connection: idle timeout reached",
        "Cleaning up timed out sessions: 3 removed",
        "2024-01-01 00:00:00,123 - root - INFO - AccessDenied policy evaluated",
        "12:00:01.123 [main] DEBUG o.a.http - connection timed out=false",
        "2024-05-01T10:00:00Z I! OutOfMemory guard enabled",
        "2024/05/01 10:00:00 [info] no such host is retried",
        "Server started, waiting for connections",
        "Will timeout after 30s if no response",
        "onError callback set",
        "GET /missing status=404 duration=3ms",
    ],
)
def test_no_trouble_is_read_into_an_ordinary_line(line: str) -> None:
    explanation = explain("lambda_log", line)
    assert (explanation.cause, explanation.confidence) == ("unknown", 0.1)


@pytest.mark.parametrize(
    ("kind", "message", "context"),
    [
        ("elb_target_health", "Health checks passed", {"state": "healthy"}),
        ("codedeploy_error", "", {"diagnostics": {"errorCode": "Success"}}),
        ("ecs_stopped_reason", "done", None),
    ],
)
def test_what_went_well_is_no_trouble(kind: str, message: str, context: dict[str, object] | None) -> None:
    assert explain(kind, message, context).cause == "unknown"


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ("Error: Request failed with status code 404", "config"),
        ("12 errors: connection refused", "network"),
        ("Processed 100 records, 0 failed, 3 throttled: Rate exceeded", "throttled"),
        ("retry policy exhausted: ThrottlingException", "throttled"),
        ("WARN connection refused, retry policy applied", "network"),
        ("Loading config: access denied", "permission"),
        ("process did not exit cleanly: connection refused", "network"),
        ("Error: failed to get user info : connection refused", "network"),
        ("Error: INFO command failed: connection refused", "network"),
        ("ERROR 0 rows updated, connection timed out", "network"),
        ('[ERROR] ReadTimeoutError: Read timeout on endpoint URL: "https://x" (read timeout=60)', "timeout"),
    ],
)
def test_trouble_is_heard_beside_quiet_words(message: str, cause: str) -> None:
    assert explain("lambda_log", message).cause == cause


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        ("2024-05-01T10:00:01.000Z\t1b2c\tERROR\tError: connect ECONNREFUSED 10.0.0.1:5432", "network"),
        ("[ERROR] KeyError: 'id'\nTraceback (most recent call last):", "code"),
        ("2024-05-01T10:00:30.000Z 1b2c Task timed out after 30.00 seconds", "timeout"),
    ],
)
def test_quiet_lines_do_not_speak_for_the_others(line: str, cause: str) -> None:
    told = "2024-05-01T10:00:00.000Z\t1b2c\tINFO\tgot AccessDenied once, trying the next key"
    assert explain("lambda_log", f"{STARTED}\n{told}\n{line}\n{ENDED}").cause == cause
    assert explain("lambda_log", f"{STARTED}\n{told}\n{ENDED}").cause == "unknown"


def test_what_follows_a_quiet_line_is_as_quiet_as_it() -> None:
    assert spoken("[INFO]\tlast answer:\n  access denied\n[ERROR] ValueError: x") == "[ERROR] ValueError: x"
    assert spoken("INFO all\nwell") == "INFO all\nwell"
