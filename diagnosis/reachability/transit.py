"""How does a packet cross a transit gateway?

A zone without an attachment subnet cannot send; any zone can receive. The attachment subnet's ACL judges inbound what
enters the gateway and outbound what leaves it for another subnet.
https://docs.aws.amazon.com/vpc/latest/tgw/tgw-nacls.html
"""

from diagnosis.reachability.addresses import is_ipv6
from diagnosis.reachability.answers import Code, Direction, Kind
from diagnosis.reachability.exits import wrong_exit
from diagnosis.reachability.steps import (
    Arrival,
    EnterTransitGateway,
    FollowRoute,
    LeaveSubnet,
    LeaveTransitGateway,
    Step,
)
from diagnosis.reachability.transit_gateways import TransitGatewayAttachment
from diagnosis.reachability.transit_routes import TransitGatewayRoute, TransitGatewayRouteTable
from diagnosis.reachability.vpcs import Subnet
from diagnosis.reachability.walk import Walk, WalkEndedError

_ON_PREMISES = ("vpn", "direct-connect-gateway", "connect")


def to_transit_gateway(walk: Walk, step: FollowRoute) -> Step | Arrival:
    """From a VPC into the gateway, by the attachment's subnet in the sender's zone."""
    gateway_id = step.route.target
    gateway = walk.described(walk.inventory.transit_gateways.by_id.get(gateway_id), gateway_id)
    attachment = walk.inventory.transit_gateways.of_vpc(gateway_id, step.vpc.id)
    if not gateway.is_available:
        raise _bad_route(walk, step, f"{gateway_id} is {gateway.state}", f"route by another gateway than {gateway_id}")
    if attachment is None:
        walk.certain("TransitGatewayVpcAttachments", "TransitGatewayAttachments")
        lacking, remedy = f"{step.vpc.id} has no attachment to {gateway_id}", f"attach {step.vpc.id} to {gateway_id}"
        raise _bad_route(walk, step, lacking, remedy)
    walk.visit(gateway_id)
    _check_state(walk, attachment, Direction.EGRESS)
    _pass_zone(walk, attachment, step)
    if not (gateway.group_references and attachment.group_references):
        walk.lose_references(Code.SG_REFERENCING_SUPPORT)
    return EnterTransitGateway(attachment, step.subnet.zone_id if step.subnet else "")


def _bad_route(walk: Walk, step: FollowRoute, why: str, remedy: str) -> WalkEndedError:
    return walk.stop(Kind.ROUTE, step.route.id, Direction.EGRESS, Code.BAD_STATE_ROUTE, why, remedy)


def _pass_zone(walk: Walk, attachment: TransitGatewayAttachment, step: FollowRoute) -> None:
    walk.described(attachment.subnet_ids, f"the subnets of {attachment.id}")
    subnet = walk.described(step.subnet, f"the subnet from which {attachment.id} is entered")
    known = _attachment_subnets(walk, attachment)
    own = next((candidate for candidate in known if candidate.zone_id == subnet.zone_id), None)
    if own is not None:
        walk.pass_acl(own, egress=False)
        return
    if len(known) < len(attachment.subnet_ids or ()):
        raise walk.doubt(f"not every subnet of {attachment.id} is described")
    raise walk.stop(
        Kind.TRANSIT_GATEWAY_ATTACHMENT,
        attachment.id,
        Direction.EGRESS,
        Code.TGW_ROUTE_AZ_RESTRICTION,
        f"{attachment.id} has no subnet in {subnet.zone}, the zone of {subnet.id}",
        f"add a subnet of {subnet.zone} to {attachment.id}",
    )


