"""What does the house add to pytest? About 10,000 checks on recorded facts beside as many tests that do nothing.

The facts are recorded from the fleet; a replay of them calls nobody. Both run three times, in turn; the medians count.
Bare pytest writes no report; the checks run without and with report.html and junit.xml.

    [FLEET=0.6] python -m bench.overhead [a run folder that is there already]
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
from pathlib import Path

from bench._measure import INCIDENT, Server, Spent, checks, measured, sandbox, table, verdicts

RUNS = 3
SCALE = 0.6
"""A fleet of this size has about 10,000 checks of an incident."""
MOST_WALL, MOST_MEMORY, MOST_WITH_REPORT = 1.5, 2.0, 2.5
TESTS = """import pytest


@pytest.mark.parametrize("number", range({many}))
def test_nothing(number):
    assert [] == []
"""
MODULES = 10
NOWHERE = Server("http://127.0.0.1:9", "eu-west-1", Path(os.devnull))
"""A replay calls nobody."""
WITHOUT = ("-p", "no:html", "-p", "no:junitxml", "-o", "addopts=-p no:hypothesispytest --import-mode=importlib")
"""Without pytest-html its setting in pytest.ini is unknown, which `--strict-config` would not have."""


def main() -> int:
    """Print the table; 1 where a bound is missed."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        recorded = Path(sys.argv[1]) if len(sys.argv) > 1 else _recorded(folder / "recorded")
        many = (recorded / "results.jsonl").read_bytes().count(b"\n") - 1
        bare = folder / "bare"
        bare.mkdir()
        for number in range(MODULES):
            (bare / f"test_{number}.py").write_text(TESTS.format(many=many // MODULES), encoding="utf-8")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:hypothesispytest", "."]
        replay = (*INCIDENT, "--replay", str(recorded))
        runs: dict[str, list[Spent]] = {"bare pytest": [], "checks": [], "checks and reports": []}
        for number in range(RUNS):
            runs["bare pytest"].append(measured(command, NOWHERE.environment, bare))
            runs["checks"].append(checks(NOWHERE, folder / f"a{number}", *replay, *WITHOUT))
            runs["checks and reports"].append(checks(NOWHERE, folder / f"b{number}", *replay))
    print(f"{many:,} checks")
    wall = {name: statistics.median(one.wall_s for one in several) for name, several in runs.items()}
    memory = {name: statistics.median(one.peak_mb for one in several) for name, several in runs.items()}
    plain_s, plain_mb = wall["bare pytest"], memory["bare pytest"]
    rows = [(name, wall[name], wall[name] / plain_s, memory[name], memory[name] / plain_mb) for name in runs]
    table(("", "seconds", "ratio", "MB", "ratio"), rows)
    return verdicts(
        (
            ("time", wall["checks"] / plain_s, "<=", MOST_WALL),
            ("memory", memory["checks"] / plain_mb, "<=", MOST_MEMORY),
            ("time with the reports", wall["checks and reports"] / plain_s, "<=", MOST_WITH_REPORT),
        )
    )


def _recorded(folder: Path) -> Path:
    with sandbox(scale=float(os.environ.get("FLEET", SCALE))) as server:
        checks(server, folder, *INCIDENT)
    return folder


if __name__ == "__main__":
    sys.exit(main())
