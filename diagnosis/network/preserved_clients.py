"""Does a target admit the clients of a Network Load Balancer that keeps their addresses?

https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation
"""

from __future__ import annotations

from diagnosis.network.description import NetworkDescription, Raw, groups_of
from diagnosis.reachability import Blocker, Code, Direction, Kind, PacketSet
from diagnosis.reachability.addresses import INTERNET, parse_address
from diagnosis.reachability.intervals import single
from diagnosis.reachability.packets import TCP, UDP, Box
from diagnosis.reachability.security_groups import Peer


def refusal_of_clients(network: NetworkDescription, target: Raw, node: Raw, protocol: str, port: int) -> Blocker | None:
    """The target's groups, where they let no address of the internet in on a port; None where they let some.

    A rule that names a group of the load balancer admits its clients, too. Where a group is not described, nothing is
    said.
    """
    groups = sorted(groups_of(target))
    known = network.model.inventory.security_groups
    if not groups or any(group not in known.by_id for group in groups):
        return None
    peer = Peer(parse_address(node["PrivateIpAddress"]), groups_of(node) or None)
    asked = Box(
        sources=INTERNET,
        protocols=single(UDP if protocol == "udp" else TCP),
        destination_ports=single(port),
    )
    if known.admitted(groups, peer, egress=False).intersect(PacketSet((asked,))):
        return None
    if any(
        name not in known.lists for group in groups for rule in known.by_id[group].ingress for name in rule.prefix_lists
    ):
        return None
    service = f"{protocol}/{port}"
    return Blocker(
        Kind.SECURITY_GROUP,
        groups[0],
        Direction.INGRESS,
        Code.ENI_SG_RULES_MISMATCH,
        f"{', '.join(groups)} admits {service} from no address of the internet, and clients keep their addresses",
        f"add an ingress rule for {service} from the clients' addresses to {groups[0]}",
    )
