"""What does a pass prove? Facts that have more to say than that nothing was found say it beside the pass."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from reports.words import one_line

NOTE = "note"


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Any:
    """Let the facts of a check that passed speak: they travel as properties, from workers and into JUnit, too."""
    report = yield
    if report.when == "call" and report.passed and call.excinfo is None:
        said = [(NOTE, one_line(note)) for note in _notes(getattr(item, "funcargs", None) or {})]
        item.user_properties += said
        report.user_properties += said
    return report


def _notes(facts: dict[str, Any]) -> Iterator[str]:
    for fact in facts.values():
        notes = getattr(type(fact), "notes", None)
        if callable(notes):
            yield from notes(fact)


def notes_of(report: Any) -> list[str]:
    """The notes that travelled with a report."""
    return [str(value) for key, value in getattr(report, "user_properties", ()) if key == NOTE]


class NotesPlugin:
    """Collects the notes of all checks, and writes them above the coverage."""

    def __init__(self) -> None:
        self._notes: dict[str, list[str]] = {}

    def pytest_runtest_logreport(self, report: Any) -> None:
        """Remember what a pass said."""
        if report.when == "call" and notes_of(report):
            self._notes[report.nodeid] = notes_of(report)

    @pytest.hookimpl(tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        """Write them, check by check."""
        if not self._notes:
            return
        terminalreporter.write_sep("=", "what passes prove")
        for nodeid in sorted(self._notes):
            terminalreporter.write_line(f"PASSED {nodeid}")
            for note in self._notes[nodeid]:
                terminalreporter.write_line(f"    {note}")


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    """Collect in the process that sees every report."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(NotesPlugin(), "vitals-notes")
