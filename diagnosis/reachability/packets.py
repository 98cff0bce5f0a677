"""Which packets? One packet with its open ports, and sets of packets as unions of boxes.

A box is a product of five interval sets: source and destination addresses, protocols, source and destination
ports. For ICMP the destination "port" is `type * 256 + code`. A `PacketSet` answers questions about all packets
at once (which sources, which ports) instead of trying one after another.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from diagnosis.reachability.addresses import ANYWHERE, format_address, is_ipv6
from diagnosis.reachability.intervals import (
    EMPTY,
    Intervals,
    contains,
    difference,
    intersection,
    single,
    union,
)

ICMP, TCP, UDP, ICMPV6 = 1, 6, 17, 58
WITH_PORTS = frozenset({TCP, UDP})
PROTOCOL_NAMES = {ICMP: "icmp", TCP: "tcp", UDP: "udp", ICMPV6: "icmpv6"}
ANY_PORT: Intervals = ((0, 65535),)
ANY_PROTOCOL: Intervals = ((0, 255),)
LINUX_EPHEMERAL: Intervals = ((32768, 60999),)
AWS_EPHEMERAL: Intervals = ((1024, 65535),)

_SIDES = ("sources", "destinations", "protocols", "source_ports", "destination_ports")
_ICMP_REPLIES = {8: 0, 13: 14, 15: 16, 17: 18, 128: 129}


def protocol_name(protocol: int) -> str:
    """`tcp`, `udp`, `icmp`, `icmpv6`, or the IP protocol number as text."""
    return PROTOCOL_NAMES.get(protocol, str(protocol))


def icmp_ports(kind: int, code: int) -> Intervals:
    """The "ports" of an ICMP type and code; -1 stands for any, as in AWS's rules."""
    if kind == -1:
        return ANY_PORT
    return ((kind << 8, (kind << 8) | 255),) if code == -1 else single((kind << 8) | code)


def port_text(ports: Intervals) -> str:
    """The ports for a reader: `443`, `1024-65535`, `80,443`, or `*` for all."""
    if ports == ANY_PORT:
        return "*"
    return ",".join(str(low) if low == high else f"{low}-{high}" for low, high in ports)


@dataclass(frozen=True, slots=True)
class Packet:
    """One packet's header; where several ports are given, each of them is meant."""

    source: int
    destination: int
    protocol: int
    source_ports: Intervals
    destination_ports: Intervals

    def reply(self) -> "Packet | None":
        """The header of the answer to this packet, or None where the protocol sends none (an ICMP error)."""
        ports = self.destination_ports, self.source_ports
        if self.protocol in (ICMP, ICMPV6):
            answer = _ICMP_REPLIES.get(self.destination_ports[0][0] >> 8)
            if answer is None:
                return None
            ports = ANY_PORT, single(answer << 8)
        return Packet(self.destination, self.source, self.protocol, *ports)

    @property
    def service(self) -> str:
        """What is asked for, as a rule would name it: `tcp/443`, `icmp type 8 code 0`, `protocol 47`."""
        if self.protocol in (ICMP, ICMPV6):
            kind, code = divmod(self.destination_ports[0][0], 256)
            return f"{protocol_name(self.protocol)} type {kind} code {code}"
        if self.protocol in WITH_PORTS:
            return f"{protocol_name(self.protocol)}/{port_text(self.destination_ports)}"
        return f"protocol {self.protocol}"

    def __str__(self) -> str:
        return f"{self.service} from {format_address(self.source)} to {format_address(self.destination)}"


