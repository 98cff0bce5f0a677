"""Which services answer slowly, and what do their slow requests wait for?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.answers import Blind, CouldNotTellError
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.exhibits import Exhibit, Pairs
from diagnosis.findings import Finding
from diagnosis.performance.critical_path import Cost, costs, waterfall
from diagnosis.performance.histograms import Histogram
from diagnosis.performance.service_graph import (
    Node,
    ServiceGraph,
    Stretch,
    TracedRequests,
    nodes_of,
    resources_of,
)
from diagnosis.performance.traces import Trace, tree_of
from diagnosis.places import Place
from diagnosis.targets import Target

_SHOWN = 3


@dataclass(frozen=True)
class SlowTraces:
    """Some of the slowest traces of each service that may be slow, and why those of others could not be read."""

    by_service: Mapping[str, tuple[Trace, ...]]
    unread: Mapping[str, Blind]


def slow_service(
    requests: TracedRequests,
    graph: ServiceGraph,
    slow: SlowTraces,
    *,
    slow_s: float = 3,
    max_share: float = 0.01,
    min_traces: int = 30,
    min_ratio: float = 3,
    floor_s: float = 1,
) -> list[Finding]:
    """The service, where more than `max_share` of at least `min_traces` requests took longer than `slow_s`, or where
    the 99th percentile is above `floor_s` and `min_ratio` times the usual.

    What has passed by the newest traces, and what was as slow at the same time of yesterday and a week ago, is not
    slow now. CouldNotTellError where the slow traces could not be read: nobody knows then what they waited for.
    """
    service = requests.target
    times, usual = _times(graph.stretches, service.name), _times(graph.usual, service.name)
    limits = _Limits(slow_s, max_share, min_traces, min_ratio, floor_s)
    observed = limits.judge(times, usual if usual.total >= min_traces else None)
    if not observed or _is_over(graph.stretches, service.name, limits, usual):
        return []
    traces = slow.by_service.get(service.name, ())
    if not traces:
        unread = slow.unread.get(service.name)
        raise CouldNotTellError(unread or Blind("missing", f"{observed}, but none of these traces could be read"))
    return [_finding(service, graph, traces, observed, times.total, limits)]


@dataclass(frozen=True)
class _Limits:
    slow_s: float
    max_share: float
    min_traces: int
    min_ratio: float
    floor_s: float

    def judge(self, times: Histogram, usual: Histogram | None) -> str:
        """What is slow about these times, in words; empty where nothing is."""
        if times.total < self.min_traces:
            return ""
        share, before = times.share_above(self.slow_s), usual.share_above(self.slow_s) if usual else 0.0
        if share > max(self.max_share, 2 * before):
            bound = f"at most {self.max_share:.1%}" if 2 * before <= self.max_share else f"about {before:.1%} as usual"
            return f"{share:.1%} of requests took more than {self.slow_s:g} s, expected {bound}"
        p99, p99_before = times.quantile(0.99) or 0.0, usual.quantile(0.99) if usual else None
        if p99_before and p99 > self.floor_s and p99 >= self.min_ratio * p99_before:
            return f"99th percentile {p99:,.2f} s, expected about {p99_before:,.2f} s as a day and a week before"
        return ""


def _times(stretches: Sequence[Stretch], service: str) -> Histogram:
    node = _node(stretches, service)
    return node.doing.times if node else Histogram()


def _node(stretches: Sequence[Stretch], service: str) -> Node | None:
    """The busiest node of that name: a function has one for Lambda and one for its code."""
    named = (node for (name, _), node in nodes_of(stretches).items() if name == service)
    return max(named, key=lambda node: (node.doing.total, node.kind), default=None)


def _is_over(stretches: Sequence[Stretch], service: str, limits: _Limits, usual: Histogram) -> bool:
    """Whether the newest stretch with enough requests to tell is well again."""
    few = max(limits.min_traces // 3, 1)
    for stretch in reversed(stretches):
        times = _times([stretch], service)
        if times.total >= few:
            soft = _Limits(limits.slow_s, limits.max_share, few, limits.min_ratio, limits.floor_s)
            return not soft.judge(times, usual if usual.total >= limits.min_traces else None)
    return False


def _onset(stretches: Sequence[Stretch], service: str, limits: _Limits, slow_s: float) -> datetime | None:
    """The start of the last run of stretches with slow requests."""
    onset: datetime | None = None
    for stretch in stretches:
        times = _times([stretch], service)
        if times.share_above(slow_s) > limits.max_share:
            onset = onset or stretch.start
        elif times.total:
            onset = None
    return onset


def _finding(
    service: Target, graph: ServiceGraph, traces: Sequence[Trace], observed: str, seen: int, limits: _Limits
) -> Finding:
    found = costs(traces, service.name) or costs(traces)
    culprit = found[0] if found else None
    kinds = {node.name: (node.name, node.kind) for node in nodes_of(graph.stretches).values()}
    waited_for = kinds.get(culprit.name) or kinds.get(culprit.service) if culprit else None
    zone = _zone(service.name, traces)
    needs = resources_of(service.place, waited_for) if waited_for and waited_for[0] != service.name else ()
    return Finding(
        subject=service.name,
        place=service.place,
        cause=cause_of(culprit, service.name),
        impact="now",
        symptom=f"{service.name}: {observed}",
        evidence=(
            graph.sampling(seen),
            *(cost.sentence() for cost in found[:_SHOWN] if cost is culprit or cost.share >= 0.1),
            *((f"all of them in {zone}",) if zone else ()),
            f"for example {', '.join(trace.id for trace in traces[:_SHOWN])}",
        ),
        why=culprit.sentence() if culprit else "",
        remedy=_remedy(culprit),
        resource=service.arn,
        depends_on=tuple(
            dict.fromkeys(
                [*needs, *((culprit.name,) if culprit and culprit.work != "own" else ()), *([zone] if zone else [])]
            )
        ),
        onset=_onset(graph.stretches, service.name, limits, min(limits.slow_s, limits.floor_s)),
        as_of=graph.as_of,
        link=trace_map(service.place),
        command=aws("xray", "batch-get-traces", "--trace-ids", *(trace.id for trace in traces[:5]))
        if graph.source == "X-Ray"
        else aws("logs", "tail", graph.source, "--filter-pattern", f'"{traces[0].id}"'),
        exhibits=_exhibits(service.name, graph, traces[0]),
    )


def _exhibits(service: str, graph: ServiceGraph, trace: Trace) -> tuple[Exhibit, ...]:
    """Its response times before and now, and where the time of one slow request went."""
    now, usual = _times(graph.stretches, service), _times(graph.usual, service)
    shares = (("p50", 0.5), ("p90", 0.9), ("p99", 0.99))
    known = [(name, usual.quantile(share), now.quantile(share)) for name, share in shares]
    pairs = tuple((name, before, after) for name, before, after in known if before is not None and after is not None)
    drawn: list[Exhibit] = []
    if pairs:
        drawn.append(Pairs(f"{service}: response times", "s", pairs, "a day and a week before", "now"))
    tree = tree_of(trace, service) or tree_of(trace)
    if tree:
        drawn.append(waterfall(tree, f"the slow request {trace.id}"))
    return tuple(drawn)


def _zone(service: str, traces: Sequence[Trace]) -> str:
    """The zone in which the service answered all of several slow requests; empty where they were in more than one."""
    zones = {span.zone for trace in traces for span in trace.spans if span.serves and span.service == service}
    return zones.pop() if len(zones) == 1 and len(traces) > _SHOWN else ""


def cause_of(cost: Cost | None, service: str) -> Cause:
    """The word for what slow requests to a service spend their time on; the work of another is a dependency of it."""
    if cost is None:
        return "unknown"
    if cost.throttled:
        return "throttled"
    if cost.work == "own" and cost.service != service:
        return "dependency"
    if cost.work == "own":
        return "cold_start" if cost.detail == "Initialization" else "code"
    return "slow_query" if cost.work == "database" else "dependency"


def _remedy(cost: Cost | None) -> str:
    if cost is None:
        return "open one of the traces"
    if cost.throttled:
        return f"raise the capacity of {cost.name}, or spread its keys and calls"
    words = {
        "database": f"look at what {cost.name} runs and waits for: its plan, its locks, its load",
        "aws": f"look at {cost.name}: its own metrics and limits, and how often it is called",
        "queue": f"look at the consumers of {cost.name}",
        "service": f"look at {cost.name} first: it is what is waited for",
        "own": f"look at what {cost.service} does in that time: its CPU, its locks, what was deployed last",
    }
    return words[cost.work]


def trace_map(place: Place) -> str:
    """The console's page of the trace map."""
    return console.link(place, "cloudwatch/home", "xray:service-map/map")
