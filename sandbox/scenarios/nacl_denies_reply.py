"""Half an hour ago the network ACL of the cache's subnet was tidied up: it lets requests in, and no reply out.

Security groups remember a connection, network ACLs do not: the replies to the clients' ephemeral ports are denied.
"""

from __future__ import annotations

from typing import Any

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "30m"
PORT = 6379

TARGETS = """
[[path]]
name = "batch to cache"
source = "tag:Name=batch"
destination = "tag:Name=cache"
port = 6379
"""

EXPECTED = [
    {
        "check": "test_path_exists",
        "target": "batch to cache",
        "cause": "nacl",
        "outcome": "failed",
        "root": True,
    },
]


def build(world: World) -> None:
    network = _shop.build(world).network
    ec2 = world.client("ec2")
    batch = _subnet(world, network.vpc, "10.0.20.0/24", "batch")
    cache = _subnet(world, network.vpc, "10.0.21.0/24", "cache")
    group = ec2.create_security_group(GroupName="cache", Description="cache and its clients", VpcId=network.vpc)[
        "GroupId"
    ]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=_shop.permission(PORT, group=group))
    for name, subnet in (("batch", batch), ("cache", cache)):
        tags = [{"ResourceType": "network-interface", "Tags": [{"Key": "Name", "Value": name}]}]
        ec2.create_network_interface(SubnetId=subnet, Groups=[group], TagSpecifications=tags)
    acl = ec2.create_network_acl(VpcId=network.vpc)["NetworkAcl"]["NetworkAclId"]
    _entry(ec2, acl, 100, egress=False, low=0, high=65535)
    _entry(ec2, acl, 110, egress=True, low=443, high=443)
    _associate(ec2, acl, cache)
    world.change(
        "DeleteNetworkAclEntry",
        resources=[acl],
        at=SINCE,
        user="anna.kowalska",
        request={"networkAclId": acl, "ruleNumber": 100, "egress": True},
        response={"_return": True},
    )


def _subnet(world: World, vpc: str, cidr: str, name: str) -> str:
    ec2 = world.client("ec2")
    subnet: str = ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=f"{world.region}a")["Subnet"][
        "SubnetId"
    ]
    ec2.create_tags(Resources=[subnet], Tags=[{"Key": "Name", "Value": name}])
    return subnet


def _entry(ec2: Any, acl: str, number: int, *, egress: bool, low: int, high: int) -> None:
    ec2.create_network_acl_entry(
        NetworkAclId=acl,
        RuleNumber=number,
        Protocol="6",
        RuleAction="allow",
        Egress=egress,
        CidrBlock="0.0.0.0/0",
        PortRange={"From": low, "To": high},
    )


def _associate(ec2: Any, acl: str, subnet: str) -> None:
    """Put a subnet under this ACL instead of the VPC's default one."""
    found = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])["NetworkAcls"]
    held = next(a for one in found for a in one["Associations"] if a["SubnetId"] == subnet)
    ec2.replace_network_acl_association(AssociationId=held["NetworkAclAssociationId"], NetworkAclId=acl)
