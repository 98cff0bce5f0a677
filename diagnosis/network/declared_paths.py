"""Which interfaces does an end of a declared path mean?"""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from diagnosis.answers import Blind
from diagnosis.network.aws_services import side_of_endpoint
from diagnosis.network.derived_paths import (
    Database,
    Standing,
    side_of_database,
    side_of_interfaces,
    side_of_standing,
)
from diagnosis.network.description import NetworkDescription, Raw, tags_of
from diagnosis.network.internet_addresses import examples_of
from diagnosis.network.path_ends import End
from diagnosis.network.paths import Side, Spot
from diagnosis.reachability import Endpoint
from diagnosis.reachability.addresses import parse_prefix

_ENDPOINTS = {
    "i": "instance",
    "eni": "network-interface",
    "subnet": "subnet",
    "vgw": "vpn-gateway",
    "tgw-attach": "transit-gateway-attachment",
}


@dataclass(frozen=True)
class Known:
    """What other services than EC2 describe, by name; as much of it as the ends need."""

    databases: Mapping[str, Database] = field(default_factory=dict)
    balancers: Mapping[str, str] = field(default_factory=dict)
    """The ARNs of load balancers."""
    services: Mapping[str, Standing] = field(default_factory=dict)
    proxies: Mapping[str, Standing] = field(default_factory=dict)


def side_of(end: End, known: Known, network: NetworkDescription, *, arriving: bool) -> Side | Blind:
    """What stands for an end; `arriving` where it is the destination. Blind where it means nothing, or several."""
    if end.kind == "internet":
        return Side("internet", block="internet")
    if end.kind == "cidr":
        return _block(end.value, network) if arriving else _source_block(end.value)
    if end.kind == "id":
        return _by_id(end.value, network)
    if end.kind == "anything":
        return _anything(end.value, known, network, arriving)
    return _FINDERS[end.kind](end.value, known, network, arriving) or _missing(str(end), network)


def _missing(name: str, network: NetworkDescription) -> Blind:
    unread = network.unread.get("NetworkInterfaces") or network.unread.get("Reservations")
    why = f" ({unread})" if unread else ""
    if name.startswith("function:") and not unread:
        why = " (a function outside every VPC has no network interface, and its ways are not ours to trace)"
    return Blind(
        "missing", f"nothing described in {network.place.key} is {name}{why}: correct [[path]] in targets.toml"
    )


def _source_block(block: str) -> Side:
    if ipaddress.ip_network(block).num_addresses == 1:
        return Side(block, (Spot(Endpoint("ip", ip=block.split("/")[0])),))
    return Side(block, block=block)


def _block(block: str, network: NetworkDescription) -> Side | Blind:
    """A destination of addresses: one, a whole subnet, or a network outside every VPC, by one address of each kind."""
    if ipaddress.ip_network(block).num_addresses == 1:
        return Side(block, (Spot(Endpoint("ip", ip=block.split("/")[0])),))
    for subnet in network.objects("Subnets", CidrBlock=block):
        return Side(block, (Spot(Endpoint("subnet", subnet["SubnetId"])),))
    wanted = parse_prefix(block)
    for vpc in network.model.inventory.vpcs.values():
        if any(prefix.low <= wanted.high and wanted.low <= prefix.high for prefix in vpc.prefixes):
            return Blind(
                "missing", f"{block} is a part of {vpc.id} but none of its subnets: name subnets or what is in them"
            )
    examples = examples_of(network.model, wanted.intervals)
    return Side(block, tuple(Spot(Endpoint("ip", ip=address, block=block)) for address in examples))


def _by_id(identity: str, network: NetworkDescription) -> Side | Blind:
    if identity.startswith("vpce-"):
        for endpoint in network.objects("VpcEndpoints", VpcEndpointId=identity):
            return side_of_endpoint(endpoint, network)
        return _missing(identity, network)
    kind = _ENDPOINTS[identity.rsplit("-", 1)[0]]
    return Side(identity, (Spot(Endpoint(kind, identity)),), things=(identity,))


Finder = Callable[[str, Known, NetworkDescription, bool], Side | None]


def _instances(network: NetworkDescription) -> list[Raw]:
    return [i for reservation in network.objects("Reservations") for i in reservation.get("Instances", ())]


def _tagged(tag: str, _: Known, network: NetworkDescription, __: bool) -> Side | None:
    """Running instances and interfaces with a tag, else subnets with it."""
    key, _equals, value = tag.partition("=")
    running = [i for i in _instances(network) if i.get("State", {}).get("Name") == "running"]
    spots = [Endpoint("instance", i["InstanceId"]) for i in running if tags_of(i).get(key) == value]
    own = (i for i in network.interfaces if not i.get("Attachment", {}).get("InstanceId"))
    spots += [Endpoint("network-interface", i["NetworkInterfaceId"]) for i in own if tags_of(i).get(key) == value]
    if not spots:
        tagged = (subnet for subnet in network.objects("Subnets") if tags_of(subnet).get(key) == value)
        spots = [Endpoint("subnet", subnet["SubnetId"]) for subnet in tagged]
    things = tuple(spot.id for spot in spots if spot.id)
    return Side(tag, tuple(Spot(spot) for spot in spots), things=things) if spots else None


def _named(name: str, known: Known, network: NetworkDescription, arriving: bool) -> Side | None:
    side = _tagged(f"Name={name}", known, network, arriving)
    return Side(name, side.spots, things=(name, *side.things)) if side else None


def _database(name: str, known: Known, network: NetworkDescription, _: bool) -> Side | None:
    return side_of_database(known.databases[name], network) if name in known.databases else None


def _balancer(name: str, known: Known, network: NetworkDescription, arriving: bool) -> Side | None:
    arn = known.balancers.get(name)
    if arn is None:
        return None
    if arriving:
        return Side(name, (Spot(Endpoint("load-balancer", arn)),), things=(arn, name))
    return side_of_interfaces(name, network.interfaces_of(arn), (arn, name))


def _function(name: str, _: Known, network: NetworkDescription, __: bool) -> Side | None:
    held = network.interfaces_of_functions.get(name)
    return side_of_interfaces(name, held) if held else None


def _standing(name: str, standing: Mapping[str, Standing]) -> Side | None:
    """By its full name, or by its last part where only one has it."""
    found = [one for full, one in standing.items() if name in (full, full.rsplit("/", 1)[-1])]
    return side_of_standing(found[0]) if len(found) == 1 else None


_FINDERS: Mapping[str, Finder] = {
    "tag": _tagged,
    "name": _named,
    "database": _database,
    "load-balancer": _balancer,
    "function": _function,
    "service": lambda name, known, _, __: _standing(name, known.services),
    "proxy": lambda name, known, _, __: _standing(name, known.proxies),
}


def _anything(name: str, known: Known, network: NetworkDescription, arriving: bool) -> Side | Blind:
    """What alone has a name, of whatever kind."""
    kinds = [kind for kind in _FINDERS if kind != "tag"]
    found = {kind: side for kind in kinds if (side := _FINDERS[kind](name, known, network, arriving))}
    if len(found) > 1:
        written = " or ".join(f'"{kind}:{name}"' for kind in found)
        return Blind("missing", f"several things are called {name}: write {written} in targets.toml")
    return next(iter(found.values()), None) or _missing(name, network)
