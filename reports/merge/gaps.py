"""Is the record of a run whole? A line that is missing or no result makes its places blind, whatever else it says."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from reports.results import SCHEMA
from reports.tally import BLIND, HEALTHY, NOTHING_CHECKED, SICK
from reports.verdicts import Outcome
from reports.words import several

_COUNTED, _NOT_RUN = re.compile(r"\d+ of (\d+) checked"), re.compile(r"; ([\d,]+) not run(?:;|$)")
"""Of a run's coverage, as reports/tally.py words it."""
_CUT_SHORT = {2: "its run was interrupted", 3: "its run failed by itself", 4: "its run could not begin"}


@dataclass(frozen=True)
class Record:
    """What was found in a results.jsonl: lines, lines of the whole run, whether such a line stands at the end,
    lines that are no result, exit code, schema and coverage as they are told (None where they are not), checks by
    outcome.
    """  # fmt: skip

    lines: int
    runs: int
    ends_with_run: bool
    bad: int
    exit: int | None
    schema: int | None
    coverage: str | None
    outcomes: Mapping[Outcome, int]


def gap(record: Record) -> str:
    """What is missing of a run, in words; empty where its record is whole."""
    if not record.lines:
        return "its results.jsonl is empty: the run did not begin"
    if not record.runs:
        return f"its run broke off after {several(record.lines, 'line')}: there is no last line"
    if record.bad:
        return f"{several(record.bad, 'line')} of its results.jsonl cannot be read"
    if record.runs > 1 or not record.ends_with_run:
        return "its results.jsonl goes on after its last line: more than one run wrote to it"
    if record.schema is not None and record.schema > SCHEMA:
        return f"its results.jsonl has schema {record.schema}, this version reads up to {SCHEMA}"
    return _contradiction(record)


def _contradiction(record: Record) -> str:
    """An exit code that says worse than the lines do: something is missing from them."""
    if record.exit is None:
        return "its last line says no exit code"
    if record.exit in _CUT_SHORT:
        return f"{_CUT_SHORT[record.exit]} (exit {record.exit})"
    lines = _exit_of(record.outcomes)
    if lines in (HEALTHY, NOTHING_CHECKED) and record.exit != lines:
        return f"it ended with exit {record.exit}, but its lines say {lines}"
    return _uncovered(record)


def _uncovered(record: Record) -> str:
    """Checks that the last line counts and no line tells of, or that did not run: what they would say is not known."""
    told = record.coverage or ""
    looked = sum(record.outcomes.values()) - record.outcomes.get("skipped", 0)
    counted = _COUNTED.match(told)
    if counted and looked < int(counted[1]):
        return f"its last line counts {several(int(counted[1]), 'check')}, but its lines tell of {looked:,}"
    left = _NOT_RUN.search(told)
    return f"its run was cut off: {left[1]} of its checks did not run" if left else ""


def _exit_of(outcomes: Mapping[Outcome, int]) -> int:
    if outcomes.get("failed"):
        return SICK
    if outcomes.get("error"):
        return BLIND
    return HEALTHY if outcomes.get("passed") or outcomes.get("xfailed") else NOTHING_CHECKED
