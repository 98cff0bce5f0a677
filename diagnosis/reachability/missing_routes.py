"""Which route is missing, where the way to the far side is known?"""

from collections.abc import Iterator

from diagnosis.reachability.addresses import Prefix
from diagnosis.reachability.vpcs import Vpc
from diagnosis.reachability.walk import Walk


def missing_route(walk: Walk, vpc: Vpc) -> str:
    """The route as its remedy names it: the CIDR of the far VPC and what leads there, where one way does.

    A reply goes back by where its request came from. Else the destination alone: somebody has to choose the way.
    """
    ways = {*_by_peering(walk, vpc), *_by_transit_gateway(walk, vpc)}
    if walk.request is not None:
        ways = {(prefix, via) for prefix, via in ways if via in walk.request.path} or ways
    if len(ways) != 1:
        return walk.destination_text
    [(prefix, via)] = ways
    return f"{prefix.text} through {via}"


def _by_peering(walk: Walk, vpc: Vpc) -> Iterator[tuple[Prefix, str]]:
    for peering in walk.inventory.peerings.values():
        far = peering.other_side(vpc.id) if peering.is_active else None
        for prefix in far.prefixes if far else ():
            if walk.packet.destination in prefix:
                yield prefix, peering.id


def _by_transit_gateway(walk: Walk, vpc: Vpc) -> Iterator[tuple[Prefix, str]]:
    attached = walk.inventory.transit_gateways.vpc_attachments
    for gateway_id, vpc_id in attached:
        far = walk.inventory.vpcs.get(vpc_id)
        if far is None or vpc_id == vpc.id or (gateway_id, vpc.id) not in attached:
            continue
        for prefix in far.prefixes:
            if walk.packet.destination in prefix:
                yield prefix, gateway_id
