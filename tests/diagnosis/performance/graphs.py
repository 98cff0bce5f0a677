"""What do the tests of traces build their graphs from?"""

from __future__ import annotations

from datetime import timedelta

from diagnosis.performance.histograms import Histogram
from diagnosis.performance.service_graph import Doing, Edge, Node, ServiceGraph, Stretch
from tests.builders import NOW

ECS, DATABASE, TABLE = "AWS::ECS::Container", "Database::SQL", "AWS::DynamoDB::Table"
KINDS = {"orders": DATABASE, "carts": TABLE}


def name(title):
    return title, KINDS.get(title, ECS)


def doing(total=100, faults=0, throttles=0, takes=0.1, slow=0, slow_s=5.0):
    """So many requests, `slow` of which took `slow_s` and the others `takes` seconds."""
    points = [(takes, total - slow), (slow_s, slow)]
    return Doing(total, faults, 0, throttles, Histogram(tuple(sorted(p for p in points if p[1]))))


def stretch(ago, nodes, edges=(), minutes=10):
    """A stretch that began `ago` minutes before now; nodes by title, edges by pair of titles."""
    start = NOW - timedelta(minutes=ago)
    return Stretch(
        start,
        start + timedelta(minutes=minutes),
        tuple(Node(*name(title), title in KINDS, one) for title, one in nodes.items()),
        tuple(Edge(name(a), name(b), one) for (a, b), one in dict(edges).items()),
    )


def graph(*stretches, usual=(), traced=200, requests=20_000, source="X-Ray"):
    return ServiceGraph(stretches, tuple(usual), traced, requests, source, NOW)
