"""Which security group or network ACL refused a flow that a flow log records as REJECT?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from diagnosis.network.description import NetworkDescription
from diagnosis.network.flow_records import INTERNET, PROTOCOLS, FlowGroup
from diagnosis.reachability import Blocker, Direction, Endpoint, Flow, FlowError, Kind, Verdict
from diagnosis.reachability.addresses import parse_address

_REFUSERS = (Kind.SECURITY_GROUP, Kind.NETWORK_ACL)
"""A flow log says REJECT for these two only."""
_ADMITTED = "the rules of now admit it: they were changed since, or these packets belonged to no open connection"


@dataclass(frozen=True)
class Refusal:
    """What refuses a flow by the rules of now, the nearest first; without a blocker, `doubt` says why none is named."""

    blockers: tuple[Blocker, ...]
    doubt: str = ""


def refusal_of(group: FlowGroup, network: NetworkDescription) -> Refusal:
    """What the reachability model says of a refused flow; of a refused reply, what it says of its connection."""
    source, destination = (group.destination, group.source) if group.reply else (group.source, group.destination)
    protocol = PROTOCOLS.get(group.protocol, str(group.protocol))
    vpc = _vpc_of(group.interface, network)
    try:
        flow = Flow(_end(source, vpc, network), _end(destination, vpc, network), protocol, group.port)
        answer = network.model.trace(flow)
    except (FlowError, ValueError) as error:
        return Refusal((), str(error))
    refusers = [blocker for blocker in answer.blockers if blocker.type in _REFUSERS]
    if refusers:
        return Refusal(tuple(_nearest_first(refusers, group.reply)))
    return Refusal((), _ADMITTED if answer.verdict is Verdict.REACHABLE else "; ".join(answer.unknown))


def _nearest_first(blockers: Sequence[Blocker], reply: bool) -> list[Blocker]:
    """Those on the way that was refused before those on the other."""
    return sorted(blockers, key=lambda blocker: (blocker.direction is Direction.RETURN) is not reply)


def _vpc_of(interface: str, network: NetworkDescription) -> str:
    held = network.model.inventory.interfaces.get(interface)
    return held.vpc_id if held else ""


def _end(address: str, vpc: str, network: NetworkDescription) -> Endpoint:
    """The interface that holds an address, that of the same VPC first; else the address itself."""
    if address == INTERNET:
        return Endpoint("internet")
    inventory = network.model.inventory
    number = parse_address(address)
    held = inventory.by_address.get((vpc, number)) or next(iter(inventory.holders.get(number, ())), None)
    return Endpoint("network-interface", held.id, address) if held else Endpoint("ip", ip=address)
