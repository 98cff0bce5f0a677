"""Does a log say ERROR more often than at the same time yesterday and a week ago?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from diagnosis import console
from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.logs.bursts import ErrorLines, ErrorsBefore
from diagnosis.logs.sources import refusers_of, sources_of
from diagnosis.logs.words import cause_of
from diagnosis.series import Series
from diagnosis.windows import spoken

BIN = timedelta(minutes=5)
FEWEST_MINUTES = 3
MOST_GROWTH = 5.0
"""Traffic that grew by more than this is no ordinary day's: it excuses no more errors than so many times as many."""

Bins = Mapping[datetime, float]


def risen_error_rate(
    lines: ErrorLines, *, min_errors: int = 20, times_baseline: float = 3, min_bins: int = 2, min_in_one: int = 100
) -> list[Finding]:
    """The log group, where `min_bins` bins of 5 minutes hold `min_errors` errors and `times_baseline` times as many
    as the baseline's. One bin is enough where it holds `min_in_one` in several minutes: what began just now, or did
    not last, is no burst of a single minute. Raises CouldNotTellError where there are so many and no baseline.
    """
    counts = in_bins(lines.per_minute)
    many = {when: n for when, n in counts.items() if n >= min_errors}
    loud = {when for when in many if counts[when] >= min_in_one and _minutes(lines.per_minute, when) >= FEWEST_MINUTES}
    if len(many) < min_bins and not loud:
        return []
    if isinstance(lines.before, Blind):
        raise CouldNotTellError(lines.before)
    if not lines.before:
        reason = f"no baseline: {lines.target.name} logged nothing before the window that it could be compared with"
        raise CouldNotTellError(Blind("missing", reason))
    usual = {when: min(_usual(lines, before, when) for before in lines.before) for when in many}
    above = sorted(when for when, n in many.items() if n >= times_baseline * usual[when])
    told = len(above) >= min_bins or any(when in loud for when in above)
    return [_finding(lines, counts, usual, above, times_baseline)] if told else []


def _minutes(per_minute: Series, start: datetime) -> int:
    """How many minutes of a bin have errors."""
    return sum(1 for when, count in per_minute.points if count and _bin(when) == start)


def in_bins(per_minute: Series) -> Bins:
    """The errors in each 5 minutes that have any, by the start of the bin."""
    bins: dict[datetime, float] = {}
    for when, count in per_minute.points:
        bins[_bin(when)] = bins.get(_bin(when), 0.0) + count
    return bins


def _bin(when: datetime) -> datetime:
    return when - timedelta(seconds=when.timestamp() % BIN.total_seconds())


def _usual(lines: ErrorLines, before: ErrorsBefore, when: datetime) -> float:
    """The errors to expect in a bin: those around the same clock time, or the stretch's average where that is more.

    Where more was logged without error now than then, more errors are usual, too: a Monday is no Sunday.
    """
    bins = in_bins(before.per_minute)
    same = _bin(when - timedelta(seconds=before.ago_s))
    around = max(bins.get(same + shift * BIN, 0.0) for shift in (-1, 0, 1))
    average = before.per_minute.total / max(1.0, lines.minutes / 5)
    fine_now = max(0.0, lines.events - lines.per_minute.total)
    fine_then = max(1.0, before.events - before.per_minute.total)
    return max(around, average) * min(MOST_GROWTH, max(1.0, fine_now / fine_then))


def _finding(lines: ErrorLines, counts: Bins, usual: Bins, above: list[datetime], times: float) -> Finding:
    name = lines.target.name
    worst = max(above, key=lambda when: counts[when])
    then = ", ".join(f"{before.per_minute.total:,.0f} in all {before.when}" for before in lines.before)  # type: ignore[union-attr]
    return Finding(
        subject=name,
        place=lines.target.place,
        cause=cause_of(lines.examples),
        impact="now",
        symptom=f"{name}: {counts[worst]:,.0f} errors in {spoken(BIN)}, "
        f"expected less than {times:g} times the usual {usual[worst]:,.3g}",
        evidence=(
            f"{lines.per_minute.total:,.0f} in all, {then}; bins above: {len(above)}, worst {worst:%H:%M} UTC",
            *(f"says: {example}" for example in lines.examples[:1]),
        ),
        remedy="open the most frequent message and see what was changed before it began",
        resource=lines.target.arn,
        depends_on=(*sources_of(lines.target), *refusers_of(lines.examples)),
        onset=above[0],
        as_of=lines.as_of,
        link=console.log_group(lines.target.place, name),
        command=aws("logs", "tail", name, "--since", "1h", "--filter-pattern", "ERROR"),
    )
