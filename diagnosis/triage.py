"""Which finding caused the others? The one with proven configuration on which the other sick subjects depend."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from diagnosis.changes import Change
from diagnosis.findings import Finding, earliest
from diagnosis.places import Place
from diagnosis.windows import spoken

MOST_ROOTS = 3
MOST_HOPS = 6
RESOLUTION = timedelta(minutes=5)
"""The coarsest period of the metrics behind the findings: an onset is not known better."""
CHANGE_REACH = timedelta(hours=2)
_LABELS = re.compile(
    r"^(Create|Delete|Add|Remove|Update)?Tags?|^(Un)?[Tt]agResource|TagsTo|TagsFrom|^Describe|^List|^Get"
)

_NETWORK = frozenset(
    {"security_group", "nacl", "route", "nat", "nat_ports", "peering", "bpa", "endpoint", "dns", "network"}
)
_SYMPTOMS: Mapping[str, frozenset[str]] = {
    cause: _NETWORK | {"network", "timeout", "health_check", "image_pull", "dependency", "alarm", "code", "unknown"}
    for cause in _NETWORK
}
"""Cause to the causes it can bring about in what depends on it (network causes make time-outs, never a denial)."""
_OTHERS_SYMPTOMS = frozenset({"timeout", "health_check", "dependency", "alarm", "unknown"})


@dataclass(frozen=True)
class Case:
    """A finding and the check and target it came from."""

    check: str
    target: str
    finding: Finding


@dataclass(frozen=True)
class Root:
    """A likely cause: what it explains, the change before it, and how sure that is (0 to 1)."""

    case: Case
    explains: tuple[Case, ...]
    change: Change | None = None
    confidence: float = 0.0

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


def suspects(cases: Iterable[Case]) -> list[Case]:
    """The findings whose cause is proven by configuration or by AWS's own reason code, one for each blocker."""
    best: dict[tuple[str, str], Case] = {}
    for case in cases:
        finding = case.finding
        if not finding.proven or finding.impact == "hygiene":
            continue
        blocker = (finding.cause, finding.resource)
        if blocker not in best or _earlier(case, best[blocker]):
            best[blocker] = case
    return list(best.values())


def _earlier(case: Case, other: Case) -> bool:
    """The finding that depends on less is nearer to the cause, or that is about the blocker itself."""
    return (len(case.finding.depends_on), not _about_itself(case.finding), case.check, case.target) < (
        len(other.finding.depends_on), not _about_itself(other.finding), other.check, other.target,
    )  # fmt: skip


def _about_itself(finding: Finding) -> bool:
    """Whether the subject is what is to be mended, not what suffers from it."""
    return plain_name(finding.subject) == plain_name(finding.resource)


def triage(cases: Sequence[Case], changes: Sequence[Change] = ()) -> Triage:
    """Rank the causes of these findings, whatever their order. No proven cause among them gives no root."""
    left = sorted((case for case in cases if case.finding.impact != "hygiene"), key=_rank)
    edges = _edges(left)
    roots: list[Root] = []
    while len(roots) < MOST_ROOTS:
        candidates = [_root(case, left, edges, changes) for case in suspects(left)]
        if not candidates:
            break
        best = max(candidates, key=_weight)
        roots.append(best)
        left = [case for case in left if case is not best.case and case not in best.explains]
    return Triage(tuple(roots), tuple(left))


def _weight(root: Root) -> tuple[bool, int, float, bool]:
    """What hurts now before what will, then the number of findings explained, then confidence, then nearness."""
    finding = root.case.finding
    return finding.impact == "now", len(root.explains), root.confidence, _about_itself(finding)


def _rank(case: Case) -> tuple[str, ...]:
    """An order that does not depend on which check finished first."""
    finding = case.finding
    return case.target, case.check, finding.subject, finding.cause, finding.resource, finding.symptom


Edges = Mapping[tuple[Place, str], set[str]]
"""What the findings of a place depend on, by name: names repeat from region to region."""


def _edges(cases: Iterable[Case]) -> Edges:
    edges: dict[tuple[Place, str], set[str]] = {}
    for finding in (case.finding for case in cases):
        for name in names_of(finding):
            needs = edges.setdefault((finding.place, name), set())
            needs.update(plain_name(dependency) for dependency in finding.depends_on)
            for dependent in finding.needed_by:
                edges.setdefault((finding.place, plain_name(dependent)), set()).add(name)
    return edges


def names_of(finding: Finding) -> set[str]:
    """The names under which others may depend on the finding's subject."""
    return {plain_name(finding.resource), plain_name(finding.subject)} - {""}


def plain_name(name: str) -> str:
    """The resource's part of an ARN, as metric dimensions have it: `targetgroup/web/1f`, `app/web/2e`, `thumbnails`."""
    if not name.startswith("arn:"):
        return name
    resource = name.split(":", 5)[-1]
    for prefix in ("loadbalancer/", "function:", "db:", "cluster:", "log-group:"):
        resource = resource.removeprefix(prefix)
    return resource


def _root(case: Case, cases: Sequence[Case], edges: Edges, changes: Sequence[Change]) -> Root:
    explained = tuple(other for other in cases if other is not case and _explains(case.finding, other.finding, edges))
    change = _change_before(case.finding, (other.finding for other in explained), changes)
    confidence = 0.5 + (0.2 if explained else 0.0) + (0.2 if change else 0.0)
    return Root(case, explained, change, round(confidence, 2))


def _explains(cause: Finding, symptom: Finding, edges: Edges) -> bool:
    if cause.place != symptom.place:
        return False
    same_blocker = cause.cause == symptom.cause and cause.resource in symptom.depends_on
    if symptom.cause not in _SYMPTOMS.get(cause.cause, _OTHERS_SYMPTOMS) and not same_blocker:
        return False
    if cause.onset and symptom.onset and cause.onset > symptom.onset + 2 * RESOLUTION:
        return False
    same_subject = cause.resource != "" and cause.resource == symptom.resource
    return same_subject or bool(_reached(symptom, edges) & names_of(cause))


def _reached(finding: Finding, edges: Edges) -> set[str]:
    """Everything the subject depends on, within a few hops."""
    reached: set[str] = set()
    frontier = names_of(finding)
    for _ in range(MOST_HOPS):
        frontier = {dependency for name in frontier for dependency in edges.get((finding.place, name), ())}
        frontier -= reached
        reached |= frontier
    return reached


def _change_before(finding: Finding, explained: Iterable[Finding], changes: Iterable[Change]) -> Change | None:
    """The newest successful change of the resource or of what it rests on, from two hours before it began until then.

    Where the finding does not know when it began, the first symptom that it explains does. Labels change nothing.
    """
    end = finding.onset or earliest(symptom.onset for symptom in explained) or finding.as_of
    if end is None:
        return None
    near = [
        change
        for change in changes
        if {finding.resource, *finding.depends_on} & set(change.resources)
        and change.place.account == finding.place.account
        and not change.refused
        and not _LABELS.search(change.event)
        and end - CHANGE_REACH <= change.at <= end + 2 * RESOLUTION
    ]
    return max(near, key=lambda change: change.at, default=None)
