"""What does the page tell of? The run, its results and what they came to, gathered before anything is laid out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from diagnosis.findings import Finding
from diagnosis.runs import RunView, Usage
from reports.history import Past
from reports.tally import Result, Tally
from reports.verdicts import Outcome

OUTCOMES: Mapping[Outcome, str] = {
    "failed": "sick",
    "error": "could not look",
    "xfailed": "excused",
    "skipped": "not applicable",
    "passed": "healthy",
}
"""In the order of their weight, and what each is called."""
IMPACTS = ("now", "soon", "hygiene")


@dataclass(frozen=True)
class Telling:
    """Everything that the page shows. `list_passed`: healthy checks one by one, too."""

    view: RunView
    tally: Tally
    usage: Usage | None = None
    past: Past = field(default_factory=Past)
    list_passed: bool = False

    def sick(self) -> list[tuple[Result, Finding]]:
        """Each finding with its result, what hurts now first."""
        found = [(r, f) for r in self.tally.of("failed", "xfailed") for f in r.findings]
        return sorted(found, key=lambda pair: (IMPACTS.index(pair[1].impact), pair[0].outcome != "failed"))

    def counts(self) -> Counter[Outcome]:
        """How many checks came to which outcome."""
        return Counter(result.outcome for result in self.tally.results)


def grouped(results: Iterable[Result], label: str) -> dict[str, Counter[Outcome]]:
    """Outcomes by a label (`domain`, `kind`, `service`), the sickest group first; unlabelled results are left out."""
    groups: dict[str, Counter[Outcome]] = {}
    for result in results:
        name = getattr(result.labels, label)
        if name:
            groups.setdefault(name, Counter())[result.outcome] += 1
    return dict(sorted(groups.items(), key=lambda entry: (-entry[1]["failed"], -entry[1]["error"], entry[0])))
