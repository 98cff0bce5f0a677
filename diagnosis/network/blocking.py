"""What does it mean that something blocks a path? Its cause, and the finding that says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from diagnosis import console
from diagnosis.causes import Cause, Impact
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.reachability import Blocker
from diagnosis.targets import Target

_CAUSES: dict[str, Cause] = {
    "security-group": "security_group",
    "network-acl": "nacl",
    "route": "route",
    "route-table": "route",
    "nat-gateway": "nat",
    "vpc-peering-connection": "peering",
    "vpc-endpoint": "endpoint",
}
_DESCRIBED_BY = {
    "security-group": ("describe-security-groups", "--group-ids"),
    "network-acl": ("describe-network-acls", "--network-acl-ids"),
    "route-table": ("describe-route-tables", "--route-table-ids"),
    "nat-gateway": ("describe-nat-gateways", "--nat-gateway-ids"),
    "vpc-peering-connection": ("describe-vpc-peering-connections", "--vpc-peering-connection-ids"),
    "vpc-endpoint": ("describe-vpc-endpoints", "--vpc-endpoint-ids"),
}


def cause_of(blocker: Blocker) -> Cause:
    """The word of the taxonomy for what blocks."""
    if blocker.code == "VPC_BLOCK_PUBLIC_ACCESS_ENABLED":
        return "bpa"
    return _CAUSES.get(blocker.type, "network")


def finding_of(
    target: Target,
    blockers: Sequence[Blocker],
    expected: str,
    as_of: datetime,
    *,
    impact: Impact = "now",
    needed_by: tuple[str, ...] = (),
) -> Finding:
    """One blocked path; the first blocker in flow order is the cause, the others are what it depends on, too."""
    name, first = target.name, blockers[0]
    resource = first.id.split()[0]
    return Finding(
        subject=name,
        place=target.place,
        cause=cause_of(first),
        impact=impact,
        symptom=f"{name}: blocked by {first.id}, expected {expected}",
        evidence=tuple(f"{blocker.code} at {blocker.id} ({blocker.direction})" for blocker in blockers),
        why="; ".join(dict.fromkeys(blocker.detail for blocker in blockers)),
        remedy="; ".join(dict.fromkeys(blocker.remedy for blocker in blockers)),
        resource=resource,
        depends_on=tuple(blocker.id.split()[0] for blocker in blockers[1:]),
        needed_by=needed_by,
        as_of=as_of,
        proven=True,
        link=console.security_group(target.place, first.id) if first.type == "security-group" else "",
        command=command_of(first),
    )


def command_of(blocker: Blocker) -> str:
    """The command that describes what blocks, or an empty one."""
    kind = "route-table" if blocker.type == "route" else blocker.type
    if kind not in _DESCRIBED_BY:
        return ""
    operation, option = _DESCRIBED_BY[kind]
    return aws("ec2", operation, option, blocker.id.split()[0])
