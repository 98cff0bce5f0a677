"""When was something changed, when did it begin to fail, when did anybody know, when was it well again?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from diagnosis.changes import Change
from diagnosis.runs import RunView
from diagnosis.triage import Case
from reports.history import Past
from reports.postmortem.markdown import code, plain, row
from reports.words import several

REACH = timedelta(hours=24)
"""Changes from so long before the first symptom on are told."""
MOST_CHANGES = 20

Event = tuple[datetime, str, str]
"""A moment, what kind of event it is, and what happened, in Markdown."""


def timeline(view: RunView, cases: Sequence[Case], changes: Iterable[Change], past: Past) -> Iterator[str]:
    """A table of what is known, oldest first."""
    events = [*_symptoms(cases), *_known(view, cases), *_recovered(view, past)]
    first = min((when for when, _, _ in events), default=view.now)
    events += _changed(changes, first)
    yield row("Time", "", "What")
    yield row("---", "---", "---")
    for when, kind, what in sorted(events, key=lambda event: event[0]):
        yield row(f"{when:%Y-%m-%d %H:%M:%S}", kind, what)
    if cases:
        yield row("\\[…\\]", "recovery", "not seen by this run")


def _changed(changes: Iterable[Change], first: datetime) -> list[Event]:
    """The newest changes of the day before the first symptom, and since."""
    near = sorted((c for c in changes if c.at >= first - REACH and not c.refused), key=lambda c: c.at)
    return [(change.at, "change", _told(change)) for change in near[-MOST_CHANGES:]]


def _told(change: Change) -> str:
    named = ", ".join(change.resources[:3]) or "no resource named"
    return f"{code(change.event)} by {plain(change.user)}: {plain(named)}"


def _symptoms(cases: Sequence[Case]) -> list[Event]:
    began = [(case.finding.onset, case) for case in cases if case.finding.onset and case.finding.cause != "alarm"]
    first = min((onset for onset, _ in began), default=None)
    return [
        (onset, "first symptom" if onset == first else "symptom", plain(case.finding.symptom)) for onset, case in began
    ]


def _known(view: RunView, cases: Sequence[Case]) -> list[Event]:
    alarms = [case.finding for case in cases if case.finding.cause == "alarm" and case.finding.onset]
    rung: list[Event] = [
        (found.onset, "detection", f"alarm: {plain(found.symptom)}") for found in alarms if found.onset
    ]
    sick = several(len(cases), "finding")
    return [*rung, (view.now, "detection", f"this run, {code(Path(view.replayed or view.folder).name)}: {sick}")]


def _recovered(view: RunView, past: Past) -> list[Event]:
    """What an earlier run saw sick and this one well: it recovered between them. Another cause is no recovery."""
    ill = {(sick.key.check, sick.key.target) for sick in (*past.new, *past.still)}
    well = [sick for sick in past.fixed if (sick.key.check, sick.key.target) not in ill]
    if not well or past.before is None:
        return []
    healed = ", ".join(plain(sick.symptom.split(":", 1)[0]) for sick in well[:5])
    return [(view.now, "recovery", f"well again since {past.before:%Y-%m-%d %H:%M} or later: {healed}")]
