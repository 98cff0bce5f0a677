"""Is a database there, and did it go away for a while?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.findings import Finding, earliest
from diagnosis.targets import Target

HEALTHY = frozenset(
    {
        "available", "backing-up", "modifying", "storage-optimization", "storage-config-upgrade",
        "storage-initialization", "configuring-enhanced-monitoring", "configuring-iam-database-auth",
        "configuring-log-exports", "configuring-activity-stream", "resetting-master-credentials", "renaming",
    }
)  # fmt: skip
"""States in which an instance serves.
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html
"""
_CAUSES: dict[str, Cause] = {
    "storage-full": "storage",
    "insufficient-capacity": "capacity",
    "incompatible-network": "network",
    "inaccessible-encryption-credentials": "permission",
    "inaccessible-encryption-credentials-recoverable": "permission",
    "failed": "aws_event",
    "rebooting": "aws_event",
    "maintenance": "aws_event",
    "upgrading": "aws_event",
    "failing-over": "aws_event",
}
_REMEDIES: dict[str, str] = {
    "storage-full": "raise the allocated storage: until then it takes no writes",
    "stopped": "start it: RDS does so by itself after seven days",
    "inaccessible-encryption-credentials": "enable the KMS key and let RDS use it again, then restore from a backup",
    "inaccessible-encryption-credentials-recoverable": "enable the KMS key, let RDS use it again, and start it",
    "incompatible-network": "give the subnets of its group free addresses, then modify or restore it",
    "incompatible-parameters": "put parameters back that do not fit the instance's memory, and reboot it",
    "failed": "restore it to its last restorable time",
}
_OUTAGES = {"failover": "failed over", "failure": "failed", "availability": "restarted or shut down"}
"""Categories of events in which an instance is away."""


@dataclass(frozen=True)
class DatabaseEvent:
    """What RDS told of an instance, or, with `of_cluster`, of its cluster."""

    at: datetime
    categories: tuple[str, ...]
    message: str
    of_cluster: bool = False


@dataclass(frozen=True)
class DatabaseState:
    """An instance's state and what RDS told of it in the window, the oldest event first.

    `cluster` is the ARN of the cluster that it is a member of; `zones` are its own and that of its standby.
    """

    target: Target
    engine: str
    status: str
    is_multi_az: bool
    events: tuple[DatabaseEvent, ...]
    as_of: datetime
    cluster: str = ""
    zones: tuple[str, ...] = ()


def unavailability(state: DatabaseState) -> list[Finding]:
    """The instance, where its state is not one in which it serves, and where it failed over, failed or restarted in
    the window.
    """
    found = [] if state.status in HEALTHY else [_away(state)]
    outages = [event for event in state.events if set(event.categories) & set(_OUTAGES)]
    return found + ([_was_away(state, outages)] if outages else [])


def _away(state: DatabaseState) -> Finding:
    name = state.target.name
    known: Cause = "config" if state.status.startswith(("incompatible", "stop", "start")) else "unknown"
    return _finding(
        state,
        _CAUSES.get(state.status, known),
        f"{name}: state {state.status}, expected available",
        (f"DBInstanceStatus {state.status}", *_told(state.events)),
        f"RDS says that {name} is {state.status}",
        _REMEDIES.get(state.status, "see its events and the RDS documentation for this state"),
        earliest(event.at for event in state.events),
        state.target.arn,
    )


def _was_away(state: DatabaseState, outages: list[DatabaseEvent]) -> Finding:
    name, kind = state.target.name, next(k for k in _OUTAGES if any(k in event.categories for event in outages))
    return _finding(
        state,
        "aws_event",
        f"{name}: {_OUTAGES[kind]} at {outages[0].at:%H:%M:%SZ}, expected no interruption",
        tuple(_told(outages)),
        f"RDS {_OUTAGES[kind]} {name}: clients lost their connections" if kind == "failover" else outages[0].message,
        "see that clients reconnect and look the name up again (RDS Proxy); ask the events for the reason"
        if state.is_multi_az or kind == "failover"
        else "ask the events for the reason; a Multi-AZ instance would have had a standby",
        outages[0].at,
        state.cluster if state.cluster and all(event.of_cluster for event in outages) else state.target.arn,
    )


def _told(events: Iterable[DatabaseEvent]) -> list[str]:
    return [f"{event.at:%H:%M:%SZ} {event.message}" for event in events][:6]


def _finding(
    state: DatabaseState,
    cause: Cause,
    symptom: str,
    evidence: tuple[str, ...],
    why: str,
    remedy: str,
    onset: datetime | None,
    resource: str,
) -> Finding:
    """What happened to a cluster is one trouble of all of its members, and its changes are what came before."""
    name, member = state.target.name, (state.target.arn,) if resource != state.target.arn else ()
    return Finding(
        subject=name,
        place=state.target.place,
        cause=cause,
        impact="now",
        symptom=symptom,
        evidence=evidence,
        why=why,
        remedy=remedy,
        resource=resource,
        depends_on=(*state.zones, *member),
        needed_by=member,
        onset=onset,
        as_of=state.as_of,
        proven=True,
        link=console.database(state.target.place, name),
        command=aws("rds", "describe-events", "--source-type", "db-instance", "--source-identifier", name),
    )
