"""Will the next incident find flow logs and logs that were kept?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.targets import Target

_USUAL_DAYS = 30
_ALLOWED_DAYS = (
    1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
)  # fmt: skip
"""https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html"""


@dataclass(frozen=True)
class FlowLog:
    """One flow log; the statuses and the traffic type are EC2's own words."""

    id: str
    status: str
    delivery: str
    delivery_error: str
    traffic: str
    destination: str


@dataclass(frozen=True)
class VpcFlowLogs:
    """The flow logs that cover a whole VPC."""

    target: Target
    logs: tuple[FlowLog, ...]
    as_of: datetime


@dataclass(frozen=True)
class LogRetention:
    """A log group's retention; `days` is None where events never expire."""

    target: Target
    days: int | None
    log_class: str
    as_of: datetime


def undelivered_flow_logs(vpc: VpcFlowLogs) -> list[Finding]:
    """The VPC, where no flow log records rejected traffic and delivers it."""
    if any(_works(log) for log in vpc.logs):
        return []
    cause, symptom, remedy = _what_is_missing(vpc)
    return [
        Finding(
            subject=vpc.target.name,
            place=vpc.target.place,
            cause=cause,
            impact="hygiene",
            symptom=f"{vpc.target.name}: {symptom}, expected one that delivers rejected traffic",
            evidence=tuple(_said(log) for log in vpc.logs) or ("DescribeFlowLogs lists none for this VPC",),
            remedy=remedy,
            resource=vpc.target.arn,
            as_of=vpc.as_of,
            proven=True,
            link=console.vpc(vpc.target.place, "VpcDetails:VpcId=", vpc.target.arn),
            command=aws("ec2", "describe-flow-logs", "--filter", f"Name=resource-id,Values={vpc.target.arn}"),
        )
    ]


def _works(log: FlowLog) -> bool:
    return log.status == "ACTIVE" and log.delivery in ("SUCCESS", "") and log.traffic in ("ALL", "REJECT")


def _what_is_missing(vpc: VpcFlowLogs) -> tuple[Cause, str, str]:
    if not vpc.logs:
        return "observability", "no flow log", "create a flow log for REJECT or ALL traffic"
    failed = next((log for log in vpc.logs if log.delivery == "FAILED"), None)
    if failed and "access" in failed.delivery_error.lower():
        return "permission", f"{failed.id} cannot deliver", "let the flow log's role write to its destination"
    if failed:
        return "observability", f"{failed.id} does not deliver", f"mend its destination {failed.destination}"
    if all(log.traffic == "ACCEPT" for log in vpc.logs):
        return "observability", "flow logs take accepted traffic only", "create a flow log for REJECT or ALL traffic"
    return (
        "observability",
        "no flow log delivers rejected traffic",
        "mend the flow log of REJECT or ALL traffic, or create one",
    )


def _said(log: FlowLog) -> str:
    error = f" ({log.delivery_error})" if log.delivery_error else ""
    return (
        f"{log.id}: FlowLogStatus {log.status}, DeliverLogsStatus {log.delivery or 'not given'}{error}, {log.traffic}"
    )


def short_retention(group: LogRetention, *, min_days: int = 14, forever_is_fine: bool = False) -> list[Finding]:
    """The log group, where events are kept for less than `min_days`, or for ever because nobody decided."""
    if group.days is None and forever_is_fine:
        return []
    if group.days is not None and group.days >= min_days:
        return []
    name = group.target.name
    kept = "for ever" if group.days is None else f"for {group.days} days"
    return [
        Finding(
            subject=name,
            place=group.target.place,
            cause="observability",
            impact="hygiene",
            symptom=f"{name}: events are kept {kept}, expected a retention of at least {min_days} days",
            evidence=(f"retentionInDays {group.days if group.days is not None else 'not set'}",),
            remedy=_retain(name, max(min_days, _USUAL_DAYS)),
            resource=group.target.arn,
            as_of=group.as_of,
            proven=True,
            link=console.log_group(group.target.place, name),
            command=aws("logs", "describe-log-groups", "--log-group-name-prefix", name),
        )
    ]


def _retain(name: str, days: int) -> str:
    allowed = next((choice for choice in _ALLOWED_DAYS if choice >= days), _ALLOWED_DAYS[-1])
    return aws("logs", "put-retention-policy", "--log-group-name", name, "--retention-in-days", str(allowed))
