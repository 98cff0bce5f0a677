"""What is kept of a run? One line for each result that is not healthy, then one for the run, which makes it count."""

from __future__ import annotations

from collections import Counter
from datetime import UTC
from pathlib import Path
from typing import Any

from diagnosis.runs import RunView, Usage
from reports.tally import Result, Tally
from reports.verdicts import Outcome

SCHEMA = 1
KEPT: tuple[Outcome, ...] = ("failed", "xfailed", "error")
"""The outcomes that are written out: all that was looked at and is not among them was healthy, or does not apply."""


def lines_of(view: RunView, tally: Tally, usage: Usage | None, exit_code: int) -> list[dict[str, Any]]:
    """The lines of a run, fit for JSON, times as ISO 8601 UTC. The run's own comes last: without it none counts."""
    head = {"schema": SCHEMA, "run": Path(view.folder).name, "time": _utc(view), "source": source_of(view)}
    results = [head | {"type": "result"} | _result(result) for result in tally.of(*KEPT)]
    counts = Counter(result.outcome for result in tally.results)
    domains: dict[str, Counter[str]] = {}
    for result in tally.results:
        domains.setdefault(result.labels.domain, Counter())[result.outcome] += 1
    run = {
        "type": "run",
        "version": view.version,
        "places": [entrance.place for entrance in view.entrances if not entrance.blind],
        "narrowed": view.narrowed or tally.missed() > 0,  # what -x did not come to was not well
        "exit": exit_code,
        "coverage": tally.coverage(),
        "checks": sorted({result.check for result in tally.results}),
        "counts": dict(counts),
        "domains": {domain: dict(count) for domain, count in sorted(domains.items())},
        "roots": [_root(root) for root in tally.triage.roots],
        "calls": sum(usage.calls.values()) if usage else 0,
        "cost_usd": usage.cost_usd if usage else 0.0,
    }
    return [*results, head | run]


def _utc(view: RunView) -> str:
    return view.now.astimezone(UTC).isoformat(timespec="seconds")


def source_of(view: RunView) -> str:
    """What was examined: runs of a sandbox's scenario are never compared with those of an account."""
    return f"{view.mode} {view.scenario}".strip()


def _result(result: Result) -> dict[str, Any]:
    return {
        "check": result.check,
        "target": result.target,
        "outcome": result.outcome,
        "causes": sorted({finding.cause for finding in result.findings}),
        "symptom": result.findings[0].symptom if result.findings else result.reason,
    }


def _root(root: Any) -> dict[str, Any]:
    case = root.case
    return {"check": case.check, "target": case.target, "cause": case.finding.cause, "sentence": root.sentence()}
