"""Which alarms are ringing, since when, and why?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis import console
from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.targets import Target
from diagnosis.windows import spoken


@dataclass(frozen=True)
class AlarmState:
    """One metric or composite alarm; `state` and `reason` are CloudWatch's own words.

    `since` is when the state was entered. `watches` names what the alarm's metrics are about: the values of their
    dimensions, or the alarms of a composite alarm's rule.
    """

    target: Target
    state: str
    reason: str
    since: datetime
    metric: str
    watches: tuple[str, ...]
    as_of: datetime


def ringing(alarm: AlarmState, *, hours_until_old: float = 24) -> list[Finding]:
    """The alarm, where it is in ALARM; one that has rung for longer than a day is a matter of hygiene.

    CouldNotTellError where CloudWatch gives a state that this rule does not know.
    """
    if alarm.state in ("OK", "INSUFFICIENT_DATA"):
        return []
    if alarm.state != "ALARM":
        reason = f"{alarm.target.name}: unknown state {alarm.state or 'not given'}"
        raise CouldNotTellError(Blind("unreadable", reason))
    age = alarm.as_of - alarm.since
    old = age > timedelta(hours=hours_until_old)
    name = alarm.target.name
    return [
        Finding(
            subject=name,
            place=alarm.target.place,
            cause="alarm",
            impact="hygiene" if old else "now",
            symptom=f"{name}: ALARM for {spoken(age)}, expected OK",
            evidence=_evidence(alarm),
            remedy="silence or mend an alarm that always rings" if old else "open what the alarm watches",
            resource=alarm.target.arn,
            depends_on=alarm.watches,
            onset=alarm.since,
            as_of=alarm.as_of,
            link=console.alarm(alarm.target.place, name),
            command=aws(
                "cloudwatch", "describe-alarms", "--alarm-types", "MetricAlarm", "CompositeAlarm", "--alarm-names", name
            ),
        )
    ]


def _evidence(alarm: AlarmState) -> tuple[str, ...]:
    watched = alarm.metric or ", ".join(alarm.watches)
    return tuple(line for line in (alarm.reason, f"watches {watched}" if watched else "") if line)
