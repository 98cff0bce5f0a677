"""Is what a pass proves said, on the terminal and in JUnit, also from workers?"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.reports.test_rounds import HOUSE

pytest_plugins = "pytester"

CHECKS = """
import pytest


class Proof:
    def notes(self):
        return ("0 of 300 (0.00%)", "two\\nlines")


@pytest.fixture
def proof():
    return Proof()


def test_well(proof):
    assert [] == []


def test_sick(proof):
    assert [1] == []
"""


@pytest.mark.parametrize("words", [(), ("-n", "1")])
def test_a_pass_says_what_it_proves(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, words: Any) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    monkeypatch.delenv("GITHUB_ACTIONS", raising=False)
    pytester.makeconftest(HOUSE.replace('"reports.rounds"]', '"reports.rounds", "reports.notes"]'))
    pytester.makepyfile(test_it=CHECKS)
    done = pytester.runpytest_subprocess("-p", "no:cacheprovider", "--junit-xml", "junit.xml", *words)
    done.stdout.fnmatch_lines(
        ["*what passes prove*", "PASSED test_it.py::test_well", "    0 of 300 (0.00%)", "    two lines"]
    )
    assert "test_sick" not in done.stdout.str().partition("what passes prove")[2].partition("=====")[0]
    assert (pytester.path / "junit.xml").read_text().count("0 of 300") == 1


def test_github_hears_it_too(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[2]))
    monkeypatch.setenv("GITHUB_ACTIONS", "true")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(pytester.path / "summary.md"))
    plugins = '"reports.rounds", "reports.notes", "reports.github"]'
    pytester.makeconftest(HOUSE.replace('"reports.rounds"]', plugins))
    pytester.makepyfile(test_it=CHECKS)
    done = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    done.stdout.fnmatch_lines(["::error title=test_sick*::*"])
    text = (pytester.path / "summary.md").read_text(encoding="utf-8")
    assert "## Vitals: ❌ something is sick" in text
    assert "- 0 of 300 (0.00%)" in text
