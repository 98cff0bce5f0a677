"""Can anybody on the internet enter where a load balancer listens for the internet?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from diagnosis.answers import Absent, Blind
from diagnosis.network.aws_services import INTERNET_SIDE
from diagnosis.network.description import NetworkDescription, Raw, groups_of
from diagnosis.network.paths import Side, Way, spot_of
from diagnosis.reachability import PacketSet
from diagnosis.reachability.addresses import INTERNET, parse_address
from diagnosis.reachability.intervals import Intervals, contains, difference, normalised, single
from diagnosis.reachability.packets import TCP, UDP, Box
from diagnosis.reachability.security_groups import Peer

_NUMBERS = {"tcp": TCP, "udp": UDP}


@dataclass(frozen=True)
class Entrance:
    """An internet-facing load balancer, and the transport protocols and ports that it listens on."""

    name: str
    arn: str
    services: tuple[tuple[str, int], ...]


def ways_of_entrance(entrance: Entrance, network: NetworkDescription) -> tuple[Way, ...] | Absent | Blind:
    """From the internet to each node of a load balancer on each port that it listens on: somebody must get in.

    A port that its groups open to private addresses, to other groups or to our own public addresses alone is not meant
    for the internet. Whether connections get on to targets is another path.
    """
    nodes = network.interfaces_of(entrance.arn)
    if not nodes:
        why = network.unread.get("NetworkInterfaces") or f"no network interface of {entrance.name} is described"
        return Blind("missing", why)
    if not entrance.services:
        return Absent(f"{entrance.name} listens on no port")
    spots = tuple(spot_of(node["NetworkInterfaceId"], node.get("PrivateIpAddress")) for node in nodes)
    side = Side(entrance.name, spots, things=(entrance.arn, entrance.name))
    meant = [s for s in entrance.services if not all(_is_for_others(node, *s, network) for node in nodes)]
    ways = [Way(INTERNET_SIDE, side, protocol, port, admits_some=True) for protocol, port in meant]
    return tuple(ways) or Absent(f"the groups of {entrance.name} admit others than the internet only")


def _is_for_others(node: Raw, protocol: str, port: int, network: NetworkDescription) -> bool:
    """Whether groups open a port to somebody, but to nobody out there."""
    groups, known = sorted(groups_of(node)), network.model.inventory.security_groups
    if not groups or any(group not in known.by_id for group in groups):
        return False
    number = _NUMBERS[protocol]
    rules = [rule for group in groups for rule in known.by_id[group].ingress]
    of_port = [r for r in rules if r.protocol in (-1, number) and (r.protocol == -1 or contains(r.ports, port))]
    somebody = any(rule.groups or rule.prefixes or rule.prefix_lists for rule in of_port)
    lists_known = all(name in known.lists for rule in of_port for name in rule.prefix_lists)
    return somebody and lists_known and not admitted_clients(groups, protocol, port, network)


def admitted_clients(groups: Sequence[str], protocol: str, port: int, network: NetworkDescription) -> Intervals:
    """The addresses of the internet, but our own, that some groups admit on a port."""
    known = network.model.inventory
    ours = normalised((address, address) for address in known.by_public_address)
    stranger = Peer(parse_address("8.8.8.8"), None)
    asked = Box(
        sources=difference(INTERNET, ours), protocols=single(_NUMBERS[protocol]), destination_ports=single(port)
    )
    return known.security_groups.admitted(groups, stranger, egress=False).intersect(PacketSet((asked,))).sources
