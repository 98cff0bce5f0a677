"""How soon does a run begin? The processor's time of `pytest checks --collect-only -m network` on an empty account.

The sandbox's own time is not counted, the twenty calls of the preflight and of the lists are. Five runs after one that
fills the caches of byte code; bare pytest that collects one test is measured beside them.

    python -m bench.startup
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from bench._measure import checks, measured, sandbox, table, verdicts

RUNS, MOST_S = 5, 1.0
WITHOUT = tuple(f"-pno:{name}" for name in ("pytest_cov", "timeout", "hypothesispytest", "platformdirs"))
"""Plugins that are installed for the development only, or blocked by pytest.ini."""
EMPTY = "EXPECTED = []\n\n\ndef build(world):\n    pass\n"


def main() -> int:
    """Print the times; 1 where the bound is missed."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "empty.py").write_text(EMPTY, encoding="utf-8")
        (folder / "test_one.py").write_text("def test_one():\n    pass\n", encoding="utf-8")
        plain = ("-m", "pytest", "-q", "--collect-only", "-p", "no:cacheprovider", "test_one.py")
        bare = [sys.executable, *plain, *WITHOUT]
        with sandbox(folder / "empty.py") as server:
            words = ("--collect-only", "-m", "network", *WITHOUT)
            ours = [checks(server, folder / "out", *words).cpu_s for _ in range(RUNS + 1)]
            theirs = [measured(bare, server.environment, folder).cpu_s for _ in range(RUNS + 1)]
    rows = [(name, *sorted(times[1:])) for name, times in (("pytest checks", ours), ("bare pytest", theirs))]
    table(("seconds of a processor", *(f"run {n}" for n in range(1, RUNS + 1))), rows)
    return verdicts([("start-up, s", statistics.median(ours[1:]), "<=", MOST_S)])


if __name__ == "__main__":
    sys.exit(main())
