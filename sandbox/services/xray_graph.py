"""Who called whom, how often, and how did that go? GetServiceGraph, computed from segments.

https://docs.aws.amazon.com/xray/latest/api/API_GetServiceGraph.html
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sandbox.services.actions import utc
from sandbox.services.xray_segments import Document, parts_of

Node = tuple[str, str]
"""Name and type."""


@dataclass
class Tally:
    """How a number of requests went."""

    ok: int = 0
    throttles: int = 0
    errors: int = 0
    faults: int = 0
    total_s: float = 0.0
    histogram: Counter[float] = field(default_factory=Counter)
    first_s: float = float("inf")
    last_s: float = 0.0

    @property
    def total(self) -> int:
        """How many there were."""
        return self.ok + self.throttles + self.errors + self.faults

    def add(self, document: Document) -> None:
        """Count a segment or subsegment that has ended."""
        self.first_s = min(self.first_s, document["start_time"])
        self.last_s = max(self.last_s, float(document.get("end_time") or document["start_time"]))
        if "end_time" not in document:
            return
        if document.get("fault"):
            self.faults += 1
        elif document.get("throttle"):
            self.throttles += 1
        elif document.get("error"):
            self.errors += 1
        else:
            self.ok += 1
        took_s = max(0.0, document["end_time"] - document["start_time"])
        self.total_s += took_s
        self.histogram[_rounded(took_s)] += 1

    def statistics(self) -> dict[str, Any]:
        """SummaryStatistics."""
        throttled = {"ThrottleCount": self.throttles, "OtherCount": self.errors}
        return {
            "OkCount": self.ok,
            "ErrorStatistics": throttled | {"TotalCount": self.throttles + self.errors},
            "FaultStatistics": {"OtherCount": self.faults, "TotalCount": self.faults},
            "TotalCount": self.total,
            "TotalResponseTime": self.total_s,
        }

    def histogram_entries(self) -> list[dict[str, Any]]:
        """ResponseTimeHistogram."""
        return [{"Value": value, "Count": count} for value, count in sorted(self.histogram.items())]


def _rounded(seconds: float) -> float:
    return float(f"{seconds:.3g}") if seconds >= 0.001 else round(seconds, 6)


def node_of(document: Document) -> Node:
    """The node that a segment belongs to."""
    return document["name"], document.get("origin", "remote" if document.get("inferred") else "")


def calls_in(segments: list[Document]) -> Iterator[tuple[Document, Document, Document]]:
    """(caller's segment, the subsegment that made the call, the segment of what was called)."""
    parts = {part["id"]: (segment, part) for segment in segments for part in (segment, *parts_of(segment))}
    for segment in segments:
        if (made := parts.get(segment.get("parent_id", ""))) and made[0] is not segment:
            yield *made, segment


class Graph:
    """Nodes and edges of a number of traces."""

    def __init__(self, traces: Iterable[tuple[str, list[Document]]]) -> None:
        self.nodes: dict[Node, Tally] = {}
        self.edges: dict[tuple[Node, Node], Tally] = {}
        for _, segments in traces:
            self._add(segments)

    def _add(self, segments: list[Document]) -> None:
        for segment in segments:
            self.nodes.setdefault(node_of(segment), Tally()).add(segment)
            if not segment.get("parent_id"):
                client = (segment["name"], "client")
                self.nodes.setdefault(client, Tally())
                self.edges.setdefault((client, node_of(segment)), Tally()).add(segment)
        for caller, part, called in calls_in(segments):
            self.edges.setdefault((node_of(caller), node_of(called)), Tally()).add(part)

    def services(self, account: str) -> list[dict[str, Any]]:
        """Services, as GetServiceGraph lists them."""
        numbers = {node: number for number, node in enumerate(sorted(self.nodes))}
        called = {to for source, to in self.edges if source[1] != "client"}
        return [self._service(node, numbers, account, node not in called) for node in sorted(self.nodes)]

    def _service(self, node: Node, numbers: dict[Node, int], account: str, root: bool) -> dict[str, Any]:
        tally, (name, kind) = self.nodes[node], node
        mine = [(to, self.edges[source, to]) for source, to in sorted(self.edges) if source == node]
        edges = [{"ReferenceId": numbers[to]} | _told(tally) for to, tally in mine]
        service: dict[str, Any] = {
            "ReferenceId": numbers[node],
            "Name": name,
            "Names": [name],
            "Edges": edges,
            "State": "active",
            "SummaryStatistics": tally.statistics(),
            "ResponseTimeHistogram": tally.histogram_entries(),
            "DurationHistogram": tally.histogram_entries(),
        }
        if kind != "client":
            service |= {"AccountId": account, "Root": root}
            service |= {"StartTime": utc(tally.first_s), "EndTime": utc(tally.last_s)}
        return service | ({"Type": kind} if kind else {})


def _told(tally: Tally) -> dict[str, Any]:
    return {
        "StartTime": utc(tally.first_s),
        "EndTime": utc(tally.last_s),
        "SummaryStatistics": tally.statistics(),
        "ResponseTimeHistogram": tally.histogram_entries(),
        "Aliases": [],
        "EdgeType": "HTTP",
    }
