"""What did a metric do? A series of points, its gaps kept as gaps."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from math import isfinite
from statistics import median

from diagnosis.windows import Window


@dataclass(frozen=True)
class Series:
    """The points of one metric and statistic, oldest first; a period without a point is absent, never zero.

    `points` pairs the start of each period (aware UTC) with its value in the metric's own unit. ValueError where they
    are out of order or a value is no number: every comparison with NaN is false, so that it would look healthy.
    """

    period_s: int
    points: tuple[tuple[datetime, float], ...] = ()

    def __post_init__(self) -> None:
        if not all(isfinite(value) for _, value in self.points):
            raise ValueError("a point of the series is no number")
        if not all(earlier < later for (earlier, _), (later, _) in pairwise(self.points)):
            raise ValueError("the points of the series are not oldest first, each period once")

    def __bool__(self) -> bool:
        return bool(self.points)

    @property
    def values(self) -> tuple[float, ...]:
        """The values, oldest first."""
        return tuple(value for _, value in self.points)

    @property
    def total(self) -> float:
        """The sum of all values: for statistics that add up."""
        return sum(self.values)

    @property
    def newest(self) -> datetime | None:
        """The start of the newest period that has a point."""
        return self.points[-1][0] if self.points else None

    @property
    def last(self) -> float | None:
        """The newest value."""
        return self.points[-1][1] if self.points else None

    def within(self, window: Window) -> Series:
        """The points whose period starts inside the window."""
        return Series(self.period_s, tuple(p for p in self.points if window.start <= p[0] < window.end))

    def age(self, now: datetime) -> timedelta | None:
        """How long ago the newest period ended; None where there is no point."""
        return now - self.newest - timedelta(seconds=self.period_s) if self.newest else None

    def onset(self, abnormal: Callable[[float], bool]) -> datetime | None:
        """The start of the last abnormal run; None without one. A gap does not end a run."""
        start: datetime | None = None
        previous = False
        for when, value in self.points:
            if abnormal(value) and not previous:
                start = when
            previous = abnormal(value)
        return start

    def longest_run(self, abnormal: Callable[[float], bool]) -> int:
        """The largest number of abnormal points on end. A gap does not end a run and does not count."""
        longest = run = 0
        for _, value in self.points:
            run = run + 1 if abnormal(value) else 0
            longest = max(longest, run)
        return longest

    def median(self) -> float | None:
        """The median value; None without points."""
        return median(self.values) if self.points else None
