"""Is a deployment waited for as long as its health checks, its draining and the metrics' lag need?"""

from __future__ import annotations

from datetime import timedelta

import pytest

from diagnosis.gate.baking import Baking, longest_wait
from tests.builders import NOW, ago


@pytest.mark.parametrize(
    ("is_alias", "checks_s", "draining_s", "minutes"),
    [
        (False, 0, 0, 15),
        (True, 0, 0, 10),
        (False, 30, 300, 15),  # 2 × 30 s + 5 min + 3 min
        (False, 60, 900, 20),
        (False, 300, 0, 15),
        (False, 600, 0, 23),
    ],
)
def test_the_floor_is_what_trouble_needs(is_alias: bool, checks_s: float, draining_s: float, minutes: int) -> None:
    baking = Baking("shop/checkout", "deployment 7", ago(5), is_alias, checks_s, draining_s)
    assert baking.floor == timedelta(minutes=minutes)


def test_the_longest_wait_is_waited_for_and_says_why() -> None:
    old, new = Baking("a", "deployment 1", ago(60)), Baking("b", "deployment 2", ago(5), draining_s=900)
    wait = longest_wait([old, new], timedelta(minutes=1), NOW)
    assert wait is not None
    assert wait.until == ago(5) + timedelta(minutes=18)
    assert wait.said.startswith("waiting 13 min, until 12:13 UTC: b: deployment 2 has had its traffic since 11:55 UTC")
    assert wait.said.endswith("draining 15 min, lag of metrics 3 min")


def test_a_longer_wish_is_granted_and_a_shorter_one_is_not() -> None:
    baking = Baking("a", "deployment 1", NOW)
    for wanted, until in ((30, 30), (2, 15)):
        wait = longest_wait([baking], timedelta(minutes=wanted), NOW)
        assert wait is not None
        assert wait.until == NOW + timedelta(minutes=until)
        assert ("as asked for" in wait.said) is (wanted == 30)


def test_nothing_that_bakes_is_not_waited_for() -> None:
    assert longest_wait([], timedelta(minutes=15), NOW) is None
    done = longest_wait([Baking("a", "deployment 1", ago(99))], timedelta(minutes=15), NOW)
    assert done is not None
    assert done.said.startswith("waiting no time")
