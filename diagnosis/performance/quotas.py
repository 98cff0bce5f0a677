"""Which quotas are nearly used up, and which tables refuse requests for being too many?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.answers import Blind
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.logs.sources import DYNAMODB
from diagnosis.places import Place
from diagnosis.series import Series
from diagnosis.targets import Target


@dataclass(frozen=True)
class QuotaUse:
    """A quota of the account and how much of it is used, in the quota's own unit.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch-Quotas-Visualize-Alarms.html
    """

    service: str
    code: str
    name: str
    limit: float
    used: Series
    adjustable: bool


@dataclass(frozen=True)
class TableThrottles:
    """Requests that a DynamoDB table refused, sums of a minute, and the capacity units it was asked for.

    `on_demand` says how a table that refused some is paid for, Blind where that could not be read.
    """

    name: str
    reads: Series
    writes: Series
    consumed_reads: Series
    consumed_writes: Series
    on_demand: bool | Blind = False

    @property
    def busy(self) -> bool:
        """Whether anything was asked of it."""
        return any((self.reads, self.writes, self.consumed_reads, self.consumed_writes))


@dataclass(frozen=True)
class Quotas:
    """The quotas of a place that are measured, and its tables."""

    target: Target
    quotas: tuple[QuotaUse, ...]
    tables: tuple[TableThrottles, ...]
    as_of: datetime


def used_up(quotas: Quotas, *, max_share: float = 0.8, min_periods: int = 2) -> list[Finding]:
    """The quotas of which `max_share` is used, and the tables that refused requests in `min_periods` minutes."""
    place = quotas.target.place
    full = [_full(quota, place, max_share, quotas.as_of) for quota in quotas.quotas if _share(quota) >= max_share]
    throttled = [_throttled(table, place, quotas.as_of) for table in quotas.tables if _periods(table) >= min_periods]
    return [*throttled, *full]


def _share(quota: QuotaUse) -> float:
    return (quota.used.last or 0.0) / quota.limit if quota.limit > 0 else 0.0


def _full(quota: QuotaUse, place: Place, max_share: float, as_of: datetime) -> Finding:
    used = quota.used.last or 0.0
    remedy = "ask for a higher quota" if quota.adjustable else "use less of it: this quota cannot be raised"
    return Finding(
        subject=quota.name,
        place=place,
        cause="quota",
        impact="now" if used >= quota.limit else "soon",
        symptom=f"{quota.name}: {used:,.0f} of {quota.limit:,.0f} used, expected less than {max_share:.0%}",
        evidence=(f"{quota.service} {quota.code} is {quota.limit:,.0f}", f"AWS/Usage newest {used:,.0f}"),
        remedy=remedy,
        resource=quota.code,
        onset=quota.used.onset(lambda value: value >= max_share * quota.limit),
        as_of=as_of,
        proven=True,
        link=console.link(place, f"servicequotas/home/services/{quota.service}/quotas/{quota.code}"),
        command=aws("service-quotas", "get-service-quota", "--service-code", quota.service, "--quota-code", quota.code),
    )


def _periods(table: TableThrottles) -> int:
    moments = {when for series in (table.reads, table.writes) for when, value in series.points if value > 0}
    return len(moments)


_PROVISIONED = "find the hot key (Contributor Insights), raise the capacity, or make the table on-demand"
_ON_DEMAND = (
    "find the hot key (Contributor Insights) and spread it: one key takes 1,000 writes and 3,000 reads a second; an "
    "on-demand table takes twice its former peak, and no more than a maximum that was set: raise that, or warm it up"
)
"""https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/on-demand-capacity-mode.html"""


def _paid(table: TableThrottles) -> tuple[str, ...]:
    if isinstance(table.on_demand, Blind):
        return (f"its billing mode is not known: {table.on_demand.reason}",)
    return ("billing mode PAY_PER_REQUEST",) if table.on_demand else ()


def _throttled(table: TableThrottles, place: Place, as_of: datetime) -> Finding:
    kinds = [("reads", table.reads, table.consumed_reads), ("writes", table.writes, table.consumed_writes)]
    said = [
        f"{kind}: {refused.total:,.0f} refused, {consumed.total:,.0f} capacity units served"
        for kind, refused, consumed in kinds
        if refused.total
    ]
    total = table.reads.total + table.writes.total
    onsets = [onset for _, refused, _ in kinds if (onset := refused.onset(lambda value: value > 0))]
    return Finding(
        subject=table.name,
        place=place,
        cause="throttled",
        impact="now",
        symptom=f"{table.name}: {total:,.0f} requests throttled in {_periods(table)} min, expected none",
        evidence=("ReadThrottleEvents, WriteThrottleEvents of AWS/DynamoDB", *said, *_paid(table)),
        why=f"{table.name} refuses requests beyond its capacity, of the table or of one key",
        remedy=_ON_DEMAND if table.on_demand is True else _PROVISIONED,
        resource=place.arn("dynamodb", f"table/{table.name}"),
        depends_on=(table.name,),
        needed_by=(DYNAMODB,),
        onset=min(onsets, default=None),
        as_of=as_of,
        proven=True,
        link=console.link(place, "dynamodbv2/home", f"table?name={table.name}&tab=monitoring"),
        command=aws("dynamodb", "describe-table", "--table-name", table.name),
    )
