"""What is known of the two ends of a flow before any packet is on its way? Can they send and take it at all?"""

from diagnosis.reachability.addresses import NAT64, is_ipv6
from diagnosis.reachability.answers import Blocker, Code, Direction, Kind
from diagnosis.reachability.flows import Endpoint, Flow
from diagnosis.reachability.inventory import Inventory
from diagnosis.reachability.network_interfaces import NetworkInterface

_BOTH = frozenset({False, True})


def unfit_end(inventory: Inventory, flow: Flow) -> Blocker | None:
    """The end that is gone, or that has no address of the other one's family."""
    ends = ((flow.source, Direction.EGRESS), (flow.destination, Direction.INGRESS))
    for end, side in ends:
        instance = inventory.instances.get(end.id or "") if end.type == "instance" else None
        if instance is not None and instance.is_down and not named_interfaces(inventory, end):
            detail, remedy = f"{instance.id} is {instance.state}", f"replace {instance.id}"
            return Blocker(Kind.INSTANCE, instance.id, side, Code.BAD_STATE, detail, remedy)
    if families(inventory, flow.source) & families(inventory, flow.destination):
        return None
    return next((_without_family(inventory, end, side) for end, side in ends if _is_free(inventory, end)), None)


def families(inventory: Inventory, end: Endpoint) -> frozenset[bool]:
    """Of which families an end has addresses: True stands for IPv6; both where the flow leaves it open."""
    if end.address is not None:
        return _BOTH if end.address in NAT64 else frozenset({is_ipv6(end.address)})
    subnet = inventory.subnets.get(end.id or "")
    held = [a for interface in named_interfaces(inventory, end) for a in interface.addresses]
    held += [prefix.low for prefix in subnet.prefixes] if subnet else []
    return frozenset(is_ipv6(address) for address in held) or _BOTH


def named_interfaces(inventory: Inventory, end: Endpoint) -> list[NetworkInterface]:
    """The interfaces with addresses of an instance (or the interface) that an endpoint names, the primary one first."""
    own = inventory.interfaces.get(end.id or "")
    found = [own] if own else list(inventory.interfaces_of_instance.get(end.id or "", ()))
    return [interface for interface in found if interface.addresses]


def ways_from_premises(inventory: Inventory, address: int) -> set[tuple[str, str]]:
    """By what an address on premises comes in, as far as static routes of VPN connections tell."""
    static = [c for c in inventory.vpn_connections.values() if any(address in prefix for prefix in c.prefixes)]
    ways = {("vpn-gateway", c.gateway_id) for c in static if c.gateway_id in inventory.vpn_gateways}
    connections = {c.id for c in static}
    attached = inventory.transit_gateways.attachments.values()
    return ways | {("transit-gateway-attachment", a.id) for a in attached if a.resource_id in connections}


def _is_free(inventory: Inventory, end: Endpoint) -> bool:
    """Whether the flow leaves it to an interface or a subnet which of its addresses to use."""
    return end.address is None and bool(end.id in inventory.subnets or named_interfaces(inventory, end))


def _without_family(inventory: Inventory, end: Endpoint, side: Direction) -> Blocker:
    holder = next((interface.id for interface in named_interfaces(inventory, end)), end.id or "")
    lacking = "IPv4" if True in families(inventory, end) else "IPv6"
    in_subnet = holder in inventory.subnets
    return Blocker(
        Kind.SUBNET if in_subnet else Kind.NETWORK_INTERFACE,
        holder,
        side,
        Code.NO_POSSIBLE_DESTINATION if in_subnet else Code.ENI_ADDRESS_RESTRICTION,
        f"{holder} has no {lacking} address",
        f"give {holder} an {lacking} address, or let both ends use one family",
    )
