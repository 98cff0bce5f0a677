"""Does an exemption excuse what it names, until its last day, and nothing more?"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.exemptions import Exemption
from tests.builders import HERE


def exemption(target: str = "*", **changes: Any) -> Exemption:
    known: dict[str, Any] = {
        "check": "test_storage_has_headroom",
        "owner": "data team",
        "reason": "moves in May",
        "expires": date(2026, 3, 10),
    }
    return Exemption(target=target, **known | changes)


def covers(pattern: str, name: str) -> bool:
    return exemption(pattern).covers("test_storage_has_headroom", f"{HERE.key}/{name}")


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("orders", "orders"),
        ("123456789012/eu-west-1/orders", "orders"),
        ("123456789012/*/orders", "orders"),
        ("123456789012/*", "orders"),
        ("*", "orders"),
        ("ord*", "orders"),
        ("*-dev", "orders-dev"),
        ("shop/*", "shop/checkout"),
        ("*/checkout", "shop/checkout"),
        ("queue[1]", "queue[1]"),
        ("what?", "what?"),
    ],
)
def test_a_target_is_covered_by_its_id_its_name_or_a_pattern(pattern: str, name: str) -> None:
    assert covers(pattern, name)


@pytest.mark.parametrize(
    ("pattern", "name"),
    [
        ("orders", "orders-2"),
        ("orders", "Orders"),
        ("rder", "orders"),
        ("", "orders"),
        ("999999999999/*", "orders"),
        ("checkout", "shop/checkout"),
        ("queue[12]", "queue1"),
        ("queue?", "queue1"),
        ("o.ders", "orders"),
    ],
)
def test_another_target_is_not_covered(pattern: str, name: str) -> None:
    assert not covers(pattern, name)


def test_another_check_is_not_covered() -> None:
    assert not exemption("*").covers("test_storage", f"{HERE.key}/orders")


@settings(max_examples=80, deadline=None, derandomize=True)
@given(st.text(st.sampled_from("ab[]?!.-+(\\"), max_size=8), st.text(st.sampled_from("ab[]?!.-+(\\"), max_size=8))
def test_without_a_star_a_pattern_means_itself(pattern: str, name: str) -> None:
    assert covers(pattern, name) == (pattern == name)


@pytest.mark.parametrize(
    ("now", "expired", "soon"),
    [
        (datetime(2026, 3, 2, 23, 59, tzinfo=UTC), False, False),
        (datetime(2026, 3, 3, 0, 0, tzinfo=UTC), False, True),
        (datetime(2026, 3, 10, 23, 59, 59, tzinfo=UTC), False, True),
        (datetime(2026, 3, 11, 0, 0, tzinfo=UTC), True, False),
    ],
)
def test_the_last_day_counts_and_a_week_before_it_warns(now: datetime, expired: bool, soon: bool) -> None:
    assert exemption().expired(now) is expired
    assert exemption().expires_soon(now) is soon


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.integers(-30, 30))
def test_what_is_over_does_not_end_soon(days: int) -> None:
    now = datetime(2026, 3, 10, 12, tzinfo=UTC) + timedelta(days=days)
    assert exemption().expired(now) is (days > 0)
    assert exemption().expires_soon(now) is (-7 <= days <= 0)


def test_an_exemption_says_why_who_and_until_when() -> None:
    assert str(exemption()) == "moves in May (data team, until 2026-03-10)"
