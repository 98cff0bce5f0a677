"""Will alarms ring, will somebody hear them, and is there one on what users feel?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from diagnosis import console
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.readiness.lacking import lacking
from diagnosis.targets import Target
from diagnosis.windows import spoken

CriticalKind = Literal["load_balancer", "function", "database", "nat_gateway"]

SIGNALS: Mapping[CriticalKind, tuple[str, ...]] = {
    "load_balancer": (
        "HTTPCode_ELB_5XX_Count", "HTTPCode_ELB_502_Count", "HTTPCode_ELB_503_Count", "HTTPCode_ELB_504_Count",
        "HTTPCode_Target_5XX_Count", "UnHealthyHostCount", "HealthyHostCount", "TargetResponseTime", "RequestCount",
        "TargetConnectionErrorCount", "RequestCountPerTarget", "TCP_Target_Reset_Count", "TCP_ELB_Reset_Count",
        "ProcessedBytes", "NewFlowCount", "RejectedConnectionCount",
    ),
    "function": ("Errors", "Throttles", "Duration", "Invocations", "ConcurrentExecutions", "IteratorAge"),
    "database": (
        "FreeStorageSpace", "CPUUtilization", "DatabaseConnections", "FreeableMemory", "DBLoad", "ReplicaLag",
        "FreeLocalStorage", "AuroraReplicaLag", "CPUCreditBalance", "ReadLatency", "WriteLatency",
    ),
    "nat_gateway": ("ErrorPortAllocation", "PacketsDropCount", "ActiveConnectionCount"),
}  # fmt: skip
"""What an alarm may watch to notice that a resource of a kind fails its users, the plainest first."""
_FIRST = 3


@dataclass(frozen=True)
class Audience:
    """Who hears an SNS topic: confirmed and pending subscriptions; `exists` is False where the topic is gone."""

    topic: str
    confirmed: int
    pending: int
    exists: bool = True


@dataclass(frozen=True)
class AlarmReadiness:
    """An alarm's actions on ALARM: topics and others; `through` names composite alarms that act for it."""

    target: Target
    enabled: bool
    audiences: tuple[Audience, ...]
    other_actions: tuple[str, ...]
    through: tuple[str, ...]
    state: str
    since: datetime | None
    as_of: datetime


@dataclass(frozen=True)
class AlarmPlaybook:
    """Where an alarm says what to do: a link in its description, or a file; `reviewed` is that file's own date."""

    target: Target
    link: str
    file: str
    reviewed: datetime | None
    as_of: datetime


@dataclass(frozen=True)
class SignalAlarms:
    """The alarms that watch a resource's signals."""

    target: Target
    kind: CriticalKind
    alarms: tuple[str, ...]
    as_of: datetime


def mute_alarms(alarm: AlarmReadiness, *, max_blind_hours: float = 24) -> list[Finding]:
    """The alarm that will not ring, that nobody hears, or that has had no data for longer than `max_blind_hours`."""
    reasons = _why_mute(alarm, timedelta(hours=max_blind_hours))
    if not reasons:
        return []
    (observed, remedy), *more = reasons
    name = alarm.target.name
    return [
        lacking(
            alarm.target,
            observed,
            expected="somebody to hear of it",
            evidence=(_actions(alarm), *(f"also: {said}" for said, _ in more)),
            remedy=remedy,
            as_of=alarm.as_of,
            link=console.alarm(alarm.target.place, name),
            command=aws(
                "cloudwatch", "describe-alarms", "--alarm-types", "MetricAlarm", "CompositeAlarm", "--alarm-names", name
            ),
        )
    ]


def _why_mute(alarm: AlarmReadiness, longest: timedelta) -> list[tuple[str, str]]:
    reasons = []
    if not alarm.enabled and not alarm.through:
        enable = aws("cloudwatch", "enable-alarm-actions", "--alarm-names", alarm.target.name)
        reasons.append(("its actions are switched off", enable))
    elif not (alarm.audiences or alarm.other_actions or alarm.through):
        reasons.append(("it does nothing when it goes off", "give it an action: an SNS topic that people subscribe to"))
    elif alarm.audiences and not (alarm.other_actions or alarm.through or _heard(alarm)):
        reasons.append(_unheard(alarm.audiences[0]))
    if alarm.state == "INSUFFICIENT_DATA" and alarm.since and alarm.as_of - alarm.since > longest:
        blind = f"no data for {spoken(alarm.as_of - alarm.since)}"
        reasons.append((blind, "point it at a metric that exists, or say how missing data counts"))
    return reasons


def _heard(alarm: AlarmReadiness) -> bool:
    return any(audience.confirmed for audience in alarm.audiences)


def _unheard(audience: Audience) -> tuple[str, str]:
    topic = audience.topic.rsplit(":", 1)[-1]
    if not audience.exists:
        return f"its topic {topic} does not exist", "create the topic, or point the alarm at one that exists"
    if audience.pending:
        return f"no subscription of {topic} is confirmed", "have the subscribers confirm, and send a test message"
    return f"nobody subscribes to {topic}", f"subscribe the people on call to {topic}, and have them confirm"


def _actions(alarm: AlarmReadiness) -> str:
    told = [f"{a.topic}: {a.confirmed} confirmed, {a.pending} pending" for a in alarm.audiences]
    listed = "; ".join([*told, *alarm.other_actions]) or "none"
    return f"ActionsEnabled {str(alarm.enabled).lower()}; AlarmActions {listed}"


def alarms_without_playbook(alarm: AlarmPlaybook, *, max_age_days: float = 180) -> list[Finding]:
    """The alarm of which nobody wrote down what to do, or not lately: longer than `max_age_days` ago."""
    if alarm.link:
        return []
    too_old = alarm.reviewed and alarm.as_of - alarm.reviewed > timedelta(days=max_age_days)
    if alarm.file and not too_old:
        return []
    observed = f"its playbook was reviewed {spoken(alarm.as_of - alarm.reviewed)} ago" if too_old else "no playbook"  # type: ignore[operator]
    return [
        lacking(
            alarm.target,
            observed,
            expected=f"one that is not older than {max_age_days:g} days" if too_old else "one",
            evidence=(f"{alarm.file} says when" if too_old else "its description has no link, and no file names it",),
            remedy="write what to do when it rings, and link it in the alarm's description",
            as_of=alarm.as_of,
            cause="process",
            link=console.alarm(alarm.target.place, alarm.target.name),
        )
    ]


def unwatched_signals(watched: SignalAlarms) -> list[Finding]:
    """What serves users and has no alarm on any signal of its own kind."""
    if watched.alarms:
        return []
    first = " or ".join(SIGNALS[watched.kind][:_FIRST])
    return [
        lacking(
            watched.target,
            "no alarm",
            expected=f"one on {first}",
            evidence=(f"no alarm watches {', '.join(SIGNALS[watched.kind])} of it",),
            remedy=f"create an alarm on {first}",
            as_of=watched.as_of,
        )
    ]
