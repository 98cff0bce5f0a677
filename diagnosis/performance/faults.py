"""Which service fails of its own accord, and which only because of what it calls?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from diagnosis.answers import Absent, Blind
from diagnosis.causes import Cause
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.performance.fault_view import (
    FaultCauses,
    FaultLimits,
    View,
    deepest,
    lonely_edges,
    slow_edges,
    victims,
    view_of,
)
from diagnosis.performance.service_graph import (
    NOTHING,
    Doing,
    Name,
    Node,
    Pair,
    ServiceGraph,
    TracedRequests,
    edges_of,
    nodes_of,
    resources_of,
    work_of,
)
from diagnosis.performance.slow_traces import trace_map
from diagnosis.places import Place


def failing_services(
    requests: TracedRequests,
    graph: ServiceGraph,
    causes: FaultCauses | Absent | Blind,
    *,
    max_share: float = 0.01,
    min_requests: int = 50,
    min_faults: int = 5,
    min_ratio: float = 2,
    min_added_s: float = 0.1,
) -> list[Finding]:
    """The services and calls where trouble starts, the one with most victims first.

    A service fails where more than `max_share` of at least `min_requests` requests were faults, or were throttled; a
    call too, or where its 95th percentile is `min_ratio` times the usual and `min_added_s` more. A service that fails
    because of what it calls is a victim: it is named in the finding about that.
    """
    place = requests.target.place
    view = view_of(graph, FaultLimits(max_share, min_requests, min_faults, min_ratio, min_added_s))
    findings = [_node_finding(view, place, name, _said(causes, name)) for name in deepest(view)]
    findings += [_edge_finding(view, place, pair) for pair in lonely_edges(view)]
    failing = {name for name in view.nodes if view.sick(name)} | {n for p in view.edges if view.sick_edge(p) for n in p}
    findings += [_slow_finding(view, place, pair) for pair in slow_edges(view, failing)]
    return sorted(findings, key=lambda finding: (-len(finding.needed_by), finding.subject))


def _needed_by(view: View, place: Place, name: Name) -> tuple[str, ...]:
    return tuple(word for victim in victims(view, name) for word in resources_of(place, victim))


def _told(view: View, name: Name) -> tuple[str, ...]:
    """The victims in words."""
    shares = (
        f"{victim[0]} ({view.nodes[victim].doing.share(view.nodes[victim].doing.faults):.1%} faults)"
        for victim in victims(view, name)
        if victim in view.nodes
    )
    listed = ", ".join(shares)
    return (f"victims, which fail or wait because of it: {listed}",) if listed else ()


def _said(causes: FaultCauses | Absent | Blind, name: Name) -> tuple[str, ...]:
    return causes.exceptions.get(name[0], ()) if isinstance(causes, FaultCauses) else ()


def _node_finding(view: View, place: Place, name: Name, exceptions: tuple[str, ...]) -> Finding:
    node = view.nodes[name]
    doing, throttled = node.doing, view.throttled(node.doing) and node.doing.throttles >= node.doing.faults
    count, word = (doing.throttles, "throttled") if throttled else (doing.faults, "faults")
    resource, *others = resources_of(place, name)
    alone = f"nothing that {name[0]} calls fails"
    return Finding(
        subject=name[0],
        place=place,
        cause=_cause(name, node.inferred, throttled),
        impact="now",
        symptom=f"{name[0]}: {doing.share(count):.1%} {word}, expected at most {view.limits.max_share:.1%}",
        evidence=(_counted(view, name), *exceptions, *_told(view, name)),
        why=f"{name[0]} fails as its callers say; it records nothing itself"
        if node.inferred
        else f"{alone}; {exceptions[0]}"
        if exceptions
        else alone,
        remedy=_remedy(name, node.inferred, throttled),
        resource=resource,
        depends_on=tuple(others),
        needed_by=_needed_by(view, place, name),
        onset=_onset(view, lambda nodes, _: nodes[name].doing if name in nodes else NOTHING),
        as_of=view.graph.as_of,
        link=trace_map(place),
        command=_command(view.graph, f'service("{name[0]}") {{ {"throttle" if throttled else "fault"} = true }}'),
    )


def _counted(view: View, name: Name) -> str:
    doing = view.nodes[name].doing
    counted = f"faults {doing.faults:,}, errors {doing.errors:,}, throttles {doing.throttles:,}"
    return f"{name[1] or 'service'} {name[0]}: {counted} of {view.graph.sampling(doing.total)}"


def _cause(name: Name, inferred: bool, throttled: bool) -> Cause:
    if throttled:
        return "throttled"
    return "dependency" if inferred or work_of(name[1], inferred) != "service" else "code"


def _remedy(name: Name, inferred: bool, throttled: bool) -> str:
    if throttled:
        return f"raise the capacity of {name[0]}, spread its keys, or let its callers back off"
    if inferred:
        return f"look at {name[0]} itself: its own metrics, its events, its status page"
    return f"open a faulty trace of {name[0]}: its exception, and what was deployed before it began"


def _edge_finding(view: View, place: Place, pair: Pair) -> Finding:
    (caller, called), doing = pair, view.edges[pair]
    throttled = view.throttled(doing) and doing.throttles >= doing.faults
    count, word = (doing.throttles, "throttled") if throttled else (doing.faults, "faults")
    own = view.nodes[called].doing if called in view.nodes else NOTHING
    resource, *others = resources_of(place, called)
    return Finding(
        subject=f"{caller[0]} → {called[0]}",
        place=place,
        cause="throttled" if throttled else "dependency",
        impact="now",
        symptom=f"{caller[0]} → {called[0]}: {doing.share(count):.1%} {word}, "
        f"expected at most {view.limits.max_share:.1%}",
        evidence=(
            f"{caller[0]} saw {count:,} {word} of {view.graph.sampling(doing.total)}",
            f"{called[0]} itself knows of {own.faults:,} faults of {own.total:,} requests",
            *_told(view, called),
        ),
        why=f"{caller[0]} sees failures of {called[0]} that it knows nothing of itself",
        remedy=f"look at what lies between them: names, connections, time-outs, the load balancer of {called[0]}",
        resource=resource,
        depends_on=tuple(others),
        needed_by=_needed_by(view, place, called),
        onset=_onset(view, lambda _, edges: edges.get(pair, NOTHING)),
        as_of=view.graph.as_of,
        link=trace_map(place),
        command=_command(view.graph, f'edge("{caller[0]}", "{called[0]}") {{ fault = true }}'),
    )


def _slow_finding(view: View, place: Place, pair: Pair) -> Finding:
    (caller, called), now, usual = pair, view.edges[pair].times, view.usual[pair].times
    p95, before = now.quantile(0.95) or 0.0, usual.quantile(0.95) or 0.0
    work = work_of(called[1], called not in view.nodes or view.nodes[called].inferred)
    resource, *others = resources_of(place, called)
    return Finding(
        subject=f"{caller[0]} → {called[0]}",
        place=place,
        cause="slow_query" if work == "database" else "dependency",
        impact="now",
        symptom=f"{caller[0]} → {called[0]}: 95th percentile {p95:,.2f} s, expected about {before:,.2f} s as usual",
        evidence=(
            f"response times of {view.graph.sampling(now.total)}",
            f"usual: {usual.total:,} requests a day and a week before",
            *_told(view, called),
        ),
        why=f"{caller[0]} waits for {called[0]}, the last in the chain that became slow",
        remedy=f"look at {called[0]}: it is the last in the chain that became slow",
        resource=resource,
        depends_on=tuple(others),
        needed_by=_needed_by(view, place, called),
        onset=_slow_onset(view, pair, view.limits.min_ratio * before),
        as_of=view.graph.as_of,
        link=trace_map(place),
        command=_command(view.graph, f'edge("{caller[0]}", "{called[0]}") {{ responsetime > {before * 2:.2f} }}'),
    )


def _onset(view: View, doing_of: Callable[[Mapping[Name, Node], Mapping[Pair, Doing]], Doing]) -> datetime | None:
    """The start of the last run of stretches with failures."""
    onset: datetime | None = None
    for stretch in view.graph.stretches:
        doing = doing_of(nodes_of([stretch]), edges_of([stretch]))
        if doing.share(max(doing.faults, doing.throttles)) > view.limits.max_share:
            onset = onset or stretch.start
        elif doing.total:
            onset = None
    return onset


def _slow_onset(view: View, pair: Pair, bound_s: float) -> datetime | None:
    onset: datetime | None = None
    for stretch in view.graph.stretches:
        p95 = edges_of([stretch]).get(pair, NOTHING).times.quantile(0.95)
        if p95 is not None:
            onset = (onset or stretch.start) if p95 >= bound_s else None
    return onset


def _command(graph: ServiceGraph, expression: str) -> str:
    if graph.source != "X-Ray" or not graph.stretches:
        return aws("logs", "tail", graph.source, "--since", "1h")
    start, end = graph.stretches[0].start, graph.stretches[-1].end
    span = ("--start-time", f"{start:%Y-%m-%dT%H:%M:%SZ}", "--end-time", f"{end:%Y-%m-%dT%H:%M:%SZ}")
    return aws("xray", "get-trace-summaries", *span, "--filter-expression", expression)
