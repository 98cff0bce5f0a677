"""How many calls does a run make, and how many would be enough?

Runs the checks of an incident against the fleet, once in one process and once with -n 4; then the plain script. The
floor is computed in floor.py.

    [FLEET=2] python -m bench.calls
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from bench._measure import INCIDENT, checks, measured, sandbox, table, verdicts
from bench.floor import counted

MOST_RATIO, LEAST_FEWER, SAME = 1.10, 20, 0.01


def main() -> int:
    """Print the table; 1 where a bound is missed."""
    scale = float(os.environ.get("FLEET", "1"))
    with sandbox(scale=scale) as server, tempfile.TemporaryDirectory() as scratch:
        checks(server, Path(scratch) / "one", *INCIDENT)
        one = server.requests()
        checks(server, Path(scratch) / "four", *INCIDENT, "-n", "4")
        four = server.requests(len(one))
        measured([sys.executable, "-m", "bench.plain", "16"], server.environment)
        plain = server.requests(len(one) + len(four))
    counts = counted(one)
    often = sorted(counts.items(), key=lambda pair: -pair[1].calls)
    table(("operation", "calls", "floor", "ratio"), [(name, c.calls, c.floor, c.ratio) for name, c in often])
    spread = counted(four)
    both = [(name, *(of[name].calls if name in of else 0 for of in (counts, spread))) for name in counts | spread]
    table(("operation whose calls differ", "one process", "-n 4"), [row for row in both if row[1] != row[2]])
    floor = sum(count.floor for count in counts.values())
    alone = {name for name, count in counts.items() if count.floor >= 0.1 * floor}
    print(f"{len(one):,} calls, {floor:,} are needed; {len(four):,} with -n 4; {len(plain):,} by the plain script")
    print(f"without what AWS tells of one resource at a time only ({', '.join(sorted(alone))}):")
    shared, theirs = (sum(f"{r['service']}:{r['operation']}" not in alone for r in some) for some in (one, plain))
    print(f"{shared:,} calls, {theirs:,} by the plain script: {theirs / shared:.0f} x fewer\n")
    return verdicts(
        (
            ("calls / floor", len(one) / floor, "<=", MOST_RATIO),
            ("calls of -n 4 beside one process", abs(len(four) / len(one) - 1), "<=", SAME),
            ("plain script / calls", len(plain) / len(one), ">=", LEAST_FEWER),
        )
    )


if __name__ == "__main__":
    sys.exit(main())
