"""Which packet does a flow mean, where does it start, and where should it end?"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from diagnosis.reachability.addresses import INTERNET, NAT64, format_address, is_ipv6, parse_address
from diagnosis.reachability.ends import families, named_interfaces, ways_from_premises
from diagnosis.reachability.flows import Endpoint, Flow, FlowError
from diagnosis.reachability.intervals import contains
from diagnosis.reachability.inventory import Inventory
from diagnosis.reachability.network_interfaces import NetworkInterface
from diagnosis.reachability.packets import AWS_EPHEMERAL, LINUX_EPHEMERAL, Packet, same_family
from diagnosis.reachability.steps import (
    EnterFromInternet,
    EnterFromVpnGateway,
    EnterTransitGateway,
    LeaveInterface,
    LeaveSubnet,
    Step,
)
from diagnosis.reachability.vpcs import Subnet
from diagnosis.reachability.walk import Goal

_RESERVED_AT_START = 4
_STRANGERS = {
    False: ("8.8.8.8", "1.1.1.1", "193.0.0.1", "104.16.0.1", "45.33.0.1"),
    True: ("2600::1", "2a00::1", "2c0f:fff0::1", "2400::1"),
}


class UndescribedError(LookupError):
    """An end of the flow is not described, so nothing can be said."""


@dataclass(frozen=True, slots=True)
class Question:
    """A flow made concrete: the first packet, its first step, its goal, and the goal of its answer."""

    packet: Packet
    start: Step
    goal: Goal
    return_goal: Goal
    origin: NetworkInterface | None = None
    blocks: Mapping[int, str] = field(default_factory=dict)
    """What addresses of the packet are examples of, as CIDRs."""


def resolve(inventory: Inventory, flow: Flow) -> Question:
    """The question that a flow asks of this network; raises UndescribedError or FlowError."""
    source = _classified(inventory, flow.source)
    destination = _destination_address(inventory, flow, source)
    start, address = _start(inventory, source, destination)
    if not same_family(address, destination) and destination not in NAT64:
        raise FlowError(
            f"{format_address(address)} and {format_address(destination)} are of different IP families; "
            "give both ends an address of one family"
        )
    origin = start.interface if isinstance(start, LeaveInterface) else None
    # An address given in a subnet must be held there; without one the subnet itself is meant.
    held = flow.destination.type == "subnet" and flow.destination.ip is not None
    packet = flow.packet(address, destination)
    if origin is not None and origin.is_of_service and packet.source_ports == LINUX_EPHEMERAL:
        packet = replace(packet, source_ports=AWS_EPHEMERAL)
    goal = Goal("ip" if held else flow.destination.type, flow.destination.id, destination)
    ends = {address: flow.source, destination: flow.destination}
    blocks = {number: block for number, end in ends.items() if (block := _block(end, number))}
    return Question(packet, start, goal, _return_goal(start, address), origin, blocks)


def _block(end: Endpoint, address: int) -> str | None:
    """The CIDR that an address stands for: that of the endpoint, or the internet where no address of it was named."""
    if end.type == "internet" and end.ip is None:
        return "::/0" if is_ipv6(address) else "0.0.0.0/0"
    return end.block


@lru_cache(maxsize=8)
def stranger(inventory: Inventory, ipv6: bool) -> int:
    """An address of the internet at large: one that as few rules as possible single out."""
    candidates = [parse_address(text) for text in _STRANGERS[ipv6]]
    return min(candidates, key=lambda address: _times_named(inventory, address))


def _times_named(inventory: Inventory, address: int) -> int:
    rules = (rule for group in inventory.security_groups.by_id.values() for rule in (*group.ingress, *group.egress))
    named = sum(address in p and not p.is_everything for rule in rules for p in rule.prefixes)
    acls = {acl.id: acl for acl in inventory.network_acls.by_subnet.values()}
    entries = (entry for acl in acls.values() for entry in (*acl.ingress, *acl.egress))
    named += sum(address in entry.prefix and not entry.prefix.is_everything for entry in entries)
    tables = inventory.route_tables.by_id.values()
    return named + sum(address in p and not p.is_everything for table in tables for p in table.prefixes)


def _classified(inventory: Inventory, end: Endpoint) -> Endpoint:
    """A source given by its address alone, as the endpoint that has it."""
    if end.type != "ip" or end.address is None:
        return end
    address = end.address
    if address in inventory.by_public_address:
        interface, private = inventory.by_public_address[address]
        return Endpoint("network-interface", interface.id, format_address(private))
    holders = inventory.holders.get(address, ())
    if len(holders) == 1:
        return Endpoint("network-interface", holders[0].id, end.ip)
    subnets = [subnet for vpc in inventory.vpcs.values() if (subnet := vpc.subnet_of(address))]
    if not holders and len(subnets) == 1:
        return Endpoint("subnet", subnets[0].id, end.ip)
    if holders or subnets:
        raise UndescribedError(f"{end.ip} is an address of several VPCs: name the source's instance or subnet")
    if contains(INTERNET, address):
        return Endpoint("internet", None, end.ip)
    ways = ways_from_premises(inventory, address)
    if len(ways) == 1:
        kind, identifier = ways.pop()
        return Endpoint(kind, identifier, end.ip)
    raise UndescribedError(f"nothing described holds the source address {end.ip}")


def _destination_address(inventory: Inventory, flow: Flow, source: Endpoint) -> int:
    end = flow.destination
    ipv6 = False not in families(inventory, source)
    if end.type in ("instance", "network-interface"):
        return _interface_address(inventory, end, ipv6, from_internet=source.type == "internet")
    if end.address is not None:
        return end.address
    if end.type == "internet":
        return stranger(inventory, ipv6)
    if end.type == "subnet":
        return _free_address(inventory, _subnet(inventory, end), ipv6)
    if end.type == "vpn-gateway":
        return _premises_address(inventory, end)
    raise UndescribedError(f"which address lies behind {end} is not described: give its ip")


def _interface_address(inventory: Inventory, end: Endpoint, ipv6: bool, *, from_internet: bool) -> int:
    """The address to send to: as given, or the primary one; from the internet the public one that stands for it."""
    interfaces = interfaces_of(inventory, end)
    address = end.address
    if address is None:
        address = next((a for i in interfaces for a in i.addresses if is_ipv6(a) is ipv6), interfaces[0].addresses[0])
    for interface in interfaces:
        if from_internet and address in interface.public:
            return interface.public[address]
    return address


def interfaces_of(inventory: Inventory, end: Endpoint) -> list[NetworkInterface]:
    """The interfaces of an instance (or the interface) that an endpoint names, the primary one first."""
    found = named_interfaces(inventory, end)
    if not found:
        raise UndescribedError(f"{end.id} is not described, or has no network interface")
    return found


def _start(inventory: Inventory, end: Endpoint, destination: int) -> tuple[Step, int]:
    ipv6 = is_ipv6(destination)
    match end.type:
        case "internet":
            return EnterFromInternet(), stranger(inventory, ipv6) if end.address is None else end.address
        case "instance" | "network-interface":
            return _from_interface(inventory, end, destination)
        case "subnet":
            subnet = _subnet(inventory, end)
            address = _free_address(inventory, subnet, ipv6) if end.address is None else end.address
            holder = inventory.by_address.get((subnet.vpc_id, address))
            return (LeaveInterface(holder) if holder else LeaveSubnet(subnet)), address
        case "vpn-gateway":
            gateway = inventory.vpn_gateways.get(end.id or "")
            if gateway is None:
                raise UndescribedError(f"{end.id} is not described")
            return EnterFromVpnGateway(gateway), _premises_address(inventory, end)
        case "transit-gateway-attachment":
            return _from_attachment(inventory, end)
    raise FlowError(f"a flow cannot start at {end}")


def _from_interface(inventory: Inventory, end: Endpoint, destination: int) -> tuple[Step, int]:
    interfaces = interfaces_of(inventory, end)
    if end.address is None:
        for interface in interfaces:
            own = [a for a in interface.addresses if same_family(a, destination)]
            if own:
                return LeaveInterface(interface), own[0]
        return LeaveInterface(interfaces[0]), interfaces[0].addresses[0]
    for interface in interfaces:
        private = {public: own for own, public in interface.public.items()}.get(end.address, end.address)
        if private in interface.addresses:
            return LeaveInterface(interface), private
    return LeaveInterface(interfaces[0]), end.address


def _from_attachment(inventory: Inventory, end: Endpoint) -> tuple[Step, int]:
    if end.address is None:
        raise UndescribedError(f"which address lies behind {end} is not described: give its ip")
    attachments = inventory.transit_gateways.by_attachment_id(end.id or "")
    if len(attachments) != 1:
        raise UndescribedError(f"{end.id} is not described, or is a peering seen from both its ends")
    return EnterTransitGateway(attachments[0]), end.address


def _premises_address(inventory: Inventory, end: Endpoint) -> int:
    if end.address is not None:
        return end.address
    gateway = inventory.vpn_gateways.get(end.id or "")
    prefixes = [p for c in (gateway.connections if gateway else ()) for p in c.prefixes]
    if not prefixes:
        raise UndescribedError(f"which address lies behind {end} is not described: give its ip")
    return prefixes[0].low + 1


def _subnet(inventory: Inventory, end: Endpoint) -> Subnet:
    subnet = inventory.subnets.get(end.id or "")
    if subnet is None or not subnet.prefixes:
        raise UndescribedError(f"{end.id} is not described")
    return subnet


def _free_address(inventory: Inventory, subnet: Subnet, ipv6: bool) -> int:
    prefix = next((p for p in subnet.prefixes if is_ipv6(p.low) is ipv6), subnet.prefixes[0])
    return next(
        address for address in _usable(prefix.low, prefix.high) if (subnet.vpc_id, address) not in inventory.by_address
    )


def imagined(inventory: Inventory, subnet_id: str, groups: Sequence[str]) -> NetworkInterface:
    """An interface that does not exist: the next free IPv4 address of a subnet, with these groups."""
    subnet = _subnet(inventory, Endpoint("subnet", subnet_id))
    address = _free_address(inventory, subnet, ipv6=False)
    identity = f"a new interface in {subnet_id}, {format_address(address)}"
    return NetworkInterface(identity, subnet.vpc_id, subnet_id, subnet.zone, (address,), groups=tuple(groups))


def _usable(low: int, high: int) -> Iterator[int]:
    yield from range(low + _RESERVED_AT_START, high)
    yield high


def _return_goal(start: Step, address: int) -> Goal:
    match start:
        case LeaveInterface(interface):
            return Goal("interface", interface.id, address)
        case LeaveSubnet(subnet):
            return Goal("subnet", subnet.id, address)
        case EnterFromVpnGateway(gateway):
            return Goal("vpn-gateway", gateway.id, address)
        case EnterTransitGateway(attachment, _):
            return Goal("transit-gateway-attachment", attachment.id, address)
    return Goal("internet", None, address)
