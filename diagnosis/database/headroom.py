"""Has a database CPU, memory, credits and a quick disk left?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Cause, Impact
from diagnosis.database.reported import reported
from diagnosis.findings import Finding
from diagnosis.series import Series
from diagnosis.targets import Target

_MIB = 1e6
_SUSTAINED = 5
"""So many points on end make a latency more than a hiccup."""


@dataclass(frozen=True)
class DatabaseLatency:
    """A latency in seconds each minute, and its median at the same clock time of earlier days, None without one."""

    metric: str
    now: Series
    usual_s: float | None


@dataclass(frozen=True)
class DatabaseGauges:
    """An instance's gauges, a point a minute. `memory_bytes` is None where its class does not tell.

    Credits and balances exist on some classes and volumes only; one that does not exist is an empty series.
    """

    target: Target
    instance_class: str
    memory_bytes: float | None
    cpu_percent: Series
    free_bytes: Series
    swap_bytes: Series
    cpu_credits: Series
    balances_percent: tuple[tuple[str, Series], ...]
    latencies: tuple[DatabaseLatency, ...]
    queue_depth: Series
    as_of: datetime


def resource_exhaustion(
    gauges: DatabaseGauges,
    *,
    max_cpu_percent: float = 85,
    cpu_minutes: float = 10,
    min_free_share: float = 0.05,
    min_credits: float = 10,
    min_balance_percent: float = 10,
    latency_times: float = 3,
    min_latency_ms: float = 10,
) -> list[Finding]:
    """The instance, where CPU was above `max_cpu_percent` for `cpu_minutes`; less than `min_free_share` of memory is
    free; credits or a balance are nearly spent; a latency was `latency_times` the usual and above `min_latency_ms`.

    CouldNotTellError where its memory is not known and nothing else is amiss.
    """
    found = [
        *_cpu(gauges, max_cpu_percent, cpu_minutes),
        *_memory(gauges, min_free_share),
        *_credits(gauges, min_credits, min_balance_percent),
        *_latency(gauges, latency_times, min_latency_ms / 1000),
    ]
    if gauges.memory_bytes is None and not found:
        reason = f"how much memory {gauges.target.name} has is not known: class {gauges.instance_class}"
        raise CouldNotTellError(Blind("missing", reason))
    return found


def _cpu(gauges: DatabaseGauges, most: float, minutes: float) -> Iterator[Finding]:
    """Above the limit for so many minutes on end, and still so."""
    run = _last_run(gauges.cpu_percent, most)
    if len(run.points) * run.period_s < minutes * 60:
        return
    mean = sum(run.values) / len(run.values)
    yield _finding(
        gauges,
        "cpu",
        "now",
        f"CPU at {mean:.0f} % for {len(run.points) * run.period_s / 60:.0f} min, expected at most {most:g} %",
        (f"CPUUtilization {run.values[-1]:.0f} %", f"class {gauges.instance_class}"),
        "find the statement that takes it (test_database_load_fits_cpus); a larger class only after that",
        run.points[0][0],
    )


def _last_run(series: Series, most: float) -> Series:
    points: list[tuple[datetime, float]] = []
    for point in reversed(series.points):
        if point[1] <= most:
            break
        points.append(point)
    return Series(series.period_s, tuple(reversed(points)))


def _memory(gauges: DatabaseGauges, least: float) -> Iterator[Finding]:
    free, memory = gauges.free_bytes.last, gauges.memory_bytes
    if free is None or memory is None or free >= least * memory:
        return
    swap = gauges.swap_bytes.last
    yield _finding(
        gauges,
        "memory",
        "soon",
        f"{free / memory:.1%} of memory free, expected at least {least:.0%}",
        (
            f"FreeableMemory {free / _MIB:,.0f} MB of {memory / _MIB:,.0f} MB",
            *((f"SwapUsage {swap / _MIB:,.0f} MB",) if swap else ()),
        ),
        "bound connections and work_mem; a larger class",
        gauges.free_bytes.onset(lambda value: value < least * memory),
    )


def _credits(gauges: DatabaseGauges, least: float, least_percent: float) -> Iterator[Finding]:
    spent = [("CPUCreditBalance", gauges.cpu_credits, least, "")]
    spent += [(metric, series, least_percent, " %") for metric, series in gauges.balances_percent]
    for metric, series, bound, unit in spent:
        left = series.last
        if left is None or left >= bound:
            continue
        yield _finding(
            gauges,
            "credits",
            "soon",
            f"{metric} at {left:.0f}{unit}, expected at least {bound:g}{unit}",
            (f"{metric} {left:.1f}{unit}", f"class {gauges.instance_class}"),
            "a class that does not burst; until then a t2 runs at its baseline, and t3 and t4g pay for more"
            if metric == "CPUCreditBalance"
            else "fewer reads and writes, or a volume and class with more IOPS and throughput",
            series.onset(lambda value, bound=bound: value < bound),  # type: ignore[misc]
        )


def _latency(gauges: DatabaseGauges, times: float, least_s: float) -> Iterator[Finding]:
    """Without an earlier day the limit alone counts, `times` over."""
    for latency in gauges.latencies:
        bound = max(times * latency.usual_s, least_s) if latency.usual_s is not None else times * least_s
        recent = latency.now.values[-_SUSTAINED:]
        if len(recent) < _SUSTAINED or min(recent) <= bound:
            continue
        usual = f"usually {latency.usual_s * 1000:.1f} ms" if latency.usual_s is not None else "no earlier day"
        depth = gauges.queue_depth.last
        yield _finding(
            gauges,
            "io",
            "now",
            f"{latency.metric} {recent[-1] * 1000:.1f} ms, expected at most {bound * 1000:.1f} ms",
            (usual, *((f"DiskQueueDepth {depth:.1f}",) if depth is not None else ())),
            "see what reads and writes more than usual, and whether IOPS, throughput or a balance is used up",
            latency.now.onset(lambda value, bound=bound: value > bound),  # type: ignore[misc]
        )


def _finding(
    gauges: DatabaseGauges,
    cause: Cause,
    impact: Impact,
    observed: str,
    evidence: tuple[str, ...],
    remedy: str,
    onset: datetime | None,
) -> Finding:
    return reported(gauges.target, cause, impact, observed, evidence, remedy, as_of=gauges.as_of, onset=onset)
