"""Do security groups and network ACLs let a health check through, and its answer back?"""

from __future__ import annotations

import ipaddress
from typing import Any

_TCP = ("6", "tcp", "-1")
_EPHEMERAL = (1024, 65535)


def _within(address: str, cidr: str | None) -> bool:
    if not cidr:
        return False
    ip, network = ipaddress.ip_address(address), ipaddress.ip_network(cidr, strict=False)
    return ip.version == network.version and ip in network


def _rule_admits(rule: Any, peer: Any, port: int) -> bool:
    if str(rule.ip_protocol) not in _TCP:
        return False
    if str(rule.ip_protocol) != "-1" and not int(rule.from_port) <= port <= int(rule.to_port):
        return False
    if rule.source_group:
        return any(group.id == rule.source_group.get("GroupId") for group in peer.group_set)
    if rule.prefix_list_id:
        entries = rule.ec2_backend.managed_prefix_lists[rule.prefix_list_id].entries
        return any(_within(peer.private_ip_address, e["Cidr"]) for v in entries.values() for e in v)
    return _within(peer.private_ip_address, rule.ip_range.get("CidrIp") or rule.ip_range.get("CidrIpv6"))


def _groups_admit(interface: Any, direction: str, peer: Any, port: int) -> bool:
    return any(
        _rule_admits(rule, peer, port)
        for group in interface.group_set
        for rule in (group.egress_rules if direction == "egress" else group.ingress_rules)
    )


def _acl_admits(interface: Any, egress: bool, peer: Any, ports: tuple[int, int]) -> bool:
    """Whether the subnet's ACL lets all these ports through; the lowest matching rule decides."""
    backend, subnet_id = interface.ec2_backend, interface.subnet.id
    acls = [a for a in backend.network_acls.values() if any(x.subnet_id == subnet_id for x in a.associations)]
    if not acls:
        return True
    for entry in sorted(acls[0].entries, key=lambda e: int(e.rule_number)):
        is_egress = str(entry.egress).lower() == "true"
        if (
            is_egress != egress
            or str(entry.protocol) not in _TCP
            or not _within(peer.private_ip_address, entry.cidr_block)
        ):
            continue
        low, high = int(entry.port_range_from or 0), int(entry.port_range_to or 65535)
        if str(entry.protocol) == "-1" or (low <= ports[0] and ports[1] <= high):
            return str(entry.rule_action) == "allow"
        if low <= ports[1] and ports[0] <= high and str(entry.rule_action) == "deny":
            return False
    return False


def check_passes(node: Any, target: Any, port: int) -> bool:
    """Whether a load balancer's interface can connect to a target's interface and hear its answer."""
    if not (_groups_admit(node, "egress", target, port) and _groups_admit(target, "ingress", node, port)):
        return False
    if node.subnet.id == target.subnet.id:
        return True
    return (
        _acl_admits(node, True, target, (port, port))
        and _acl_admits(target, False, node, (port, port))
        and _acl_admits(target, True, node, _EPHEMERAL)
        and _acl_admits(node, False, target, _EPHEMERAL)
    )
