"""Did errors burst into a log within minutes?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from statistics import median

from diagnosis import console
from diagnosis.answers import Blind
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.logs.sources import refusers_of, sources_of
from diagnosis.logs.words import cause_of
from diagnosis.series import Series
from diagnosis.targets import Target


@dataclass(frozen=True)
class ErrorsBefore:
    """The errors of an earlier stretch, by minute, and all log events of it; `when` says which stretch it was.

    `ago_s` is how many seconds earlier than the window it lies.
    """

    when: str
    ago_s: int
    per_minute: Series
    events: float


@dataclass(frozen=True)
class ErrorLines:
    """How many lines of a log group say ERROR, by minute; a minute without one has no point.

    `minutes` is the length of the window, so that the quiet minutes count in the median; `events` counts all lines.
    `examples` are the newest error line of the worst minutes, worst first. `before` is what to compare with, or why
    there is nothing; it is read only where the errors are many enough to be compared.
    """

    target: Target
    per_minute: Series
    minutes: int
    as_of: datetime
    events: float = 0.0
    examples: tuple[str, ...] = ()
    before: tuple[ErrorsBefore, ...] | Blind = ()


def error_bursts(
    lines: ErrorLines, *, max_per_minute: int = 100, times_median: float = 5, max_share: float = 0.8
) -> list[Finding]:
    """The log group, where a minute holds more than `max_per_minute` errors and `times_median` times the usual.

    A storm that has lasted for the whole window is its own median, and after a week its own baseline: it is told by
    its share of all lines, above `max_share`. A service that answers logs more than its errors.
    """
    usual = median_minute(lines)
    bursts = [(when, n) for when, n in lines.per_minute.points if n > max_per_minute and n > times_median * usual]
    if not bursts and usual > max_per_minute and lines.per_minute.total > max_share * lines.events > 0:
        bursts = [(when, n) for when, n in lines.per_minute.points if n > max_per_minute]
    if not bursts:
        return []
    name = lines.target.name
    onset, worst = bursts[0][0], max(bursts, key=lambda burst: burst[1])
    counted = f"worst minute {worst[0]:%H:%M} UTC; minutes above: {len(bursts)}; median {usual:,g} a minute"
    return [
        Finding(
            subject=name,
            place=lines.target.place,
            cause=cause_of(lines.examples),
            impact="now",
            symptom=f"{name}: {worst[1]:,.0f} errors in a minute, expected at most {max_per_minute:,}",
            evidence=(counted, *(f"says: {example}" for example in lines.examples[:1])),
            why=_change_at(lines, onset),
            remedy=f"see what was changed before {onset:%H:%M} UTC; roll it back, or mend what the errors name",
            resource=lines.target.arn,
            depends_on=(*sources_of(lines.target), *refusers_of(lines.examples)),
            onset=onset,
            as_of=lines.as_of,
            link=console.log_group(lines.target.place, name),
            command=aws("logs", "tail", name, "--since", "1h", "--filter-pattern", "ERROR"),
        )
    ]


def _change_at(lines: ErrorLines, onset: datetime) -> str:
    """How sudden it was: the minute before against the first one above."""
    counts = dict(lines.per_minute.points)
    earlier = max((when for when in counts if when < onset), default=None)
    before = counts[earlier] if earlier and (onset - earlier).total_seconds() <= 60 else 0
    return f"from {before:,.0f} errors a minute to {counts[onset]:,.0f} at {onset:%H:%M} UTC"


def median_minute(lines: ErrorLines) -> float:
    """The median of all minutes, those without an error included."""
    counts = lines.per_minute.values
    quiet = max(0, lines.minutes - len(counts))
    return float(median((*counts, *(0.0,) * quiet))) if lines.minutes or counts else 0.0
