"""Does AWS itself report trouble, or plan work, that touches what runs here?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Impact
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.places import Place
from diagnosis.targets import Target
from diagnosis.windows import spoken

_TROUBLE = ("issue", "investigation")
_CATEGORIES = (*_TROUBLE, "scheduledChange", "accountNotification")
_WELL = ("UNIMPAIRED", "RESOLVED")


@dataclass(frozen=True)
class AwsEvent:
    """An event of AWS Health and the resources of the account that it touches; times are aware UTC.

    `category` and `status` are AWS's words, `affected` pairs ids or ARNs with their state.
    https://docs.aws.amazon.com/health/latest/APIReference/API_Event.html
    """

    arn: str
    service: str
    code: str
    category: str
    status: str
    zone: str
    start: datetime | None
    end: datetime | None
    affected: tuple[tuple[str, str], ...]
    public: bool


@dataclass(frozen=True)
class AwsEvents:
    """The events of a place that are open, lie ahead, or ended within the window."""

    target: Target
    events: tuple[AwsEvent, ...]
    as_of: datetime


def troubles(events: AwsEvents, *, days_ahead: float = 7) -> list[Finding]:
    """What AWS reports: trouble of this account's resources hurts now, trouble of a service at large may; work that is
    planned within `days_ahead` will.

    Notices about the account are none, and neither is trouble from which all resources have recovered.
    CouldNotTellError where nothing is red but an event is of a category that nobody knows.
    """
    found = [
        _finding(event, impact, events.as_of, events.target.place)
        for event in events.events
        if (impact := _impact(event, events, days_ahead))
    ]
    strange = [event for event in events.events if event.category not in _CATEGORIES]
    if strange and not found:
        said = f"{strange[0].code} is of the category {strange[0].category!r}, which is not known here"
        raise CouldNotTellError(Blind("unreadable", said))
    return found


def _impact(event: AwsEvent, events: AwsEvents, days_ahead: float) -> Impact | None:
    harmed = [state for _, state in event.affected if state not in _WELL]
    if event.category in _TROUBLE:
        if event.affected and not harmed:
            return None
        return "soon" if event.public and not event.affected else "now"
    if event.category != "scheduledChange" or not harmed or event.status == "closed":
        return None
    near = event.start is None or event.start - events.as_of <= timedelta(days=days_ahead)
    return "soon" if near else None


def _finding(event: AwsEvent, impact: Impact, as_of: datetime, place: Place) -> Finding:
    harmed = [name for name, state in event.affected if state not in _WELL]
    return Finding(
        subject=event.code,
        place=place,
        cause="aws_event",
        impact=impact,
        symptom=f"{event.service}: {event.code} {_when(event, as_of)}, expected no event",
        evidence=(
            f"AWS Health: {event.category}, {event.status}",
            *((f"in {event.zone}",) if event.zone else ()),
            *((f"touches {', '.join(harmed[:10])}",) if harmed else ("public: no resource of this account is named",)),
        ),
        why=f"AWS reports {event.code}" + (f" in {event.zone}" if event.zone else ""),
        remedy="move what is touched to another zone, or wait: AWS works on it"
        if event.category in _TROUBLE
        else "do the work yourself before AWS does it for you",
        resource=event.zone or event.arn,
        depends_on=(),
        needed_by=tuple(harmed),
        onset=event.start if event.category in _TROUBLE else None,
        as_of=as_of,
        proven=True,
        link="https://health.aws.amazon.com/health/home" if place.partition == "aws" else "",
        command=aws("health", "describe-event-details", "--event-arns", event.arn, "--region", "us-east-1"),
    )


def _when(event: AwsEvent, as_of: datetime) -> str:
    if event.start is None:
        return "without a time"
    if event.start > as_of:
        return f"in {spoken(event.start - as_of)}"
    if event.end is not None and event.end <= as_of:
        return f"for {spoken(event.end - event.start)}, until {event.end:%H:%M}"
    return f"for {spoken(as_of - event.start)}"
