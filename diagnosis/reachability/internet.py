"""How does a packet cross to the internet and back? Internet, egress-only and NAT gateways."""

from dataclasses import replace

from diagnosis.reachability.addresses import INTERNET, PRIVATE_IPV6, format_address, is_ipv6
from diagnosis.reachability.answers import Code, Direction, Kind
from diagnosis.reachability.exits import refuse_wrong_exit
from diagnosis.reachability.gateways import InternetGateway
from diagnosis.reachability.intervals import contains
from diagnosis.reachability.network_interfaces import NetworkInterface
from diagnosis.reachability.steps import (
    Arrival,
    DeliverLocally,
    EnterFromInternet,
    FollowRoute,
    Step,
)
from diagnosis.reachability.vpcs import Vpc
from diagnosis.reachability.walk import Walk, WalkEndedError


def to_internet_gateway(walk: Walk, step: FollowRoute) -> Step | Arrival:
    """The gateway swaps the private source for the public address associated with it."""
    gateway = walk.inventory.internet_gateways[step.route.target]
    refuse_wrong_exit(walk, step, "internet")
    if walk.blockers and walk.blockers[-1].type is Kind.ROUTE_TABLE:
        raise WalkEndedError
    walk.visit(gateway.id)
    _check_attachment(walk, gateway, step.vpc, Kind.INTERNET_GATEWAY)
    sender = walk.inventory.by_address.get((step.vpc.id, walk.packet.source))
    _check_public_access(walk, gateway, step.vpc, _subnet_id(sender, step), sender=sender, inbound=False)
    refusal = gateway.refuses_destination(walk.packet.destination)
    if refusal is not None:
        raise walk.stop(Kind.INTERNET_GATEWAY, gateway.id, Direction.EGRESS, *refusal, _PRIVATE_REMEDY)
    _check_redirection(walk, gateway)
    walk.send_from(_public_source(walk, gateway, sender, step))
    return _out_on_the_internet(walk, gateway)


_PRIVATE_REMEDY = "route private addresses to the peering, transit gateway or VPN that leads there"


def _public_source(walk: Walk, gateway: InternetGateway, sender: NetworkInterface | None, step: FollowRoute) -> int:
    source = walk.packet.source
    if sender is not None and is_ipv6(source) and source not in PRIVATE_IPV6:
        return source
    if sender is not None and source in sender.public:
        return sender.public[source]
    if sender is None:
        walk.certain("NetworkInterfaces")
    passed = (walk.inventory.interfaces.get(appliance) for appliance in walk.appliances)
    masking = next((interface for interface in passed if interface and interface.public), None)
    if masking is not None:
        raise walk.doubt(f"whether {masking.label} translates addresses, as a NAT instance would, is not described")
    nats = _nat_gateways_for(walk, step)
    let = f"let {step.route.destination} of {step.table.id} lead to {' or '.join(nats)}"
    raise walk.stop(
        Kind.INTERNET_GATEWAY,
        gateway.id,
        Direction.EGRESS,
        Code.IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS,
        f"{format_address(source)} has no public address, so {gateway.id} cannot send for it",
        let if nats else "associate a public address, or send from a subnet whose default route leads to a NAT gateway",
        step.table.id if nats else "",
    )


def _nat_gateways_for(walk: Walk, step: FollowRoute) -> list[str]:
    """The NAT gateways that a subnet's route should lead to, those of its zone first; none where it is a public one."""
    subnet = step.subnet
    if subnet is None or any(i.public for i in walk.inventory.interfaces.values() if i.subnet_id == subnet.id):
        return []
    usable = [
        gateway
        for gateway in walk.inventory.nat_gateways.values()
        if gateway.vpc_id == subnet.vpc_id and gateway.is_public and gateway.state == "available"
    ]
    zones = {gateway.id: walk.inventory.subnets.get(gateway.subnet_id) for gateway in usable}
    near = [gateway for gateway, own in zones.items() if own is not None and own.zone == subnet.zone]
    return sorted(near or zones)


def _out_on_the_internet(walk: Walk, gateway: InternetGateway) -> Step | Arrival:
    if walk.packet.destination in walk.inventory.by_public_address:
        # The destination is one of our own: the packet turns round and comes in by its gateway.
        return EnterFromInternet()
    walk.visit("internet")
    if not walk.is_reply and walk.goal.type not in ("internet", "ip"):
        raise walk.doubt(f"{walk.destination_text} is reached over the internet; what holds it there is not described")
    return Arrival("internet", gateway.id, walk.packet, EnterFromInternet(gateway))


