"""How were response times spread? Counts by seconds, as X-Ray keeps them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Histogram:
    """Pairs of (seconds, how many took about so long), ascending."""

    points: tuple[tuple[float, int], ...] = ()

    @property
    def total(self) -> int:
        """How many there were."""
        return sum(count for _, count in self.points)

    def above(self, seconds: float) -> int:
        """How many took longer."""
        return sum(count for value, count in self.points if value > seconds)

    def share_above(self, seconds: float) -> float:
        """The share that took longer; 0 where there were none."""
        return self.above(seconds) / self.total if self.points else 0.0

    def quantile(self, share: float) -> float | None:
        """What this share of them did not exceed, None where there were none."""
        wanted, seen = share * self.total, 0
        for value, count in self.points:
            seen += count
            if seen >= wanted:
                return value
        return None


def merged(histograms: Iterable[Histogram]) -> Histogram:
    """All of them together."""
    counts: Counter[float] = Counter()
    for histogram in histograms:
        for value, count in histogram.points:
            counts[value] += count
    return Histogram(tuple(sorted(counts.items())))
