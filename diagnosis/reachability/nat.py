"""How does a packet pass a NAT gateway on its way out?"""

from dataclasses import replace

from diagnosis.reachability.answers import Code, Direction, Kind
from diagnosis.reachability.exits import refuse_wrong_exit
from diagnosis.reachability.gateways import NatGateway
from diagnosis.reachability.internet import to_internet_gateway
from diagnosis.reachability.packets import AWS_EPHEMERAL, TCP, UDP
from diagnosis.reachability.steps import Arrival, FollowRoute, LeaveSubnet, Step
from diagnosis.reachability.walk import Translation, Walk, WalkEndedError


def to_nat_gateway(walk: Walk, step: FollowRoute) -> Step | Arrival:
    """The gateway gives the packet its own private source and sends it on from its own subnet."""
    gateway = walk.described(walk.inventory.nat_gateways.get(step.route.target), step.route.target)
    if walk.is_reply:
        refuse_wrong_exit(walk, step, "nat")
    subnet = walk.inventory.subnets.get(gateway.subnet_id)
    if gateway.subnet_id:
        walk.described(subnet, gateway.subnet_id)
    if subnet is not None and subnet != step.subnet:
        walk.pass_acl(subnet, egress=False)
    walk.visit(gateway.id)
    _translate(walk, gateway)
    if subnet is not None:
        return LeaveSubnet(subnet)
    return _out_of_regional(walk, step)


def _translate(walk: Walk, gateway: NatGateway) -> None:
    if gateway.state != "available":
        raise _stop_at_nat(walk, gateway, Code.BAD_STATE, f"{gateway.id} is {gateway.state}", f"replace {gateway.id}")
    if walk.is_reply:
        why = f"{gateway.id} would give the reply another source than the request was sent to"
        raise _stop_at_nat(walk, gateway, Code.NGW_SOURCE_ADDRESS_REASSIGN, why, "route replies the way requests come")
    if not gateway.carries(walk.packet.protocol):
        why = f"{gateway.id} carries TCP, UDP and ICMP, not {walk.packet.service}"
        raise _stop_at_nat(walk, gateway, Code.PROTOCOL_RESTRICTION, why, "use a path without a NAT gateway")
    destination = gateway.translated_destination(walk.packet.destination)
    if destination is None:
        why = f"{gateway.id} carries IPv6 to 64:ff9b::/96 only, not to {walk.destination_text}"
        raise _stop_at_nat(walk, gateway, Code.PROTOCOL_RESTRICTION, why, "use an egress-only internet gateway")
    if not gateway.addresses:
        raise walk.doubt(f"how {gateway.id} would translate {walk.packet} is not described")
    before = walk.packet
    ports = AWS_EPHEMERAL if before.protocol in (TCP, UDP) else before.source_ports
    walk.send_from(gateway.addresses[0], ports)
    walk.packet = replace(walk.packet, destination=destination)
    walk.lose_references(Code.SG_REFERENCES_NOT_PRESERVED)
    walk.translations.append(Translation(gateway, before, walk.packet))


def _stop_at_nat(walk: Walk, gateway: NatGateway, code: Code, why: str, remedy: str) -> WalkEndedError:
    return walk.stop(Kind.NAT_GATEWAY, gateway.id, Direction.EGRESS, code, why, remedy)


def _out_of_regional(walk: Walk, step: FollowRoute) -> Step | Arrival:
    """A regional NAT gateway is in no subnet: what it translated leaves by the VPC's internet gateway."""
    internet = walk.described(
        walk.inventory.internet_gateway_of.get(step.vpc.id), f"an internet gateway of {step.vpc.id}"
    )
    return to_internet_gateway(walk, replace(step, route=replace(step.route, target=internet.id)))
