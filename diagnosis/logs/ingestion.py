"""Do log groups still receive what they always receive, and is it passed on?"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from diagnosis import console
from diagnosis.answers import Blind
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.findings import Finding, earliest
from diagnosis.logs.sources import sources_of
from diagnosis.series import Series
from diagnosis.targets import Target
from diagnosis.windows import Window, spoken


@dataclass(frozen=True)
class Delivery:
    """What a subscription filter could not pass on: `metric` is DeliveryErrors or DeliveryThrottling."""

    filter_name: str
    destination: str
    metric: str
    failures: Series


@dataclass(frozen=True)
class LogIntake:
    """A log group's IncomingLogEvents by 5 minutes: now, and at the same clock time of earlier days.

    `seen_until` is the moment up to which CloudWatch must have all points; `source_ran` says whether what logs here
    ran during the silence (a function's invocations), None where nothing tells. `expected_bins` are how many periods
    each earlier stretch has. `role` is the ARN of the role that a function which ran and logged nothing writes with,
    Blind where it could not be read.
    """

    target: Target
    events: Series
    before: tuple[Series, ...]
    expected_bins: int
    seen_until: datetime
    source_ran: bool | None
    deliveries: tuple[Delivery, ...]
    as_of: datetime
    role: str | Blind = ""


def interrupted_ingestion(
    intake: LogIntake, *, silent_minutes: float = 15, min_filled: float = 0.95, min_delivery_failures: int = 1
) -> list[Finding]:
    """The log group, where it fell silent though it never does, or where a subscription could not pass events on."""
    failing = [one for one in intake.deliveries if one.failures.total >= min_delivery_failures]
    findings = [_undelivered(intake, failing)] if failing else []
    silent = timedelta(minutes=silent_minutes)
    if is_steady(intake, min_filled) and is_silent(intake, silent) and intake.source_ran is not False:
        findings.append(_silence(intake, silent))
    return findings


def is_steady(intake: LogIntake, min_filled: float) -> bool:
    """Did something come in during nearly every period of the earlier stretches?"""
    filled = sum(value > 0 for series in intake.before for value in series.values)
    return bool(intake.before) and filled >= min_filled * intake.expected_bins * len(intake.before)


def is_silent(intake: LogIntake, silent: timedelta) -> bool:
    """Did nothing come in for so long, up to the moment from which points may still be missing?"""
    recent = intake.events.within(Window(intake.seen_until - silent, intake.seen_until))
    return not recent.total


def _silence(intake: LogIntake, silent: timedelta) -> Finding:
    name = intake.target.name
    newest = max((when for when, count in intake.events.points if count > 0), default=None)
    onset = newest + timedelta(seconds=intake.events.period_s) if newest else None
    usual = sum(series.total for series in intake.before) / (intake.expected_bins * len(intake.before))
    since = f"since {onset:%H:%M} UTC" if onset else "in the whole window"
    source = "its source ran meanwhile" if intake.source_ran else "whether its source still runs is not known"
    found = _finding(
        intake,
        "observability",
        f"{name}: no log event {since}, expected about {usual:,.0f} every 5 min",
        (f"IncomingLogEvents 0 for {spoken(silent)} or more; {source}",),
        f"{_RUNS if intake.source_ran else _MAY_RUN} its log driver, agent or configuration, and whether its role may "
        "write here",
        onset,
    )
    why = f"what logs to {name} runs, and nothing arrives" if intake.source_ran else ""
    if isinstance(intake.role, Blind):
        return replace(found, why=why, evidence=(*found.evidence, f"its role is not known: {intake.role.reason}"))
    return replace(found, why=why, depends_on=(*found.depends_on, *filter(None, (intake.role,))))


_RUNS = "its source runs: see"
_MAY_RUN = "see whether the source still runs; then"


def _undelivered(intake: LogIntake, failing: list[Delivery]) -> Finding:
    name = intake.target.name
    total = sum(one.failures.total for one in failing)
    throttled = all(one.metric == "DeliveryThrottling" for one in failing)
    cause: Cause = "throttled" if throttled else "observability"
    remedy = (
        "raise what the destination takes, or filter more before it"
        if throttled
        else "see whether the destination exists and its policy or role lets CloudWatch Logs write to it"
    )
    told = tuple(f"{one.metric} {one.failures.total:,.0f} of {one.filter_name} to {one.destination}" for one in failing)
    onset = earliest(one.failures.onset(lambda value: value > 0) for one in failing)
    symptom = f"{name}: {total:,.0f} deliveries to subscribers failed, expected none"
    found = _finding(intake, cause, symptom, told, remedy, onset)
    return replace(found, why="CloudWatch Logs itself counts what it could not pass on")


def _finding(
    intake: LogIntake, cause: Cause, symptom: str, evidence: tuple[str, ...], remedy: str, onset: datetime | None
) -> Finding:
    target = intake.target
    return Finding(
        subject=target.name,
        place=target.place,
        cause=cause,
        impact="now",
        symptom=symptom,
        evidence=evidence,
        remedy=remedy,
        resource=target.arn,
        depends_on=sources_of(target),
        onset=onset,
        as_of=intake.as_of,
        link=console.log_group(target.place, target.name),
        command=aws(
            "logs",
            "describe-log-streams",
            "--log-group-name",
            target.name,
            "--order-by",
            "LastEventTime",
            "--descending",
            "--max-items",
            "3",
        ),
    )
