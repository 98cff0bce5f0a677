"""Is a response that would not work found before it is needed?"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from diagnosis.readiness.response import (
    ChangeRecords,
    Incident,
    OwnRights,
    Postmortems,
    RollbackArming,
    Runbook,
    missing_rights,
    unarmed_rollback,
    unrecorded_changes,
    unsound_runbook,
    unwritten_postmortems,
    working_days,
)
from diagnosis.simulation import Need, Ruling
from tests.builders import NOW, ago, target

DAY_M = 24 * 60
BOOK = Runbook(target("state_machine", "incident-runbook"), (), (), ago(30 * DAY_M), NOW)
ARMING = RollbackArming(target("rollout", "shop/checkout"), True, False, ("it says so",), "arm it", NOW)
RECORDS = ChangeRecords(target("place", "eu-west-1"), (("all", True, ""),), True, NOW)


@pytest.mark.parametrize(
    ("change", "observed", "cause"),
    [
        ({"problems": ("/States/A Missing 'Next' target: B",)}, "its definition is invalid", "config"),
        ({"absent": ("function page",)}, "it calls function page, which does not exist", "config"),
        ({"succeeded": ago(91 * DAY_M)}, "last succeeded 91 d ago", "process"),
        ({"succeeded": None}, "last succeeded never, as far as is kept", "process"),
    ],
)
def test_a_runbook_that_would_not_work_is_found(change: dict[str, Any], observed: str, cause: str) -> None:
    [sick] = unsound_runbook(replace(BOOK, **change))
    assert sick.symptom.startswith(f"incident-runbook: {observed}, expected")
    assert (sick.cause, sick.impact) == (cause, "hygiene")


def test_a_valid_runbook_that_worked_lately_is_sound() -> None:
    assert unsound_runbook(BOOK) == []
    assert unsound_runbook(BOOK, max_unrehearsed_days=29) != []


def test_a_rollout_is_taken_back_by_itself_or_found() -> None:
    assert unarmed_rollback(ARMING) == []
    assert unarmed_rollback(replace(ARMING, armed=False)) != []
    assert unarmed_rollback(ARMING, alarms_required=True) != []
    assert unarmed_rollback(replace(ARMING, by_alarm=True), alarms_required=True) == []


@pytest.mark.parametrize(
    ("change", "observed"),
    [
        ({"trails": ()}, "no trail keeps its changes"),
        ({"trails": (("all", False, ""),)}, "no trail keeps its changes"),
        ({"trails": (("all", True, "AccessDenied"),)}, "no trail keeps its changes"),
        ({"keeps_stops": False}, "why ECS stopped tasks is kept for an hour only"),
    ],
)
def test_changes_that_are_not_kept_are_found(change: dict[str, Any], observed: str) -> None:
    [sick] = unrecorded_changes(replace(RECORDS, **change))
    assert observed in sick.symptom
    assert sick.evidence


def test_one_trail_that_delivers_is_enough() -> None:
    assert unrecorded_changes(RECORDS) == []
    assert unrecorded_changes(replace(RECORDS, trails=(("old", False, ""), ("all", True, "")), keeps_stops=None)) == []


def test_a_permission_that_is_refused_is_named_and_one_that_depends_is_not() -> None:
    need = [Need(f"ec2:{name}", "*", "read") for name in ("DescribeVpcs", "DescribeSubnets", "DescribeTags")]
    rulings = (Ruling(need[0], "allowed"), Ruling(need[1], "implicitDeny"), Ruling(need[2], "implicitDeny", ("aws:x",)))
    rights = OwnRights(target("place", "eu-west-1"), "vitals", rulings, NOW)
    [sick] = missing_rights(rights)
    assert sick.symptom.startswith("eu-west-1: vitals lacks 1 of 3 permissions")
    assert sick.evidence[0] == "ec2:DescribeSubnets"
    assert missing_rights(replace(rights, rulings=rulings[:1])) == []


MONDAY = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(("days", "working"), [(0, 0), (1, 1), (4, 4), (5, 4), (6, 4), (7, 5), (14, 10)])
def test_saturdays_and_sundays_are_no_working_days(days: int, working: int) -> None:
    assert working_days(MONDAY, MONDAY + timedelta(days=days)) == working


@settings(max_examples=100, derandomize=True)
@given(st.integers(0, 400), st.integers(0, 6))
def test_five_of_seven_days_are_working_days(weeks: int, weekday: int) -> None:
    start = MONDAY + timedelta(days=weekday)
    assert working_days(start, start + timedelta(weeks=weeks)) == 5 * weeks


def test_an_incident_without_document_is_found_when_it_is_late() -> None:
    old, new = (Incident(name, ago(days * DAY_M), "") for name, days in (("i-1", 20), ("i-2", 2)))
    book = Postmortems(BOOK.target, (old, new), NOW)
    [sick] = unwritten_postmortems(book)
    assert sick.symptom.startswith("incident-runbook: 1 of 2 incidents have no postmortem")
    assert "i-1" in sick.evidence[0]
    assert unwritten_postmortems(replace(book, incidents=(replace(old, document="pm/i-1.md"), new))) == []
