"""Is a database looked after: backed up, certified, and maintained before it is forced?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis.causes import Cause, Impact
from diagnosis.database.reported import reported
from diagnosis.findings import Finding
from diagnosis.targets import Target
from diagnosis.windows import spoken


@dataclass(frozen=True)
class PendingMaintenance:
    """What RDS will do, and when it is forced to, where it says so."""

    action: str
    description: str
    forced: datetime | None


@dataclass(frozen=True)
class DatabaseUpkeep:
    """How an instance is looked after. `backup_days` is None for one whose backups are another's (replicas).

    `certificate_until` is None where RDS tells no date.
    """

    target: Target
    backup_days: int | None
    certificate: str
    certificate_until: datetime | None
    maintenance: tuple[PendingMaintenance, ...]
    as_of: datetime
    parameters: tuple[tuple[str, str], ...] = ()
    """Its parameter groups, and how far each was applied, in RDS's words."""


def neglect(upkeep: DatabaseUpkeep, *, certificate_days: float = 30, maintenance_days: float = 7) -> list[Finding]:
    """No automated backups; a server certificate that ends within `certificate_days`; maintenance that waits, and
    parameters that do.

    Maintenance that RDS forces within `maintenance_days` comes soon; other maintenance, and the rest, are hygiene.
    """
    return [
        *_backups(upkeep),
        *_certificate(upkeep, certificate_days),
        *_maintenance(upkeep, maintenance_days),
        *_parameters(upkeep),
    ]


def _backups(upkeep: DatabaseUpkeep) -> Iterator[Finding]:
    if upkeep.backup_days == 0:
        yield _finding(
            upkeep,
            "config",
            "hygiene",
            "no automated backups, expected at least 1 day",
            ("BackupRetentionPeriod 0",),
            "set a backup retention period: without one nothing can be restored to a point in time",
        )


def _certificate(upkeep: DatabaseUpkeep, days: float) -> Iterator[Finding]:
    until = upkeep.certificate_until
    if until is None or until - upkeep.as_of > timedelta(days=days):
        return
    is_over = until <= upkeep.as_of
    left = (
        f"certificate ended {spoken(upkeep.as_of - until)} ago" if is_over else f"{spoken(until - upkeep.as_of)} left"
    )
    yield _finding(
        upkeep,
        "certificate",
        "now" if is_over else "soon",
        f"{left}, expected a certificate valid for {days:g} d",
        (f"{upkeep.certificate} valid until {until:%Y-%m-%d}",),
        "rotate the CA of the instance, after clients trust the new one (global-bundle.pem)",
    )


def _maintenance(upkeep: DatabaseUpkeep, days: float) -> Iterator[Finding]:
    for pending in upkeep.maintenance:
        forced = pending.forced
        is_near = forced is not None and forced - upkeep.as_of <= timedelta(days=days)
        when = f"forced at {forced:%Y-%m-%d %H:%M}Z" if forced else "not yet forced"
        yield _finding(
            upkeep,
            "aws_event" if is_near else "config",
            "soon" if is_near else "hygiene",
            f"{pending.action} pending, {when}, expected none",
            (pending.description or pending.action,),
            "apply it in a window of your choice: apply-pending-maintenance-action",
        )


_APPLIED = ("in-sync", "applying")


def _parameters(upkeep: DatabaseUpkeep) -> Iterator[Finding]:
    """What was set and does not hold: the next restart, whoever's, changes how the database behaves."""
    waiting = [(group, status) for group, status in upkeep.parameters if status not in _APPLIED]
    for group, status in waiting:
        yield _finding(
            upkeep,
            "config",
            "hygiene",
            f"parameters of {group} are {status}, expected in-sync",
            (f"ParameterApplyStatus {status} of {group}",),
            "reboot it in a window of your choice, or take the parameters back: a failover may restart it any day",
        )


def _finding(
    upkeep: DatabaseUpkeep, cause: Cause, impact: Impact, observed: str, evidence: tuple[str, ...], remedy: str
) -> Finding:
    return reported(upkeep.target, cause, impact, observed, evidence, remedy, as_of=upkeep.as_of, proven=True)
