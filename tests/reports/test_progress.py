"""Is what goes on said while it goes on, in one line on a terminal and in plain lines elsewhere?"""

from __future__ import annotations

import io
import time
from types import SimpleNamespace

import pytest

import reports.progress
from diagnosis.runs import Gathering
from reports.progress import ProgressPlugin
from reports.tally import TALLY, Result, Tally
from reports.verdicts import VIEW
from tests.builders import finding
from tests.reports.test_history import VIEW as RUN

WAITING = ("flow_records of 1/eu-west-1", "names of 1/eu-west-1", "routes of 1/eu-west-1")


class Terminal(io.StringIO):
    def isatty(self):
        return True


class Reporter:
    """pytest's, as far as it is spoken to."""

    def __init__(self, out):
        self.out, self.showfspath, self.currentfspath = out, None, None

    def write_line(self, line, **markup):
        self.out.write(f"{line}\n")


@pytest.fixture
def speaking(monkeypatch):
    monkeypatch.setattr(reports.progress, "PAINT_S", 0.01)
    monkeypatch.setattr(reports.progress, "PLAIN_S", 0.01)

    def begin(out, gathering=None):
        hook = SimpleNamespace(pytest_vitals_gathering=lambda config: gathering)
        config = SimpleNamespace(stash={VIEW: RUN, TALLY: Tally(collected=9)}, hook=hook)
        plugin = ProgressPlugin(config, Reporter(out), out)
        plugin.pytest_collection_finish()
        return plugin

    return begin


def sick(name: str, impact: str = "now") -> Result:
    found = finding(name, cause="lock", impact=impact, symptom=f"{name}: sick\x1b[2J, expected well")
    return Result(f"test_a[{name}]", "test_a", name, "failed", findings=(found,))


def until(out: io.StringIO, text: str) -> str:
    for _ in range(300):
        if text in out.getvalue():
            break
        time.sleep(0.01)
    return out.getvalue()


def test_one_line_says_how_far_it_is_and_what_is_waited_for(speaking):
    plugin = speaking(io.StringIO(), Gathering(2, 5, WAITING))
    plugin.pytest_vitals_result(sick("a"))
    line = plugin.line()
    plugin.pytest_sessionfinish()
    assert line.split(" · ")[1:3] == ["1 of 9 checks", "1 sick"]
    assert "2 of 5 facts, gathering flow_records of 1/eu-west-1, names of 1/eu-west-1 and 1 more" in line


def test_on_a_terminal_the_line_is_painted_over_and_gone_at_the_end(speaking):
    out = Terminal()
    plugin = speaking(out, Gathering(2, 5, WAITING))
    until(out, "2 of 5 facts")
    plugin.pytest_sessionfinish()
    said = out.getvalue()
    assert "\n" not in said
    assert said.endswith("\r\x1b[K")
    assert plugin.reporter.showfspath is False


def test_elsewhere_lines_are_plain(speaking):
    out = io.StringIO()
    plugin = speaking(out, Gathering(2, 5, WAITING))
    until(out, "2 of 5 facts")
    plugin.pytest_sessionfinish()
    assert "\x1b" not in out.getvalue()
    assert "\r" not in out.getvalue()


def test_what_is_sick_is_said_at_once_and_obeyed_by_no_terminal(speaking):
    out = io.StringIO()
    plugin = speaking(out)
    plugin.pytest_vitals_result(sick("checkout"))
    assert "checkout: sick\\x1b[2J, expected well  (cause: lock)" in out.getvalue()
    plugin.pytest_sessionfinish()


def test_what_only_prepares_for_the_next_incident_waits_for_the_summary(speaking):
    out = io.StringIO()
    plugin = speaking(out)
    plugin.pytest_vitals_result(sick("checkout", "hygiene"))
    plugin.pytest_sessionfinish()
    assert "checkout" not in out.getvalue()


def test_a_flood_is_cut_off(speaking):
    out = io.StringIO()
    plugin = speaking(out)
    for number in range(40):
        plugin.pytest_vitals_result(sick(f"s{number}"))
    plugin.pytest_sessionfinish()
    assert out.getvalue().count("sick after") == reports.progress.MOST_AT_ONCE
    assert out.getvalue().count("stands in the summary") == 1
