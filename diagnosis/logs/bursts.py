"""Did errors burst into a log within minutes?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from diagnosis import console
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.series import Series
from diagnosis.targets import Target


@dataclass(frozen=True)
class ErrorLines:
    """How many lines of a log group say ERROR, by minute; a minute without one has no point.

    `minutes` is the length of the window, so that the quiet minutes count in the median.
    """

    target: Target
    per_minute: Series
    minutes: int
    as_of: datetime


def error_bursts(lines: ErrorLines, *, max_per_minute: int = 100, times_median: float = 5) -> list[Finding]:
    """The log group, where a minute holds more than `max_per_minute` errors and `times_median` times the usual."""
    usual = median_minute(lines)
    bursts = [(when, n) for when, n in lines.per_minute.points if n > max_per_minute and n > times_median * usual]
    if not bursts:
        return []
    name = lines.target.name
    worst = max(bursts, key=lambda burst: burst[1])
    return [
        Finding(
            subject=name,
            place=lines.target.place,
            cause="unknown",
            impact="now",
            symptom=f"{name}: {worst[1]:,.0f} errors in a minute, expected at most {max_per_minute:,}",
            evidence=(f"worst minute {worst[0]:%H:%M} UTC; minutes above: {len(bursts)}; median {usual:,g} a minute",),
            remedy="open the log at the first such minute and see what changed then",
            resource=lines.target.arn,
            onset=bursts[0][0],
            as_of=lines.as_of,
            link=console.log_group(lines.target.place, name),
            command=aws("logs", "tail", name, "--since", "1h", "--filter-pattern", "ERROR"),
        )
    ]


def median_minute(lines: ErrorLines) -> float:
    """The median of all minutes, those without an error included."""
    counts = lines.per_minute.values
    quiet = max(0, lines.minutes - len(counts))
    return float(median((*counts, *(0.0,) * quiet))) if lines.minutes or counts else 0.0
