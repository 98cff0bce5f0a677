"""What does a night of the fleet take: calls by place and size, the quotas behind them, dollars by number of accounts?

Runs the checks against accounts of several sizes in the sandbox (`bench/fleet.py`, times each number given) and
against a region with nothing in it, and reads from the run folders what was called. Time on a processor is measured
here; on Lambda it is spread over the share of a processor that the function's memory brings. `runbook/SCALE.md` holds
what it printed, with the arithmetic.

    python -m bench.scale [sizes, default 0.02 0.2 1]
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bench._measure import Server, checks, sandbox, table

EMPTY_REGION = "eu-north-1"
PER_SECOND: Mapping[str, float] = {
    "ec2": 20,
    "elbv2": 10,
    "cloudwatch:GetMetricData": 50,
    "cloudwatch:DescribeAlarms": 9,
    "cloudtrail:LookupEvents": 2,
    "logs:StartQuery": 10,
    "logs:GetQueryResults": 10,
    "ecs:DescribeTasks": 20,
    "lambda": 15,
}
"""Calls a second that AWS refills, of an account in a region: a service's, or an operation's own."""
MEMORY_GB, PROCESSORS = 2.0, 2048 / 1769
"""Of the function that examines a place; Lambda gives a whole processor with 1,769 MB."""
USD_PER_GB_S, USD_PER_STEP, USD_PER_PUT = 0.0000166667, 0.025 / 1000, 0.005 / 1000
STEPS = 3
"""State transitions of a place: the child execution's start, its task, its end."""
REGIONS = 4
"""Of each account: one in which it works, the others with nothing in them."""
ACCOUNTS = (10, 100, 1_000)


@dataclass(frozen=True)
class Cost:
    """What one place took: calls by operation, seconds on a processor, what AWS bills for reading, files kept."""

    name: str
    checks: int
    calls: Mapping[str, int]
    cpu_s: float
    reading_usd: float
    files: int

    @property
    def floor_s(self) -> tuple[float, str]:
        """The least that the quotas let it take, and which of them it is."""
        return max(((self._counted(name) / rate, name) for name, rate in PER_SECOND.items()), default=(0.0, ""))

    def _counted(self, name: str) -> int:
        return sum(n for call, n in self.calls.items() if call == name or call.split(":")[0] == name)

    @property
    def lambda_s(self) -> float:
        """Seconds of a function: on its share of a processor, or as the quotas let it, whichever is longer."""
        return max(self.cpu_s / PROCESSORS, self.floor_s[0])

    @property
    def usd(self) -> float:
        """One night of it."""
        steps, puts = STEPS * USD_PER_STEP, self.files * USD_PER_PUT
        return self.lambda_s * MEMORY_GB * USD_PER_GB_S + steps + puts + self.reading_usd


def main() -> int:
    """Print both tables."""
    sizes = [float(word) for word in sys.argv[1:]] or [0.02, 0.2, 1.0]
    costs: list[Cost] = []
    for number, size in enumerate(sizes):
        with sandbox(scale=size) as server:
            if not number:
                costs.append(one("nothing in it", server, "--region", EMPTY_REGION))
            costs.append(one(f"{round(1000 * size):,} functions, {round(200 * size):,} services", server))
    head = ("place", "checks", "calls", "CPU s", "quota s", "Lambda s", "reading $", "night $")
    table(head, [_row(cost) for cost in costs])
    table(("accounts", "places", *(cost.name for cost in costs[1:])), list(_nights(costs[0], costs[1:])))
    return 0


def one(name: str, server: Server, *words: str) -> Cost:
    """Run all checks on a place."""
    with tempfile.TemporaryDirectory() as scratch:
        out = Path(scratch) / "run"
        spent = checks(server, out, *words)
        lines = (out / "results.jsonl").read_text(encoding="utf-8").splitlines()
        said = dict(line.split() for line in (out / "metrics.prom").read_text().splitlines() if line.count(" ") == 1)
        files = sum(path.is_file() for path in out.rglob("*"))
    calls = json.loads(lines[-1])["run"]["operations"]
    cost = Cost(name, len(lines) - 1, calls, spent.cpu_s, float(said.get("vitals_cost_dollars", 0)), files)
    most = sorted(calls.items(), key=lambda entry: -entry[1])[:6]
    told = ", ".join(f"{call} {number:,}" for call, number in most)
    print(f"{name}: {sum(calls.values()):,} calls, first quota {cost.floor_s[1]}; most: {told}", flush=True)
    return cost


def _row(cost: Cost) -> tuple[object, ...]:
    calls = sum(cost.calls.values())
    money = f"{cost.reading_usd:.4f}", f"{cost.usd:.4f}"
    return cost.name, cost.checks, calls, cost.cpu_s, cost.floor_s[0], cost.lambda_s, *money


def _nights(empty: Cost, busy: Iterable[Cost]) -> Iterable[tuple[object, ...]]:
    """Dollars of a night by accounts, each with one busy region of that size and the others with nothing in them."""
    several = list(busy)
    for accounts in ACCOUNTS:
        nights = (accounts * (cost.usd + (REGIONS - 1) * empty.usd) for cost in several)
        yield f"{accounts:,}", accounts * REGIONS, *(f"${night:,.2f}" for night in nights)


if __name__ == "__main__":
    sys.exit(main())
