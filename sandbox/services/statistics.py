"""What is the statistic of some samples? Sum to percentiles, computed as CloudWatch does."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sandbox.series import Samples
from sandbox.services.metric_store import StatisticSet

_PERCENTILE = re.compile(r"p(\d{1,2}(?:\.\d{1,10})?|100)")
_PLAIN = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")

Contents = Iterable[Samples | StatisticSet]


def is_statistic(name: str) -> bool:
    """Whether the sandbox computes this statistic; trimmed and Winsorized means it does not."""
    return name in _PLAIN or _PERCENTILE.fullmatch(name) is not None


def statistic(name: str, contents: Contents) -> float | None:
    """The statistic of one period's samples; None where they do not determine it (percentiles of statistic sets)."""
    samples: list[tuple[float, float]] = []
    sets: list[StatisticSet] = []
    for content in contents:
        if isinstance(content, StatisticSet):
            sets.append(content)
        else:
            samples.extend(content)
    if not samples and not sets:
        return None
    if percentile := _PERCENTILE.fullmatch(name):
        return _percentile(float(percentile.group(1)) / 100, samples, sets)
    return _plain(name, samples, sets)


def _plain(name: str, samples: list[tuple[float, float]], sets: list[StatisticSet]) -> float | None:
    if name == "Minimum":
        return min([v for v, _ in samples] + [s.minimum for s in sets])
    if name == "Maximum":
        return max([v for v, _ in samples] + [s.maximum for s in sets])
    count = sum(n for _, n in samples) + sum(s.count for s in sets)
    if name == "SampleCount":
        return count
    total = sum(v * n for v, n in samples) + sum(s.total for s in sets)
    if name == "Sum":
        return total
    return total / count if count else None


def _percentile(share: float, samples: list[tuple[float, float]], sets: list[StatisticSet]) -> float | None:
    """The smallest value that this share of the samples do not exceed.

    CloudWatch has percentiles of statistic sets only where a set holds one value.
    """
    for content in sets:
        if content.count != 1 and content.minimum != content.maximum:
            return None
        samples.append((content.minimum, content.count))
    samples.sort()
    wanted = share * sum(n for _, n in samples)
    passed = 0.0
    for value, number in samples:
        passed += number
        if passed >= wanted * (1 - 1e-9):
            return value
    return samples[-1][0]
