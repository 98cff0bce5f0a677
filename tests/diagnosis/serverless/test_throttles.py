"""Are refused requests red, and is a limit that is nearly used up?"""

from __future__ import annotations

from typing import Any

import pytest

from diagnosis.answers import CouldNotTellError
from diagnosis.serverless.throttles import FunctionThrottles, throttled
from tests.builders import NOW, ago, series, target

Counts = tuple[float | None, ...]


def refusals(*counts: float | None, period_s: int = 300, **changes: Any) -> FunctionThrottles:
    known: dict[str, Any] = {
        "concurrency": series(4, 5, period_s=300),
        "reserved": None,
        "pool": 1000,
        "pool_used": series(20, period_s=300),
    }
    throttles = series(*counts, period_s=period_s)
    return FunctionThrottles(target("function", "thumbnails"), throttles, as_of=NOW, **known | changes)


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
    assert found.evidence[0] == "Throttles 100 in 2 periods of 5 min"
    assert (found.cause, found.impact, found.proven, found.onset) == ("throttled", "now", True, ago(10))
    assert "reserved concurrency" in found.remedy


def test_the_period_is_named_as_it_is() -> None:
    [found] = throttled(refusals(1, 1, period_s=60))
    assert "in 2 periods of 1 min" in found.evidence[0]


def test_the_onset_of_throttling_is_the_first_refusal() -> None:
    [found] = throttled(refusals(0, 2, 0, 5))
    assert found.onset == ago(15)


def test_whose_limit_is_used_up_is_said() -> None:
    [own] = throttled(refusals(5, 5, reserved=5))
    assert own.why == "its reserved concurrency of 5 is used up"
    [account] = throttled(refusals(5, 5, pool_used=series(990, period_s=300)))
    assert account.why == "the account's unreserved concurrency of 1,000 is used up"
    [nobody] = throttled(refusals(5, 5))
    assert nobody.why == ""


def test_a_reserve_of_nothing_switches_a_function_off() -> None:
    [found] = throttled(refusals(5, 5, reserved=0, concurrency=series(period_s=300)))
    assert (found.cause, found.proven) == ("config", True)
    assert len(throttled(refusals(0, 7, 0, reserved=0))) == 1


def test_a_reserve_of_nothing_is_red_before_anybody_calls() -> None:
    [found] = throttled(refusals(reserved=0, concurrency=series(period_s=300)))
    assert (found.cause, found.impact, found.proven) == ("config", "soon", True)
    assert found.symptom == "thumbnails: reserved concurrency 0 refuses every request, expected to be able to run"
    assert len(throttled(refusals(0, reserved=0))) == 1


def test_what_all_use_of_the_pool_is_evidence() -> None:
    [found] = throttled(refusals(5, 5, pool_used=series(990, period_s=300)))
    assert found.evidence[-1] == "UnreservedConcurrentExecutions maximum 990 of 1,000"
    [own] = throttled(refusals(5, 5, reserved=5))
    assert not any("Unreserved" in line for line in own.evidence)


@pytest.mark.parametrize(
    ("used", "reserved", "pool_used", "red"),
    [
        (79, 100, 500, False),
        (80, 100, 500, True),
        (799, None, 799, False),
        (800, None, 800, True),
        (200, None, 800, True),  # a fifth of a limit that all use up
        (199, None, 800, False),  # others use it up
        (5, 100, 1000, False),  # a reserve is nobody else's
        (None, None, 10, False),
    ],
)
def test_little_room_is_red(used: float | None, reserved: int | None, pool_used: float, red: bool) -> None:
    facts = refusals(
        0,
        concurrency=series(used, period_s=300),
        reserved=reserved,
        pool_used=series(pool_used, period_s=300),
    )
    found = throttled(facts)
    assert bool(found) is red
    assert [(f.cause, f.impact) for f in found] == [("throttled", "soon")] * red


def test_without_a_limit_nothing_can_be_told() -> None:
    with pytest.raises(CouldNotTellError, match="GetAccountSettings"):
        throttled(refusals(0, pool=0))
