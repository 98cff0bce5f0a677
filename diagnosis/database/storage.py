"""Does a database have room on its disk, and for how long?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis import console
from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Impact
from diagnosis.commands import aws
from diagnosis.exhibits import Timeline, line
from diagnosis.findings import Finding
from diagnosis.series import Series
from diagnosis.targets import Target
from diagnosis.windows import spoken

_HORIZON = timedelta(days=3650)
"""Beyond it a slope is rounding, not a trend."""
_LEAST_FIT = 0.8
_LOCAL = "FreeLocalStorage"


@dataclass(frozen=True)
class DatabaseStorage:
    """An instance's volume: its size, the most it may grow to by itself, and what is free, every five minutes.

    `max_allocated_bytes` is None where storage autoscaling is off. `metric` tells what is free: of an
    Aurora instance its local storage (temporary tables, logs), whose size is the most that was free in a week.
    """

    target: Target
    allocated_bytes: float
    max_allocated_bytes: float | None
    free_bytes: Series
    as_of: datetime
    metric: str = "FreeStorageSpace"


def storage_exhaustion(
    storage: DatabaseStorage, *, min_free_share: float = 0.1, hours_until_full: float = 24
) -> list[Finding]:
    """The instance, where less than `min_free_share` is free or the trend fills it within `hours_until_full`.

    Where storage autoscaling has reached its most, twice that share must be free: nothing will grow it any more.
    CouldNotTellError where the volume's size or free space is not known.
    """
    free = storage.free_bytes.last
    if free is None or not storage.allocated_bytes > 0:
        missing = f"point of {storage.metric}" if free is None else "AllocatedStorage"
        raise CouldNotTellError(Blind("missing", f"no data: {storage.target.name} has no {missing}"))
    share = free / storage.allocated_bytes
    if _is_at_most(storage):
        min_free_share *= 2
    left = time_until_full(storage.free_bytes)
    soon = left is not None and left < timedelta(hours=hours_until_full)
    if share >= min_free_share and not soon:
        return []
    name = storage.target.name
    observed = f"{share:.1%} of storage free" + (f", full in {spoken(left)} at this rate" if left is not None else "")
    bound = f"at least {min_free_share:.0%}" if share < min_free_share else f"room for {hours_until_full:g} h"
    impact: Impact = "now" if free <= 0 or share < 0.01 else "soon"
    return [
        Finding(
            subject=name,
            place=storage.target.place,
            cause="storage",
            impact=impact,
            symptom=f"{name}: {observed}, expected {bound}",
            evidence=(
                f"{storage.metric} {free / 1e9:,.1f} GB of {storage.allocated_bytes / 1e9:,.1f} GB",
                _growth(storage),
            ),
            remedy=_remedy(storage),
            resource=storage.target.arn,
            onset=storage.free_bytes.onset(lambda value: value < min_free_share * storage.allocated_bytes),
            as_of=storage.as_of,
            proven=True,
            link=console.database(storage.target.place, name),
            command=aws("rds", "describe-db-instances", "--db-instance-identifier", name),
            exhibits=(
                Timeline(
                    f"{name}: {storage.metric}, and the least that should be free",
                    "bytes",
                    (line("free", storage.free_bytes),),
                    bound=min_free_share * storage.allocated_bytes,
                ),
            ),
        )
    ]


def _fit(times: Sequence[float], values: Sequence[float], slope: float, mean_time: float, mean_value: float) -> float:
    """How much of the values' variation the line explains (R squared): one step within the hour is no trend."""
    total = sum((value - mean_value) ** 2 for value in values)
    rest = sum((v - mean_value - slope * (t - mean_time)) ** 2 for t, v in zip(times, values, strict=True))
    return 1 - rest / total if total else 0.0


def _is_at_most(storage: DatabaseStorage) -> bool:
    most = storage.max_allocated_bytes
    return most is not None and storage.allocated_bytes >= most


def _remedy(storage: DatabaseStorage) -> str:
    if storage.metric == _LOCAL:
        return "find the statements that sort and build much on disk, and logs that are kept; a larger class"
    return "raise the allocated storage; look for replication slots, long transactions and logs that keep it"


def _growth(storage: DatabaseStorage) -> str:
    if storage.metric == _LOCAL:
        return "local storage grows with the instance class only"
    most = storage.max_allocated_bytes
    if most is None:
        return "storage autoscaling is off"
    full = "already at" if storage.allocated_bytes >= most else "up to"
    return f"storage autoscaling {full} {most / 1e9:,.0f} GB"


def time_until_full(free: Series, min_points: int = 6) -> timedelta | None:
    """How long the newest free space lasts at the slope of the least-squares line, counted from the newest point.

    None where the series is too short to tell, or does not shrink so that it would be full within ten years.
    """
    if len(free.points) < max(min_points, 2):
        return None
    start = free.points[0][0]
    times = [(when - start).total_seconds() for when, _ in free.points]
    mean_time, mean_free = sum(times) / len(times), sum(free.values) / len(times)
    spread = sum((time - mean_time) ** 2 for time in times)
    slope = sum((t - mean_time) * (v - mean_free) for t, v in zip(times, free.values, strict=True)) / spread
    if slope >= 0 or _fit(times, free.values, slope, mean_time, mean_free) < _LEAST_FIT:
        return None
    seconds = free.values[-1] / -slope
    return timedelta(seconds=seconds) if seconds <= _HORIZON.total_seconds() else None
