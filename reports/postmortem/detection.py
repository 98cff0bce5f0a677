"""Who noticed, how soon, and what could not be seen?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from diagnosis.findings import earliest
from diagnosis.runs import RunView
from diagnosis.triage import Case
from diagnosis.windows import spoken
from reports.tally import Tally
from reports.words import several


def detection(view: RunView, cases: Sequence[Case], tally: Tally) -> tuple[list[str], list[str]]:
    """What went well and what did not, as far as a run can know, in plain words."""
    began = earliest(case.finding.onset for case in cases if case.finding.cause != "alarm")
    well, badly = _alarms(cases, began)
    if began and view.now >= began:
        well.append(f"this run found it {spoken(view.now - began)} after the first symptom")
    root = next(iter(tally.triage.roots), None)
    if root and root.change:
        well.append(f"the change before it was found: {root.change.event} by {root.change.user}")
    elif tally.changes_unknown:
        badly.append(f"changes could not be looked up: {tally.changes_unknown}")
    blind = tally.of("error")
    if blind:
        reasons = "; ".join(f"{why} ({count})" for why, count in tally.blind_reasons()[:3])
        badly.append(f"{several(len(blind), 'check')} could not look: {reasons}")
    if root is None or root.confidence < 0.5:
        badly.append("the evidence does not single out a cause")
    return well, badly


def _alarms(cases: Sequence[Case], began: datetime | None) -> tuple[list[str], list[str]]:
    rang = [case.finding for case in cases if case.finding.cause == "alarm"]
    if not rang:
        return [], ["no alarm that belongs to it was in ALARM when this run looked"]
    return [f"alarm {alarm.subject} rang{_delay(alarm.onset, began)}" for alarm in rang], []


def _delay(rang: datetime | None, began: datetime | None) -> str:
    if rang is None or began is None:
        return ""
    return f" {spoken(rang - began)} after the first symptom" if rang >= began else " before any other symptom"
