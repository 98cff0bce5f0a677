"""How long does a run take, and how long would its calls take at least?

The longest chain of calls that have to follow one another, from the times in the sandbox's own log: the pages of the
longest list; then the calls to the service that has the most to do, so many at a time and in a second as
`fixtures/pace.py` lets through (about half of AWS's quotas, which are shared with production); then the queries of one
log group, now and before. The wall clock has besides all that pytest, the rules and the reports take. The plain script
runs with 16 threads and keeps to no quota; the sandbox has none.

    [FLEET=2] python -m bench.clock
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bench._measure import INCIDENT, checks, measured, sandbox, table, verdicts
from fixtures.pace import AT_ONCE, AT_ONCE_DEFAULT, RATES

MOST_RATIO, LEAST_FASTER = 2.0, 3.0
THREADS = "16"
WAVES = 3
"""Queries of one group that wait for one another: now, the days before, right before."""
Request = Mapping[str, Any]


def main() -> int:
    """Print the table; 1 where a bound is missed."""
    with sandbox(scale=float(os.environ.get("FLEET", "1"))) as server, tempfile.TemporaryDirectory() as scratch:
        ours = checks(server, Path(scratch) / "out", *INCIDENT)
        requests = server.requests()
        theirs = measured([sys.executable, "-m", "bench.plain", THREADS], server.environment)
    parts = {"longest list": _longest_list(requests), **_busiest(requests), "queries": WAVES * _longest_query(requests)}
    chain_s = sum(parts.values())
    table(("", "seconds"), [*parts.items(), ("the longest chain", chain_s)])
    table(("", "seconds"), [("checks", ours.wall_s), ("of it of a processor", ours.cpu_s), ("plain", theirs.wall_s)])
    return verdicts(
        (
            ("wall / longest chain", ours.wall_s / chain_s, "<=", MOST_RATIO),
            ("plain script / wall", theirs.wall_s / ours.wall_s, ">=", LEAST_FASTER),
        )
    )


def _took_s(request: Request) -> float:
    return float(request["end"] - request["start"])


def _longest_list(requests: Iterable[Request]) -> float:
    """The sum of the longest list's pages: each page has the token of the next one."""
    lists: dict[str, float] = defaultdict(float)
    for request in requests:
        if request["operation"].startswith(("Describe", "List")) and "oken" in request["body"] + request["path"]:
            lists[request["operation"]] += _took_s(request)
    return max(lists.values(), default=0.0)


def _busiest(requests: Iterable[Request]) -> dict[str, float]:
    """The service, or the operation with a pace of its own, whose calls take longest at that pace."""
    services: dict[str, list[float]] = defaultdict(list)
    for request in requests:
        operation = f"{request['service']}:{request['operation']}"
        services[operation if operation in RATES else request["service"]].append(_took_s(request))
    paced = {name: _paced(name, times) for name, times in services.items()}
    name = max(paced, key=lambda one: paced[one])
    return {f"calls to {name}": paced[name]}


def _paced(name: str, times: list[float]) -> float:
    at_once = sum(times) / AT_ONCE.get(name.split(":")[0], AT_ONCE_DEFAULT)
    rate = RATES.get(name)
    return max(at_once, (len(times) - rate.burst) / rate.per_s) if rate else at_once


def _longest_query(requests: Iterable[Request]) -> float:
    """From its first poll to its last the query that took longest."""
    polls: dict[str, list[Request]] = defaultdict(list)
    for request in requests:
        if request["operation"] == "GetQueryResults":
            polls[request["body"]].append(request)
    return max((max(p["end"] for p in some) - min(p["start"] for p in some) for some in polls.values()), default=0.0)


if __name__ == "__main__":
    sys.exit(main())
