"""How does a finding about readiness read? Nothing hurts yet; the next incident will be longer for it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from diagnosis.causes import Cause
from diagnosis.findings import Finding
from diagnosis.targets import Target


def lacking(
    target: Target,
    observed: str,
    *,
    expected: str,
    evidence: Iterable[str],
    remedy: str,
    as_of: datetime,
    cause: Cause = "observability",
    link: str = "",
    command: str = "",
) -> Finding:
    """A proven finding of impact hygiene on a target: `<name>: <observed>, expected <expected>`."""
    return Finding(
        subject=target.name,
        place=target.place,
        cause=cause,
        impact="hygiene",
        symptom=f"{target.name}: {observed}, expected {expected}",
        evidence=tuple(evidence),
        remedy=remedy,
        resource=target.arn,
        as_of=as_of,
        proven=True,
        link=link,
        command=command,
    )
