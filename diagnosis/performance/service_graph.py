"""Who calls whom, and how does that go? The nodes and edges of the service graph, over time and as they usually are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from diagnosis.answers import Blind
from diagnosis.performance.histograms import Histogram, merged
from diagnosis.performance.traces import Work
from diagnosis.places import Place
from diagnosis.targets import Target

Name = tuple[str, str]
"""Name and type of a node, as X-Ray has them: ("checkout", "AWS::ECS::Container")."""
Pair = tuple[Name, Name]
"""Caller and called."""


@dataclass(frozen=True)
class Doing:
    """How a number of traced requests went. A throttle is a 429, an error any other 4xx, a fault a 5xx."""

    total: int
    faults: int
    errors: int
    throttles: int
    times: Histogram

    def share(self, count: int) -> float:
        """A count as a share of all; 0 where there were none."""
        return count / self.total if self.total else 0.0


NOTHING = Doing(0, 0, 0, 0, Histogram())


@dataclass(frozen=True)
class Node:
    """What a service or resource answered; `inferred` where only its callers tell of it."""

    name: str
    kind: str
    inferred: bool
    doing: Doing


@dataclass(frozen=True)
class Edge:
    """What a caller saw of what it called."""

    caller: Name
    called: Name
    doing: Doing


@dataclass(frozen=True)
class Stretch:
    """The graph of a stretch of time."""

    start: datetime
    end: datetime
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]


@dataclass(frozen=True)
class ServiceGraph:
    """The window's graph in stretches, oldest first, and that of the same clock time a day and a week before.

    `traced` traces stand for about `requests` requests, None where no sampling rule has counted any, Blind where that
    could not be read; `source` says where they were found.
    """

    stretches: tuple[Stretch, ...]
    usual: tuple[Stretch, ...]
    traced: int
    requests: int | Blind | None
    source: str
    as_of: datetime

    def sampling(self, seen: int) -> str:
        """How many were seen, and about how many there were: `12 of about 40,000 requests`."""
        if isinstance(self.requests, Blind):
            return f"{seen:,} requests traced ({self.source}; of how many: {self.requests.reason})"
        if not self.requests or not self.traced or self.requests <= self.traced:
            return f"{seen:,} requests traced ({self.source})"
        return f"{seen:,} of about {seen * self.requests / self.traced:,.0f} requests ({self.source})"


@dataclass(frozen=True)
class TracedRequests:
    """How many requests to a service, or in a place, were traced in the window."""

    target: Target
    total: int


def nodes_of(stretches: Iterable[Stretch]) -> Mapping[Name, Node]:
    """Every node with what it did in all of the stretches."""
    found: dict[Name, list[Node]] = {}
    for stretch in stretches:
        for node in stretch.nodes:
            found.setdefault((node.name, node.kind), []).append(node)
    return {
        name: Node(*name, several[0].inferred, together([node.doing for node in several]))
        for name, several in found.items()
    }


def edges_of(stretches: Iterable[Stretch]) -> Mapping[Pair, Doing]:
    """Every edge with what was seen of it in all of the stretches."""
    found: dict[Pair, list[Doing]] = {}
    for stretch in stretches:
        for edge in stretch.edges:
            found.setdefault((edge.caller, edge.called), []).append(edge.doing)
    return {pair: together(several) for pair, several in found.items()}


def together(doings: Sequence[Doing]) -> Doing:
    """What they come to."""
    return Doing(
        sum(one.total for one in doings),
        sum(one.faults for one in doings),
        sum(one.errors for one in doings),
        sum(one.throttles for one in doings),
        merged(one.times for one in doings),
    )


def work_of(kind: str, inferred: bool) -> Work:
    """What waiting for a node of this type means."""
    lower = kind.lower()
    if lower.startswith(("database", "db", "aws::rds")):
        return "database"
    if lower.startswith(("aws::sqs", "aws::sns", "aws::kinesis", "aws::events", "aws::amazonmq", "aws::msk")):
        return "queue"
    return "aws" if inferred and lower.startswith("aws::") else "service"


_ARNS = {
    "aws::dynamodb": ("dynamodb", "table/{}"), "database": ("rds", "db:{}"), "aws::rds": ("rds", "db:{}"),
    "aws::lambda": ("lambda", "function:{}"), "aws::sqs": ("sqs", "{}"), "aws::sns": ("sns", "{}"),
}  # fmt: skip


def resources_of(place: Place, name: Name) -> tuple[str, ...]:
    """What else may speak of a node: its own name, and the ARN that its type gives it."""
    title, kind = name
    known = next((form for prefix, form in _ARNS.items() if kind.lower().startswith(prefix)), None)
    if known is None or title.startswith("arn:"):
        return (title,)
    # A database is known by its address: database@orders.c1.eu-west-1.rds.amazonaws.com
    short = title.split("@")[-1].split(".")[0] if known[0] == "rds" else title.rstrip("/").rsplit("/", 1)[-1]
    return (place.arn(known[0], known[1].format(short)), title)
