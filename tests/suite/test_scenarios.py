"""Each shipped scenario is found exactly as it says, serial and spread over workers."""

from __future__ import annotations

import pytest

from sandbox.proof import differences
from sandbox.scenario import load, shipped


ALWAYS = {"checkout-outage", "healthy"}


@pytest.mark.parametrize(
    "scenario", [pytest.param(name, marks=() if name in ALWAYS else pytest.mark.long) for name in shipped()]
)
def test_the_suite_finds_what_happened_and_nothing_else(suite, scenario):
    run = suite(scenario)
    expected = load(scenario).expected
    assert differences(expected, run.lines) == []
    assert run.code == (1 if any(e.get("outcome", "failed") == "failed" for e in expected) else 6 if expected else 0)
    assert run.summary["exit"] == run.code


@pytest.mark.parametrize("scenario", ["checkout-outage"])
def test_workers_change_nothing(suite, scenario):
    serial, spread = suite(scenario), suite(scenario, "-n", "4")
    assert spread.outcomes() == serial.outcomes()
    assert spread.code == serial.code
    assert spread.summary["roots"][0]["target"] == serial.summary["roots"][0]["target"]
    listed = {name: spread.summary["operations"][name] for name in serial.summary["operations"] if _lists(name)}
    assert listed == {name: serial.summary["operations"][name] for name in listed}


def _lists(operation: str) -> bool:
    return operation.split(":")[1] in {"ListFunctions", "DescribeTargetGroups", "DescribeRouteTables", "DescribeVpcs"}


def test_differences_speak_of_every_kind_of_miss():
    expected = [
        {"check": "test_a", "target": "x", "cause": "memory", "root": True},
        {"check": "test_b", "target": "y", "outcome": "error"},
    ]
    found = [
        {"check": "test_a", "target": "1/r/x", "outcome": "failed", "findings": [{"cause": "timeout"}]},
        {"check": "test_c", "target": "1/r/z", "outcome": "error", "reason": "missing a:B"},
        {"run": {"roots": []}},
    ]
    told = differences(expected, found)
    assert len(told) == 4
    assert "test_a[x] failed memory, got test_a[1/r/x] failed timeout" in told[0]
    assert "test_b[y]" in told[1]
    assert "not expected: test_c[1/r/z] error" in told[2]
    assert "likeliest cause" in told[3]
