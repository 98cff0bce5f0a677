"""Are a function's errors red from the documented bounds on, and do they take their cause from its log?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.answers import Absent, Blind
from diagnosis.findings import Finding
from diagnosis.serverless.errors import FunctionActivity, frequent_errors
from diagnosis.serverless.function_log import FunctionLog
from tests.builders import NOW, ago, series, target
from tests.diagnosis.serverless.logs import log_of, told

QUIET = Absent("no traffic")

Counts = tuple[float | None, ...]


def activity(invocations: Counts = (), errors: Counts = ()) -> FunctionActivity:
    counters = [series(*counts, period_s=300) for counts in (invocations, errors)]
    return FunctionActivity(target("function", "thumbnails"), *counters, as_of=NOW)


def errors_of(facts: FunctionActivity, log: FunctionLog | Absent | Blind = QUIET, **limits: Any) -> list[Finding]:
    return frequent_errors(facts, log, **limits)


@pytest.mark.parametrize(
    ("invocations", "errors", "red"),
    [
        (500, 5, False),  # one per cent is allowed
        (499, 5, True),
        (100, 4, False),  # five errors are needed
        (100, 5, True),
        (19, 18, False),  # too few invocations for a share
        (19, 19, True),  # unless all of them fail
        (2, 2, True),
        (1, 1, False),
        (20, 5, True),
        (20, 20, True),
        (0, 0, False),
        (100_000, 1000, False),
        (100_000, 1001, True),
    ],
)
def test_errors_are_red_above_all_three_bounds(invocations: int, errors: int, red: bool) -> None:
    assert bool(errors_of(activity((invocations,), (errors,)))) is red


@pytest.mark.parametrize(
    ("invocations", "errors", "red"),
    [
        ((1, 1, 1, 1, 1), (0, 0, 1, 1, 1), True),
        ((1, 1, 1, 1, 1), (0, 0, 0, 1, 1), False),
        ((1, 1, 0, 1, 1), (0, 1, 0, 1, 1), True),
        ((1, 1, 1, 1, 1), (1, 1, 1, 1, 0), False),  # it recovered
        ((4, 3), (3, 3), True),
        ((4, 3), (3, 2), False),
    ],
)
def test_a_function_that_runs_seldom_is_red_once_it_always_fails(
    invocations: Counts, errors: Counts, red: bool
) -> None:
    assert bool(errors_of(activity(invocations, errors))) is red


@pytest.mark.parametrize("hundreds", range(1, 400, 7))
def test_exactly_one_per_cent_is_allowed_whatever_the_number(hundreds: int) -> None:
    assert errors_of(activity((100 * hundreds,), (hundreds,))) == []


@pytest.mark.parametrize(
    ("limits", "red"),
    [
        ({"max_share": 0.04}, True),
        ({"max_share": 0.05}, False),
        ({"min_errors": 11}, False),
        ({"min_invocations": 200}, True),
        ({"min_invocations": 201}, False),
    ],
)
def test_each_bound_can_be_set(limits: dict[str, Any], red: bool) -> None:
    assert bool(errors_of(activity((200,), (10,)), **limits)) is red


def test_no_errors_are_no_errors_under_any_bounds() -> None:
    assert errors_of(activity((200,)), max_share=-1, min_errors=0, min_invocations=0) == []
    assert errors_of(activity(), min_errors=0, min_invocations=0) == []


def test_errors_ahead_of_their_invocations_are_all_of_them() -> None:
    [found] = errors_of(activity((), (9,)), min_invocations=0)
    assert "100.0% of invocations failed" in found.symptom


def test_the_onset_is_where_the_share_rose_not_the_first_stray_error() -> None:
    [found] = errors_of(activity((1000,) * 6, (1, 0, 2, 5, 400, 500)))
    assert found.onset == ago(10)


def test_a_period_at_the_bound_is_before_the_onset() -> None:
    [found] = errors_of(activity((100, 100), (1, 50)))
    assert found.onset == ago(5)


def test_a_period_without_errors_recorded_ends_no_onset() -> None:
    [found] = errors_of(activity((50, 50, 50), (40, None, 40)))
    assert found.onset == ago(15)


def test_what_it_says_of_errors() -> None:
    [found] = errors_of(activity((1000, 1000), (30, 70)))
    assert found.symptom == "thumbnails: 5.0% of invocations failed, expected at most 1.0%"
    assert found.evidence[0] == "Errors 100 of Invocations 2,000, 11:50 to 11:55 UTC"
    assert (found.cause, found.impact, found.proven) == ("unknown", "now", False)
    assert found.command.startswith("aws logs tail /aws/lambda/thumbnails")
    assert "/functions/thumbnails" in found.link
    assert found.remedy


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=6))
def test_a_red_function_has_an_onset_in_a_period_with_errors(counts: list[tuple[int, int]]) -> None:
    invocations, errors = zip(*counts, strict=True)
    facts = activity(invocations, errors)
    for found in errors_of(facts):
        assert found.onset in [when for when, value in facts.errors.points if value > 0]


IMPORT = "Runtime.ImportModuleError: Unable to import module 'app': No module named 'pictures'"
KEY = "[ERROR] KeyError: 'size'"
CONNECT = 'ConnectTimeoutError: Connect timeout on endpoint URL: "https://sqs.eu-west-1.amazonaws.com/"'
TIMEOUT = "2026-03-04T11:50:00.000Z 8f14e45f-ceea-467f-ab2e-1d2a3b4c5d6e Task timed out after 30.00 seconds"
DENIED = (
    "An error occurred (AccessDenied) when calling the GetObject operation: User: arn:aws:sts::1:assumed-role/r/f "
    "is not authorized to perform: s3:GetObject on resource: x because no identity-based policy allows the action"
)


@pytest.mark.parametrize(
    ("lines", "cause", "proven"),
    [
        ([told(KEY, 9)], "code", False),
        ([told(IMPORT, 9)], "code", True),
        ([told(TIMEOUT, 9)], "timeout", False),
        ([told(TIMEOUT, 9), told(CONNECT, 8)], "network", False),
        ([told(TIMEOUT, 9), told(CONNECT, 2)], "timeout", False),
        ([told(TIMEOUT, 9), told(KEY, 8)], "timeout", False),
        ([told(DENIED, 9), told(KEY, 2)], "permission", False),
        ([told("a line that says nothing", 900), told(KEY, 2)], "code", False),
        ([told("a line that says nothing", 900)], "unknown", False),
        ([told("REPORT RequestId: x\tStatus: error\tError Type: Runtime.OutOfMemory", 9)], "out_of_memory", False),
        ([told("REPORT RequestId: x\tStatus: error", 90, record=True), told(DENIED, 9)], "permission", False),
        ([], "unknown", False),
    ],
)  # fmt: skip
def test_the_cause_is_what_most_lines_tell_of(lines: list[Any], cause: str, proven: bool) -> None:
    [found] = errors_of(activity((100,), (9,)), log_of(*lines))
    assert (found.cause, found.proven) == (cause, proven)


def test_the_log_is_quoted() -> None:
    [found] = errors_of(activity((100,), (9,)), log_of(told(KEY, 9), told(DENIED, 1)))
    assert found.evidence[1] == f"log, 9 times since 11:40:00 UTC: {KEY}"
    assert found.evidence[2].startswith("log, once since")


def test_a_log_that_cannot_be_read_costs_the_cause_only() -> None:
    [found] = errors_of(activity((100,), (9,)), Blind("denied", "missing logs:StartQuery", "logs:StartQuery"))
    assert found.cause == "unknown"
    assert "missing logs:StartQuery" in found.evidence[1]


def test_a_function_that_a_table_refused_depends_on_tables() -> None:
    refused = told("ProvisionedThroughputExceededException: Throughput exceeds the current capacity of your table", 9)
    [found] = errors_of(activity((100,), (20,)), log_of(refused))
    assert (found.cause, found.depends_on) == ("throttled", ("dynamodb",))
    [other] = errors_of(activity((100,), (20,)), log_of(told("KeyError: 'customer'", 9)))
    assert other.depends_on == ()
