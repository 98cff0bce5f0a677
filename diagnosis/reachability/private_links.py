"""How does a packet go on by an appliance, an endpoint, a peering connection or a virtual private gateway?"""

from diagnosis.reachability.addresses import format_address
from diagnosis.reachability.answers import Code, Direction, Kind
from diagnosis.reachability.exits import wrong_exit
from diagnosis.reachability.internet import into_vpc
from diagnosis.reachability.network_interfaces import NetworkInterface
from diagnosis.reachability.steps import (
    Arrival,
    Arrive,
    DeliverLocally,
    EnterFromVpnGateway,
    FollowRoute,
    LeaveSubnet,
    Step,
)
from diagnosis.reachability.vpcs import Vpc
from diagnosis.reachability.vpn_gateways import VpnGateway
from diagnosis.reachability.walk import Walk, WalkEndedError


def through_appliance(walk: Walk, step: FollowRoute) -> Step | Arrival:
    """An interface that passes on what is not its own: its check must be off, its groups let it in and out."""
    interface = _appliance_interface(walk, step.route.target)
    if walk.packet.destination in interface.addresses:
        return Arrive(interface)
    subnet = walk.described(walk.inventory.subnets.get(interface.subnet_id), f"the subnet of {interface.id}")
    if subnet != step.subnet:
        walk.pass_acl(subnet, egress=False)
        walk.visit(subnet.id)
    walk.visit(interface.label)
    _check_appliance(walk, interface, from_edge=step.subnet is None)
    walk.pass_groups(interface, egress=False)
    walk.lose_references(Code.SG_REFERENCES_NOT_PRESERVED)
    if not (walk.request and interface.id in walk.request.appliances):
        walk.tracked.discard(interface.id)
        walk.pass_groups(interface, egress=True)
    walk.appliances.add(interface.id)
    return LeaveSubnet(subnet)


def _appliance_interface(walk: Walk, target: str) -> NetworkInterface:
    interface = walk.inventory.interfaces.get(target)
    if interface is None:
        interface = walk.described(next(iter(walk.inventory.interfaces_of_instance.get(target, ())), None), target)
    return interface


def _check_appliance(walk: Walk, interface: NetworkInterface, *, from_edge: bool) -> None:
    walk.check_instance(interface, Direction.INGRESS)
    if interface.source_dest_check:
        walk.block(
            Kind.NETWORK_INTERFACE,
            interface.id,
            Direction.INGRESS,
            Code.ENI_SOURCE_DEST_CHECK_RESTRICTION,
            f"the source/destination check of {interface.id} is on, so it drops what is not for itself",
            f"turn the source/destination check of {interface.id} off",
        )
    if from_edge and not interface.public and "internet" in walk.path[:1]:
        walk.block(
            Kind.NETWORK_INTERFACE,
            interface.id,
            Direction.INGRESS,
            Code.INGRESS_RTB_NO_PUBLIC_IP,
            f"{interface.id} has no public address, so an edge route table cannot send internet traffic to it",
            f"associate a public address with {interface.id}",
        )


def to_gateway_endpoint(walk: Walk, step: FollowRoute) -> Step | Arrival:
    """A gateway endpoint takes TCP and ping from interfaces of its own VPC; a Gateway Load Balancer's hands on."""
    endpoint = walk.inventory.endpoints[step.route.target]
    walk.visit(endpoint.id)
    if not endpoint.is_available:
        raise walk.stop(
            Kind.VPC_ENDPOINT,
            endpoint.id,
            Direction.EGRESS,
            Code.BAD_STATE,
            f"{endpoint.id} is {endpoint.state}",
            f"accept or recreate {endpoint.id}",
        )
    if endpoint.type != "Gateway":
        return _through_inspection(walk, step)
    if not endpoint.carries(walk.packet):
        raise walk.stop(
            Kind.VPC_ENDPOINT,
            endpoint.id,
            Direction.EGRESS,
            Code.VPCE_GATEWAY_PROTOCOL_RESTRICTION,
            f"{endpoint.id} takes TCP and ICMP echo, not {walk.packet.service}",
            "use TCP",
        )
    if walk.packet.source not in step.vpc:
        raise walk.stop(
            Kind.VPC_ENDPOINT,
            endpoint.id,
            Direction.EGRESS,
            Code.VPCE_GATEWAY_EGRESS_SOURCE_ADDRESS_RESTRICTION,
            f"{format_address(walk.packet.source)} is outside {step.vpc.id}, and {endpoint.id} serves that alone",
            "use an interface endpoint for what comes from other networks",
        )
    return Arrival("endpoint", endpoint.id, walk.packet, DeliverLocally(step.vpc))


def _through_inspection(walk: Walk, step: FollowRoute) -> Step:
    endpoint = walk.inventory.endpoints[step.route.target]
    walk.unknown.append(f"what the appliances behind {endpoint.id} let through is not described")
    subnet_id = next(iter(endpoint.subnet_ids), "")
    subnet = walk.described(walk.inventory.subnets.get(subnet_id), f"the subnet of {endpoint.id}")
    if subnet != step.subnet:
        walk.pass_acl(subnet, egress=False)
    walk.appliances.add(endpoint.id)
    walk.lose_references(Code.SG_REFERENCES_NOT_PRESERVED)
    return LeaveSubnet(subnet)


