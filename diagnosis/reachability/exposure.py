"""Can anything out there reach this, and on which ports? Reachability for whole sets of packets at once.

Source addresses that every route table on the way treats alike are walked once, by one of them for all; the ACLs and
security groups met on that walk are then applied to the whole set of packets, instead of to one after another.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from diagnosis.reachability.addresses import INTERNET, IPV4, IPV6, format_address, is_ipv6, parse_prefix
from diagnosis.reachability.answers import Kind
from diagnosis.reachability.balancing import beyond_node
from diagnosis.reachability.flows import Endpoint, Flow
from diagnosis.reachability.intervals import (
    Intervals,
    contains,
    difference,
    intersection,
    normalised,
    single,
    union,
)
from diagnosis.reachability.inventory import Inventory
from diagnosis.reachability.packets import (
    ANY_PORT,
    LINUX_EPHEMERAL,
    Box,
    Packet,
    PacketSet,
    packet_box,
)
from diagnosis.reachability.resolving import Question, UndescribedError, interfaces_of, resolve
from diagnosis.reachability.steps import EnterFromInternet, LeaveInterface, LeaveSubnet
from diagnosis.reachability.travel import Connection, Way, travel
from diagnosis.reachability.walk import FilterPassed

_FILTERS = (Kind.SECURITY_GROUP, Kind.NETWORK_ACL)
_MOST_CLASSES = 10_000


@dataclass(frozen=True)
class Exposure(PacketSet):
    """The packets that get through, request and reply; `unknown` says what could not be decided about others."""

    unknown: tuple[str, ...] = ()


def exposure(
    inventory: Inventory, destination: Endpoint, source: str, protocol: str, *, onward: bool = True
) -> Exposure:
    """Every packet from a source ("internet" or a CIDR) that reaches a destination and is answered.

    Destination addresses are those that the sender uses: public ones from the internet. Without `onward` a load
    balancer's node is the end, whatever it does with a connection.
    """
    reached, unknown = PacketSet(), list[str]()
    for target, sources in _targets(inventory, destination, source):
        found = _Exploration(inventory, target, source, protocol, onward).explore(sources)
        reached = reached.union(PacketSet(found.boxes))
        unknown += found.unknown
    return Exposure(reached.boxes, tuple(dict.fromkeys(unknown)))


def _targets(inventory: Inventory, destination: Endpoint, source: str) -> Iterator[tuple[Endpoint, Intervals]]:
    """The addresses of a destination, each with the sources of its family; our own are not the internet."""
    sources = difference(INTERNET, inventory.public) if source == "internet" else parse_prefix(source).intervals
    families = {False: intersection(sources, IPV4), True: intersection(sources, IPV6)}
    if destination.ip is not None or destination.type not in ("instance", "network-interface"):
        address = destination.address
        yield destination, families[is_ipv6(address)] if address is not None else sources
        return
    for interface in interfaces_of(inventory, destination):
        for address in interface.addresses:
            if families[is_ipv6(address)]:
                yield replace(destination, ip=format_address(address)), families[is_ipv6(address)]


class _Exploration:
    """Splits the sources of one question into classes that fare alike, and judges each."""

    def __init__(self, inventory: Inventory, destination: Endpoint, source: str, protocol: str, onward: bool) -> None:
        self._inventory = inventory
        self._destination = destination
        self._kind = "internet" if source == "internet" else "ip"
        self._protocol = protocol
        self._onward = onward

    def explore(self, sources: Intervals) -> Exposure:
        """The packets of all sources that get through."""
        reached, unknown = PacketSet(), list[str]()
        for _ in range(_MOST_CLASSES):
            if not sources:
                return Exposure(reached.boxes, tuple(unknown))
            example = sources[0][0]
            try:
                question = resolve(self._inventory, self._flow(example))
            except UndescribedError as error:
                unknown.append(str(error))
                alike = single(example) if self._kind == "ip" else sources
            else:
                alike, packets, doubts = self._judge(question, self._of_one_start(question, sources))
                reached = reached.union(packets)
                unknown += doubts
            sources = difference(sources, alike)
        return Exposure(reached.boxes, (*unknown, "too many kinds of source addresses to look at them all"))

    def _flow(self, source: int) -> Flow:
        return Flow(Endpoint(self._kind, ip=format_address(source)), self._destination, self._protocol)

    def _of_one_start(self, question: Question, sources: Intervals) -> Intervals:
        """Of some sources, those that start where the question's does."""
        match question.start:
            case LeaveSubnet(subnet):
                blocks = [span for prefix in subnet.prefixes for span in prefix.intervals]
                return difference(intersection(sources, normalised(blocks)), self._inventory.held)
            case EnterFromInternet():
                return difference(sources, self._inventory.public) or single(question.packet.source)
            case LeaveInterface():
                return single(question.packet.source)
        return sources

    def _judge(self, question: Question, sources: Intervals) -> tuple[Intervals, PacketSet, list[str]]:
        """The sources that fare like the question's, their packets that get through, and what is not known."""
        connection = travel(self._inventory, question)[0]
        alike, packets, doubts = sources, PacketSet(), list[str]()
        for ports, whole in self._alternatives(question, connection):
            ways = (whole.request, whole.reply or Way())
            alike = _alike(ways, question.packet.source, alike)
            doubts += [doubt for way in ways for doubt in way.doubts]
            if whole.reply is not None and not any(_fails(way) for way in ways):
                packets = packets.union(_through(self._inventory, question.packet, whole, ports))
        kept = Box(sources=alike, source_ports=LINUX_EPHEMERAL)
        return alike, packets.intersect(PacketSet((kept,))), doubts

    def _alternatives(self, question: Question, connection: Connection) -> Iterator[tuple[Intervals, Connection]]:
        """The whole connections behind each listener of a load balancer, with its port; else the connection itself."""
        arrival = connection.arrival
        node = arrival.interface if arrival else None
        name = node.load_balancer_name if node and self._onward else None
        balancer = self._inventory.load_balancers.by_name.get(name or "")
        if balancer is None or arrival is None:
            if name is not None and arrival is not None:
                unknown = Way(unknown=(f"the load balancer {name} is not described",))
                connection = connection.beyond(Connection(unknown, Way(), None))
            yield ANY_PORT, connection
            return
        for port in sorted({listener.port for listener in balancer.listeners}):
            asked = replace(question, packet=replace(question.packet, destination_ports=single(port)))
            first, request = travel(self._inventory, asked)
            for onward in beyond_node(self._inventory, request, first.arrival) if first.arrival else ():
                yield single(port), first.beyond(onward)


