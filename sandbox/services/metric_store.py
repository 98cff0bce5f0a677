"""What does CloudWatch know of a metric? Declared series and PutMetricData, side by side, per account and region."""

from __future__ import annotations

import threading
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from sandbox.series import Samples, Series

_DERIVED_LAG_S = 120
_RETENTION_S = ((300, 15 * 86_400), (3_600, 63 * 86_400))


class Key(NamedTuple):
    """What identifies a metric; the dimensions are sorted (name, value) pairs."""

    namespace: str
    name: str
    dimensions: tuple[tuple[str, str], ...]


def key(namespace: str, name: str, dimensions: Mapping[str, str]) -> Key:
    """The key of a metric."""
    return Key(namespace, name, tuple(sorted(dimensions.items())))


@dataclass(frozen=True)
class StatisticSet:
    """Samples of which only the sums are known: no percentile can be had from them."""

    minimum: float
    maximum: float
    total: float
    count: float


@dataclass(frozen=True)
class Metric:
    """A declared series, its unit, and when its points arrive. Times are epoch seconds."""

    series: Series
    unit: str | None
    period_s: int
    lag_s: int
    now_s: int
    since_s: int


@dataclass
class _Put:
    samples: dict[int, list[Samples | StatisticSet]] = field(default_factory=dict)
    unit: dict[int, str] = field(default_factory=dict)


class Derived(Protocol):
    """Metrics that follow from what happened, where nobody said otherwise."""

    def identities(self) -> Iterable[Key]:
        """Every metric of this kind."""

    def read(self, identity: Key, start_s: int, end_s: int) -> Iterable[tuple[int, StatisticSet]]:
        """The points in [start, end)."""


class MetricStore:
    """The metrics of one account in one region. Thread-safe."""

    def __init__(self, derived: Mapping[str, Derived] | None = None) -> None:
        self._lock = threading.Lock()
        self._derived = derived or {}
        self._declared: dict[Key, Metric] = {}
        self._put: dict[Key, _Put] = {}
        self.version = 0
        """Grows with every change, so that what was computed from the store can be kept until then."""

    def declare(self, namespace: str, name: str, dimensions: Mapping[str, str], metric: Metric) -> None:
        """Set what a metric did."""
        with self._lock:
            self._declared[key(namespace, name, dimensions)] = metric
            self.version += 1

    def put(self, identity: Key, moment_s: int, content: Samples | StatisticSet, unit: str | None) -> None:
        """Add what PutMetricData brought."""
        with self._lock:
            metric = self._put.setdefault(identity, _Put())
            metric.samples.setdefault(moment_s, []).append(content)
            metric.unit[moment_s] = unit or "None"
            self.version += 1

    def identities(self) -> list[Key]:
        """Every metric that has ever had a point."""
        followed = [identity for derived in self._derived.values() for identity in derived.identities()]
        with self._lock:
            return sorted({*self._declared, *self._put, *followed})

    def lag_s(self, identity: Key) -> int:
        """How long after a period its point arrives."""
        metric = self._declared.get(identity)
        return metric.lag_s if metric else 0

    def read(
        self, identity: Key, start_s: int, end_s: int, now_s: float, unit: str | None, period_s: int
    ) -> Iterator[tuple[int, Samples | StatisticSet]]:
        """(moment, samples) of the points in [start, end) that have arrived and are still kept for the period."""
        for below_s, kept_s in _RETENTION_S:
            if period_s < below_s:
                start_s = max(start_s, int(now_s) - kept_s)
                break
        with self._lock:
            metric, put = self._declared.get(identity), self._put.get(identity)
            brought = sorted(put.samples.items()) if put else []
            units = dict(put.unit) if put else {}
        if metric and unit in (None, metric.unit or "None"):
            yield from _declared(metric, identity, start_s, end_s, now_s)
        for moment_s, contents in brought:
            if start_s <= moment_s < end_s and unit in (None, units[moment_s]):
                for content in contents:
                    yield moment_s, content
        derived = self._derived.get(identity.namespace)
        if derived and not metric and not put and unit in (None, "None"):
            yield from derived.read(identity, start_s, min(end_s, int(now_s) - _DERIVED_LAG_S))

    def unit(self, identity: Key) -> str:
        """The unit of a metric's newest points."""
        metric, put = self._declared.get(identity), self._put.get(identity)
        if metric:
            return metric.unit or "None"
        return put.unit[max(put.unit)] if put and put.unit else "None"


def _declared(metric: Metric, identity: Key, start_s: int, end_s: int, now_s: float) -> Iterator[tuple[int, Samples]]:
    seed = zlib.crc32(repr(identity).encode())
    step, sample, anchor = metric.period_s, metric.series.samples, metric.now_s
    first = -(-max(start_s, metric.since_s) // step) * step
    arrived = int(now_s - metric.lag_s - step) // step * step
    for moment_s in range(first, min(end_s, arrived + 1), step):
        samples = sample(moment_s, anchor, seed)
        if samples is not None:
            yield moment_s, samples


_stores: dict[tuple[str, str], MetricStore] = {}
_stores_lock = threading.Lock()


def store(account: str, region: str) -> MetricStore:
    """The store of a place."""
    from sandbox.services.compute_metrics import IdleCompute
    from sandbox.services.log_intake import LogIntake
    from sandbox.services.nat_metrics import IdleNatGateways
    from sandbox.services.vpn import VpnTunnels

    with _stores_lock:
        if (account, region) not in _stores:
            _stores[account, region] = MetricStore(
                {
                    "AWS/EC2": IdleCompute("AWS/EC2", account, region),
                    "AWS/ECS": IdleCompute("AWS/ECS", account, region),
                    "AWS/Logs": LogIntake(account, region),
                    "AWS/NATGateway": IdleNatGateways(account, region),
                    "AWS/VPN": VpnTunnels(account, region),
                }
            )
        return _stores[account, region]


def dimensions_of(listed: list[dict[str, Any]] | None) -> dict[str, str]:
    """AWS's list of Name and Value as a mapping."""
    return {d["Name"]: d["Value"] for d in listed or []}
