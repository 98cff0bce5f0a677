"""Is an alarm that nobody would hear or understand found, and no other?"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from diagnosis.readiness.alarms import (
    SIGNALS,
    AlarmPlaybook,
    AlarmReadiness,
    Audience,
    SignalAlarms,
    alarms_without_playbook,
    mute_alarms,
    unwatched_signals,
)
from tests.builders import NOW, ago, target

TOPIC = "arn:aws:sns:eu-west-1:123456789012:on-call"
ALARM = AlarmReadiness(target("alarm", "slow"), True, (Audience(TOPIC, 1, 0),), (), (), "OK", ago(60), NOW)
PLAYBOOK = AlarmPlaybook(target("alarm", "slow"), "", "", None, NOW)
DAY_M = 24 * 60


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"audiences": (Audience(TOPIC, 0, 2), Audience(TOPIC, 1, 0))},
        {"audiences": (), "other_actions": ("arn:aws:lambda:eu-west-1:123456789012:function:heal",)},
        {"audiences": (), "through": ("shop-down",)},
        {"enabled": False, "through": ("shop-down",)},
        {"state": "INSUFFICIENT_DATA", "since": ago(DAY_M - 1)},
    ],
)
def test_somebody_hears_it(change: dict[str, Any]) -> None:
    assert mute_alarms(replace(ALARM, **change)) == []


@pytest.mark.parametrize(
    ("change", "observed"),
    [
        ({"enabled": False}, "its actions are switched off"),
        ({"audiences": ()}, "it does nothing when it goes off"),
        ({"audiences": (Audience(TOPIC, 0, 2),)}, "no subscription of on-call is confirmed"),
        ({"audiences": (Audience(TOPIC, 0, 0),)}, "nobody subscribes to on-call"),
        ({"audiences": (Audience(TOPIC, 0, 0, exists=False),)}, "its topic on-call does not exist"),
        ({"state": "INSUFFICIENT_DATA", "since": ago(DAY_M + 1)}, "no data for 1 d"),
    ],
)
def test_nobody_hears_it(change: dict[str, Any], observed: str) -> None:
    [sick] = mute_alarms(replace(ALARM, **change))
    assert sick.symptom == f"slow: {observed}, expected somebody to hear of it"
    assert sick.impact == "hygiene"


def test_two_reasons_are_one_finding_that_says_both() -> None:
    [sick] = mute_alarms(replace(ALARM, enabled=False, state="INSUFFICIENT_DATA", since=ago(3 * DAY_M)))
    assert "also: no data for 3 d" in sick.evidence


def test_a_link_or_a_file_is_a_playbook() -> None:
    assert alarms_without_playbook(replace(PLAYBOOK, link="https://wiki.example.com/slow")) == []
    assert alarms_without_playbook(replace(PLAYBOOK, file="playbooks/slow.md")) == []
    assert alarms_without_playbook(replace(PLAYBOOK, file="playbooks/slow.md", reviewed=ago(179 * DAY_M))) == []


def test_no_playbook_or_an_old_one_is_found() -> None:
    [none] = alarms_without_playbook(PLAYBOOK)
    [old] = alarms_without_playbook(replace(PLAYBOOK, file="playbooks/slow.md", reviewed=ago(181 * DAY_M)))
    assert none.symptom == "slow: no playbook, expected one"
    assert old.symptom == "slow: its playbook was reviewed 181 d ago, expected one that is not older than 180 days"
    assert none.cause == old.cause == "process"


@pytest.mark.parametrize("kind", sorted(SIGNALS))
def test_what_serves_users_needs_one_alarm_on_a_signal_of_its_kind(kind: Any) -> None:
    watched = SignalAlarms(target("critical_resource", "it"), kind, ("a",), NOW)
    assert unwatched_signals(watched) == []
    [sick] = unwatched_signals(replace(watched, alarms=()))
    assert SIGNALS[kind][0] in sick.remedy
