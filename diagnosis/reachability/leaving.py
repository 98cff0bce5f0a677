"""How does a packet leave an interface and its subnet, and which route does it follow?"""

from diagnosis.reachability.addresses import INSTANCE_SERVICES, format_address
from diagnosis.reachability.answers import Code, Direction, Kind
from diagnosis.reachability.internet import to_egress_only_gateway, to_internet_gateway
from diagnosis.reachability.missing_routes import missing_route
from diagnosis.reachability.nat import to_nat_gateway
from diagnosis.reachability.private_links import (
    through_appliance,
    to_gateway_endpoint,
    to_peering,
    to_vpn_gateway,
)
from diagnosis.reachability.route_tables import revival_of
from diagnosis.reachability.steps import (
    Arrival,
    DeliverLocally,
    FollowRoute,
    LeaveInterface,
    LeaveSubnet,
    Step,
)
from diagnosis.reachability.transit import to_transit_gateway
from diagnosis.reachability.vpcs import Subnet, Vpc
from diagnosis.reachability.walk import Walk

_DNS_PORT = ((53, 53),)


def leave_interface(walk: Walk, step: LeaveInterface) -> Step | Arrival:
    """The instance must run, may not forge its source, and its groups must let the packet out."""
    interface = step.interface
    walk.visit(interface.label)
    walk.check_instance(interface, Direction.EGRESS)
    if not walk.is_reply and interface.source_dest_check and walk.packet.source not in interface.addresses:
        walk.block(
            Kind.NETWORK_INTERFACE,
            interface.id,
            Direction.EGRESS,
            Code.ENI_ADDRESS_RESTRICTION,
            f"{interface.id} does not hold {format_address(walk.packet.source)} and its source/destination check is on",
            f"send from an address of {interface.id}",
        )
    subnet = walk.inventory.subnets.get(interface.subnet_id)
    vpc = walk.inventory.vpcs.get(interface.vpc_id)
    provided = vpc and _amazon_service(walk, vpc)
    if provided:
        return provided
    walk.pass_groups(interface, egress=True)
    return LeaveSubnet(walk.described(subnet, f"the subnet of {interface.id}"))


def leave_subnet(walk: Walk, step: LeaveSubnet) -> Step | Arrival:
    """Within the subnet the packet goes straight; else the ACL is asked and the route table chooses."""
    subnet = step.subnet
    vpc = walk.described(walk.inventory.vpcs.get(subnet.vpc_id), subnet.vpc_id)
    if walk.packet.destination in subnet:
        return DeliverLocally(vpc, subnet)
    if not step.relayed:
        walk.visit(subnet.id)
    walk.pass_acl(subnet, egress=True)
    return _routed(walk, vpc, subnet)


def _routed(walk: Walk, vpc: Vpc, subnet: Subnet) -> Step:
    table = walk.described(walk.inventory.route_tables.of_subnet(subnet.id, vpc.id), f"the route table of {subnet.id}")
    route = walk.lookup(table)
    if route is None or not route.is_local:
        # AWS lists a local route for every CIDR of the VPC; a snapshot may lack that of a secondary one.
        blocks = [prefix for prefix in vpc.prefixes if walk.packet.destination in prefix]
        if blocks and (route is None or route.is_broader_than(blocks[0])):
            return DeliverLocally(vpc, subnet)
    if route is None:
        raise walk.stop(
            Kind.ROUTE_TABLE,
            table.id,
            Direction.EGRESS,
            Code.NO_ROUTE_TO_DESTINATION,
            f"{table.id} ({subnet.id}) has no route to {walk.destination_text}",
            f"add a route to {missing_route(walk, vpc)} in {table.id}",
        )
    return FollowRoute(route, table, vpc, subnet)


def follow_route(walk: Walk, step: FollowRoute) -> Step | Arrival:
    """Hands the packet to the route's target; a black hole drops it, there is no second choice."""
    route = walk.last_route = step.route
    if route.is_blackhole:
        raise walk.stop(
            Kind.ROUTE,
            route.id,
            Direction.EGRESS,
            Code.BAD_STATE_ROUTE,
            f"route {route.destination} of {route.table_id} is a black hole, its target {route.target or 'deleted'}",
            revival_of(route.table_id, route.destination, route.target),
        )
    if route.is_local:
        return DeliverLocally(step.vpc, step.subnet)
    walk.visit(step.vpc.id)
    match route.target_key:
        case "GatewayId":
            return _to_gateway(walk, step)
        case "NatGatewayId":
            return to_nat_gateway(walk, step)
        case "TransitGatewayId":
            return to_transit_gateway(walk, step)
        case "VpcPeeringConnectionId":
            return to_peering(walk, step)
        case "EgressOnlyInternetGatewayId":
            return to_egress_only_gateway(walk, step)
        case "NetworkInterfaceId" | "InstanceId":
            return through_appliance(walk, step)
    raise walk.doubt(f"the route {route.id} leads to {route.target or 'nothing'}, which this model does not follow")


def _to_gateway(walk: Walk, step: FollowRoute) -> Step | Arrival:
    """`GatewayId` names internet gateways, virtual private gateways and endpoints alike."""
    inventory, target = walk.inventory, step.route.target
    if target in inventory.internet_gateways:
        return to_internet_gateway(walk, step)
    if target in inventory.vpn_gateways:
        return to_vpn_gateway(walk, step)
    if target in inventory.endpoints:
        return to_gateway_endpoint(walk, step)
    raise walk.doubt(f"{target}, the target of route {step.route.id}, is not described")


def _amazon_service(walk: Walk, vpc: Vpc) -> Arrival | None:
    """Instance metadata, time and the VPC's resolver, which neither groups nor ACLs nor routes touch."""
    address = walk.packet.destination
    if address in INSTANCE_SERVICES:
        return Arrival("resolver", format_address(address), walk.packet, None)
    if not vpc.is_resolver(address) or walk.packet.destination_ports != _DNS_PORT:
        return None
    walk.visit(vpc.id)
    if vpc.names.dns_support is None:
        raise walk.doubt(f"whether {vpc.id} has DNS support is not described")
    if not vpc.names.dns_support:
        raise walk.stop(
            Kind.VPC,
            vpc.id,
            Direction.EGRESS,
            Code.NO_POSSIBLE_DESTINATION,
            f"enableDnsSupport of {vpc.id} is off, so its resolver answers nothing",
            f"turn enableDnsSupport of {vpc.id} on",
        )
    return Arrival("resolver", vpc.id, walk.packet, None)
