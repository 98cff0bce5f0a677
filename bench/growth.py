"""What becomes of a run when the fleet grows? Time, memory and calls at 1, 2, 4 and 8 times some size.

python -m bench.growth [sizes, default 1 2 4 8 of the fleet]
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from bench._measure import INCIDENT, checks, sandbox, table, verdicts
from bench.floor import counted

SIZES = (1.0, 2.0, 4.0, 8.0)
MOST_RATIO = 1.10
STEEPEST = 1.05
"""By so much more than its size a cost may grow: measurements waver."""


def main() -> int:
    """Print the table; 1 where something grows faster than the fleet."""
    sizes = [float(word) for word in sys.argv[1:]] or list(SIZES)
    rows = []
    for size in sizes:
        with sandbox(scale=size) as server, tempfile.TemporaryDirectory() as scratch:
            spent = checks(server, Path(scratch) / "out", *INCIDENT)
            requests = server.requests()
        floor = sum(count.floor for count in counted(requests).values())
        rows.append((size, spent.wall_s, spent.cpu_s, spent.peak_mb, len(requests), floor, len(requests) / floor))
    table(("fleet", "seconds", "of a processor", "MB", "calls", "floor", "ratio"), rows)
    first, last = rows[0], rows[-1]
    grown = last[0] / first[0]
    return verdicts(
        (
            *((name, last[i] / first[i] / grown, "<=", STEEPEST) for i, name in ((2, "time"), (3, "memory"))),
            ("calls / floor at the largest", last[6], "<=", MOST_RATIO),
        )
    )


if __name__ == "__main__":
    sys.exit(main())
