"""When is it well? Three green looks in a row, and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook import looks, suite
from runbook.handlers import monitor_recovery
from runbook.incidents import incident_id
from runbook.suite import SuiteError, SuiteRun, named
from runbook.watching import Watch

UNTIL = datetime(2026, 11, 28, 4, tzinfo=UTC)
WATCH = Watch("inc-20261128-abcdef", 1, "token", "runs/watched.json", UNTIL)


def after(*codes: int) -> Watch:
    watch = WATCH
    for code in codes:
        watch = watch.after(code, "said")
    return watch


@given(st.lists(st.sampled_from([0, 1, 5, 6, -1])))
def test_well_is_three_zeros_in_a_row_at_the_end(codes):
    watch = after(*codes)
    assert watch.well == (codes[-3:] == [0, 0, 0])
    assert watch.look == len(codes) + 1


@pytest.mark.parametrize("code", [1, 5, 6, -1])
def test_sick_blind_nothing_and_no_verdict_begin_anew(code):
    assert after(0, 0, code).green == 0
    assert not after(0, 0, code, 0).well


def test_a_watch_survives_its_schedule():
    assert Watch.from_dict(after(0, 1, 0).to_dict()) == after(0, 1, 0)


def test_the_name_of_a_schedule_is_one_that_scheduler_takes():
    assert re.fullmatch(r"inc-20261128-abcdef-1-2-[0-9a-f]{8}", after(0).schedule)
    assert len(Watch("inc-20261128-abcdef", 99, "", "", UNTIL, 9999).schedule) <= 64


def test_a_look_has_one_schedule_and_another_token_another():
    assert after(0).schedule == after(1).schedule != after(0, 0).schedule
    assert replace(WATCH, token="another").schedule != WATCH.schedule


def test_a_look_that_would_start_too_late_is_not_scheduled():
    assert not WATCH.over(UNTIL - timedelta(minutes=3), timedelta(minutes=2))
    assert WATCH.over(UNTIL - timedelta(minutes=1), timedelta(minutes=2))


def result(check: str, target: str, outcome: str, *impacts: str) -> dict:
    findings = [{"subject": "s", "impact": impact} for impact in impacts]
    return {"check": check, "target": target, "outcome": outcome, "findings": findings}


RESULTS = (
    result("test_a", "1/eu/now", "failed", "hygiene", "now"),
    result("test_a", "1/eu/soon", "failed", "soon"),
    result("test_b", "1/eu/[odd]", "error"),
    result("test_c", "1/eu/late", "failed", "hygiene"),
)
NODES = (
    "checks/x.py::test_a[1/eu/now]",
    "checks/x.py::test_a[1/eu/soon]",
    "checks/x.py::test_b[1/eu/[odd]]",
    "checks/x.py::test_c[1/eu/late]",
)


@pytest.mark.parametrize(
    ("code", "of", "watched"),
    [
        (1, slice(0, 4), NODES[:1]),
        (1, slice(1, 4), NODES[1:2]),
        (1, slice(2, 4), NODES[2:3]),
        (6, slice(2, 3), NODES[2:3]),
        (1, slice(3, 4), ()),
        (5, slice(0, 0), ()),
        (0, slice(0, 0), ("checks",)),
    ],
)
def test_what_hurts_is_watched_before_what_will_and_what_is_blind(code, of, watched):
    assert SuiteRun(Path(), code, "", RESULTS[of], (), NODES[of]).watched() == list(watched)


def test_a_node_id_is_a_check_and_a_target():
    assert named("checks/x.py::test_a[1/eu/a[0]]") == ("test_a", "1/eu/a[0]")
    assert named("checks/x.py::test_a[1/eu/arn:aws:s3:::b]") == ("test_a", "1/eu/arn:aws:s3:::b")
    assert named("checks/x.py::test_a") == ("test_a", "")


@pytest.mark.parametrize(
    ("outcomes", "node", "seen"),
    [
        ({"a": "passed", "b": "skipped"}, "a", True),
        ({"a": "passed", "b": "skipped"}, "b", False),
        ({"a": "passed"}, "gone", True),
        ({"a": "skipped"}, "gone", False),
        ({}, "gone", False),
    ],
)
def test_what_is_skipped_now_was_not_looked_at(outcomes, node, seen):
    run = SuiteRun(Path(), 0, "", tuple(result("test_a", *one) for one in outcomes.items()), (), ())
    assert run.not_seen([f"checks/x.py::test_a[{node}]"]) == ([] if seen else [f"checks/x.py::test_a[{node}]"])
    assert run.not_seen(["checks"]) == []


def test_a_look_that_skips_one_of_them_is_not_green(monkeypatch):
    results = (result("test_a", "1", "passed"), result("test_a", "2", "skipped"))
    monkeypatch.setattr(monitor_recovery, "repeat", lambda *_, **__: SuiteRun(Path(), 0, "", results, (), ()))
    monkeypatch.setattr(monitor_recovery, "keep_folder", lambda *_: "")
    assert monitor_recovery._look(WATCH, ["x.py::test_a[1]"]).green == 1
    after_it = monitor_recovery._look(WATCH, ["x.py::test_a[1]", "x.py::test_a[2]"])
    assert (after_it.green, after_it.last) == (0, "nothing was checked of x.py::test_a[2]")


def test_what_hurt_and_cannot_be_looked_at_stays_watched(monkeypatch, tmp_path):
    kept = {}
    monkeypatch.setattr(looks, "keep_folder", lambda *_: None)
    monkeypatch.setattr(looks, "address", lambda *_: "")
    monkeypatch.setattr(looks, "keep", lambda key, text: kept.setdefault(key, text) and key)
    run = SuiteRun(tmp_path, 1, "", RESULTS[1:], (), NODES[1:])
    assert looks.kept_look(run, "p", "arn")["failed"] == [NODES[1]]
    assert looks.kept_look(run, "p", "arn", [NODES[0], NODES[2]])["failed"] == [NODES[1], NODES[2]]


@pytest.mark.parametrize(
    ("analysis", "diagnosed", "watched"),
    [(1, "1-diagnostics", "1-diagnostics"), (2, "1-diagnostics", "2-classify"), (2, None, "2-classify")],
)
def test_an_earlier_analysis_does_not_say_what_is_watched(analysis, diagnosed, watched):
    started = "2026-11-28T01:02:03Z"
    prefix = f"runs/{incident_id('arn:e', started)}/"
    classified = {"analysis": analysis, "look": {"watched": {"key": f"{prefix}{analysis}-classify/watched.json"}}}
    diagnostics = {"watched": {"key": f"{prefix}{diagnosed}/watched.json"}} if diagnosed else {"collected": False}
    state = {"classification": classified, "response": {"diagnostics": diagnostics}}
    event = {"state": state, "execution": "arn:e", "started": started, "entered": started, "taskToken": "t"}
    assert monitor_recovery._begun(event).watched == f"{prefix}{watched}/watched.json"


def test_two_runs_of_one_look_share_its_time(monkeypatch, tmp_path):
    clock, given = [0.0], []

    def run(_folder, *, nodes, seconds):
        given.append((list(nodes), seconds))
        clock[0] += 200
        if len(given) == 1:
            raise SuiteError("not found", suite.UNKNOWN_NODES)

    monkeypatch.setattr(suite, "time", SimpleNamespace(monotonic=lambda: clock[0]))
    monkeypatch.setattr(suite, "run_suite", run)
    suite.repeat(tmp_path, ["x.py::test_a[gone]"], seconds=780)
    assert given == [(["x.py::test_a[gone]"], 780), (["x.py::test_a"], 580)]
