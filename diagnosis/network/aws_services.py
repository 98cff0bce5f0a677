"""Which way do calls to an AWS service take? Through the VPC's endpoint where its name leads there, else outside.

https://docs.aws.amazon.com/vpc/latest/privatelink/privatelink-access-aws-services.html
"""

from __future__ import annotations

from collections.abc import Iterator

from diagnosis.network.description import NetworkDescription, Raw, groups_of
from diagnosis.network.paths import Side, Spot, Way, spot_of
from diagnosis.reachability import Endpoint, PacketSet
from diagnosis.reachability.addresses import INTERNET, IPV4, format_address, is_ipv6, parse_address, parse_prefix
from diagnosis.reachability.intervals import contains, intersection, single
from diagnosis.reachability.packets import TCP, Box
from diagnosis.reachability.security_groups import Peer

EVERYWHERE = "0.0.0.0/0"
HTTPS = 443
INTERNET_SIDE = Side("internet", block="internet")
_GATEWAY_SERVICES = ("s3", "dynamodb")
_STRANGER = "8.8.8.8"


def ways_to_service(source: Side, vpc: str, service: str, network: NetworkDescription) -> list[Way]:
    """The way from a side to an AWS service by its endpoint name (`ecr.api`, `logs`, `s3`)."""
    sides = list(_sides(vpc, service, network))
    if len(sides) == 1:
        return [Way(source, sides[0], port=HTTPS)]
    # Whether the name leads to the endpoint is not described: only where all ways are alike it does not matter.
    spots = tuple(spot for side in sides for spot in side.spots) or ()
    return [Way(source, Side(service, spots, one_of=True), port=HTTPS)]


def _sides(vpc: str, service: str, network: NetworkDescription) -> Iterator[Side]:
    names = network.model.name_service(vpc)
    private = names.private_dns if names else None
    passed = ""
    for endpoint in endpoints_of(vpc, service, network):
        if endpoint.get("VpcEndpointType") != "Interface":
            continue
        if endpoint.get("PrivateDnsEnabled") and private is not False:
            yield side_of_endpoint(endpoint, network)
            if private is None:
                yield Side(service, (_outside(service, network),))
            return
        passed = passed or endpoint["VpcEndpointId"]
    yield Side(service, (_outside(service, network),), passes_by=passed)


def endpoints_of(vpc: str, service: str, network: NetworkDescription) -> Iterator[Raw]:
    """The available endpoints of a VPC for a service."""
    for endpoint in network.objects("VpcEndpoints", VpcId=vpc):
        name, state = endpoint.get("ServiceName", ""), endpoint.get("State", "available")
        if name.endswith(f".{network.place.region}.{service}") and state.lower() == "available":
            yield endpoint


def side_of_endpoint(endpoint: Raw, network: NetworkDescription) -> Side:
    """An interface endpoint: every interface of it, since names resolve to any of them."""
    held = {interface["NetworkInterfaceId"]: interface for interface in network.interfaces}
    spots = tuple(spot_of(i, held.get(i, {}).get("PrivateIpAddress")) for i in endpoint.get("NetworkInterfaceIds", ()))
    identity = endpoint["VpcEndpointId"]
    return Side(f"{endpoint.get('ServiceName', '').split('.', 3)[-1]} ({identity})", spots, things=(identity,))


def _outside(service: str, network: NetworkDescription) -> Spot:
    """A public address of the service: one of its prefix list, which gateway endpoints route, else a stranger's."""
    for listed in network.descriptions.get("PrefixLists", ()) if service in _GATEWAY_SERVICES else ():
        blocks = [cidr for cidr in listed.get("Cidrs", ()) if ":" not in cidr]
        if listed.get("PrefixListName", "").endswith(f".{network.place.region}.{service}") and blocks:
            address = format_address(parse_prefix(blocks[0]).low + 1)
            return Spot(Endpoint("internet", ip=address, block=EVERYWHERE))
    return Spot(Endpoint("internet"))


def way_out(source: Side, interface: Raw, network: NetworkDescription) -> Way | None:
    """From an interface to the internet by its default route; None where nothing is meant to leave that way.

    That is so where its subnet's table has no default route, or its groups let nothing out to the internet.
    """
    model = network.model.inventory
    table = model.route_tables.of_subnet(interface.get("SubnetId", ""), interface.get("VpcId", ""))
    if table is not None and not any(p.is_everything and not is_ipv6(p.low) for p in table.prefixes):
        return None
    groups = sorted(groups_of(interface))
    if any(group not in model.security_groups.by_id for group in groups):
        return Way(source, INTERNET_SIDE, port=HTTPS)
    peer = Peer(parse_address(_STRANGER), None)
    outside = Box(destinations=intersection(INTERNET, IPV4), protocols=single(TCP))
    admitted = model.security_groups.admitted(groups, peer, egress=True).intersect(PacketSet((outside,)))
    example = admitted.example()
    if example is None:
        return None
    ports = example.destination_ports
    box = next((b for b in admitted.boxes if contains(b.destination_ports, HTTPS)), admitted.boxes[0])
    ports, ends = box.destination_ports, box.destinations
    address = None if contains(ends, parse_address(_STRANGER)) else format_address(ends[0][0])
    side = Side("internet", (Spot(Endpoint("internet", ip=address, block=EVERYWHERE)),))
    return Way(source, side, port=HTTPS if contains(ports, HTTPS) else ports[0][0])
