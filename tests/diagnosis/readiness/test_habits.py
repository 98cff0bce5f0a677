"""Are a nightly run that does not run and lessons that nobody acts upon found?"""

from __future__ import annotations

from dataclasses import replace

import pytest

from diagnosis.readiness.habits import (
    NightlyRun,
    OpenAction,
    PostmortemActions,
    forgotten_actions,
    missing_nightly_run,
)
from tests.builders import NOW, ago, target

DAY_M = 24 * 60
PLACE = target("place", "eu-west-1")
NIGHTLY = NightlyRun(PLACE, "vitals-nightly", "ENABLED", ("arn:aws:lambda:…",), NOW)


@pytest.mark.parametrize(
    ("state", "targets", "observed"),
    [
        ("", (), "no schedule vitals-nightly"),
        ("DISABLED", ("arn",), "vitals-nightly is disabled"),
        ("ENABLED", (), "vitals-nightly starts nothing"),
        ("PAUSED", ("arn",), "vitals-nightly is paused"),
    ],
)
def test_a_schedule_that_starts_nothing_is_found(state: str, targets: tuple[str, ...], observed: str) -> None:
    [sick] = missing_nightly_run(replace(NIGHTLY, state=state, targets=targets))
    assert sick.symptom == f"eu-west-1: {observed}, expected a diagnosis every night"
    assert (sick.cause, sick.impact) == ("process", "hygiene")


def test_one_that_starts_something_is_well() -> None:
    assert missing_nightly_run(NIGHTLY) == []


def test_actions_are_forgotten_after_a_month() -> None:
    old, new = (OpenAction(f"oi-{days}", "an alarm", "Open", ago(days * DAY_M)) for days in (31, 29))
    assert forgotten_actions(PostmortemActions(PLACE, (new,), NOW)) == []
    [sick] = forgotten_actions(PostmortemActions(PLACE, (new, old), NOW))
    assert sick.symptom.startswith("eu-west-1: open actions of postmortems: 1, the oldest for 31 d")
    assert sick.evidence == ("oi-31 Open: an alarm",)
