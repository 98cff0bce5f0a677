"""What comes of request and reply together? One connection's two walks, and what is known of each."""

from collections.abc import Iterable
from dataclasses import dataclass

from diagnosis.reachability.answers import Answer, Blocker, Code, Direction, Kind, Verdict
from diagnosis.reachability.driver import run
from diagnosis.reachability.inventory import Inventory
from diagnosis.reachability.resolving import Question
from diagnosis.reachability.steps import Arrival
from diagnosis.reachability.walk import ByPrefix, FilterPassed, Walk


@dataclass(frozen=True, slots=True)
class Way:
    """One direction of a connection: what stops it, what is not known, and what it met on its way."""

    blockers: tuple[Blocker, ...] = ()
    unknown: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    filters: tuple[FilterPassed, ...] = ()
    lookups: tuple[tuple[ByPrefix, int], ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Blocked where something blocks it, else unknown where something is not known."""
        if self.blockers:
            return Verdict.BLOCKED
        return Verdict.UNKNOWN if self.unknown else Verdict.REACHABLE

    @property
    def filter_doubts(self) -> set[str]:
        """What its filters' rules refer to and nobody described."""
        return {passed.doubt for passed in self.filters if passed.doubt}

    @property
    def doubts(self) -> set[str]:
        """Everything about the way that is not known, even where it makes no difference to the one packet."""
        return self.filter_doubts.union(self.unknown)

    def then(self, other: "Way") -> "Way":
        """One way followed by another."""
        return Way(
            (*self.blockers, *other.blockers),
            (*self.unknown, *other.unknown),
            (*self.path, *other.path),
            (*self.filters, *other.filters),
            (*self.lookups, *other.lookups),
        )


@dataclass(frozen=True, slots=True)
class Connection:
    """Request and reply; `arrival` is where the request got, `reply` is None where no reply can be judged."""

    request: Way
    reply: Way | None
    arrival: Arrival | None

    def beyond(self, onward: "Connection") -> "Connection":
        """One connection and another that starts where it arrives, as behind a load balancer."""
        reply = None
        if self.reply is not None and onward.reply is not None:
            reply = onward.reply.then(self.reply)
        return Connection(self.request.then(onward.request), reply, onward.arrival)

    @property
    def rank(self) -> int:
        """0 where it works, 1 where that is unknown, 2 where it is blocked: the lowest of several is the best."""
        return {Verdict.REACHABLE: 0, Verdict.UNKNOWN: 1, Verdict.BLOCKED: 2}[self.answer().verdict]

    def answer(self) -> Answer:
        """The answer as callers see it; a reply that cannot be judged is unknown."""
        reply = self.reply or Way(unknown=() if self.request.blockers else ("no reply: the request does not arrive",))
        return_ = reply.verdict if self.reply is not None else Verdict.UNKNOWN
        return Answer(
            self.request.verdict,
            return_,
            (*self.request.blockers, *reply.blockers),
            self.request.path,
            reply.path,
            tuple(dict.fromkeys((*self.request.unknown, *(reply.unknown if self.reply else ())))),
        )


def way_of(walk: Walk) -> Way:
    """What a finished walk found."""
    unknown = tuple(dict.fromkeys(walk.unknown))
    return Way(tuple(walk.blockers), unknown, tuple(walk.path), tuple(walk.filters), tuple(walk.lookups))


def travel(inventory: Inventory, question: Question) -> tuple[Connection, Walk]:
    """Walks the request and, where it arrives, the reply; also gives the request's walk."""
    request = Walk(inventory, question.packet, question.goal, origin=question.origin, blocks=question.blocks)
    arrival = run(request, question.start)
    if arrival is not None and _is_misled(arrival, question):
        _note_misled(request, arrival)
    elif arrival is not None and _is_outside(arrival, question):
        request.unknown.append(
            f"{request.destination_text} is sent to {arrival.id}; what holds it there is not described"
        )
    reply = None if arrival is None else _reply(request, arrival, question)
    return Connection(way_of(request), reply, arrival), request


def reply_walk(request: Walk, arrival: Arrival, question: Question) -> Walk | None:
    """The walk of the answer to what arrived, finished; None where no answer is sent or none needs a path."""
    packet = arrival.packet.reply()
    if packet is None or arrival.reply_from is None:
        return None
    walk = Walk(request.inventory, packet, question.return_goal, request=request, blocks=request.blocks)
    back = run(walk, arrival.reply_from)
    if back is not None and not _is_back(back, question):
        walk.unknown.append(f"the reply ends at {back.id}, where {question.return_goal.type} was expected")
    return walk


def _reply(request: Walk, arrival: Arrival, question: Question) -> Way:
    walk = reply_walk(request, arrival, question)
    return Way() if walk is None else way_of(walk)


def _is_misled(arrival: Arrival, question: Question) -> bool:
    """Whether the packet left by another gateway than the one asked for, or stayed inside."""
    goal = question.goal
    return goal.type in ("vpn-gateway", "transit-gateway-attachment") and arrival.id != goal.id


def _is_outside(arrival: Arrival, question: Question) -> bool:
    """Whether a packet for an interface of ours left for a network on premises."""
    ours = question.goal.type in ("instance", "network-interface", "subnet")
    return ours and arrival.reached in ("vpn-gateway", "transit-gateway-attachment")


def _note_misled(request: Walk, arrival: Arrival) -> None:
    route = request.last_route
    request.block(
        Kind.ROUTE_TABLE,
        route.table_id if route else "",
        Direction.EGRESS,
        Code.NO_ROUTE_TO_DESTINATION,
        f"{request.destination_text} is sent to {arrival.id}, not to {request.goal.id}",
        f"add a route to {request.destination_text} through {request.goal.id}",
    )


def _is_back(back: Arrival, question: Question) -> bool:
    wanted = question.return_goal.type
    return back.reached == wanted or (wanted == "subnet" and back.reached == "interface")


def best(connections: Iterable[Connection]) -> Connection:
    """Of several alternatives that any of which will do, the first that works best."""
    return min(connections, key=lambda connection: connection.rank)
