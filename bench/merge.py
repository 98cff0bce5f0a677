"""How long does it take to merge the runs of a fleet, and how much memory?

Writes run folders of that many places (1 result in 100 sick, 1 in 200 blind, 1 place in 100 without its last line),
then merges them with `python -m reports.merge` in a process of its own, with a night before to compare with. Writing
is not counted. Memory is the most that the process ever had resident.

    python bench/merge.py [places, default 1000] [results of each, default 1000]
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CAUSES = ("security_group", "memory", "lock", "timeout", "certificate", "throttled")
SERVICES = ("checkout", "search", "mail", "ledger", "images")
MOST_S, MOST_MB = 60, 500


def main() -> int:
    """Print seconds and megabytes; 1 where either is beyond its bound."""
    numbers = [int(word) for word in sys.argv[1:]]
    places, results = (*numbers, *(1_000, 1_000)[len(numbers) :])
    with tempfile.TemporaryDirectory() as scratch:
        runs, before, out = (Path(scratch) / name for name in ("runs", "before", "out"))
        size = sum(write_run(runs, place, results) for place in range(places))
        print(f"{places:,} places of {results:,} results: {size / 1e6:,.0f} MB of results.jsonl")
        first_s, first_mb, code = merge(runs, before)
        print(f"merged in {first_s:.1f} s with {first_mb:,.0f} MB (exit {code})")
        again_s, again_mb, code = merge(runs, out, "--before", str(before))
        print(f"merged and compared in {again_s:.1f} s with {again_mb:,.0f} MB (exit {code})")
        page, record = ((out / name).stat().st_size / 1e6 for name in ("fleet.html", "fleet.jsonl"))
        print(f"fleet.html {page:.2f} MB, fleet.jsonl {record:.2f} MB")
        print(
            f"{places * results / again_s:,.0f} results a second; {again_mb / (size / 1e6):.2f} of their size in memory"
        )
    return int(max(first_s, again_s) > MOST_S or max(first_mb, again_mb) > MOST_MB)


def write_run(runs: Path, place: int, results: int) -> int:
    """Write one run folder; the bytes of its results.jsonl."""
    key = f"{100_000_000_000 + place}/eu-west-1"
    folder = runs / key.replace("/", "_")
    folder.mkdir(parents=True)
    lines = list(of_a_run(key, place, results))
    text = "".join(json.dumps(line) + "\n" for line in (lines[:-1] if place % 100 == 99 else lines))
    return (folder / "results.jsonl").write_text(text, encoding="utf-8")


def of_a_run(place: str, seed: int, results: int) -> Iterator[dict[str, Any]]:
    """The lines of a run, like those that a run of the house writes."""
    failed = 0
    for number in range(results):
        line: dict[str, Any] = {
            "check": f"test_resource_{number % 60}_has_headroom",
            "target": f"{place}/orders-service-{number}",
            "outcome": "passed",
            "reason": "",
            "findings": [],
            "domain": "performance",
            "kind": "service",
            "service": SERVICES[number % len(SERVICES)],
        }
        if (number + seed) % 100 == 0:
            failed += 1
            line |= {"outcome": "failed", "findings": [finding(place, number)]}
        elif (number + seed) % 200 == 50:
            line |= {"outcome": "error", "reason": "missing pi:GetResourceMetrics"}
        yield line
    cause, target = CAUSES[seed % len(CAUSES)], f"{place}/orders-service-0"
    root = {"check": "test_resource_0_has_headroom", "target": target, "subject": "orders-service-0", "cause": cause}
    more = {"roots": [root | {"explains": [], "confidence": 0.7}], "version": "bench", "operations": {}}
    yield {"run": {"schema": 1, "exit": 1 if failed else 6, "coverage": "all", **more}}


def finding(place: str, number: int) -> dict[str, Any]:
    """A finding of about 2 kB, a drawing included."""
    points = [[f"2026-03-04T11:{minute:02}:00+00:00", float(minute * number % 97)] for minute in range(0, 60, 2)]
    return {
        "subject": f"orders-service-{number}",
        "place": place,
        "partition": "aws",
        "cause": CAUSES[number % len(CAUSES)],
        "impact": ("now", "soon", "hygiene")[number % 3],
        "symptom": f"orders-service-{number}: 97% of 512 MB used, expected below 90%",
        "evidence": ["Max Memory Used 497 MB"] * 3,
        "remedy": "raise the memory above 553 MB, or find what grows",
        "why": "the last deployment loads the whole catalogue",
        "onset": "2026-03-04T11:20:00+00:00",
        "as_of": "2026-03-04T12:00:00+00:00",
        "exhibits": [
            {"kind": "timeline", "title": "load", "unit": "sessions", "lines": [{"name": "load", "points": points}]}
        ],
    }


def merge(runs: Path, out: Path, *words: str) -> tuple[float, float, int]:
    """Seconds, megabytes and exit code of a merge of all folders."""
    folders = [str(folder) for folder in sorted(runs.iterdir())]
    command = [sys.executable, "-m", "reports.merge", *folders, "--out", str(out), *words]
    began = time.monotonic()
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    took_s = time.monotonic() - began
    per_mb = 1e6 if sys.platform == "darwin" else 1e3
    return took_s, usage.ru_maxrss / per_mb, os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main())
