"""Which addresses does an end of a path have, as flow logs write them?"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from diagnosis.network.description import NetworkDescription, Raw
from diagnosis.network.paths import Side, Spot, Way
from diagnosis.reachability import Endpoint


def addresses_of(side: Side, network: NetworkDescription) -> frozenset[str]:
    """Every private and IPv6 address of the interfaces that the end means, and the addresses it names itself."""
    return frozenset(address for spot in side.spots for address in _of_spot(spot, network))


def blocks_of(start: Endpoint, network: NetworkDescription) -> list[str]:
    """Every block of addresses that a source sends from: its own, or those of its subnet. Empty where it has none."""
    if start.type == "subnet":
        subnets = list(network.objects("Subnets", SubnetId=start.id))
        ipv6 = (held for subnet in subnets for held in subnet.get("Ipv6CidrBlockAssociationSet", ()))
        blocks = [*(s.get("CidrBlock") for s in subnets), *(held.get("Ipv6CidrBlock") for held in ipv6)]
        return [str(block) for block in blocks if block]
    addresses = {start.ip} if start.ip else set(_of_spot(Spot(start), network))
    return [str(ipaddress.ip_network(address)) for address in sorted(addresses)]


def vpcs_of(way: Way, network: NetworkDescription) -> set[str]:
    """The described VPCs in which the ends of a way are."""
    found = {
        str(interface["VpcId"])
        for side in (way.source, way.destination)
        for spot in side.spots
        for interface in _interfaces(spot, network)
        if interface.get("VpcId")
    }
    subnets = {spot.subnet or _subnet(spot.endpoint) for side in (way.source, way.destination) for spot in side.spots}
    return found | {str(s["VpcId"]) for s in network.objects("Subnets") if s["SubnetId"] in subnets and s.get("VpcId")}


def _subnet(endpoint: Endpoint | None) -> str:
    return str(endpoint.id) if endpoint and endpoint.type == "subnet" else ""


def _of_spot(spot: Spot, network: NetworkDescription) -> Iterator[str]:
    for interface in _interfaces(spot, network):
        yield from (str(entry["PrivateIpAddress"]) for entry in interface.get("PrivateIpAddresses", ()))
        yield from (str(entry["Ipv6Address"]) for entry in interface.get("Ipv6Addresses", ()))
        if interface.get("PrivateIpAddress"):
            yield str(interface["PrivateIpAddress"])
    if spot.endpoint is not None and spot.endpoint.ip:
        yield str(ipaddress.ip_address(spot.endpoint.ip))


def _interfaces(spot: Spot, network: NetworkDescription) -> list[Raw]:
    return [interface for interface in network.interfaces if _is_of(interface, spot)]


def _is_of(interface: Raw, spot: Spot) -> bool:
    endpoint = spot.endpoint
    if endpoint is None:
        groups = {group["GroupId"] for group in interface.get("Groups", ())}
        return interface.get("SubnetId") == spot.subnet and groups == set(spot.groups)
    if endpoint.type == "network-interface":
        return interface.get("NetworkInterfaceId") == endpoint.id
    if endpoint.type == "instance":
        return bool(interface.get("Attachment", {}).get("InstanceId") == endpoint.id)
    if endpoint.type == "subnet":
        return interface.get("SubnetId") == endpoint.id
    if endpoint.type == "load-balancer":
        described = f"ELB {str(endpoint.id).split(':loadbalancer/', 1)[-1]}"
        return interface.get("Description") == described
    return endpoint.type == "ip" and interface.get("PrivateIpAddress") == endpoint.ip
