"""In which order are the causes likely, and what does each of them explain?"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from diagnosis.changes import Change
from diagnosis.triage.cases import (
    ENOUGH,
    Case,
    about_itself,
    long_sick,
    matters,
    only_tells,
    plain_name,
    specificity,
    suspects,
    weight,
)
from diagnosis.triage.changing import began, change_before, closeness
from diagnosis.triage.graph import Dependencies
from diagnosis.triage.symptoms import ANSWERS
from diagnosis.windows import spoken

MOST_ROOTS = 3
_RIVALS_WITHIN = 1.2
_AT_MOST_IF_BLIND = 0.5


@dataclass(frozen=True)
class Root:
    """A likely cause: what it explains, the change before it, and how sure that is (0 to 1).

    `rival` is another cause that is nearly as likely; `not_ruled_out` are the names of what it depends on and nobody
    could look at.
    """

    case: Case
    explains: tuple[Case, ...]
    change: Change | None = None
    confidence: float = 0.0
    rival: Case | None = None
    not_ruled_out: tuple[str, ...] = ()

    def sentence(self) -> str:
        """The cause in one sentence, its evidence included."""
        finding = self.case.finding
        said = finding.why or finding.symptom
        if self.change is None:
            return f"{finding.cause}: {said}"
        at, as_of = self.change.at, finding.as_of
        before = f" {spoken(as_of - at)} ago" if as_of and at <= as_of else f" at {at:%H:%M:%SZ}"
        return f"{finding.cause}: {said}; {self.change.event} by {self.change.user}{before}"


@dataclass(frozen=True)
class Triage:
    """The ranking of a run's findings. `unexplained` holds what no root accounts for."""

    roots: tuple[Root, ...] = ()
    unexplained: tuple[Case, ...] = field(default=())


@dataclass(frozen=True)
class _Candidate:
    root: Root
    score: float

    @property
    def order(self) -> tuple[bool, float, int, bool]:
        """What hurts now, or lies behind what does, before what will; then score, number explained, nearness."""
        findings = [self.root.case.finding, *(case.finding for case in self.root.explains)]
        hurts = any(finding.impact == "now" for finding in findings)
        return hurts, round(self.score, 6), len(self.root.explains), about_itself(self.root.case.finding)


def triage(cases: Sequence[Case], changes: Sequence[Change] = (), blind: Collection[str] = ()) -> Triage:
    """Rank the causes of these findings, whatever their order; `blind` are ids of targets that nobody could look at.

    The best candidate is taken with all that it explains, then the best of the rest. A finding that is hardly more
    than a symptom, before which nothing was changed, is no root: then the cause is unknown. Nor is what was done about
    another that is found.
    """
    left = sorted((case for case in cases if matters(case)), key=_rank)
    depends = Dependencies(case.finding for case in left)
    roots: list[Root] = []
    while len(roots) < MOST_ROOTS:
        candidates = [_candidate(case, left, depends, changes) for case in suspects(left)]
        candidates = [c for c in candidates if specificity(c.root.case.finding) >= ENOUGH or c.root.change]
        candidates = [c for c in candidates if not _echoes(c, candidates)]
        if not candidates:
            break
        best = max(candidates, key=lambda candidate: candidate.order)
        roots.append(_doubted(best, candidates, depends, blind))
        left = [case for case in left if case is not best.root.case and case not in best.root.explains]
    return Triage(tuple(roots), tuple(left))


def _echoes(candidate: _Candidate, candidates: Sequence[_Candidate]) -> bool:
    """Whether it only answers to another, or tells of it: a rollback, or an alarm that stopped a deployment, whose
    reason is found; what a log group says, where the trouble of what writes it is found and known as well.
    """
    finding = candidate.root.case.finding
    answers = finding.cause in ANSWERS
    if not answers and not only_tells(finding):
        return False
    behind = [c.root.case.finding for c in candidates if candidate.root.case in c.root.explains]
    return any(
        answers or (not only_tells(other) and specificity(other) >= specificity(finding))
        for other in behind
        if other.cause not in ANSWERS
    )


def _rank(case: Case) -> tuple[str, ...]:
    """An order that does not depend on which check finished first."""
    finding = case.finding
    return case.target, case.check, finding.subject, finding.cause, finding.resource, finding.symptom


def _candidate(case: Case, cases: Sequence[Case], depends: Dependencies, changes: Sequence[Change]) -> _Candidate:
    finding = case.finding
    explained = tuple(other for other in cases if other is not case and depends.explains(finding, other.finding))
    change = change_before(finding, (other.finding for other in explained), changes)
    worth: dict[tuple[str, str], float] = {}
    for other in explained:  # the same trouble seen by two checks counts once, as the one that matters more
        seen = other.finding.subject, other.finding.cause
        worth[seen] = max(worth.get(seen, 0.0), weight(other.finding))
    score = (
        3 * math.log(1 + sum(worth.values()))
        + 2 * specificity(finding)
        + 2.5 * closeness(change, began(finding, (other.finding for other in explained)))
    )
    if long_sick(finding) and not all(long_sick(other.finding) for other in explained):
        score *= 0.2  # what has been so for days did not break what broke today
    confidence = 0.5 * specificity(finding) + (0.2 if explained else 0.0) + (0.2 if change else 0.0)
    return _Candidate(Root(case, explained, change, round(confidence, 2)), score)


def _doubted(best: _Candidate, candidates: Sequence[_Candidate], depends: Dependencies, blind: Collection[str]) -> Root:
    """The best root with what speaks against it: one that is nearly as likely, and what nobody could look at."""
    root, finding = best.root, best.root.case.finding
    rivals = [
        other
        for other in candidates
        if other.root.case is not root.case
        and other.root.case not in root.explains
        and set(map(id, other.root.explains)) & set(map(id, root.explains))
        and other.score * _RIVALS_WITHIN > best.score
    ]
    here = f"{finding.place.key}/"  # names repeat from place to place
    hidden = {plain_name(target.removeprefix(here)) for target in blind if target.startswith(here)}
    unseen = () if finding.proven else sorted(depends.reached(finding) & hidden)
    rival = max(rivals, key=lambda other: other.order).root.case if rivals else None
    confidence = min(root.confidence, _AT_MOST_IF_BLIND) if unseen else root.confidence
    return replace(root, rival=rival, not_ruled_out=tuple(unseen), confidence=confidence)
