"""Do identifiers, numbers and names never decide a cause?"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.explain import explain
from diagnosis.explain.masking import mask

MISLEADING = [
    "timeout-service",
    "permission-denied",
    "throttle",
    "out-of-memory",
    "access_denied",
    "connection-refused",
    "spot-interrupted",
    "unhealthy",
    "no-space-left",
    "OutOfMemoryError",
]
names = st.sampled_from(MISLEADING) | st.from_regex(r"[a-z][a-z0-9]{0,10}(?:[-_][a-z0-9]{1,10}){0,3}", fullmatch=True)
account_ids = st.from_regex(r"[0-9]{12}", fullmatch=True)
regions = st.sampled_from(["us-east-1", "eu-west-3", "ap-northeast-1", "cn-north-1", "us-gov-west-1"])
hex_ids = st.from_regex(r"[0-9a-f]{32}", fullmatch=True)
numbers = st.integers(min_value=0, max_value=10**6)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(name=names, task=hex_ids, count=numbers)
def test_service_names_do_not_decide(name: str, task: str, count: int) -> None:
    started = f"(service {name}) has started {count} tasks: (task {task})."
    steady = f"service {name} has reached a steady state."
    assert explain("ecs_service_event", started).cause == "scaling_normal"
    assert explain("ecs_service_event", steady).cause == "scaling_normal"


@settings(max_examples=60, deadline=None, derandomize=True)
@given(name=names, account=account_ids, region=regions, port=numbers)
def test_arns_and_ports_do_not_decide(name: str, account: str, region: str, port: int) -> None:
    arn = f"arn:aws:elasticloadbalancing:{region}:{account}:targetgroup/{name}/50dc6c495c0c9188"
    message = (
        f"(service {name}) (port {port}) is unhealthy in (target-group {arn}) due to (reason Health checks failed)."
    )
    assert explain("ecs_service_event", message).cause == "health_check"


@settings(max_examples=60, deadline=None, derandomize=True)
@given(name=names, account=account_ids, region=regions, tag=names)
def test_image_references_do_not_decide(name: str, account: str, region: str, tag: str) -> None:
    message = f"CannotPullContainerError: {account}.dkr.ecr.{region}.amazonaws.com/{name}:{tag}: not found"
    assert explain("ecs_stopped_reason", message).cause == "image_pull"


@settings(max_examples=60, deadline=None, derandomize=True)
@given(name=names)
def test_quoted_strings_do_not_decide(name: str) -> None:
    assert explain("lambda_log", f"[ERROR] KeyError: '{name}'").cause == "code"
    assert explain("lambda_log", f"[ERROR] Runtime.ImportModuleError: Unable to import module '{name}'").cause == "code"
    assert explain("lambda_log", f'loaded settings of "{name}"').cause == "unknown"


@settings(max_examples=60, deadline=None, derandomize=True)
@given(name=names, code=st.integers(min_value=1, max_value=120))
def test_script_names_do_not_decide(name: str, code: int) -> None:
    message = f"Script at specified location: scripts/{name}.sh run as user {name} failed with exit code {code}"
    assert explain("codedeploy_error", message).cause == "code"


@settings(max_examples=60, deadline=None, derandomize=True)
@given(seconds=st.decimals(min_value=1, max_value=900, places=2), request=st.uuids())
def test_durations_and_request_ids_do_not_decide(seconds: object, request: object) -> None:
    message = f"2031-02-03T04:05:06.789Z {request} Task timed out after {seconds} seconds"
    assert explain("lambda_log", message).cause == "timeout"


@pytest.mark.parametrize("name", MISLEADING)
def test_stack_frames_do_not_decide(name: str) -> None:
    python = (
        f'[ERROR] ValueError: odd\nTraceback (most recent call last):\n  File "/var/task/{name}.py", line 3, in {name}'
    )
    node = f"TypeError: x is not a function\n    at {name} (/var/task/{name}.js:3:9)"
    assert explain("lambda_log", python).cause == "code"
    assert explain("lambda_log", node).cause == "code"


@pytest.mark.parametrize(
    ("message", "masked"),
    [
        ("(service web-timeout, taskSet ecs-svc/9) has begun draining", "(service <name>) has begun draining"),
        ('failed to resolve ref "docker.io/acme/x:1": not found', "failed to resolve ref <quoted>: not found"),
        ("dial tcp 10.0.0.9:443: i/o timeout", "dial tcp <name>: i/o timeout"),
        ("java.net.ConnectException: Connection refused", "java.net.ConnectException: Connection refused"),
        ('container-instance 7 encountered error "AGENT"', "container-instance # encountered error AGENT"),
        ("see https://timeout.example.com/denied now", "see <url> now"),
    ],
)
def test_what_is_kept_and_what_is_taken_out(message: str, masked: str) -> None:
    assert mask(message) == masked
