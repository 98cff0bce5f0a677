"""Are a function's errors and throttles red from the documented bounds on?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.serverless.errors import FunctionActivity, FunctionThrottles, frequent_errors, throttled
from tests.builders import NOW, ago, series, target

Counts = tuple[float | None, ...]


def activity(invocations: Counts = (), errors: Counts = ()) -> FunctionActivity:
    counters = [series(*counts, period_s=300) for counts in (invocations, errors)]
    return FunctionActivity(target("function", "thumbnails"), *counters, as_of=NOW)


def refusals(*counts: float | None, period_s: int = 300) -> FunctionThrottles:
    return FunctionThrottles(target("function", "thumbnails"), series(*counts, period_s=period_s), as_of=NOW)


@pytest.mark.parametrize(
    ("invocations", "errors", "red"),
    [
        (500, 5, False),  # one per cent is allowed
        (499, 5, True),
        (100, 4, False),  # five errors are needed
        (100, 5, True),
        (19, 19, False),  # too few invocations for a share
        (20, 5, True),
        (20, 20, True),
        (0, 0, False),
        (100_000, 1000, False),
        (100_000, 1001, True),
    ],
)
def test_errors_are_red_above_all_three_bounds(invocations: int, errors: int, red: bool) -> None:
    assert bool(frequent_errors(activity((invocations,), (errors,)))) is red


@pytest.mark.parametrize("hundreds", range(1, 400, 7))
def test_exactly_one_per_cent_is_allowed_whatever_the_number(hundreds: int) -> None:
    assert frequent_errors(activity((100 * hundreds,), (hundreds,))) == []


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
    assert bool(frequent_errors(activity((200,), (10,)), **limits)) is red


def test_no_errors_are_no_errors_under_any_bounds() -> None:
    assert frequent_errors(activity((200,)), max_share=-1, min_errors=0, min_invocations=0) == []
    assert frequent_errors(activity(), min_errors=0, min_invocations=0) == []


def test_errors_ahead_of_their_invocations_are_all_of_them() -> None:
    [found] = frequent_errors(activity((), (9,)), min_invocations=0)
    assert "100.0% of invocations failed" in found.symptom


def test_the_onset_is_where_the_share_rose_not_the_first_stray_error() -> None:
    [found] = frequent_errors(activity((1000,) * 6, (1, 0, 2, 5, 400, 500)))
    assert found.onset == ago(10)


def test_a_period_at_the_bound_is_before_the_onset() -> None:
    [found] = frequent_errors(activity((100, 100), (1, 50)))
    assert found.onset == ago(5)


def test_a_period_without_errors_recorded_ends_no_onset() -> None:
    [found] = frequent_errors(activity((50, 50, 50), (40, None, 40)))
    assert found.onset == ago(15)


def test_what_it_says_of_errors() -> None:
    [found] = frequent_errors(activity((1000, 1000), (30, 70)))
    assert found.symptom == "thumbnails: 5.0% of invocations failed, expected at most 1.0%"
    assert found.evidence == ("Errors 100 of Invocations 2,000, 11:50 to 11:55 UTC",)
    assert (found.cause, found.impact, found.proven) == ("unknown", "now", False)
    assert found.command.startswith("aws logs tail /aws/lambda/thumbnails")
    assert "/functions/thumbnails" in found.link
    assert found.remedy


@settings(max_examples=100, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.integers(0, 300), st.integers(0, 300)), min_size=1, max_size=6))
def test_a_red_function_has_an_onset_in_a_period_with_errors(counts: list[tuple[int, int]]) -> None:
    invocations, errors = zip(*counts, strict=True)
    facts = activity(invocations, errors)
    for found in frequent_errors(facts):
        assert found.onset in [when for when, value in facts.errors.points if value > 0]


# --- throttles


@pytest.mark.parametrize(
    ("throttles", "red"),
    [
        ((), False),
        ((0, 0, 0), False),
        ((0, 900, 0), False),  # one period may be a burst
        ((1, 0, 1), True),
        ((1, None, 1), True),
        ((1, 1), True),
    ],
)
def test_throttles_are_red_in_two_periods(throttles: Counts, red: bool) -> None:
    assert bool(throttled(refusals(*throttles))) is red


def test_the_number_of_periods_can_be_set() -> None:
    facts = refusals(3, 3)
    assert throttled(facts, min_periods=3) == []
    assert len(throttled(facts, min_periods=1)) == 1
    assert throttled(refusals(), min_periods=0) == []


def test_a_function_that_is_not_let_in_at_all_is_throttled() -> None:
    [found] = throttled(refusals(40, 60))
    assert found.symptom == "thumbnails: 100 invocations throttled, expected none"
    assert found.evidence == ("Throttles 100 in 2 periods of 5 min, 11:50 to 11:55 UTC",)
    assert (found.cause, found.impact, found.proven, found.onset) == ("throttled", "now", True, ago(10))
    assert "reserved concurrency" in found.remedy


def test_the_period_is_named_as_it_is() -> None:
    [found] = throttled(refusals(1, 1, period_s=60))
    assert "in 2 periods of 1 min" in found.evidence[0]


def test_the_onset_of_throttling_is_the_first_refusal() -> None:
    [found] = throttled(refusals(0, 2, 0, 5))
    assert found.onset == ago(15)
