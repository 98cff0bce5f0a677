"""Have services and instances room left?"""

from __future__ import annotations

import pytest

from diagnosis.performance.headroom import ComputeLoad, Scaling, exhausted
from tests.builders import NOW, ago, series, target

SERVICE = target("compute", "shop/checkout", "arn:aws:ecs:eu-west-1:1:service/shop/checkout")
INSTANCE = target("compute", "i-1", "i-1")


def load(subject=SERVICE, cpu=(40,), memory=(50,), **more):
    known = {
        "failed_checks": {}, "credits": None, "burst_percent": {}, "scaling": None, "target_groups": (), "zone": "",
    }  # fmt: skip
    return ComputeLoad(subject, series(*cpu), series(*memory) if memory else None, as_of=NOW, **known | more)


def test_ten_full_minutes():
    (found,) = exhausted(load(cpu=[40, *[97] * 10], target_groups=("tg",)))
    assert found.symptom == "shop/checkout: CPU above 85 % for 10 min, expected less than 10 min"
    assert (found.cause, found.impact, found.onset, found.needed_by) == ("cpu", "now", ago(10), ("tg", "checkout"))
    assert exhausted(load(cpu=[*[97] * 9, 40])) == []
    assert exhausted(load(cpu=[*[97] * 10, 40]))[0].impact == "soon"
    assert exhausted(load(memory=[95] * 12))[0].cause == "memory"


def test_a_failed_status_check_is_awss_or_its_own():
    (found,) = exhausted(load(INSTANCE, failed_checks={"StatusCheckFailed_System": series(0, 1, 1)}, zone="eu-west-1a"))
    assert (found.cause, found.proven, found.onset, found.depends_on) == ("aws_event", True, ago(2), ("eu-west-1a",))
    assert exhausted(load(INSTANCE, failed_checks={"StatusCheckFailed_Instance": series(1)}))[0].cause == "unknown"
    assert exhausted(load(INSTANCE, failed_checks={"StatusCheckFailed_System": series(1, 0)})) == []


@pytest.mark.parametrize("spent", [{"credits": series(90, 4)}, {"burst_percent": {"vol-1": series(60, 3)}}])
def test_credits_that_run_out(spent):
    (found,) = exhausted(load(INSTANCE, **spent))
    assert (found.cause, found.impact) == ("credits", "soon")


def test_no_more_copies_though_they_are_wanted():
    refused = ("AlreadyAtMaxCapacity: alarm",)
    (found,) = exhausted(load(scaling=Scaling(4, 4, refused, ago(5))))
    assert (found.cause, found.onset) == ("capacity", ago(5))
    assert exhausted(load(scaling=Scaling(4, 4, (), None))) == []
    assert exhausted(load(scaling=Scaling(4, 3, refused, ago(5)))) == []
