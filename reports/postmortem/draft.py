"""What happened, why, what did it cost, and what follows? A draft from one run's findings, changes and history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from diagnosis.findings import Finding, earliest
from diagnosis.runs import RunView
from diagnosis.triage import Case, Root, plain_name
from diagnosis.windows import spoken
from reports.history import Past
from reports.html.markup import console_link
from reports.postmortem.detection import detection
from reports.postmortem.markdown import code, plain
from reports.postmortem.timeline import timeline
from reports.tally import Tally
from reports.words import command, doubts, hurting, several

MOST_EVIDENCE = 12
MOST_LISTED = 20


@dataclass(frozen=True)
class Incident:
    """What a draft speaks of: the run, what it found, what came before."""

    view: RunView
    tally: Tally
    past: Past

    @property
    def root(self) -> Root | None:
        """The likeliest cause, where there is one."""
        return next(iter(self.tally.triage.roots), None)

    def cases(self) -> list[Case]:
        """The findings that belong to it: the root's and what it explains; all where nothing explains them."""
        if self.root:
            return [self.root.case, *self.root.explains]
        return [case for case in self.tally.cases() if case.finding.impact != "hygiene"]


def draft(view: RunView, tally: Tally, past: Past) -> str:
    """The whole draft in Markdown; what only people know stands in brackets."""
    incident = Incident(view, tally, past)
    sections = (_summary, _timeline, _cause, _impact, _evidence, _detection, _follow_ups)
    return "\n".join(line for section in sections for line in (*section(incident), "")).rstrip() + "\n"


def _summary(incident: Incident) -> Iterator[str]:
    root, view = incident.root, incident.view
    yield f"# Postmortem draft: {plain(root.case.finding.symptom if root else 'cause unknown')}"
    yield ""
    yield (
        f"Drafted by Vitals {view.version} from run {code(Path(view.replayed or view.folder).name)} "
        f"of {view.now:%Y-%m-%d %H:%M} UTC. All times are UTC. What stands in \\[brackets\\] only people know."
    )
    yield ""
    yield "\\[two sentences: who could not do what, from when to when\\]"


def _timeline(incident: Incident) -> Iterator[str]:
    yield "## Timeline"
    yield ""
    yield from timeline(incident.view, incident.cases(), incident.tally.changes, incident.past)


def _cause(incident: Incident) -> Iterator[str]:
    yield "## Root cause"
    yield ""
    root = incident.root
    if root is None:
        yield "Not known: no finding is more than a symptom, and no change was found before them."
        return
    yield f"{plain(root.sentence())}. Confidence {root.confidence:.0%}."
    yield ""
    yield from _list(doubts(root))
    if incident.tally.changes_unknown:
        yield f"- could not rule out a change: {plain(incident.tally.changes_unknown)}"
    yield f"- it explains {several(len(root.explains), 'other finding')}; what was done to mend it: \\[…\\]"


def _impact(incident: Incident) -> Iterator[str]:
    yield "## Impact in numbers"
    yield ""
    cases = incident.cases()
    acute = [case for case in cases if case.finding.impact == "now"]
    subjects = {(case.finding.place.key, case.finding.subject) for case in cases}
    yield f"- {several(len(cases), 'finding')} on {several(len(subjects), 'resource')}, {hurting(len(acute))}"
    began = earliest(case.finding.onset for case in cases)
    if began:
        lasted = spoken(max(incident.view.now - began, timedelta()))
        yield f"- from {began:%Y-%m-%d %H:%M} until this run at least: {lasted}"
    yield from _list(case.finding.symptom for case in acute[:MOST_LISTED])
    yield "- in money, orders, users: \\[…\\]"


def _evidence(incident: Incident) -> Iterator[str]:
    yield "## Evidence"
    cases = incident.cases()
    for case in cases[:MOST_EVIDENCE]:
        yield from _finding(case, incident.view.profile)
    if len(cases) > MOST_EVIDENCE:
        yield ""
        yield f"{len(cases) - MOST_EVIDENCE:,} more are in the report."


def _finding(case: Case, profile: str) -> Iterator[str]:
    finding = case.finding
    yield ""
    yield f"### {plain(finding.symptom)}"
    yield ""
    yield f"- check {code(f'{case.check}[{case.target}]')}, cause {code(finding.cause)}"
    yield from _list(f"saw: {text}" for text in finding.evidence)
    if finding.why:
        yield f"- why: {plain(finding.why)}"
    look = command(finding, profile)
    if look:
        yield f"- look: {code(look)}"
    link = console_link(finding.link)
    if link:
        yield f"- [open in the console](<{link}>)"


def _detection(incident: Incident) -> Iterator[str]:
    yield "## Detection"
    well, badly = detection(incident.view, incident.cases(), incident.tally)
    for title, lines in (("What went well", well), ("What did not", badly)):
        yield ""
        yield f"### {title}"
        yield ""
        yield from _list(lines)
        yield "- \\[…\\]"


def _follow_ups(incident: Incident) -> Iterator[str]:
    yield "## Follow-ups"
    yield ""
    root = incident.root
    if root:
        yield f"- [ ] {plain(root.case.finding.remedy)}"
    concerned = {name for case in incident.cases() for name in names_of(case.finding)}
    ready = [case for case in incident.tally.cases() if case.finding.impact == "hygiene"]
    mine = [case for case in ready if concerned & names_of(case.finding)]
    for case in mine[:MOST_LISTED]:
        yield f"- [ ] {plain(case.finding.remedy)} ({plain(case.finding.symptom)})"
    left = len(ready) - len(mine[:MOST_LISTED])
    if left:
        yield f"- {several(left, 'more readiness finding')} of other resources: the report has them"
    yield "- [ ] \\[owner, date\\]"


def names_of(finding: Finding) -> set[str]:
    """What the finding is about, needs, and is needed by."""
    named = (finding.resource, finding.subject, *finding.depends_on, *finding.needed_by)
    return {plain_name(name) for name in named if name}


def _list(lines: Iterable[str]) -> Iterator[str]:
    for line in lines:
        yield f"- {plain(line)}"
