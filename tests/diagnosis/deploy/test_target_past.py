"""Is what was sick within the window and is well again told, and a short stumble not?"""

from __future__ import annotations

from typing import Any

import pytest

from diagnosis.answers import Blind
from diagnosis.deploy.target_groups import HealthCheck, TargetGroupHealth
from diagnosis.deploy.target_health import unhealthy_targets
from diagnosis.deploy.target_spells import spells
from tests.builders import HERE, NOW, ago, series, target

ARN = HERE.arn("elasticloadbalancing", "targetgroup/checkout/1f")
UNREAD = Blind("denied", "missing ec2:DescribeNetworkAcls")


def group(unhealthy: list[float | None], healthy: list[float | None], **changes: Any) -> TargetGroupHealth:
    """A group that is well at the end of these minutes."""
    known: dict[str, Any] = {
        "target": target("target_group", "checkout", ARN),
        "health_check": HealthCheck("HTTP", "traffic-port", "/healthz", "200", 5, 10, 2),
        "load_balancers": (),
        "protocol": "HTTP",
        "as_of": NOW,
        "detailed": False,
        "spells": spells(series(*healthy), series(*unhealthy)),
    }
    return TargetGroupHealth(**known | changes)


DOWN = group([0, 2, 2, 2, 0, 0], [2, 0, 0, 0, 2, 2])
FLAPS = group([1, 1, 0, 1, 1, 0, 1, 1, 0], [1] * 9)


def test_an_outage_that_is_over_is_told_with_its_time() -> None:
    [found] = unhealthy_targets(DOWN, UNREAD)
    assert (found.cause, found.impact, found.proven) == ("health_check", "now", False)
    assert found.symptom.startswith("checkout: no target was healthy for 3 min until ")
    assert found.onset == ago(5)


def test_a_group_that_loses_a_target_again_and_again_has_no_room_left() -> None:
    [found] = unhealthy_targets(FLAPS, UNREAD)
    assert (found.impact, found.symptom) == (
        "soon",
        "checkout: targets failed their health check 3 times, expected none",
    )
    assert unhealthy_targets(FLAPS, UNREAD, min_spells=4) == []
    assert unhealthy_targets(FLAPS, UNREAD, minutes_before_red=3) == []


@pytest.mark.parametrize(
    ("unhealthy", "healthy"),
    [
        ([0, 0, 0], [2, 2, 2]),
        ([0, 2, 0], [2, 0, 2]),  # a minute
        ([0, 1, 1, 0, 1, 1, 0], [2, 1, 1, 2, 1, 1, 2]),  # twice, and one was left
        ([0, 2, 2, 2], [2, 0, 0, 0]),  # not over: what the targets say counts
        ([None, 0, 0], [None, 0, 0]),  # starting, nothing failed
    ],
)
def test_a_stumble_is_none(unhealthy: list[float | None], healthy: list[float | None]) -> None:
    assert unhealthy_targets(group(unhealthy, healthy), UNREAD) == []


def test_a_gap_does_not_end_it() -> None:
    [spell] = spells(series(0, 0, None, 0, 2), series(1, 1, None, 1, 0))
    assert (spell.minutes, spell.deserted) == (4, 3)
