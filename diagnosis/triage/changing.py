"""Which change came just before it began?"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import datetime, timedelta

from diagnosis.changes import Change
from diagnosis.findings import Finding, earliest
from diagnosis.triage.graph import RESOLUTION

CHANGE_REACH = timedelta(hours=2)
_FADES_WITHIN = timedelta(minutes=30)
_LABELS = re.compile(
    r"^(Create|Delete|Add|Remove|Update)?Tags?|^(Un)?[Tt]agResource|TagsTo|TagsFrom|^Describe|^List|^Get"
)

_ZONE = re.compile(r"[a-z]{2}(?:-[a-z]+)+-\d[a-z]")


def changeable(finding: Finding) -> list[str]:
    """What somebody may have changed: the resource and what it rests on. Nobody changes a zone, though many name it."""
    return [name for name in (finding.resource, *finding.depends_on) if name and not _ZONE.fullmatch(name)]


def change_before(finding: Finding, explained: Iterable[Finding], changes: Iterable[Change]) -> Change | None:
    """The newest successful change of the resource or of what it rests on, from two hours before it began until then.

    Where the finding does not know when it began, the first symptom that it explains does. Labels change nothing.
    """
    end = began(finding, explained)
    if end is None:
        return None
    near = [
        change
        for change in changes
        if not set(change.resources).isdisjoint(changeable(finding))
        and change.place.account == finding.place.account
        and not change.refused
        and not _LABELS.search(change.event)
        and end - CHANGE_REACH <= change.at <= end + 2 * RESOLUTION
    ]
    return max(near, key=lambda change: change.at, default=None)


def began(finding: Finding, explained: Iterable[Finding]) -> datetime | None:
    """When it began, as well as that is known."""
    return finding.onset or earliest(symptom.onset for symptom in explained) or finding.as_of


def closeness(change: Change | None, onset: datetime | None) -> float:
    """1 where the change came right before, falling by e every half hour; 0 without one."""
    if change is None or onset is None:
        return 0.0
    return math.exp(-max(onset - change.at, timedelta(0)) / _FADES_WITHIN)