def to_peering(walk: Walk, step: FollowRoute) -> Step | Arrival:
    """Active, and for addresses of the two VPCs only: peering is not transitive."""
    peering = walk.described(walk.inventory.peerings.get(step.route.target), step.route.target)
    walk.visit(peering.id)
    if not peering.is_active:
        raise walk.stop(
            Kind.VPC_PEERING_CONNECTION,
            peering.id,
            Direction.EGRESS,
            Code.BAD_STATE,
            f"{peering.id} is {peering.state or 'in no known state'}",
            f"accept or recreate {peering.id}",
        )
    far = walk.described(peering.other_side(step.vpc.id), f"the far side of {peering.id} from {step.vpc.id}")
    vpc = walk.inventory.vpcs.get(far.vpc_id)
    prefixes = far.prefixes or (vpc.prefixes if vpc else ())
    outside = walk.packet.source not in step.vpc or (vpc is not None and walk.packet.destination not in vpc)
    if outside or (prefixes and vpc is None and not any(walk.packet.destination in p for p in prefixes)):
        raise walk.stop(
            Kind.VPC_PEERING_CONNECTION,
            peering.id,
            Direction.EGRESS,
            Code.PCX_REQUIRES_ADDRESS_IN_VPC_CIDR,
            f"{peering.id} carries only between addresses of {step.vpc.id} and {far.vpc_id}, not {walk.packet}",
            f"connect the networks directly; {peering.id} does not lead further",
        )
    if not peering.is_within_region:
        walk.lose_references(Code.SG_REFERENCES_NOT_PRESERVED)
    return DeliverLocally(walk.described(vpc, far.vpc_id))


def to_vpn_gateway(walk: Walk, step: FollowRoute) -> Step | Arrival:
    """Out to a network on premises, as far as static routes, learned ones and tunnels tell."""
    gateway = walk.inventory.vpn_gateways[step.route.target]
    walk.visit(gateway.id)
    if walk.is_reply and walk.goal.type == "internet":
        raise wrong_exit(walk)
    if step.vpc.id not in gateway.vpc_ids:
        raise _stop_at_vpn(walk, gateway, Code.BAD_STATE_ATTACHMENT, f"{gateway.id} is not attached to {step.vpc.id}")
    sender = walk.inventory.by_address.get((step.vpc.id, walk.packet.source))
    if sender is None and walk.packet.source not in step.vpc:
        why = f"{format_address(walk.packet.source)} is no address of {step.vpc.id}"
        raise _stop_at_vpn(walk, gateway, Code.VGW_PRIVATE_IP_ASSOCIATION_FOR_EGRESS, why)
    learned = tuple(
        prefix
        for table in walk.inventory.route_tables.of_vpc(step.vpc.id)
        for prefix in table.propagated_from(gateway.id)
    )
    walk.lookups.append((gateway, walk.packet.destination))
    carried = gateway.carries(walk.packet.destination, learned)
    if carried is False:
        raise walk.doubt(
            f"the routes that {gateway.id} learned over BGP are not described (for {walk.destination_text})"
        )
    if carried is not True:
        raise _stop_at_vpn(walk, gateway, *carried)
    if walk.is_reply and walk.goal.type == "vpn-gateway" and walk.goal.id != gateway.id:
        raise walk.doubt(f"the reply leaves by {gateway.id}, the request came by {walk.goal.id}")
    return Arrival("vpn-gateway", gateway.id, walk.packet, EnterFromVpnGateway(gateway))


def _stop_at_vpn(walk: Walk, gateway: VpnGateway, code: Code, why: str) -> WalkEndedError:
    remedies = {
        Code.BAD_STATE_VPN: "bring a tunnel up",
        Code.BAD_STATE_ATTACHMENT: f"attach {gateway.id}",
        Code.NO_ROUTE_TO_DESTINATION: f"add a static route to the VPN connection of {gateway.id}, or route elsewhere",
    }
    remedy = remedies.get(code, "use addresses of the VPC")
    return walk.stop(Kind.VPN_GATEWAY, gateway.id, Direction.EGRESS, code, why, remedy)


def enter_from_vpn_gateway(walk: Walk, step: EnterFromVpnGateway) -> Step | Arrival:
    """From on premises into the VPC that the gateway is attached to, and no further."""
    gateway = step.gateway
    walk.visit(gateway.id)
    vpc = _attached_vpc(walk, gateway)
    if walk.packet.destination not in vpc:
        raise walk.stop(
            Kind.VPN_GATEWAY,
            gateway.id,
            Direction.INGRESS,
            Code.VGW_PRIVATE_IP_ASSOCIATION_FOR_INGRESS,
            f"{walk.destination_text} is no private address of {vpc.id}, and {gateway.id} leads nowhere else",
            f"use a private address of {vpc.id}",
        )
    return into_vpc(walk, vpc, gateway.id, over_vpn=True)


def _attached_vpc(walk: Walk, gateway: VpnGateway) -> Vpc:
    if not gateway.vpc_ids:
        raise walk.stop(
            Kind.VPN_GATEWAY,
            gateway.id,
            Direction.INGRESS,
            Code.BAD_STATE_ATTACHMENT,
            f"{gateway.id} is attached to no VPC",
            f"attach {gateway.id}",
        )
    return walk.described(walk.inventory.vpcs.get(gateway.vpc_ids[0]), gateway.vpc_ids[0])
