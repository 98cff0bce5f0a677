"""What does Performance Insights say? The load that scenarios tell of, summed by wait, statement, user and host.

https://docs.aws.amazon.com/performance-insights/latest/APIReference/Welcome.html
"""

from __future__ import annotations

import hashlib
import math
import threading
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sandbox.series import Series
from sandbox.services import own
from sandbox.services.actions import Request, epoch, refusal, utc

_PERIODS_S = (1, 60, 300, 3_600, 86_400)
_METRICS = ("db.load.avg", "db.sampledload.avg")
_KEYS_A_PAGE = 25
_QUERIES = 15
_LAG_S = 30
_STEP_S = 60
_LIMIT = 10


@dataclass(frozen=True)
class Load:
    """A part of an instance's load: so many active sessions in one wait, for one statement."""

    sessions: Series
    wait: str
    sql: str
    user: str
    host: str
    now_s: int

    def dimensions(self, group: str) -> dict[str, str] | None:
        """The part's dimensions in a group; None where it has none."""
        kind, _, name = self.wait.rpartition(":")
        known: dict[str, dict[str, str]] = {
            "db.wait_event": {"db.wait_event.name": name, "db.wait_event.type": kind or name},
            "db.wait_event_type": {"db.wait_event_type.name": kind or name},
            "db.user": {"db.user.id": _id(self.user), "db.user.name": self.user},
            "db.host": {"db.host.id": _id(self.host), "db.host.name": self.host},
        }
        if group in ("db.sql_tokenized", "db.sql"):
            if not self.sql:
                return None
            key = _id(self.sql)
            return {f"{group}.id": key, f"{group}.statement": self.sql[:500], f"{group}.db_id": key}
        if group not in known:
            raise refusal("InvalidArgumentException", f"{group} is not a valid dimension group")
        return known[group]

    def at(self, moment_s: int) -> float:
        """The active sessions in the minute that begins then."""
        seed = zlib.crc32(f"{self.wait}{self.sql}".encode())
        samples = self.sessions.samples(moment_s, self.now_s, seed) or ()
        count = sum(times for _, times in samples)
        return sum(value * times for value, times in samples) / count if count else 0.0


def _id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:40].upper()


_lock = threading.Lock()
_loads: dict[tuple[str, str], dict[str, list[Load]]] = {}


def tell(account: str, region: str, resource_id: str, load: Load) -> None:
    """Add a part to the load of an instance, known by its DbiResourceId."""
    with _lock:
        _loads.setdefault((account, region), {}).setdefault(resource_id, []).append(load)


def _parts(request: Request) -> list[Load]:
    """The load of the instance that is asked about. Refused where it has no Performance Insights."""
    from moto.rds.models import rds_backends

    identifier = request.get("Identifier", "")
    instances = rds_backends[request.account][request.region].databases.values()
    known = [one for one in instances if getattr(one, "dbi_resource_id", "") == identifier]
    if request.get("ServiceType") != "RDS" or not known or not getattr(known[0], "performance_insights_enabled", False):
        raise refusal("NotAuthorizedException", f"Performance Insights is not enabled for {identifier}")
    return _loads.get((request.account, request.region), {}).get(identifier, [])