def enter_transit_gateway(walk: Walk, step: EnterTransitGateway) -> Step | Arrival:
    """The table associated with the attachment chooses the attachment to leave by."""
    attachment = step.attachment
    walk.visit(attachment.gateway_id)
    _check_state(walk, attachment, Direction.INGRESS)
    route = _lookup(walk, attachment, _associated_table(walk, attachment))
    transit = walk.inventory.transit_gateways
    onward = walk.described(
        transit.attachments.get((route.attachment_id or "", attachment.gateway_id)),
        route.attachment_id or "the attachment of a transit gateway route",
    )
    _check_state(walk, onward, Direction.EGRESS)
    if walk.goal.type == "transit-gateway-attachment" and onward.resource_type == "vpc":
        return _at_goal(walk, attachment, onward)
    if onward.resource_type == "vpc":
        if not onward.group_references:
            walk.lose_references(Code.SG_REFERENCING_SUPPORT)
        return LeaveTransitGateway(onward, step.zone_id)
    if onward.resource_type == "peering":
        far = walk.described(
            transit.attachments.get((onward.id, onward.resource_id)), f"{onward.id} as {onward.resource_id} sees it"
        )
        walk.lose_references(Code.SG_REFERENCES_NOT_PRESERVED)
        return EnterTransitGateway(far, step.zone_id)
    return _out_on_premises(walk, onward)


def _associated_table(walk: Walk, attachment: TransitGatewayAttachment) -> TransitGatewayRouteTable:
    if attachment.table_id is None:
        if not attachment.association_known:
            raise walk.doubt(f"the route table associated with {attachment.id} is not described")
        raise walk.stop(
            Kind.TRANSIT_GATEWAY_ATTACHMENT,
            attachment.id,
            _side(walk),
            Code.TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION,
            f"{attachment.id} is associated with no route table",
            f"associate {attachment.id} with a transit gateway route table",
        )
    return walk.described(walk.inventory.transit_gateways.tables.get(attachment.table_id), attachment.table_id)


def _lookup(walk: Walk, attachment: TransitGatewayAttachment, table: TransitGatewayRouteTable) -> TransitGatewayRoute:
    """The table's route; unknown where prefixes that no description holds could decide."""
    walk.lookups.append((table, walk.packet.destination))
    route = table.lookup(walk.packet.destination)
    _check_unseen(walk, attachment, table)
    if route is None:
        raise walk.stop(
            Kind.TRANSIT_GATEWAY_ROUTE_TABLE,
            table.id,
            _side(walk),
            Code.TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT,
            f"{table.id}, associated with {attachment.id}, has no route to {walk.destination_text}",
            f"propagate the destination's attachment into {table.id}, or add a static route",
        )
    if route.attachment_id is None:
        raise walk.stop(
            Kind.TRANSIT_GATEWAY_ROUTE_TABLE,
            table.id,
            _side(walk),
            Code.TGW_RTB_BAD_STATE_ROUTE,
            f"the route {route.prefix.text} of {table.id} is a black hole",
            f"point {route.prefix.text} of {table.id} at an attachment",
        )
    return route


def _check_unseen(walk: Walk, attachment: TransitGatewayAttachment, table: TransitGatewayRouteTable) -> None:
    """Prefixes learned on premises lead there: they cannot decide about an address of a VPC on the same gateway."""
    if table.undescribed_lists:
        raise walk.doubt(f"{table.id} has a route for {table.undescribed_lists[0]}, whose entries are not described")
    if not table.learns_unseen:
        return
    if "denied" not in table.learns_unseen and _is_of_attached_vpc(walk, attachment.gateway_id):
        return
    raise walk.doubt(f"what {', '.join(table.learns_unseen)} propagates into {table.id} is not described")


def _is_of_attached_vpc(walk: Walk, gateway_id: str) -> bool:
    attached = [vpc_id for gateway, vpc_id in walk.inventory.transit_gateways.vpc_attachments if gateway == gateway_id]
    vpcs = (walk.inventory.vpcs.get(vpc_id) for vpc_id in attached)
    return any(vpc is not None and walk.packet.destination in vpc for vpc in vpcs)


