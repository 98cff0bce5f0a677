"""A quarter of an hour ago somebody switched the name resolution of the VPC off."""

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "15m"

VPC = "vpc-30198ba8dc67c56f6"
"""Ids of a scenario are the same in every build."""

EXPECTED = [
    {"check": "test_names_resolve", "target": VPC, "cause": "dns", "root": True},
]


def build(world: World) -> None:
    network = _shop.build(world).network
    world.client("ec2").modify_vpc_attribute(VpcId=network.vpc, EnableDnsSupport={"Value": False})
    world.change(
        "ModifyVpcAttribute",
        resources=[network.vpc],
        at=SINCE,
        user="maria.santos",
        request={"vpcId": network.vpc, "enableDnsSupport": {"value": False}},
        response={"_return": True},
    )
