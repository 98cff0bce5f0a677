"""What did a metric do, minute by minute? Series that are described now and evaluated when somebody asks.

A series answers, for the start of a period, the samples of that period: pairs of (value, how often). They are a
pure function of time and seed, so eight days of baseline cost nothing until they are read, and reading twice
gives the same points.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

from sandbox.ago import seconds
from sandbox.errors import ScenarioError

Samples = tuple[tuple[float, float], ...]
"""The samples of one period as (value, count) pairs."""

_DAY_S = 86_400
_MASK = (1 << 64) - 1
_NORMAL = tuple(NormalDist().inv_cdf((i + 0.5) / 1024) for i in range(1024))


def _mix(seed: int, moment_s: int) -> int:
    """64 well-mixed bits of a seed and a moment (SplitMix64's finalizer)."""
    x = (seed + moment_s * 0x9E3779B97F4A7C15) & _MASK
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & _MASK
    return x ^ (x >> 31)


@dataclass(frozen=True)
class Series:
    """How a metric went. Combine with `then`, `sparse` and the builders of this module."""

    def samples(self, moment_s: int, now_s: int, seed: int) -> Samples | None:
        """The samples of the period that starts at `moment_s` (epoch seconds), or None where there are none.

        `now_s` is the scenario's now, from which "12m ago" counts.
        """
        raise NotImplementedError

    def then(self, at: str | float, value: Series | float) -> Series:
        """The series until `at` before now, another one (or a steady value) from then on."""
        return _Then(self, seconds(at), _series(value))

    def sparse(self, share: float) -> Series:
        """The same, with data in this share of the periods only: what AWS calls a sparse metric."""
        return _Sparse(self, share)


@dataclass(frozen=True)
class _Gap(Series):
    def samples(self, _moment_s: int, _now_s: int, _seed: int) -> Samples | None:
        return None


@dataclass(frozen=True)
class _Wave(Series):
    """A value that breathes: relative noise, and a daily wave with its peak at `peak_hour` UTC."""

    value: float
    noise: float
    daily: float
    peak_hour: float

    @cached_property
    def _day(self) -> tuple[float, ...]:
        start = self.peak_hour * 60
        return tuple(
            self.value * (1 + self.daily * math.cos(2 * math.pi * (minute - start) / 1440)) for minute in range(1440)
        )

    def level(self, moment_s: int, seed: int) -> float:
        value = self._day[moment_s % _DAY_S // 60] if self.daily else self.value
        if self.noise:
            value *= max(0.0, 1 + self.noise * _NORMAL[_mix(seed, moment_s) & 1023])
        return value

    def samples(self, moment_s: int, _now_s: int, seed: int) -> Samples | None:
        return ((self.level(moment_s, seed), 1.0),)


@dataclass(frozen=True)
class _Count(_Wave):
    """A counter that reports each event as a sample of 1, and nothing in a period without events."""

    def samples(self, moment_s: int, _now_s: int, seed: int) -> Samples | None:
        level = self.level(moment_s, seed)
        whole = math.floor(level)
        # The fraction decides by chance, so that 0.2 a minute is one event in five minutes.
        if (_mix(seed ^ 0xC0, moment_s) & 0xFFFF) / 0x10000 < level - whole:
            whole += 1
        return ((1.0, float(whole)),) if whole else None


@dataclass(frozen=True)
class _Spread(_Wave):
    """A log-normal distribution by its median (`value`) and 99th percentile."""

    p99: float
    count: float

    @cached_property
    def _factors(self) -> Samples:
        sigma = math.log(self.p99 / self.value) / NormalDist().inv_cdf(0.99)
        ranks = (0.05, 0.15, 0.25, 0.35, 0.45, 0.5, 0.55, 0.65, 0.75, 0.85, 0.9, 0.95, 0.99, 1.0)
        spread = []
        for before, rank in zip((0.0, *ranks), ranks, strict=False):
            factor = math.exp(sigma * NormalDist().inv_cdf(min(rank, 0.999)))
            spread.append((factor, (rank - before) * self.count))
        return tuple(spread)

    def samples(self, moment_s: int, _now_s: int, seed: int) -> Samples | None:
        level = self.level(moment_s, seed)
        return tuple((level * factor, count) for factor, count in self._factors)


@dataclass(frozen=True)
class _Ramp(Series):
    first: float
    last: float
    since_s: float
    until_s: float

    def samples(self, moment_s: int, now_s: int, _seed: int) -> Samples | None:
        elapsed = moment_s - (now_s - self.since_s)
        share = min(1.0, max(0.0, elapsed / (self.since_s - self.until_s)))
        return ((self.first + (self.last - self.first) * share, 1.0),)


@dataclass(frozen=True)
class _Points(Series):
    values: tuple[float | None, ...]
    every_s: float
    until_s: float

    def samples(self, moment_s: int, now_s: int, _seed: int) -> Samples | None:
        end = (now_s - self.until_s) // self.every_s
        index = len(self.values) - 1 - int(end - moment_s // self.every_s)
        if not 0 <= index < len(self.values) or moment_s % self.every_s:
            return None
        value = self.values[index]
        return None if value is None else ((value, 1.0),)


@dataclass(frozen=True)
class _Then(Series):
    before: Series
    at_s: float
    after: Series

    def samples(self, moment_s: int, now_s: int, seed: int) -> Samples | None:
        series = self.before if moment_s < now_s - self.at_s else self.after
        return series.samples(moment_s, now_s, seed)


@dataclass(frozen=True)
class _Sparse(Series):
    series: Series
    share: float

    def samples(self, moment_s: int, now_s: int, seed: int) -> Samples | None:
        if (_mix(seed ^ 0x5A, moment_s) & 0xFFFF) / 0x10000 >= self.share:
            return None
        return self.series.samples(moment_s, now_s, seed)


def _series(value: Series | float) -> Series:
    return value if isinstance(value, Series) else steady(value)


def gap() -> Series:
    """No data at all."""
    return _Gap()


def steady(value: float, noise: float = 0.0, daily: float = 0.0, peak_hour: float = 5.0) -> Series:
    """One sample a period around `value`.

    `noise` is the relative standard deviation, `daily` the relative amplitude of a wave through the day whose
    top is at `peak_hour` UTC.
    """
    return _Wave(value, noise, daily, peak_hour)


def count(value: float, noise: float = 0.0, daily: float = 0.0, peak_hour: float = 5.0) -> Series:
    """About `value` events a period, each a sample of 1: RequestCount, HTTPCode_Target_5XX_Count.

    A period without events has no data, as with AWS's own counters; `count(0.2)` has an event in every fifth.
    """
    return _Count(value, noise, daily, peak_hour)


def spread(
    p50: float, p99: float, samples: float = 100, noise: float = 0.0, daily: float = 0.0, peak_hour: float = 5.0
) -> Series:
    """`samples` values a period, log-normal with this median and 99th percentile: TargetResponseTime, Duration."""
    if not 0 < p50 < p99:
        raise ScenarioError(f"spread: p50 {p50} and p99 {p99} must satisfy 0 < p50 < p99")
    return _Spread(p50, noise, daily, peak_hour, p99, samples)


def ramp(first: float, last: float, since: str | float, until: str | float = 0) -> Series:
    """From `first` at `since` before now in a straight line to `last` at `until` before now; level outside."""
    since_s, until_s = seconds(since), seconds(until)
    if since_s <= until_s:
        raise ScenarioError(f"ramp: since ({since}) must be longer ago than until ({until})")
    return _Ramp(first, last, since_s, until_s)


def points(values: Sequence[float | None], every: str | float = 60, until: str | float = 0) -> Series:
    """These values, one every `every`, the last in the period that contains `until` before now.

    None is a period without data, and there is none outside.
    """
    return _Points(tuple(values), seconds(every), seconds(until))
