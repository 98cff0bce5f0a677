"""How does a finding about a database read?"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from diagnosis import console
from diagnosis.causes import Cause, Impact
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.targets import Target


def reported(
    target: Target,
    cause: Cause,
    impact: Impact,
    observed: str,
    evidence: Iterable[str],
    remedy: str,
    *,
    as_of: datetime,
    subject: str = "",
    **more: Any,
) -> Finding:
    """A finding on the database, or on something in it (`subject`); `more` are fields as Finding has them."""
    about = subject or target.name
    return Finding(
        subject=about,
        place=target.place,
        cause=cause,
        impact=impact,
        symptom=f"{about}: {observed}",
        evidence=tuple(evidence),
        remedy=remedy,
        resource=target.arn,
        as_of=as_of,
        link=console.database(target.place, target.name),
        command=aws("rds", "describe-db-instances", "--db-instance-identifier", target.name),
        **more,
    )
