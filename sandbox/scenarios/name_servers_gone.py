"""Half an hour ago the shop's network was given the name servers of a project that was taken down last week.

Their addresses belong to nothing any more: whatever renews its lease, or starts, resolves no name.
"""

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "30m"
SERVERS = ["10.0.10.251", "10.0.11.251"]
VPC = "vpc-8ad25e2c853788fe5"
"""Ids of a scenario are the same in every build."""

EXPECTED = [
    {"check": "test_names_resolve", "target": VPC, "cause": "dns", "root": True},
]


def build(world: World) -> None:
    network = _shop.build(world).network
    ec2 = world.client("ec2")
    servers = [{"Key": "domain-name-servers", "Values": SERVERS}]
    options = ec2.create_dhcp_options(DhcpConfigurations=servers)["DhcpOptions"]["DhcpOptionsId"]
    ec2.associate_dhcp_options(DhcpOptionsId=options, VpcId=network.vpc)
    world.change(
        "AssociateDhcpOptions",
        resources=[options, network.vpc],
        at=SINCE,
        user="ivan.horvat",
        request={"dhcpOptionsId": options, "vpcId": network.vpc},
        response={"_return": True},
    )
