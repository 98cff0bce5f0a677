"""Which alarms are ringing, since when, and why?"""

from __future__ import annotations

import re
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
    dimensions, or the alarms of a composite alarm's rule. `rang` is how often it went into ALARM in the window, counted
    where it is quiet now.
    """

    target: Target
    state: str
    reason: str
    since: datetime
    metric: str
    watches: tuple[str, ...]
    as_of: datetime
    rang: int = 0


_CHILD = re.compile(r"""(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*["']?(.+?)["']?\s*\)""")


def alarms_in(rule: str) -> tuple[str, ...]:
    """The names of the alarms in a composite alarm's rule, which may give them by ARN.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
    """
    return tuple(dict.fromkeys(child.rsplit(":alarm:", 1)[-1] for child in _CHILD.findall(rule)))


def ringing(alarm: AlarmState, *, hours_until_old: float = 24, min_times: int = 4) -> list[Finding]:
    """The alarm, where it is in ALARM; one that has rung for longer than a day is a matter of hygiene.

    One that is quiet now but rang `min_times` in the window comes and goes. CouldNotTellError where CloudWatch gives a
    state that this rule does not know.
    """
    if alarm.state in ("OK", "INSUFFICIENT_DATA"):
        return [_flapping(alarm)] if alarm.rang >= min_times else []
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


def _flapping(alarm: AlarmState) -> Finding:
    name = alarm.target.name
    return Finding(
        subject=name,
        place=alarm.target.place,
        cause="alarm",
        impact="soon",
        symptom=f"{name}: rang {alarm.rang} times and is quiet again, expected OK",
        evidence=_evidence(alarm),
        remedy="see what comes and goes, or let the alarm need more datapoints",
        resource=alarm.target.arn,
        depends_on=alarm.watches,
        as_of=alarm.as_of,
        link=console.alarm(alarm.target.place, name),
        command=aws("cloudwatch", "describe-alarm-history", "--alarm-name", name, "--history-item-type", "StateUpdate"),
    )


def _evidence(alarm: AlarmState) -> tuple[str, ...]:
    watched = alarm.metric or ", ".join(alarm.watches)
    return tuple(line for line in (alarm.reason, f"watches {watched}" if watched else "") if line)
