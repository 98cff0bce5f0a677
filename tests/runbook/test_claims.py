"""Who has an incident in hand? An event that comes twice is one; what was started by hand is always new."""

from __future__ import annotations

import pytest

from runbook import claims
from runbook.incidents import opening

ALARM = {"source": "aws.cloudwatch", "resources": ["arn:a"], "detail": {"state": {"timestamp": "T1"}}}
DRILL = {"source": "aws.cloudwatch", "detail": {"alarmName": "drill-critical"}}


@pytest.fixture
def executions(monkeypatch):
    """Their states by name; claims are made in a dictionary."""
    states: dict[str, str] = {}
    table: dict[str, str] = {}
    monkeypatch.setattr(claims, "once", lambda key, make, _context=None: table.setdefault(key, make()))
    monkeypatch.setattr(claims, "forget", table.pop)
    monkeypatch.setattr(claims, "_status", lambda execution: states.get(execution, ""))
    return states


@pytest.mark.parametrize(
    ("first", "second", "state", "holder"),
    [
        (ALARM, ALARM, "RUNNING", "first"),
        (ALARM, ALARM, "SUCCEEDED", "first"),
        (ALARM, ALARM, "FAILED", "second"),
        (ALARM, ALARM, "", "second"),
        (ALARM, ALARM | {"detail": {"state": {"timestamp": "T2"}}}, "RUNNING", "first"),
        (ALARM, ALARM | {"detail": {"state": {"timestamp": "T2"}}}, "SUCCEEDED", "second"),
        (DRILL, DRILL, "RUNNING", "first"),
        (DRILL, DRILL, "SUCCEEDED", "second"),
        ({}, {}, "RUNNING", "second"),
        ({}, DRILL, "RUNNING", "second"),
    ],
)
def test_who_has_it_in_hand(executions, first, second, state, holder):
    assert claims.taken_by(opening(first), "first") == "first"
    executions["first"] = state
    assert claims.taken_by(opening(second), "second") == holder
