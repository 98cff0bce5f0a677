"""What is ranked, how sure is each finding of its cause, and how much does it weigh?"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from diagnosis.findings import Finding
from diagnosis.triage.symptoms import NETWORK

LONG_SICK = timedelta(hours=24)
_LONG_SICK_COUNTS = 0.2
_UNKNOWN_ONSET_COUNTS = 0.5
ENOUGH = 0.4
"""A finding that is less sure of its cause is a root only where a change precedes it."""

_BY_CAUSE: Mapping[float, frozenset[str]] = {
    0.8: frozenset(
        {"lock", "missing_index", "aws_event", "certificate", "image_pull", "container_start", "permission", "spot"}
        | {"appspec", "script", "agent", "capacity", "quota", "throttled", "out_of_memory"}
    ),
    0.6: frozenset({"cpu", "memory", "connections", "storage", "io", "credits", "replication", "vacuum", "slow_query"})
    | NETWORK,
    0.4: frozenset({"code", "config"}),
}
"""How specific a cause is that no configuration proves: AWS or the database names it, it is saturation, or a text."""
_DEVIATION = 0.2
_USER_FACING = ("elasticloadbalancing", "apigateway", "execute-api", "cloudfront", "appsync")
_ECHOES = ("logs", "cloudwatch", "application-signals")


@dataclass(frozen=True)
class Case:
    """A finding and the check and target it came from."""

    check: str
    target: str
    finding: Finding


def specificity(finding: Finding) -> float:
    """How much the cause is more than a symptom: 1 proven configuration, 0.2 a mere deviation.

    That something else is to blame is a deviation, too, until traces or a text say what it is; and so is a silence,
    until it is known that somebody speaks.
    """
    if finding.proven:
        return 1.0
    if finding.cause in ("dependency", "observability") and finding.why:
        return ENOUGH
    return next((sure for sure, causes in _BY_CAUSE.items() if finding.cause in causes), _DEVIATION)


def _service(finding: Finding) -> str:
    return finding.resource.split(":")[2] if finding.resource.startswith("arn:") else ""


def only_tells(finding: Finding) -> bool:
    """Whether the subject only tells of others, as a log group does: nothing rests on it."""
    return _service(finding) in _ECHOES


def weight(finding: Finding) -> float:
    """What explaining it is worth: 3 for what users meet, 1 for a resource, 0.5 for a log group or an alarm."""
    echo = finding.cause == "alarm" or only_tells(finding)
    worth = 3.0 if _service(finding) in _USER_FACING else 0.5 if echo else 1.0
    if finding.onset is None:
        worth *= _UNKNOWN_ONSET_COUNTS
    return worth * (_LONG_SICK_COUNTS if long_sick(finding) else 1.0)


def long_sick(finding: Finding) -> bool:
    """Whether it has been so for longer than a day."""
    return bool(finding.onset and finding.as_of and finding.as_of - finding.onset > LONG_SICK)


def plain_name(name: str) -> str:
    """The resource's part of an ARN, as metric dimensions have it: `targetgroup/web/1f`, `app/web/2e`, `thumbnails`."""
    if not name.startswith("arn:"):
        return name
    resource = name.split(":", 5)[-1]
    for prefix in ("loadbalancer/", "function:", "db:", "cluster:", "log-group:"):
        resource = resource.removeprefix(prefix)
    return resource


def names_of(finding: Finding) -> set[str]:
    """The names under which others may depend on the finding's subject."""
    return {plain_name(finding.resource), plain_name(finding.subject)} - {""}


def about_itself(finding: Finding) -> bool:
    """Whether the subject is what is to be mended, not what suffers from it."""
    return plain_name(finding.subject) == plain_name(finding.resource)


def matters(case: Case) -> bool:
    """Whether the finding may explain or be explained: readiness neither breaks nor suffers."""
    return case.finding.impact != "hygiene"


def suspects(cases: Iterable[Case]) -> list[Case]:
    """The findings that may be the cause of others, one for each blocker, the most specific first.

    An alarm rings, it breaks nothing; and of what has no known cause nothing can be said.
    """
    best: dict[tuple[str, ...], Case] = {}
    for case in cases:
        finding = case.finding
        if not matters(case) or (finding.cause in ("alarm", "unknown") and not finding.proven):
            continue
        blocker = (finding.place.key, finding.cause, finding.resource or finding.subject)
        if blocker not in best or _nearness(case) < _nearness(best[blocker]):
            best[blocker] = case
    return sorted(best.values(), key=lambda case: -specificity(case.finding))


def _nearness(case: Case) -> tuple[bool, int, bool, bool, str, str]:
    """The finding that is proven, that depends on less, that is about the blocker itself is nearer to the cause.

    Then what is read from the configuration, which knows no onset, before what was refused by it since then.
    """
    finding = case.finding
    aside, seen = not about_itself(finding), finding.onset is not None
    return not finding.proven, len(finding.depends_on), aside, seen, case.check, case.target
