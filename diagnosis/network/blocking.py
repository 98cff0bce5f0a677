"""What does it mean that something blocks a path? Its cause, and the finding that says so."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from diagnosis import console
from diagnosis.causes import Cause, Impact
from diagnosis.commands import aws
from diagnosis.findings import Finding
from diagnosis.places import Place
from diagnosis.reachability import Blocker
from diagnosis.targets import Target

_CAUSES: dict[str, Cause] = {
    "security-group": "security_group",
    "network-acl": "nacl",
    "route": "route",
    "route-table": "route",
    "transit-gateway-route-table": "route",
    "nat-gateway": "nat",
    "vpc-peering-connection": "peering",
    "vpc-endpoint": "endpoint",
}
_CAUSES_BY_CODE: dict[str, Cause] = {
    "VPC_BLOCK_PUBLIC_ACCESS_ENABLED": "bpa",
    "TGW_ATTACH_MISSING_TGW_RTB_ASSOCIATION": "route",
}
_DESCRIBED_BY = {
    "security-group": ("describe-security-groups", "--group-ids"),
    "network-acl": ("describe-network-acls", "--network-acl-ids"),
    "route-table": ("describe-route-tables", "--route-table-ids"),
    "vpc": ("describe-vpcs", "--vpc-ids"),
    "subnet": ("describe-subnets", "--subnet-ids"),
    "internet-gateway": ("describe-internet-gateways", "--internet-gateway-ids"),
    "egress-only-internet-gateway": (
        "describe-egress-only-internet-gateways",
        "--egress-only-internet-gateway-ids",
    ),
    "nat-gateway": ("describe-nat-gateways", "--nat-gateway-ids"),
    "vpn-gateway": ("describe-vpn-gateways", "--vpn-gateway-ids"),
    "vpc-peering-connection": ("describe-vpc-peering-connections", "--vpc-peering-connection-ids"),
    "transit-gateway-route-table": (
        "search-transit-gateway-routes",
        "--filters",
        "Name=state,Values=active,blackhole",
        "--transit-gateway-route-table-id",
    ),
    "transit-gateway-attachment": ("describe-transit-gateway-attachments", "--transit-gateway-attachment-ids"),
    "vpc-endpoint": ("describe-vpc-endpoints", "--vpc-endpoint-ids"),
    "network-interface": ("describe-network-interfaces", "--network-interface-ids"),
    "instance": ("describe-instances", "--instance-ids"),
}
"""By the type of a component, the command of `aws ec2` that describes it; its id follows."""
_PAGES = {
    "security-group": "SecurityGroup:groupId=",
    "network-acl": "NetworkAclDetails:networkAclId=",
    "route-table": "RouteTableDetails:RouteTableId=",
    "vpc": "VpcDetails:VpcId=",
    "subnet": "SubnetDetails:subnetId=",
    "internet-gateway": "InternetGateway:internetGatewayId=",
    "nat-gateway": "NatGatewayDetails:natGatewayId=",
    "vpc-peering-connection": "PeeringConnectionDetails:VpcPeeringConnectionId=",
    "transit-gateway-route-table": "TransitGatewayRouteTableDetails:transitGatewayRouteTableId=",
    "transit-gateway-attachment": "TransitGatewayAttachmentDetails:transitGatewayAttachmentId=",
    "vpc-endpoint": "EndpointDetails:vpcEndpointId=",
}
"""By the type of a component, its page of the VPC console."""


def cause_of(blocker: Blocker) -> Cause:
    """The word of the taxonomy for what blocks."""
    if blocker.table:
        return "route"
    return _CAUSES_BY_CODE.get(blocker.code) or _CAUSES.get(blocker.type, "network")


def resource_of(blocker: Blocker) -> str:
    """The id of what has to change."""
    return blocker.table or blocker.id.split()[0]


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
    others = dict.fromkeys(resource_of(blocker) for blocker in blockers[1:])
    return Finding(
        subject=name,
        place=target.place,
        cause=cause_of(first),
        impact=impact,
        symptom=f"{name}: blocked by {first.id}, expected {expected}",
        evidence=tuple(f"{blocker.code} at {blocker.id} ({blocker.direction})" for blocker in blockers),
        why="; ".join(dict.fromkeys(blocker.detail for blocker in blockers)),
        remedy="; ".join(dict.fromkeys(blocker.remedy for blocker in blockers)),
        resource=resource_of(first),
        depends_on=tuple(other for other in others if other != resource_of(first)),
        needed_by=needed_by,
        as_of=as_of,
        proven=True,
        link=link_of(first, target.place),
        command=command_of(first),
    )


def _kind_of(blocker: Blocker) -> str:
    return "route-table" if blocker.table or blocker.type == "route" else blocker.type


def link_of(blocker: Blocker, place: Place) -> str:
    """The console's page of what has to change; the settings of the VPC console where access is blocked as a whole."""
    if blocker.code == "VPC_BLOCK_PUBLIC_ACCESS_ENABLED":
        return console.link(place, "vpcconsole/home", "Settings:")
    page = _PAGES.get(_kind_of(blocker))
    return console.vpc(place, page, resource_of(blocker)) if page else ""


def command_of(blocker: Blocker) -> str:
    """The command that describes what blocks, or an empty one."""
    if blocker.code == "VPC_BLOCK_PUBLIC_ACCESS_ENABLED":
        return aws("ec2", "describe-vpc-block-public-access-options")
    if blocker.type == "load-balancer":
        return aws("elbv2", "describe-listeners", "--load-balancer-arn", blocker.id)
    if _kind_of(blocker) not in _DESCRIBED_BY:
        return ""
    return aws("ec2", *_DESCRIBED_BY[_kind_of(blocker)], resource_of(blocker))
