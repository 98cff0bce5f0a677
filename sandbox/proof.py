"""Does the suite find what a scenario says happened, and nothing else? `python -m sandbox.proof SCENARIO…`

Runs the suite against each scenario and compares results.jsonl with the scenario's EXPECTED.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sandbox.scenario import load

ROOT = Path(__file__).resolve().parent.parent
Plain = Mapping[str, Any]


def differences(expected: Iterable[Plain], results: Sequence[Plain]) -> list[str]:
    """What was expected and not found, and what is red or blind though nobody expected it; one line each.

    An expectation names `check`, `target` (the last part of the parameter's id), `cause` where it is red, `outcome`
    (failed where not given) and `root` where it is the likeliest cause.
    """
    checks = [line for line in results if "check" in line]
    lines: list[str] = []
    explained: set[int] = set()
    for wanted in expected:
        found = [i for i, line in enumerate(checks) if _is_about(line, wanted)]
        explained.update(found)
        if not any(_matches(checks[i], wanted) for i in found):
            seen = ", ".join(_said(checks[i]) for i in found) or "no such check on such a target"
            lines.append(f"expected {_said(wanted)}, got {seen}")
    for i, line in enumerate(checks):
        if line["outcome"] in ("failed", "error") and i not in explained:
            lines.append(f"not expected: {_said(line)}")
    return lines + _wrong_root(expected, results)


def _is_about(line: Plain, wanted: Plain) -> bool:
    name = str(line["target"])
    return line["check"] == wanted["check"] and (name == wanted["target"] or name.endswith(f"/{wanted['target']}"))


def _matches(line: Plain, wanted: Plain) -> bool:
    if line["outcome"] != wanted.get("outcome", "failed"):
        return False
    causes = {finding["cause"] for finding in line.get("findings", [])}
    return line["outcome"] == "error" or not wanted.get("cause") or causes == {wanted["cause"]}


def _said(line: Plain) -> str:
    causes = sorted({finding["cause"] for finding in line.get("findings", [])}) or [line.get("cause", "")]
    reason = f" ({line['reason']})" if line.get("reason") else ""
    return f"{line['check']}[{line['target']}] {line.get('outcome', 'failed')} {'/'.join(causes)}{reason}".strip()


def _wrong_root(expected: Iterable[Plain], results: Sequence[Plain]) -> list[str]:
    wanted = [entry for entry in expected if entry.get("root")]
    if not wanted:
        return []
    roots: Sequence[Plain] = next((line["run"]["roots"] for line in results if "run" in line), [])
    first = roots[0] if roots else None
    if first and any(_is_about(first, entry) and first["cause"] == entry.get("cause") for entry in wanted):
        return []
    got = f"{first['check']}[{first['target']}] {first['cause']}" if first else "none"
    return [f"likeliest cause: expected {_said(wanted[0])}, got {got}"]


def run_suite(scenario: str, words: Sequence[str] = (), show: bool = False) -> int:
    """Run the suite against a scenario in a process of its own; its exit code."""
    command = [sys.executable, "-m", "pytest", str(ROOT / "checks"), "--sandbox", scenario, *words]
    return subprocess.run(command, check=False, stdout=None if show else subprocess.DEVNULL, cwd=ROOT).returncode  # noqa: S603


def read_results(out: Path) -> list[Plain]:
    """The lines of a run folder's results.jsonl; none where there is no such file."""
    if not (out / "results.jsonl").exists():
        return []
    return [json.loads(line) for line in (out / "results.jsonl").read_text(encoding="utf-8").splitlines()]


def main(arguments: Sequence[str] | None = None) -> int:
    """0 where every scenario's findings are exactly the expected ones, else 1."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.proof", description=__doc__)
    parser.add_argument("scenario", nargs="+", help="a shipped name or the path of a scenario file")
    parser.add_argument("--show", action="store_true", help="show the run, and keep its folder in reports/out")
    given, words = parser.parse_known_args(arguments)
    problems = 0
    for scenario in given.scenario:
        problems += _prove(scenario, words, given.show)
    return 1 if problems else 0


def _prove(scenario: str, words: Sequence[str], show: bool) -> int:
    with tempfile.TemporaryDirectory() as scratch:
        out = (
            ROOT / "reports" / "out" if show else Path(scratch)
        ) / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{Path(scenario).stem}-{os.getpid()}"
        code = run_suite(scenario, [*words, "--out", str(out)], show)
        results = read_results(out)
        if not results or results[-1].get("run", {}).get("exit") != code:
            print(f"{scenario}: the suite did not run to its end (exit {code})")
            return 1
        found = differences(load(scenario).expected, results)
    print(f"\n{scenario}: " + ("found exactly what happened" if not found else f"{len(found)} differences"))
    for line in found:
        print(f"  {line}")
    return len(found)


if __name__ == "__main__":
    sys.exit(main())