def _at_goal(walk: Walk, attachment: TransitGatewayAttachment, onward: TransitGatewayAttachment) -> Arrival:
    """The attachment that was asked for is the end of the way, whatever lies behind it."""
    if onward.id == walk.goal.id:
        return _out_by(walk, onward)
    raise walk.stop(
        Kind.TRANSIT_GATEWAY_ROUTE_TABLE,
        attachment.table_id or "",
        _side(walk),
        Code.TGW_RTB_NO_ROUTE_TO_TGW_ATTACHMENT,
        f"{attachment.table_id} sends {walk.destination_text} to {onward.id}, not to {walk.goal.id}",
        f"add a route to {walk.goal.id} in {attachment.table_id}",
    )


def _out_on_premises(walk: Walk, onward: TransitGatewayAttachment) -> Arrival:
    if onward.resource_type not in _ON_PREMISES:
        raise walk.doubt(f"where {onward.id} ({onward.resource_type}) leads is not described")
    if onward.resource_type == "vpn":
        connection = walk.described(walk.inventory.vpn_connections.get(onward.resource_id), onward.resource_id)
        if not connection.is_usable:
            raise walk.stop(
                Kind.TRANSIT_GATEWAY_ATTACHMENT,
                onward.id,
                Direction.EGRESS,
                Code.TGW_BAD_STATE_VPN,
                f"every tunnel of {connection.id} is down",
                f"bring a tunnel of {connection.id} up",
            )
    return _out_by(walk, onward)


def _out_by(walk: Walk, onward: TransitGatewayAttachment) -> Arrival:
    walk.visit(onward.id)
    if walk.is_reply and walk.goal.type == "internet":
        raise wrong_exit(walk)
    if walk.goal.id != onward.id and (walk.is_reply or walk.goal.type == "transit-gateway-attachment"):
        raise walk.doubt(f"{walk.packet} leaves by {onward.id}, expected {walk.goal.id or walk.goal.type}")
    return Arrival("transit-gateway-attachment", onward.id, walk.packet, EnterTransitGateway(onward))


def leave_transit_gateway(walk: Walk, step: LeaveTransitGateway) -> Step | Arrival:
    """Into a VPC by the attachment's subnet, the one of the sender's zone if possible, and on by its routes."""
    attachment = step.attachment
    vpc = walk.described(walk.inventory.vpcs.get(attachment.resource_id), attachment.resource_id)
    known = walk.described(_attachment_subnets(walk, attachment) or None, f"the subnets of {attachment.id}")
    walk.visit(vpc.id)
    home = vpc.subnet_of(walk.packet.destination)
    zones = [step.zone_id, home.zone_id if home else ""]
    chosen = next((subnet for zone in zones for subnet in known if subnet.zone_id == zone), known[0])
    return LeaveSubnet(chosen, relayed=True)


def _attachment_subnets(walk: Walk, attachment: TransitGatewayAttachment) -> list[Subnet]:
    subnets = walk.inventory.subnets
    return [subnets[subnet_id] for subnet_id in attachment.subnet_ids or () if subnet_id in subnets]


def _check_state(walk: Walk, attachment: TransitGatewayAttachment, side: Direction) -> None:
    if is_ipv6(walk.packet.destination) and not attachment.ipv6:
        raise walk.stop(
            Kind.TRANSIT_GATEWAY_ATTACHMENT,
            attachment.id,
            side,
            Code.PROTOCOL_RESTRICTION,
            f"{attachment.id} carries IPv4 only: its IPv6 support is off",
            f"turn the IPv6 support of {attachment.id} on",
        )
    if not attachment.is_available:
        raise walk.stop(
            Kind.TRANSIT_GATEWAY_ATTACHMENT,
            attachment.id,
            side,
            Code.BAD_STATE_ATTACHMENT,
            f"{attachment.id} is {attachment.state}",
            f"accept or recreate {attachment.id}",
        )


def _side(walk: Walk) -> Direction:
    """Egress at the first transit gateway after a VPC, ingress at any further one."""
    gateways = walk.inventory.transit_gateways.by_id
    crossed = [component for component in walk.path if component in gateways]
    from_vpc = any(component in walk.inventory.vpcs for component in walk.path)
    return Direction.EGRESS if from_vpc and len(crossed) < 2 else Direction.INGRESS