@dataclass(frozen=True, slots=True)
class Box:
    """A product of five interval sets; empty as soon as one of them is."""

    sources: Intervals = ANYWHERE
    destinations: Intervals = ANYWHERE
    protocols: Intervals = ANY_PROTOCOL
    source_ports: Intervals = ANY_PORT
    destination_ports: Intervals = ANY_PORT

    @property
    def is_empty(self) -> bool:
        """Whether no packet is in the box."""
        return not all(getattr(self, name) for name in _SIDES)

    def intersect(self, other: "Box") -> "Box":
        """The packets in both boxes."""
        return Box(
            intersection(self.sources, other.sources),
            intersection(self.destinations, other.destinations),
            intersection(self.protocols, other.protocols),
            intersection(self.source_ports, other.source_ports),
            intersection(self.destination_ports, other.destination_ports),
        )

    def subtract(self, other: "Box") -> Iterator["Box"]:
        """Disjoint boxes that together hold the packets of this box outside the other."""
        common = self.intersect(other)
        if common.is_empty:
            yield self
            return
        rest = self
        for name in _SIDES:
            inner: Intervals = getattr(common, name)
            outside = difference(getattr(rest, name), inner)
            if outside:
                yield replace(rest, **{name: outside})
            rest = replace(rest, **{name: inner})


@dataclass(frozen=True, slots=True)
class PacketSet:
    """Any set of packets, as disjoint boxes."""

    boxes: tuple[Box, ...] = ()

    @classmethod
    def of(cls, boxes: Iterable[Box]) -> "PacketSet":
        """The union of boxes that may overlap."""
        whole = cls()
        for box in boxes:
            whole = whole.union(cls((box,)))
        return whole

    def __bool__(self) -> bool:
        return any(not box.is_empty for box in self.boxes)

    def union(self, other: "PacketSet") -> "PacketSet":
        """The packets of either set."""
        return PacketSet((*self.boxes, *other.subtract(self).boxes))

    def intersect(self, other: "PacketSet") -> "PacketSet":
        """The packets of both sets."""
        common = (a.intersect(b) for a in self.boxes for b in other.boxes)
        return PacketSet(tuple(box for box in common if not box.is_empty))

    def subtract(self, other: "PacketSet") -> "PacketSet":
        """The packets of this set that the other lacks."""
        rest = [box for box in self.boxes if not box.is_empty]
        for cut in other.boxes:
            rest = [piece for box in rest for piece in box.subtract(cut)]
        return PacketSet(tuple(rest))

    def equals(self, other: "PacketSet") -> bool:
        """Whether both sets hold the same packets, however they are cut into boxes."""
        return not self.subtract(other) and not other.subtract(self)

    def __contains__(self, packet: Packet) -> bool:
        """Whether every packet that the header stands for is in the set."""
        return not PacketSet((packet_box(packet),)).subtract(self)

    def without_source_ports(self) -> "PacketSet":
        """The set of packets that equal one of this set but for the source port."""
        return PacketSet.of(replace(box, source_ports=ANY_PORT) for box in self.boxes)

    @property
    def destination_ports(self) -> Intervals:
        """Every destination port that some packet of the set has."""
        ports = EMPTY
        for box in self.boxes:
            ports = ports if box.is_empty else union(ports, box.destination_ports)
        return ports

    @property
    def sources(self) -> Intervals:
        """Every source address that some packet of the set has."""
        sources = EMPTY
        for box in self.boxes:
            sources = sources if box.is_empty else union(sources, box.sources)
        return sources

    def example(self) -> Packet | None:
        """One packet of the set, or None of the empty set; an address clear of a block's first, where there is one."""
        for box in self.boxes:
            if not box.is_empty:
                protocol = TCP if contains(box.protocols, TCP) else box.protocols[0][0]
                low, high = box.sources[0]
                return Packet(
                    min(low + 1, high),
                    box.destinations[0][0],
                    protocol,
                    single(_likely_port(box.source_ports)),
                    single(box.destination_ports[0][0]),
                )
        return None


def _likely_port(ports: Intervals) -> int:
    ephemeral = intersection(ports, LINUX_EPHEMERAL)
    return (ephemeral or ports)[0][0]


def packet_box(packet: Packet) -> Box:
    """The box of the packets that a header stands for."""
    return Box(
        single(packet.source),
        single(packet.destination),
        single(packet.protocol),
        packet.source_ports,
        packet.destination_ports,
    )


def same_family(left: int, right: int) -> bool:
    """Whether two addresses are both IPv4 or both IPv6."""
    return is_ipv6(left) == is_ipv6(right)