def to_egress_only_gateway(walk: Walk, step: FollowRoute) -> Step | Arrival:
    """IPv6 out only, remembered: replies come back, nothing else does."""
    gateway = walk.described(walk.inventory.internet_gateways.get(step.route.target), step.route.target)
    walk.visit(gateway.id)
    _check_attachment(walk, gateway, step.vpc, Kind.EGRESS_ONLY_INTERNET_GATEWAY)
    if walk.is_reply:
        raise walk.stop(
            Kind.EGRESS_ONLY_INTERNET_GATEWAY,
            gateway.id,
            Direction.EGRESS,
            Code.NO_POSSIBLE_DESTINATION,
            f"{gateway.id} did not open this connection, and carries only those that it did",
            "route ::/0 to the internet gateway where connections from the internet are wanted",
        )
    sender = walk.inventory.by_address.get((step.vpc.id, walk.packet.source))
    if sender is None or walk.packet.source in PRIVATE_IPV6:
        walk.certain("NetworkInterfaces")
        raise walk.stop(
            Kind.EGRESS_ONLY_INTERNET_GATEWAY,
            gateway.id,
            Direction.EGRESS,
            Code.IGW_PUBLIC_IP_ASSOCIATION_FOR_EGRESS,
            f"{format_address(walk.packet.source)} is no public address of a network interface of {step.vpc.id}",
            "send from a public address of a network interface",
        )
    _check_public_access(walk, gateway, step.vpc, sender.subnet_id, sender=sender, inbound=False)
    return _out_on_the_internet(walk, gateway)


def enter_from_internet(walk: Walk, step: EnterFromInternet) -> Step | Arrival:
    """The gateway of the VPC that holds the public address lets the packet in, by its edge route table if any."""
    walk.visit("internet")
    found = walk.inventory.by_public_address.get(walk.packet.destination)
    if found is None:
        raise _no_public_holder(walk)
    interface, private = found
    vpc = walk.described(walk.inventory.vpcs.get(interface.vpc_id), interface.vpc_id)
    gateway = step.gateway or _gateway_into(walk, vpc, private)
    walk.visit(gateway.id)
    refusal = gateway.refuses_source(walk.packet.source)
    if refusal is not None:
        raise walk.stop(Kind.INTERNET_GATEWAY, gateway.id, Direction.INGRESS, *refusal, "come from a public address")
    if not walk.is_reply:
        _check_public_access(walk, gateway, vpc, interface.subnet_id, sender=None, inbound=True)
    walk.packet = replace(walk.packet, destination=private)
    walk.origin = None
    return into_vpc(walk, vpc, gateway.id)


def into_vpc(walk: Walk, vpc: Vpc, gateway_id: str, *, over_vpn: bool = False) -> Step:
    """From a gateway to the VPC's router, or to where the gateway's own route table sends the packet."""
    walk.suspect("RouteTables")
    edge = walk.inventory.route_tables.by_gateway.get(gateway_id)
    route = walk.lookup(edge) if edge is not None else None
    if edge is None or route is None or route.is_local:
        return DeliverLocally(vpc, None, over_vpn)
    return FollowRoute(route, edge, vpc)


def _gateway_into(walk: Walk, vpc: Vpc, address: int) -> InternetGateway:
    gateway = walk.inventory.internet_gateway_of.get(vpc.id)
    if gateway is not None:
        return gateway
    walk.certain("InternetGateways")
    for table in walk.inventory.route_tables.of_vpc(vpc.id):
        for route in table.routes:
            if route.target.startswith("igw-") and route.target not in walk.inventory.internet_gateways:
                raise walk.doubt(f"{route.target}, the target of route {route.id}, is not described")
    outward = walk.inventory.egress_only_gateway_of.get(vpc.id)
    if outward is not None and walk.request is not None and outward.id in walk.request.path:
        return outward
    if outward is not None and is_ipv6(address):
        raise walk.stop(
            Kind.EGRESS_ONLY_INTERNET_GATEWAY,
            outward.id,
            Direction.INGRESS,
            Code.NO_POSSIBLE_DESTINATION,
            f"{outward.id} lets no connection in from the internet",
            f"attach an internet gateway to {vpc.id}",
        )
    raise walk.stop(
        Kind.VPC,
        vpc.id,
        Direction.INGRESS,
        Code.NO_POSSIBLE_DESTINATION,
        f"no internet gateway is attached to {vpc.id}",
        f"attach an internet gateway to {vpc.id}",
    )


