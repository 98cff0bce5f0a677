"""Each shipped scenario is found exactly as it says, serial and spread over workers."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from diagnosis.changes import Change
from diagnosis.findings import Finding
from diagnosis.places import Place
from diagnosis.triage import Case, Triage, triage
from sandbox.proof import differences
from sandbox.scenario import load
from tests.suite.each_scenario import each_scenario

ALWAYS = {"checkout-outage", "healthy"}


@pytest.mark.parametrize("scenario", each_scenario(ALWAYS))
def test_the_suite_finds_what_happened_and_nothing_else(suite, scenario):
    run = suite(scenario)
    expected = load(scenario).expected
    assert differences(expected, run.lines) == []
    assert run.code == (1 if any(e.get("outcome", "failed") == "failed" for e in expected) else 6 if expected else 0)
    assert run.summary["exit"] == run.code
    if any(e.get("root") for e in expected):
        assert_another_trouble_changes_no_root(run)


def assert_another_trouble_changes_no_root(run) -> None:
    """Beside a disk that fills elsewhere the cause stays the cause, and what it explains stays explained by it."""
    cases, changes = found(run)
    alone = triage(cases, changes)
    beside = triage([*cases, full_disk(cases[0].finding)], changes)
    told = {root.case: set(root.explains) for root in beside.roots}
    assert told.get(alone.roots[0].case) == set(alone.roots[0].explains)
    assert first_of(alone) == run.summary["roots"][0]["subject"]


def first_of(ranked: Triage) -> str:
    return ranked.roots[0].case.finding.subject


def found(run) -> tuple[list[Case], list[Change]]:
    """What a run found, and the changes it looked up, from its folder."""
    cases = [
        Case(line["check"], line["target"], Finding.from_dict(plain))
        for line in run.checks
        if line["outcome"] in ("failed", "xfailed") and not line["reason"].startswith("accepted")
        for plain in line["findings"]
    ]
    path = run.folder / "changes.json"
    known: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["changes"] if path.exists() else []
    return cases, [change(plain) for plain in known]


def change(plain: dict[str, Any]) -> Change:
    return Change(
        Place(**plain["place"]),
        plain["event"],
        datetime.fromisoformat(plain["at"]),
        plain["user"],
        tuple(plain["resources"]),
        plain["refused"],
    )


def full_disk(beside: Finding) -> Case:
    """A trouble that has nothing to do with anything."""
    disk = Finding(
        subject="ledger",
        place=beside.place,
        cause="storage",
        impact="now",
        symptom="ledger: 1% of its disk free, expected at least 10%",
        evidence=("FreeStorageSpace 1.0 GiB",),
        remedy="give it more",
        resource=beside.place.arn("rds", "db:ledger"),
        onset=beside.as_of,
        as_of=beside.as_of,
    )
    return Case("test_storage_has_headroom", f"{beside.place.key}/ledger", disk)


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
