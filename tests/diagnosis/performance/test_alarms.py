"""Is an alarm red while it rings, as a matter of now or of hygiene?"""

from __future__ import annotations

from typing import Any

import pytest

from diagnosis.answers import CouldNotTellError
from diagnosis.performance.alarms import AlarmState, alarms_in, ringing
from tests.builders import NOW, ago, target

REASON = "Threshold Crossed: 3 datapoints were greater than the threshold (5.0)."


def alarm(state: str = "ALARM", minutes: float = 12, **changes: Any) -> AlarmState:
    known: dict[str, Any] = {
        "target": target("alarm", "checkout-5xx"),
        "reason": REASON,
        "since": ago(minutes),
        "metric": "AWS/ApplicationELB HTTPCode_Target_5XX_Count",
        "watches": ("app/shop/2e",),
        "as_of": NOW,
    }
    return AlarmState(state=state, **known | changes)


@pytest.mark.parametrize("state", ["OK", "INSUFFICIENT_DATA"])
def test_an_alarm_that_does_not_ring_is_quiet(state: str) -> None:
    assert ringing(alarm(state)) == []


@pytest.mark.parametrize(("state", "said"), [("", "not given"), ("alarm", "alarm"), ("SNOOZED", "SNOOZED")])
def test_a_state_that_nobody_knows_is_not_judged(state: str, said: str) -> None:
    with pytest.raises(CouldNotTellError, match=f"checkout-5xx: unknown state {said}"):
        ringing(alarm(state))


@pytest.mark.parametrize(
    ("hours", "limits", "impact"),
    [
        (0, {}, "now"),
        (23.9, {}, "now"),
        (24, {}, "now"),
        (24.1, {}, "hygiene"),
        (24.1, {"hours_until_old": 48}, "now"),
        (1.1, {"hours_until_old": 1}, "hygiene"),
    ],
)
def test_what_rings_for_more_than_a_day_is_hygiene(hours: float, limits: dict[str, float], impact: str) -> None:
    [found] = ringing(alarm(minutes=60 * hours), **limits)
    assert found.impact == impact


def test_what_it_says() -> None:
    [found] = ringing(alarm())
    assert found.symptom == "checkout-5xx: ALARM for 12 min, expected OK"
    assert found.evidence == (REASON, "watches AWS/ApplicationELB HTTPCode_Target_5XX_Count")
    assert (found.cause, found.proven, found.onset) == ("alarm", False, ago(12))
    assert found.depends_on == ("app/shop/2e",)
    assert found.command.endswith("--alarm-types MetricAlarm CompositeAlarm --alarm-names checkout-5xx")


def test_what_is_not_known_leaves_no_line() -> None:
    rule = "ALARM(checkout-5xx) AND ALARM(checkout-p95)"
    assert ringing(alarm(metric="", watches=(rule,)))[0].evidence == (REASON, f"watches {rule}")
    assert ringing(alarm(reason="", metric="", watches=()))[0].evidence == ()


def test_clocks_that_disagree_do_not_make_it_old() -> None:
    [found] = ringing(alarm(minutes=-0.5))
    assert found.symptom == "checkout-5xx: ALARM for -30 s, expected OK"
    assert found.impact == "now"


def test_an_odd_name_is_quoted() -> None:
    [found] = ringing(alarm(target=target("alarm", "p95 > 2 s; $HOME")))
    assert found.command.endswith("--alarm-names 'p95 > 2 s; $HOME'")


def test_one_that_comes_and_goes_is_found_while_it_is_quiet() -> None:
    [found] = ringing(alarm("OK", rang=5))
    assert (found.impact, found.symptom) == ("soon", "checkout-5xx: rang 5 times and is quiet again, expected OK")
    assert ringing(alarm("OK", rang=3)) == []


@pytest.mark.parametrize(
    ("rule", "names"),
    [
        ("ALARM(dx-down)", ("dx-down",)),
        ('ALARM("loud one") AND NOT (OK(\'quiet\') OR ALARM( "loud one" ))', ("loud one", "quiet")),
        ("INSUFFICIENT_DATA(arn:aws:cloudwatch:eu-west-1:123456789012:alarm:far)", ("far",)),
        ("FALSE", ()),
        ("", ()),
    ],
)
def test_the_rule_of_a_composite_alarm_names_alarms(rule: str, names: tuple[str, ...]) -> None:
    assert alarms_in(rule) == names
