"""Where in the service graph does trouble start? What is sick, what it is blamed on, and who suffers from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from diagnosis.performance.service_graph import NOTHING, Doing, Name, Node, Pair, ServiceGraph, edges_of, nodes_of

_CLIENT = "client"


@dataclass(frozen=True)
class FaultLimits:
    """From when on a service or a call counts as sick."""

    max_share: float
    min_requests: int
    min_faults: int
    min_ratio: float
    min_added_s: float


@dataclass(frozen=True)
class FaultCauses:
    """The most frequent exceptions of failing services, by name."""

    exceptions: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class View:
    """The graph as a whole, and as it usually is."""

    graph: ServiceGraph
    limits: FaultLimits
    nodes: Mapping[Name, Node]
    edges: Mapping[Pair, Doing]
    usual: Mapping[Pair, Doing]

    def fails(self, doing: Doing) -> bool:
        """More faults than may be."""
        return doing.faults >= self.limits.min_faults and self._above(doing, doing.faults)

    def throttled(self, doing: Doing) -> bool:
        """More refusals for being too many than may be."""
        return doing.throttles >= self.limits.min_faults and self._above(doing, doing.throttles)

    def _above(self, doing: Doing, count: int) -> bool:
        return doing.total >= self.limits.min_requests and doing.share(count) > self.limits.max_share

    def sick(self, name: Name) -> bool:
        """Whether a node fails or refuses."""
        doing = self.nodes[name].doing if name in self.nodes else NOTHING
        return self.fails(doing) or self.throttled(doing)

    def sick_edge(self, pair: Pair) -> bool:
        """Whether a call fails or is refused."""
        return self.fails(self.edges[pair]) or self.throttled(self.edges[pair])

    def slow_edge(self, pair: Pair) -> bool:
        """Whether a call takes much longer than usual, by its 95th percentile."""
        now, usual = self.edges[pair].times, self.usual.get(pair, NOTHING).times
        enough = min(now.total, usual.total) >= self.limits.min_requests
        p95, before = now.quantile(0.95), usual.quantile(0.95)
        if not enough or p95 is None or before is None:
            return False
        return p95 >= self.limits.min_ratio * before and p95 - before >= self.limits.min_added_s

    def blamed_for(self, name: Name) -> list[Name]:
        """What a node calls that fails, and whose failures account for half of its own."""
        own = self.nodes[name].doing if name in self.nodes else NOTHING
        worst = max(own.faults, own.throttles)
        return [
            called
            for (caller, called), doing in self.edges.items()
            if caller == name and called != name and self._often_breaks(doing)
            and 2 * (doing.faults + doing.throttles) >= worst > 0
        ]  # fmt: skip

    def _often_breaks(self, doing: Doing) -> bool:
        """Whether a call fails too often, however seldom it is made: its caller's requests are enough to judge by."""
        worst = max(doing.faults, doing.throttles)
        return worst >= self.limits.min_faults and doing.share(worst) > self.limits.max_share

    def breaks(self, pair: Pair) -> bool:
        """Whether a sick caller is sick because of this call."""
        return self.sick(pair[0]) and (self.sick_edge(pair) or pair[1] in self.blamed_for(pair[0]))


def view_of(graph: ServiceGraph, limits: FaultLimits) -> View:
    """The whole window's graph, and the usual one."""
    return View(graph, limits, nodes_of(graph.stretches), edges_of(graph.stretches), edges_of(graph.usual))


def deepest(view: View) -> list[Name]:
    """The nodes that are sick though nothing that they call is; of those that blame each other, the worst."""
    sick = [name for name in view.nodes if name[1] != _CLIENT and view.sick(name)]
    starts = sorted(name for name in sick if not view.blamed_for(name))
    explained = {*starts}
    for name in [*starts, *(called for _, called in lonely_edges(view))]:
        explained |= set(victims(view, name))
    while left := [name for name in sick if name not in explained]:
        worst = max(left, key=lambda name: (view.nodes[name].doing.faults, name))
        starts.append(worst)
        explained |= {worst, *victims(view, worst)}
    return starts


def lonely_edges(view: View) -> list[Pair]:
    """Calls that fail though the called knows of no failure: they do not reach it, or not back."""
    return sorted(
        pair
        for pair in view.edges
        if pair[0][1] != _CLIENT and (view.sick_edge(pair) or view.breaks(pair)) and not view.sick(pair[1])
    )


def slow_edges(view: View, failing: Iterable[Name]) -> list[Pair]:
    """Calls that became slow, except those that wait for a slower or failing call further on."""
    slow = [pair for pair in view.edges if pair[0][1] != _CLIENT and view.slow_edge(pair) and _still_slow(view, pair)]
    starts, troubled = {caller for caller, _ in slow}, set(failing)
    return sorted(pair for pair in slow if pair[1] not in starts and not set(pair) & troubled)


def _still_slow(view: View, pair: Pair) -> bool:
    """Whether the newest stretch with requests enough to tell is slow too: what is over needs nobody."""
    before = view.usual[pair].times.quantile(0.95) or 0.0
    for stretch in reversed(view.graph.stretches):
        times = edges_of([stretch]).get(pair, NOTHING).times
        if times.total >= max(view.limits.min_requests // 5, 1):
            return (times.quantile(0.95) or 0.0) >= view.limits.min_ratio * before
    return False


def victims(view: View, name: Name) -> list[Name]:
    """The nodes that fail, or became slow, because of this one; nearest first. Who catches a failure is none."""
    found: list[Name] = []
    left = [name]
    while left:
        called = left.pop(0)
        for caller, to in view.edges:
            hurt = view.breaks((caller, to)) or view.slow_edge((caller, to))
            if to == called and caller[1] != _CLIENT and hurt and caller not in found and caller != name:
                found.append(caller)
                left.append(caller)
    return found
