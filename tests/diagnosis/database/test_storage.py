"""Is a database red before its disk is full, and in time?"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.answers import CouldNotTellError
from diagnosis.database.storage import DatabaseStorage, storage_exhaustion, time_until_full
from diagnosis.series import Series
from tests.builders import NOW, ago, series, target

GB = 1e9
BRIEF = settings(max_examples=100, deadline=None, derandomize=True)


def storage(*free_gb: float | None, allocated_gb: float = 100, most_gb: float | None = None) -> DatabaseStorage:
    free = series(*(None if gb is None else gb * GB for gb in free_gb), period_s=300)
    most = None if most_gb is None else most_gb * GB
    return DatabaseStorage(target("database", "orders"), allocated_gb * GB, most, free, NOW)


def line(start_gb: float, step_gb: float, points: int = 12) -> tuple[float, ...]:
    return tuple(start_gb + step_gb * index for index in range(points))


@pytest.mark.parametrize(
    ("free_gb", "red", "impact"),
    [(50, False, ""), (10, False, ""), (9.9, True, "soon"), (1, True, "soon"), (0.9, True, "now"), (0, True, "now")],
)
def test_less_than_a_tenth_is_too_little(free_gb: float, red: bool, impact: str) -> None:
    found = storage_exhaustion(storage(*[free_gb] * 12))
    assert bool(found) is red
    assert [one.impact for one in found] == ([impact] if red else [])


def test_the_newest_point_decides() -> None:
    assert storage_exhaustion(storage(5, 50)) == []
    assert len(storage_exhaustion(storage(50, 5))) == 1


@pytest.mark.parametrize(("limits", "red"), [({"min_free_share": 0.2}, True), ({"min_free_share": 0.15}, False)])
def test_the_share_can_be_set(limits: dict[str, Any], red: bool) -> None:
    assert bool(storage_exhaustion(storage(15), **limits)) is red


@pytest.mark.parametrize(
    ("hours", "red"),
    [(23, True), (23.9, True), (24.1, False), (100, False)],
)
def test_a_disk_that_is_full_tomorrow_is_red_today(hours: float, red: bool) -> None:
    step = 40 / (hours * 12)  # GB in each five minutes, so that the last 40 GB take that long
    found = storage_exhaustion(storage(*line(40 + 11 * step, -step)))
    assert bool(found) is red


def test_the_hours_can_be_set() -> None:
    facts = storage(*line(51, -0.1, 11))  # 50 GB last 41 h 40 min
    assert storage_exhaustion(facts) == []
    [found] = storage_exhaustion(facts, hours_until_full=48)
    assert found.symptom == "orders: 50.0% of storage free, full in 1 d 17 h at this rate, expected room for 48 h"


def test_too_few_points_make_no_trend() -> None:
    assert storage_exhaustion(storage(*line(40, -4, 5))) == []
    assert len(storage_exhaustion(storage(*line(40, -4, 6)))) == 1


def test_what_it_says() -> None:
    [found] = storage_exhaustion(storage(20, 12, 8, 5))
    assert found.symptom == "orders: 5.0% of storage free, expected at least 10%"
    assert found.evidence == ("FreeStorageSpace 5.0 GB of 100.0 GB", "storage autoscaling is off")
    assert (found.cause, found.proven, found.onset) == ("storage", True, ago(10))
    assert found.command == "aws rds describe-db-instances --db-instance-identifier orders"
    assert found.remedy


def test_a_trend_alone_has_no_onset_yet() -> None:
    [found] = storage_exhaustion(storage(*line(80, -2)))
    assert found.onset is None
    assert found.impact == "soon"


@pytest.mark.parametrize(
    ("most_gb", "line_of"),
    [(None, "is off"), (500, "up to 500 GB"), (100, "already at 100 GB"), (80, "already at 80 GB")],
)
def test_autoscaling_is_named(most_gb: float | None, line_of: str) -> None:
    [found] = storage_exhaustion(storage(5, most_gb=most_gb))
    assert found.evidence[1] == f"storage autoscaling {line_of}"


@pytest.mark.parametrize(
    ("facts", "missing"), [(storage(), "point of FreeStorageSpace"), (storage(5, allocated_gb=0), "AllocatedStorage")]
)
def test_without_size_or_point_nobody_can_tell(facts: DatabaseStorage, missing: str) -> None:
    with pytest.raises(CouldNotTellError, match=f"no data: orders has no {missing}"):
        storage_exhaustion(facts)


# --- the trend


@BRIEF
@given(st.integers(1, 10**12), st.integers(1, 10**9), st.integers(6, 60))
def test_an_exact_line_is_continued_to_zero(last: int, step: int, points: int) -> None:
    falling = series(*(last + step * index for index in reversed(range(points))), period_s=300)
    left = time_until_full(falling)
    exact_s = last / step * 300
    if exact_s > 3651 * 86400:
        assert left is None
    elif exact_s < 3649 * 86400:
        assert left is not None
        assert left.total_seconds() == pytest.approx(exact_s, rel=1e-3, abs=1)


@BRIEF
@given(st.floats(0, 1e13), st.floats(0, 1e10), st.integers(6, 40))
def test_what_does_not_shrink_is_never_full(first: float, step: float, points: int) -> None:
    assert time_until_full(series(*(first + step * index for index in range(points)), period_s=300)) is None


@BRIEF
@given(st.lists(st.none() | st.floats(0, 1e12), max_size=20))
def test_any_series_gives_a_time_ahead_or_none(values: list[float | None]) -> None:
    left = time_until_full(series(*values, period_s=300))
    assert left is None or timedelta(0) <= left <= timedelta(days=3650)


def test_gaps_keep_their_length() -> None:
    whole, gappy = line(100, -1, 12), [100 - index if index % 3 else None for index in range(12)]
    assert time_until_full(series(*whole, period_s=300)) == time_until_full(series(*gappy, period_s=300))


@pytest.mark.parametrize("points", [0, 1])
def test_one_point_is_no_line(points: int) -> None:
    assert time_until_full(Series(300, ((NOW, 5.0),) * points), min_points=0) is None


@pytest.mark.parametrize(("last", "red"), [(287, True), (288, False)])
def test_a_day_ahead_is_far_enough(last: int, red: bool) -> None:
    falling = series(*(last + step for step in reversed(range(12))), period_s=300)  # one byte in each of 288 periods
    facts = DatabaseStorage(target("database", "orders"), 1000, None, falling, NOW)
    assert bool(storage_exhaustion(facts)) is red


def test_a_tenth_that_runs_out_is_missing_room_not_share() -> None:
    [found] = storage_exhaustion(storage(*line(21, -1)))
    assert found.symptom == "orders: 10.0% of storage free, full in 50 min at this rate, expected room for 24 h"


def test_the_onset_is_the_first_point_below_the_bound() -> None:
    assert storage_exhaustion(storage(30, 10, 9))[0].onset == ago(5)
