"""What does each sick subject depend on, and can one finding lie behind another?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from diagnosis.findings import Finding
from diagnosis.logs.sources import ANY_CLUSTER
from diagnosis.places import Place
from diagnosis.triage.cases import about_itself, names_of, plain_name, specificity
from diagnosis.triage.symptoms import SATURATION, brings_about, layer

MOST_HOPS = 6
RESOLUTION = timedelta(minutes=5)
"""The coarsest period of the metrics behind the findings: an onset is not known better."""

_SERVICE = "service/"
_VAGUE = f"{_SERVICE}{ANY_CLUSTER}/"

Edges = Mapping[tuple[Place, str], set[str]]
"""What the findings of a place depend on, by name: names repeat from region to region."""


class Dependencies:
    """The dependencies that the findings themselves name."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._edges: dict[tuple[Place, str], set[str]] = {}
        self._known: dict[int, set[str]] = {}
        for finding in findings:
            for name in names_of(finding):
                needs = self._edges.setdefault((finding.place, name), set())
                needs.update(plain_name(dependency) for dependency in finding.depends_on)
                for dependent in finding.needed_by:
                    self._edges.setdefault((finding.place, plain_name(dependent)), set()).add(name)
        self._fill_in_clusters()

    def _fill_in_clusters(self) -> None:
        """A service that is named without its cluster is the one of that name that the findings of its place speak of.

        Of several nobody knows which is meant, and where a task definition said whose log it is a name says nothing.
        """
        services: dict[Place, set[str]] = {}
        for (place, name), needs in self._edges.items():
            services.setdefault(place, set()).update(word for word in (name, *needs) if word.startswith(_SERVICE))
        for (place, _), needs in self._edges.items():
            for vague in [word for word in needs if word.startswith(_VAGUE)]:
                known = services[place] - {vague}
                meant = [word for word in known if word.rsplit("/", 1)[-1] == vague.removeprefix(_VAGUE)]
                if len(meant) == 1 and not needs & known:
                    needs.add(meant[0])

    def explains(self, cause: Finding, symptom: Finding) -> bool:
        """Whether the one can be behind the other, and not rather the other way round."""
        if _one_trouble(cause, symptom):
            return True
        if not self._may_explain(cause, symptom):
            return False
        return not self._may_explain(symptom, cause) or _comes_first(cause, symptom)

    def _may_explain(self, cause: Finding, symptom: Finding) -> bool:
        if cause.place != symptom.place or not _by_nature(cause, symptom) or _too_late(cause, symptom):
            return False
        same_subject = cause.resource != "" and cause.resource == symptom.resource
        return same_subject or bool(self.reached(symptom) & names_of(cause))

    def reached(self, finding: Finding) -> set[str]:
        """Everything the subject depends on, within a few hops."""
        if id(finding) not in self._known:
            self._known[id(finding)] = self._walk(finding)
        return self._known[id(finding)]

    def _walk(self, finding: Finding) -> set[str]:
        reached: set[str] = set()
        frontier = names_of(finding)
        for _ in range(MOST_HOPS):
            frontier = {need for name in frontier for need in self._edges.get((finding.place, name), ())} - reached
            reached |= frontier
        return reached


def _one_trouble(one: Finding, other: Finding) -> bool:
    """Whether both name the same cause in the same thing: whichever is taken stands for the other, too."""
    return one.place == other.place and one.cause == other.cause and one.resource == other.resource != ""


def _by_nature(cause: Finding, symptom: Finding) -> bool:
    """Whether such a cause makes such symptoms; the same refusal seen from two sides is one."""
    same_blocker = cause.cause == symptom.cause and cause.resource in symptom.depends_on
    return same_blocker or symptom.cause in brings_about(cause.cause)


def _too_late(cause: Finding, symptom: Finding) -> bool:
    return bool(cause.onset and symptom.onset and cause.onset > symptom.onset + 2 * RESOLUTION)


def _comes_first(one: Finding, other: Finding) -> bool:
    """Of two that could each be behind the other: what began clearly earlier, else what lies deeper."""
    if one.onset and other.onset and abs(one.onset - other.onset) > RESOLUTION:
        return one.onset < other.onset
    return _depth(one) < _depth(other)


def _depth(finding: Finding) -> tuple[int, float, bool, int, bool, str, str]:
    """Of what is as specific and as near, what uses a resource up lies deeper than that it is used up."""
    aside, used_up = not about_itself(finding), finding.cause in SATURATION
    nearness = (-specificity(finding), aside, len(finding.depends_on), used_up)
    return layer(finding.cause), *nearness, finding.subject, finding.symptom