def _times(request: Request) -> tuple[int, int, int]:
    """Aligned start and end, and the period, in seconds."""
    start, end = epoch(request.get("StartTime")), epoch(request.get("EndTime"))
    if start >= end:
        raise refusal("InvalidArgumentException", "StartTime must be before EndTime")
    period = request.get("PeriodInSeconds") or next((p for p in _PERIODS_S if (end - start) / p <= 180), 86_400)
    if period not in _PERIODS_S:
        raise refusal("InvalidArgumentException", f"PeriodInSeconds must be one of {list(_PERIODS_S)}")
    return int(start // period * period), int(math.ceil(end / period) * period), period


def _moments(start: int, end: int, period: int) -> Iterator[int]:
    last = min(end, int(time.time()) - _LAG_S - min(period, _STEP_S))
    return iter(range(start, last + 1, period))


def _average(parts: list[Load], moment: int, period: int) -> float:
    """The mean number of active sessions in a period: of its minutes."""
    minutes = range(moment // _STEP_S * _STEP_S, moment + period, _STEP_S)
    return sum(part.at(minute) for part in parts for minute in minutes) / len(minutes)


def _groups(parts: list[Load], group: str) -> list[tuple[dict[str, str], list[Load]]]:
    found: dict[tuple[tuple[str, str], ...], list[Load]] = {}
    for part in parts:
        dimensions = part.dimensions(group)
        if dimensions is not None:
            found.setdefault(tuple(sorted(dimensions.items())), []).append(part)
    return [(dict(key), several) for key, several in found.items()]


def _checked(metric: str) -> str:
    if metric not in _METRICS:
        raise refusal("InvalidArgumentException", f"{metric} is not a valid metric")
    return metric


def get_resource_metrics(request: Request) -> dict[str, Any]:
    """GetResourceMetrics: each query's metric as a whole, and by group where it asks for one."""
    parts, (start, end, period) = _parts(request), _times(request)
    queries = request.get("MetricQueries", [])
    if not 0 < len(queries) <= _QUERIES:
        raise refusal("InvalidArgumentException", f"MetricQueries must hold 1 to {_QUERIES} queries")
    moments = list(_moments(start, end, period))
    listed = [one for query in queries for one in _answer(query, parts, moments, period)]
    return {
        "AlignedStartTime": utc(start),
        "AlignedEndTime": utc(end),
        "Identifier": request.get("Identifier"),
        "MetricList": listed,
    }


def _answer(query: dict[str, Any], parts: list[Load], moments: list[int], period: int) -> Iterator[dict[str, Any]]:
    metric = _checked(query["Metric"])

    def points(some: list[Load]) -> list[dict[str, Any]]:
        return [{"Timestamp": utc(moment), "Value": _average(some, moment, period)} for moment in moments]

    yield {"Key": {"Metric": metric}, "DataPoints": points(parts)}
    grouping = query.get("GroupBy")
    if grouping:
        groups = [(d, points(some)) for d, some in _groups(parts, grouping["Group"])]
        groups.sort(key=lambda group: -sum(point["Value"] for point in group[1]))
        for dimensions, measured in groups[: grouping.get("Limit") or _LIMIT]:
            yield {"Key": {"Metric": metric, "Dimensions": dimensions}, "DataPoints": measured}


def describe_dimension_keys(request: Request) -> dict[str, Any]:
    """DescribeDimensionKeys: the groups that load most, each partitioned where asked."""
    parts, (start, end, period) = _parts(request), _times(request)
    _checked(request.get("Metric"))
    moments = list(_moments(start, end, period))

    def total(some: list[Load]) -> float:
        return sum(_average(some, moment, period) for moment in moments) / len(moments) if moments else 0.0

    grouping, dividing = request.get("GroupBy"), request.get("PartitionBy")
    ranked = sorted(_groups(parts, grouping["Group"]), key=lambda group: -total(group[1]))
    ranked = ranked[: grouping.get("Limit") or _LIMIT]
    divisions = _groups(parts, dividing["Group"]) if dividing else []
    divisions = divisions[: dividing.get("Limit") or _LIMIT] if dividing else []
    keys = [
        {"Dimensions": dimensions, "Total": total(some)}
        | ({"Partitions": [total([p for p in some if p in one]) for _, one in divisions]} if dividing else {})
        for dimensions, some in ranked
    ]
    first, size = int(request.get("NextToken") or 0), min(request.get("MaxResults") or _KEYS_A_PAGE, _KEYS_A_PAGE)
    return {
        "AlignedStartTime": utc(start),
        "AlignedEndTime": utc(end),
        "PartitionKeys": [{"Dimensions": dimensions} for dimensions, _ in divisions],
        "Keys": keys[first : first + size],
        **({"NextToken": str(first + size)} if first + size < len(keys) else {}),
    }


def install() -> None:
    """Serve Performance Insights, which moto does not have."""
    operations = {"GetResourceMetrics": get_resource_metrics, "DescribeDimensionKeys": describe_dimension_keys}
    own.serve("pi", operations)
