"""What do the tests of rules build their facts from? Small parts with quiet defaults."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from diagnosis.findings import Finding
from diagnosis.places import Place
from diagnosis.series import Series
from diagnosis.targets import Target
from diagnosis.triage import Case

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
HERE = Place("123456789012", "eu-west-1")


def ago(minutes: float) -> datetime:
    """So many minutes before now."""
    return NOW - timedelta(minutes=minutes)


def target(kind: str, name: str, arn: str = "") -> Target:
    """A target in the usual place."""
    return Target(kind, HERE, name, arn or HERE.arn(kind, name))


def series(*values: float | None, period_s: int = 60) -> Series:
    """Values by period, the last of which ends now; None is a gap."""
    start = NOW - timedelta(seconds=period_s * len(values))
    moments = [start + timedelta(seconds=period_s * index) for index in range(len(values))]
    return Series(period_s, tuple((m, v) for m, v in zip(moments, values, strict=True) if v is not None))


def finding(subject: str = "checkout", **changes: Any) -> Finding:
    """A finding that proves nothing unless told otherwise."""
    known: dict[str, Any] = {
        "place": HERE,
        "cause": "unknown",
        "impact": "now",
        "symptom": f"{subject}: sick, expected well",
        "evidence": ("it says so",),
        "remedy": "mend it",
        "resource": subject,
        "as_of": NOW,
    }
    return Finding(subject=subject, **known | changes)


def case(subject: str = "checkout", *, check: str = "test_something", **changes: Any) -> Case:
    """A finding with the check and the target it came from."""
    sick = finding(subject, **changes)
    return Case(check, f"{sick.place.key}/{subject}", sick)
