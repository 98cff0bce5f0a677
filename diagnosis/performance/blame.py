"""What do traces say about a load balancer's targets: whose fault are their errors, and what do they wait for?"""

from __future__ import annotations

from dataclasses import dataclass

from diagnosis.answers import Absent, Blind
from diagnosis.causes import Cause
from diagnosis.performance.critical_path import costs
from diagnosis.performance.fault_view import FaultLimits, view_of
from diagnosis.performance.headroom import ComputeLoads
from diagnosis.performance.service_graph import Name, ServiceGraph, nodes_of, resources_of
from diagnosis.performance.slow_traces import SlowTraces, cause_of
from diagnosis.series import Series
from diagnosis.targets import Target

_LIMITS = FaultLimits(max_share=0.01, min_requests=10, min_faults=3, min_ratio=2, min_added_s=0.1)
_SUFFIXES = ("", "-tg", "-targets", "-target-group", "-group", "-service")


@dataclass(frozen=True)
class Blame:
    """A cause, why it is one, and the resources to look at, nearest to the trouble last."""

    cause: Cause
    why: str
    depends_on: tuple[str, ...]
    evidence: tuple[str, ...] = ()


def blame_for_faults(target: Target, graph: ServiceGraph | Absent | Blind) -> Blame | None:
    """The call that the errors of these targets come from; None where traces know of none."""
    if not isinstance(graph, ServiceGraph):
        return None
    view = view_of(graph, _LIMITS)
    name = _node_of(target, graph)
    way: list[Name] = []
    while name is not None and name not in way:
        way.append(name)
        blamed = view.blamed_for(name)
        name = blamed[0] if blamed else None
    if len(way) < 2:
        return None
    needs = tuple(word for one in way[1:] for word in reversed(resources_of(target.place, one)))
    told = " → ".join(title for title, _ in way)
    return Blame("dependency", f"traces: it fails because {way[-1][0]} does ({told})", needs)


def blame_for_slowness(
    target: Target, graph: ServiceGraph | Absent | Blind, traces: SlowTraces | Absent | Blind
) -> Blame | None:
    """What the slow requests of these targets spend their time on; None where traces do not tell."""
    if not isinstance(graph, ServiceGraph) or not isinstance(traces, SlowTraces):
        return None
    name = _node_of(target, graph)
    found = costs(traces.by_service.get(name[0], ()), name[0]) if name else []
    if not found or name is None:
        return None
    known = {node.name: (node.name, node.kind) for node in nodes_of(graph.stretches).values()}
    culprit = known.get(found[0].name)
    needs = tuple(reversed(resources_of(target.place, culprit))) if culprit and culprit != name else ()
    return Blame(cause_of(found[0], name[0]), found[0].sentence(), (name[0], *needs))


def blame_for_load(target: Target, loads: ComputeLoads | Absent | Blind, max_percent: float = 85) -> Blame | None:
    """The service behind these targets that has no CPU or memory left; None where it has, or nobody knows."""
    if not isinstance(loads, ComputeLoads):
        return None
    for load in loads.by_arn.values():
        if isinstance(load, Blind) or target.arn not in load.target_groups:
            continue
        gauges: tuple[tuple[Cause, Series | None], ...] = (("cpu", load.cpu), ("memory", load.memory))
        for cause, series in gauges:
            if series and series.last is not None and series.last > max_percent:
                return Blame(cause, f"{load.target.name} uses {series.last:,.0f} % of its {cause}", (load.target.arn,))
    return None


def _node_of(target: Target, graph: ServiceGraph) -> Name | None:
    """The traced service behind a target group, by its name: teams call both the same, with an ending at most."""
    names = {target.name.lower().removesuffix(ending) for ending in _SUFFIXES}
    nodes = [name for name, node in nodes_of(graph.stretches).items() if not node.inferred and name[1] != "client"]
    return next((name for name in sorted(nodes) if name[0].lower() in names), None)
