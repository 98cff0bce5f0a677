"""Is a log red when errors burst into it, and only then?"""

from __future__ import annotations

import statistics
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.logs.bursts import ErrorLines, error_bursts, median_minute
from tests.builders import NOW, ago, series, target

BRIEF = settings(max_examples=120, deadline=None, derandomize=True)


def lines(*per_minute: float | None, minutes: int | None = None) -> ErrorLines:
    length = len(per_minute) if minutes is None else minutes
    return ErrorLines(target("log_group", "/ecs/checkout"), series(*per_minute), length, NOW)


@pytest.mark.parametrize(("errors", "red"), [(100, False), (101, True), (5000, True)])
def test_more_than_a_hundred_in_a_quiet_minute(errors: int, red: bool) -> None:
    assert bool(error_bursts(lines(*[None] * 59, errors))) is red


@pytest.mark.parametrize(("errors", "red"), [(200, False), (201, True)])
def test_five_times_the_median_is_still_usual(errors: int, red: bool) -> None:
    assert bool(error_bursts(lines(*[40] * 59, errors))) is red


def test_what_is_always_so_is_no_burst() -> None:
    assert error_bursts(lines(*[5000] * 60)) == []


@pytest.mark.parametrize(
    ("per_minute", "events", "red"),
    [
        (300, 18_500, True),  # for a week nothing but errors
        (300, 22_600, False),  # a noisy service answers, too
        (100, 6_000, False),
        (300, 0, False),  # how much else was logged is not known
    ],
)
def test_a_storm_that_is_its_own_median_is_red_where_nothing_else_is_logged(
    per_minute: float, events: float, red: bool
) -> None:
    assert bool(error_bursts(replace(lines(*[per_minute] * 60), events=events))) is red


def test_quiet_minutes_count_in_the_median() -> None:
    busy = [300] * 5
    assert error_bursts(lines(*busy)) == []
    assert len(error_bursts(lines(*[None] * 55, *busy))) == 1
    assert len(error_bursts(lines(*busy, minutes=60))) == 1


def test_a_window_shorter_than_a_minute_has_the_median_of_its_points() -> None:
    assert median_minute(lines(7, minutes=0)) == 7


def test_no_error_is_no_burst() -> None:
    assert error_bursts(lines()) == []
    assert error_bursts(lines(minutes=60)) == []


@pytest.mark.parametrize(
    ("limits", "red"),
    [
        ({"max_per_minute": 150}, False),
        ({"max_per_minute": 149}, True),
        ({"times_median": 15}, False),
        ({"times_median": 14}, True),
    ],
)
def test_both_bounds_can_be_set(limits: dict[str, float], red: bool) -> None:
    assert bool(error_bursts(lines(*[10] * 30, 150), **limits)) is red  # type: ignore[arg-type]


def test_what_it_says() -> None:
    [found] = error_bursts(lines(*[None] * 54, 2, 130, 900, 50, 1200, 3))
    assert found.symptom == "/ecs/checkout: 1,200 errors in a minute, expected at most 100"
    assert found.evidence == ("worst minute 11:58 UTC; minutes above: 3; median 0 a minute",)
    assert (found.cause, found.impact, found.proven, found.onset) == ("unknown", "now", False, ago(5))
    assert found.why == "from 2 errors a minute to 130 at 11:55 UTC"
    assert "$252Fecs$252Fcheckout" in found.link
    assert found.command == "aws logs tail /ecs/checkout --since 1h --filter-pattern ERROR"


def test_half_an_error_in_the_median_is_said_so() -> None:
    [found] = error_bursts(lines(None, None, 1, 400))
    assert found.evidence[0].endswith("median 0.5 a minute")


def test_its_words_name_the_cause() -> None:
    facts = replace(lines(*[None] * 59, 400), examples=("ERROR TimeoutError: no answer within 3 s",))
    [found] = error_bursts(facts)
    assert found.cause == "timeout"
    assert found.evidence[1] == "says: ERROR TimeoutError: no answer within 3 s"
    assert found.why == "from 0 errors a minute to 400 at 11:59 UTC"


@BRIEF
@given(st.lists(st.none() | st.integers(1, 500), max_size=40), st.integers(0, 30))
def test_the_median_is_that_of_all_minutes_filled_with_zeros(drawn: list[int | None], more: int) -> None:
    zero_filled = [count or 0 for count in drawn] + [0] * more
    expected = statistics.median(zero_filled) if zero_filled else 0.0
    assert median_minute(lines(*drawn, minutes=len(drawn) + more)) == expected


@BRIEF
@given(st.lists(st.none() | st.integers(1, 5000), max_size=40))
def test_a_burst_is_above_both_bounds(drawn: list[int | None]) -> None:
    facts = lines(*drawn)
    beyond = [n for n in drawn if n is not None and n > 100 and n > 5 * median_minute(facts)]
    assert [f"minutes above: {len(beyond)};" in found.evidence[0] for found in error_bursts(facts)] == [True] * bool(
        beyond
    )
