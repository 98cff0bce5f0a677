"""When is it well? Three green looks in a row, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook.suite import SuiteRun, named
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
    assert after(0).schedule == "inc-20261128-abcdef-1-2"
    assert len(Watch("inc-20261128-abcdef", 99, "", "", UNTIL, 9999).schedule) <= 64


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
    assert named("checks/x.py::test_a") == ("test_a", "")
