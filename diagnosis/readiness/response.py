"""Would the response work today? Runbooks, roll-backs, records of changes, permissions, postmortems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.readiness.lacking import lacking
from diagnosis.simulation import NOT_SIMULATED, Ruling, refused, whose
from diagnosis.targets import Target
from diagnosis.windows import spoken

_WEEKEND = 5


@dataclass(frozen=True)
class Runbook:
    """A runbook's definition as Step Functions validates it, what it calls that does not exist, its last success."""

    target: Target
    problems: tuple[str, ...]
    absent: tuple[str, ...]
    succeeded: datetime | None
    as_of: datetime


@dataclass(frozen=True)
class RollbackArming:
    """How a rollout is taken back: the words of ECS or CodeDeploy, and whether they do it by themselves."""

    target: Target
    armed: bool
    by_alarm: bool
    said: tuple[str, ...]
    remedy: str
    as_of: datetime


@dataclass(frozen=True)
class ChangeRecords:
    """Whether an account keeps its changes: trails that log, and a rule that keeps why ECS stopped tasks.

    `trails` are (name, is logging, error of its last delivery); `keeps_stops` is None where ECS is not used.
    """

    target: Target
    trails: tuple[tuple[str, bool, str], ...]
    keeps_stops: bool | None
    as_of: datetime


@dataclass(frozen=True)
class OwnRights:
    """The simulator's rulings on what a whole run reads, for the run's own identity."""

    target: Target
    identity: str
    rulings: tuple[Ruling, ...]
    as_of: datetime


@dataclass(frozen=True)
class Incident:
    """A run of an incident runbook, and the document that speaks of it; empty where none does."""

    name: str
    ended: datetime
    document: str


@dataclass(frozen=True)
class Postmortems:
    """The incidents of a runbook."""

    target: Target
    incidents: tuple[Incident, ...]
    as_of: datetime


def unsound_runbook(runbook: Runbook, *, max_unrehearsed_days: float = 90) -> list[Finding]:
    """The runbook that is invalid, calls what is gone, or has not worked for `max_unrehearsed_days`."""
    observed, remedy, evidence = "", "", runbook.problems
    if runbook.problems:
        observed, remedy = "its definition is invalid", "mend the definition"
    elif runbook.absent:
        observed, remedy = f"it calls {runbook.absent[0]}, which does not exist", "deploy what it calls, or mend it"
        evidence = runbook.absent
    elif runbook.succeeded is None or runbook.as_of - runbook.succeeded > timedelta(days=max_unrehearsed_days):
        last = f"{spoken(runbook.as_of - runbook.succeeded)} ago" if runbook.succeeded else "never, as far as is kept"
        observed, remedy, evidence = f"last succeeded {last}", "rehearse it", (f"newest SUCCEEDED execution: {last}",)
    if not observed:
        return []
    return [
        lacking(
            runbook.target,
            observed,
            expected=f"a valid runbook that worked within {max_unrehearsed_days:g} days",
            evidence=evidence,
            remedy=remedy,
            as_of=runbook.as_of,
            cause="config" if runbook.problems or runbook.absent else "process",
            command=aws("stepfunctions", "describe-state-machine", "--state-machine-arn", runbook.target.arn),
        )
    ]


def unarmed_rollback(arming: RollbackArming, *, alarms_required: bool = False) -> list[Finding]:
    """What is rolled out without a way back by itself; `alarms_required` asks for a roll-back on alarms as well."""
    if arming.armed and (arming.by_alarm or not alarms_required):
        return []
    observed = "no alarm takes a bad rollout back" if arming.armed else "nothing takes a failed rollout back"
    return [
        lacking(
            arming.target,
            observed,
            expected="an automatic roll-back",
            evidence=arming.said,
            remedy=arming.remedy,
            as_of=arming.as_of,
            cause="config",
        )
    ]


def unrecorded_changes(records: ChangeRecords) -> list[Finding]:
    """The account whose changes, or whose reasons for stopped tasks, are not kept."""
    if any(logging and not error for _, logging, error in records.trails) and records.keeps_stops is not False:
        return []
    said = [
        f"{name}: IsLogging {str(logging).lower()}" + (f", LatestDeliveryError {error}" if error else "")
        for name, logging, error in records.trails
    ]
    if not any(logging and not error for _, logging, error in records.trails):
        observed, remedy = "no trail keeps its changes", "start a trail's logging, or create one for all regions"
    else:
        observed = "why ECS stopped tasks is kept for an hour only"
        remedy = "send ECS Task State Change events to a log group by an EventBridge rule"
    return [
        lacking(
            records.target,
            observed,
            expected="a record that outlives the incident",
            evidence=(*said, *(() if records.keeps_stops is not False else ("no rule keeps ECS Task State Change",)))
            or ("DescribeTrails lists none",),
            remedy=remedy,
            as_of=records.as_of,
            command=aws("cloudtrail", "describe-trails"),
        )
    ]


def missing_rights(rights: OwnRights) -> list[Finding]:
    """What the run's own identity may not read, before an incident shows it."""
    lacks = refused(rights.rulings)
    if not lacks:
        return []
    actions = sorted({ruling.need.action for ruling in lacks})
    return [
        lacking(
            rights.target,
            f"{rights.identity} lacks {len(actions)} of {len({r.need.action for r in rights.rulings})} permissions",
            expected="all that the checks read",
            evidence=(", ".join(actions), f"refused by {whose(lacks[0])}", NOT_SIMULATED),
            remedy="attach the policy that --iam-policy prints",
            as_of=rights.as_of,
            cause="permission",
        )
    ]


def unwritten_postmortems(postmortems: Postmortems, *, max_working_days: int = 5) -> list[Finding]:
    """The runbook with incidents that nobody wrote about within `max_working_days`."""
    late = [
        incident
        for incident in postmortems.incidents
        if not incident.document and working_days(incident.ended, postmortems.as_of) > max_working_days
    ]
    if not late:
        return []
    return [
        lacking(
            postmortems.target,
            f"{len(late)} of {len(postmortems.incidents)} incidents have no postmortem",
            expected=f"one within {max_working_days} working days",
            evidence=[f"{incident.name}, ended {incident.ended:%Y-%m-%d %H:%M} UTC" for incident in late],
            remedy="write it: what happened, why, what it cost, what will be different; name the execution in it",
            as_of=postmortems.as_of,
            cause="process",
        )
    ]


def working_days(start: datetime, end: datetime) -> int:
    """Whole days between two moments that are no Saturday or Sunday."""
    days = (start + timedelta(days=number) for number in range(1, (end - start).days + 1))
    return sum(day.weekday() < _WEEKEND for day in days)
