"""What do the benches share? A sandbox that stays, runs of which time and memory are measured, what was asked of it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FLEET = ROOT / "bench" / "fleet.py"
LATENCY_MS = 20
"""Added by the sandbox to every call, as a network and an AWS API do."""
INCIDENT = ("-m", "not readiness")
"""The checks of an incident and of a deploy: whether the fleet is prepared for another one can wait."""
_NO_AWS = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_CONFIG_FILE": os.devnull,
    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    "AWS_EC2_METADATA_DISABLED": "true",
    "NO_PROXY": "127.0.0.1",
}


@dataclass(frozen=True)
class Spent:
    """What a process took: `peak_mb` is the most that it ever had resident."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    code: int
    said: str


@dataclass(frozen=True)
class Server:
    """A sandbox that runs, and the file in which it writes down what it is asked."""

    endpoint: str
    region: str
    log: Path

    @property
    def environment(self) -> dict[str, str]:
        """What leads AWS clients there and nowhere else."""
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "PYTHON"))}
        return kept | _NO_AWS | {"AWS_ENDPOINT_URL": self.endpoint, "AWS_DEFAULT_REGION": self.region}

    def requests(self, since: int = 0) -> list[dict[str, Any]]:
        """What was asked so far, without the first `since` requests."""
        with self.log.open(encoding="utf-8") as lines:
            return [json.loads(line) for number, line in enumerate(lines) if number >= since]


@contextmanager
def sandbox(scenario: Path = FLEET, scale: float = 1) -> Iterator[Server]:
    """A sandbox in a process of its own, with its latency."""
    with tempfile.TemporaryDirectory() as scratch:
        log = Path(scratch) / "requests.jsonl"
        words = ["--scenario", scenario, "--latency-ms", LATENCY_MS, "--log", log, "--parent-pipe"]
        command = [sys.executable, "-m", "sandbox", *map(str, words)]
        environment = {"PYTHONPATH": str(ROOT), "PATH": os.environ["PATH"], "FLEET": f"{scale:g}"}
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment) as process:
            assert process.stdin
            assert process.stdout
            told = json.loads(process.stdout.readline())
            try:
                yield Server(told["endpoint"], told["region"], log)
            finally:
                process.stdin.close()


def measured(command: Sequence[str | Path], environment: Mapping[str, str], folder: Path = ROOT) -> Spent:
    """Run a command to its end."""
    with tempfile.TemporaryFile() as output:
        began = time.monotonic()
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT)
        _, status, used = os.wait4(process.pid, 0)
        wall_s = time.monotonic() - began
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        said = output.read().decode(errors="replace")
    return Spent(wall_s, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024, process.returncode, said)


def checks(server: Server, out: Path, *words: str) -> Spent:
    """Run the checks against a sandbox."""
    command = [sys.executable, "-m", "pytest", "checks", "-q", "-p", "no:cacheprovider", "--out", str(out), *words]
    spent = measured(command, server.environment)
    if spent.code not in (0, 1, 5, 6):
        raise SystemExit(f"pytest ended with {spent.code}:\n{spent.said[-2000:]}")
    return spent


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows under a head, the first column to the left, the others to the right."""
    lines = [tuple(head), *(tuple(map(_cell, row)) for row in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    for line in lines:
        first, *others = (
            cell.ljust(w) if i == 0 else cell.rjust(w) for i, (cell, w) in enumerate(zip(line, widths, strict=True))
        )
        print("  ".join((first, *others)).rstrip())
    print()


def _cell(value: object) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def verdicts(bounds: Iterable[tuple[str, float, str, float]]) -> int:
    """Print each ratio beside its bound, `<=` or `>=`; 1 where one is missed."""
    rows = [(name, value, f"{sign} {bound:g}", _holds(value, sign, bound)) for name, value, sign, bound in bounds]
    table(("", "measured", "bound", ""), [(*row[:3], "holds" if row[3] else "MISSED") for row in rows])
    return int(not all(row[3] for row in rows))


def _holds(value: float, sign: str, bound: float) -> bool:
    return value <= bound if sign == "<=" else value >= bound