def _fails(way: Way) -> bool:
    """Whether anything but a filter, which is applied to the whole set later, stops this way or leaves it open."""
    return bool(set(way.unknown) - way.filter_doubts) or any(b.type not in _FILTERS for b in way.blockers)


def _alike(ways: Iterable[Way], source: int, sources: Intervals) -> Intervals:
    """Of some sources, those that every look-up of the given one would have treated as it."""
    for way in ways:
        for table, address in way.lookups:
            for prefix in table.prefixes if address == source else ():
                side = intersection if source in prefix else difference
                sources = side(sources, prefix.intervals)
    return sources


def _through(inventory: Inventory, asked: Packet, whole: Connection, ports: Intervals) -> PacketSet:
    """The packets, as the sender sends them, that every filter of request and reply lets through."""
    everyone = replace(packet_box(asked), sources=IPV6 if is_ipv6(asked.source) else IPV4, destination_ports=ports)
    packets = PacketSet((everyone,))
    for passed in whole.request.filters:
        packets = packets.intersect(_as_sent(asked, passed, _allowed(inventory, passed)))
    for passed in whole.reply.filters if whole.reply else ():
        packets = packets.subtract(_refused_replies(asked, passed, _allowed(inventory, passed)))
    return packets


def _allowed(inventory: Inventory, passed: FilterPassed) -> PacketSet:
    if passed.acl is not None:
        return passed.acl.allowed(passed.egress)
    assert passed.peer is not None
    return inventory.security_groups.admitted(passed.groups, passed.peer, passed.egress)


def _as_sent(asked: Packet, passed: FilterPassed, allowed: PacketSet) -> PacketSet:
    """What a filter of the request allows, in terms of the header that the sender sent."""
    met = passed.packet
    moved = met.destination_ports != asked.destination_ports
    boxes = []
    for box in allowed.boxes:
        fits = contains(box.destinations, met.destination) and contains(box.protocols, met.protocol)
        if not fits or (met.source != asked.source and not contains(box.sources, met.source)):
            continue
        if moved and difference(met.destination_ports, box.destination_ports):
            continue
        sources = box.sources if met.source == asked.source else union(IPV4, IPV6)
        boxes.append(Box(sources=sources, destination_ports=ANY_PORT if moved else box.destination_ports))
    return PacketSet.of(boxes)


def _refused_replies(asked: Packet, passed: FilterPassed, allowed: PacketSet) -> PacketSet:
    """The requests some port of whose reply a filter refuses."""
    met = passed.packet
    reply = replace(packet_box(met), destinations=IPV6 if is_ipv6(met.destination) else IPV4)
    if met.destination != asked.source:
        reply = packet_box(met)
    refused = PacketSet((reply,)).subtract(allowed)
    same = met.destination == asked.source
    return PacketSet.of(
        Box(sources=box.destinations if same else union(IPV4, IPV6)) for box in refused.boxes if not box.is_empty
    )
