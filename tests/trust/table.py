"""How much was tried? A table at the end of a run of the tests, summed over its workers."""

from __future__ import annotations

from collections import defaultdict

import pytest
from _pytest.terminal import TerminalReporter

WORDS = {
    "deny": "denied",
    "throttle": "throttled for good",
    "fail": "error 500",
    "refused": "connection refused",
    "reset": "connection reset",
    "cut": "cut off in the middle of the body",
    "timeout": "read timed out",
    "partial": "a further page missing, PartialData",
    "malformed": "malformed body",
    "expire": "credentials expired half-way",
    "empty": "empty answer",
    "unknown": "unknown value of an enumeration",
    "missing": "optional member missing",
    "runs": "denied, in a whole run over HTTP",
    "healthy": "healthy accounts, generated",
}


def pytest_terminal_summary(terminalreporter: TerminalReporter) -> None:
    """The matrix's numbers: cells by kind, and in how many of them a check may pass for a reason that is listed."""
    tried: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for reports in terminalreporter.stats.values():
        for report in reports:
            if isinstance(report, pytest.TestReport) and report.when == "call":
                for name, noted in report.user_properties:
                    if name == "trust":
                        kind, cells, excused = noted  # type: ignore[misc]
                        tried[kind][0] += cells
                        tried[kind][1] += excused
    if not tried:
        return
    terminalreporter.section("never falsely green, never falsely red")
    terminalreporter.write_line(f"{'what came instead of an answer':<52}{'cells':>8}{'may pass':>10}")
    for kind in (kind for kind in WORDS if kind in tried):
        terminalreporter.write_line(f"{WORDS[kind]:<52}{tried[kind][0]:>8,}{tried[kind][1]:>10,}")
    all_cells, excused = (sum(column) for column in zip(*tried.values(), strict=True))
    terminalreporter.write_line(f"{'all':<52}{all_cells:>8,}{excused:>10,}")
