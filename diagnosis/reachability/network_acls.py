"""Does a subnet's network ACL let a packet in or out?

The lowest rule number that matches decides; nothing is remembered, so replies are asked again.
https://docs.aws.amazon.com/vpc/latest/userguide/vpc-network-acls.html
"""

from collections.abc import Mapping
from dataclasses import dataclass

from diagnosis.reachability.addresses import Prefix, parse_prefix
from diagnosis.reachability.descriptions import Descriptions, Place, Raw
from diagnosis.reachability.intervals import Intervals, difference, intersection, single
from diagnosis.reachability.packets import (
    ANY_PORT,
    ANY_PROTOCOL,
    ICMP,
    ICMPV6,
    WITH_PORTS,
    Box,
    Packet,
    PacketSet,
    icmp_ports,
    port_text,
    protocol_name,
)
from diagnosis.reachability.security_groups import protocol_number
from diagnosis.reachability.vpcs import Subnet

_DEFAULT_RULES = (32767, 32768)
"""The last rule for IPv4 and for IPv6."""


@dataclass(frozen=True, slots=True)
class NetworkAclEntry:
    """One rule of one direction; `protocol` -1 is any, `ports` are destination ports or ICMP types and codes."""

    number: int
    allow: bool
    protocol: int
    ports: Intervals
    prefix: Prefix

    @classmethod
    def from_raw(cls, raw: Raw) -> "NetworkAclEntry":
        """The rule of one entry of DescribeNetworkAcls."""
        protocol = protocol_number(str(raw.get("Protocol", "-1")))
        prefix = parse_prefix(raw.get("CidrBlock") or raw["Ipv6CidrBlock"])
        return cls(raw["RuleNumber"], raw["RuleAction"] == "allow", protocol, _entry_ports(protocol, raw), prefix)

    @property
    def text(self) -> str:
        """The rule for a reader: `rule 100: deny tcp/22 for 10.0.0.0/8`."""
        number = "*" if self.number in _DEFAULT_RULES else self.number
        service = "all traffic" if self.protocol == -1 else protocol_name(self.protocol)
        if self.protocol in WITH_PORTS:
            service += f"/{port_text(self.ports)}"
        return f"rule {number}: {'allow' if self.allow else 'deny'} {service} for {self.prefix.text}"


@dataclass(frozen=True, slots=True)
class NetworkAcl:
    """One network ACL, its rules in the order of their numbers."""

    id: str
    vpc_id: str
    is_default: bool
    ingress: tuple[NetworkAclEntry, ...]
    egress: tuple[NetworkAclEntry, ...]

    @classmethod
    def from_raw(cls, raw: Raw) -> "NetworkAcl":
        """The ACL of one object of DescribeNetworkAcls."""
        entries = sorted(raw.get("Entries", ()), key=lambda entry: int(entry["RuleNumber"]))
        ways = [
            tuple(NetworkAclEntry.from_raw(entry) for entry in entries if entry["Egress"] is way)
            for way in (False, True)
        ]
        return cls(raw["NetworkAclId"], raw.get("VpcId", ""), raw.get("IsDefault", False), ways[0], ways[1])

    def refusal(self, packet: Packet, egress: bool) -> tuple[str, int | None] | None:
        """The rule that refuses some port of the packet and its number, or None where every port is let through.

        The last rule, which denies what no other allows, has no number that could be changed.
        """
        address = packet.destination if egress else packet.source
        left = packet.destination_ports
        for entry in self.egress if egress else self.ingress:
            if entry.protocol not in (-1, packet.protocol) or address not in entry.prefix:
                continue
            ports = intersection(left, entry.ports)
            if ports and not entry.allow:
                return entry.text, None if entry.number in _DEFAULT_RULES else entry.number
            left = difference(left, ports)
            if not left:
                return None
        return f"rule *: deny what no rule allows ({packet.service}: ports {port_text(left)})", None

    def allowed(self, egress: bool) -> PacketSet:
        """Every packet that is let through in one direction."""
        allowed, left = PacketSet(), PacketSet((Box(),))
        for entry in self.egress if egress else self.ingress:
            far = {"destinations" if egress else "sources": entry.prefix.intervals}
            protocols = ANY_PROTOCOL if entry.protocol == -1 else single(entry.protocol)
            rule = PacketSet((Box(protocols=protocols, destination_ports=entry.ports, **far),))
            if entry.allow:
                allowed = PacketSet((*allowed.boxes, *left.intersect(rule).boxes))
            left = left.subtract(rule)
        return allowed


@dataclass(frozen=True)
class NetworkAcls:
    """Which ACL guards a subnet."""

    by_subnet: Mapping[str, NetworkAcl]
    default_by_vpc: Mapping[str, NetworkAcl]
    uncollected: frozenset[Place]
    """Places whose ACLs were not collected: there the default, which allows all, stands for them."""

    def of(self, subnet: Subnet, place: Place | None) -> NetworkAcl | None:
        """The ACL of a subnet, or None where the default one stands in; raises KeyError where it is not described."""
        acl = self.by_subnet.get(subnet.id) or self.default_by_vpc.get(subnet.vpc_id)
        if acl is None and place not in self.uncollected:
            raise KeyError(subnet.id)
        return acl


def read_network_acls(descriptions: Descriptions) -> NetworkAcls:
    """Every described ACL by subnet; places without the description are remembered unless it was denied."""
    by_subnet: dict[str, NetworkAcl] = {}
    defaults: dict[str, NetworkAcl] = {}
    for _, raw in descriptions.objects("NetworkAcls"):
        acl = NetworkAcl.from_raw(raw)
        if acl.is_default:
            defaults[acl.vpc_id] = acl
        for association in raw.get("Associations", ()):
            by_subnet[association["SubnetId"]] = acl
    uncollected = frozenset(
        place
        for place in descriptions.by_place
        if not descriptions.was_collected(place, "NetworkAcls") and not descriptions.is_denied("NetworkAcls", place)
    )
    return NetworkAcls(by_subnet, defaults, uncollected)


def _entry_ports(protocol: int, raw: Raw) -> Intervals:
    if protocol in (ICMP, ICMPV6):
        kind = raw.get("IcmpTypeCode", {})
        return icmp_ports(kind.get("Type", -1), kind.get("Code", -1))
    span = raw.get("PortRange")
    if protocol not in WITH_PORTS or span is None:
        return ANY_PORT
    return ((span["From"], span["To"]),)