def _no_public_holder(walk: Walk) -> WalkEndedError:
    """No interface has this public address: the gateways that would have had to know it refuse it."""
    walk.certain("NetworkInterfaces", "Addresses", "NatGateways")
    inventory, address = walk.inventory, walk.packet.destination
    holding = [vpc for vpc in inventory.vpcs.values() if address in vpc]
    gateways = [inventory.internet_gateway_of[vpc.id] for vpc in holding if vpc.id in inventory.internet_gateway_of]
    if not holding and contains(INTERNET, address):
        gateways = list(inventory.internet_gateway_of.values())
    for gateway in gateways:
        walk.block(
            Kind.INTERNET_GATEWAY,
            gateway.id,
            Direction.INGRESS,
            Code.IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS,
            f"no network interface has the public address {walk.destination_text}",
            "connect to a public address that is associated with a network interface",
        )
    for vpc in holding if not gateways else ():
        walk.block(
            Kind.VPC,
            vpc.id,
            Direction.INGRESS,
            Code.IGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS,
            f"{walk.destination_text} is not reachable from the internet and {vpc.id} has no internet gateway",
            "connect to a public address that is associated with a network interface",
        )
    if walk.blockers:
        return WalkEndedError()
    return walk.doubt(f"nothing described holds {walk.destination_text}")


def _check_attachment(walk: Walk, gateway: InternetGateway, vpc: Vpc, kind: Kind) -> None:
    if vpc.id not in gateway.vpc_ids:
        raise walk.stop(
            kind,
            gateway.id,
            Direction.EGRESS,
            Code.BAD_STATE_ATTACHMENT,
            f"{gateway.id} is not attached to {vpc.id}",
            f"attach {gateway.id} to {vpc.id}",
        )


def _check_public_access(
    walk: Walk, gateway: InternetGateway, vpc: Vpc, subnet_id: str, *, sender: NetworkInterface | None, inbound: bool
) -> None:
    """Block Public Access judges connections, so a reply is let through as its request was."""
    if walk.is_reply:
        return
    from_nat = gateway.egress_only or (sender is not None and sender.id in walk.inventory.nat_by_interface)
    try:
        mode = walk.inventory.public_access.refusal(vpc.place, vpc.id, subnet_id, inbound=inbound, from_nat=from_nat)
    except KeyError:
        walk.unknown.append(f"whether VPC Block Public Access applies to {vpc.id} is not described")
        return
    if mode is not None:
        walk.block(
            Kind.EGRESS_ONLY_INTERNET_GATEWAY if gateway.egress_only else Kind.INTERNET_GATEWAY,
            gateway.id,
            Direction.INGRESS if inbound else Direction.EGRESS,
            Code.VPC_BLOCK_PUBLIC_ACCESS_ENABLED,
            f"VPC Block Public Access is on for {vpc.id} ({mode})",
            f"add an exclusion for {vpc.id} or {subnet_id}, if its traffic should cross {gateway.id}",
        )


def _check_redirection(walk: Walk, gateway: InternetGateway) -> None:
    """What the edge table sends through an appliance on its way in must not pass it by on its way out."""
    edge = walk.inventory.route_tables.by_gateway.get(gateway.id)
    if edge is None:
        return
    route = walk.lookup(edge, walk.packet.source)
    if route is None or route.is_local or route.target in walk.appliances:
        return
    sender = walk.inventory.by_address.get((edge.vpc_id, walk.packet.source))
    if sender is not None and sender.id == route.target:
        return
    walk.block(
        Kind.INTERNET_GATEWAY,
        gateway.id,
        Direction.EGRESS,
        Code.INGRESS_RTB_TRAFFIC_REDIRECTION,
        f"{edge.id} sends traffic for {route.destination} through {route.target}, but this packet did not pass it",
        f"route the subnet's traffic to the internet through {route.target}",
    )


def _subnet_id(sender: NetworkInterface | None, step: FollowRoute) -> str:
    if sender is not None:
        return sender.subnet_id
    return step.subnet.id if step.subnet else ""
