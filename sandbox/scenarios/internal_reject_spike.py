"""Twenty-five minutes ago somebody removed the rule by which checkout asks catalog for prices.

Nothing declares that path and no load balancer is on it: only the flow log hears how checkout knocks. For more than a
week the same flows were accepted, and a few from a forgotten printer refused.
"""

from __future__ import annotations

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "25m"
VPC = "vpc-bea59d3ce3c9d54f3"
"""The shop's VPC: ids of a scenario are the same in every build."""

EXPECTED = [
    {"check": "test_no_reject_spike", "target": VPC, "cause": "security_group", "outcome": "failed", "root": True},
]


def build(world: World) -> None:
    network = _shop.build(world).network
    checkout, catalog = network.task_groups["checkout"], network.task_groups["catalog"]
    rule = _shop.permission(_shop.TASK_PORT, group=checkout)
    world.client("ec2").authorize_security_group_ingress(GroupId=catalog, IpPermissions=rule)
    world.client("ec2").revoke_security_group_ingress(GroupId=catalog, IpPermissions=rule)
    world.change("RevokeSecurityGroupIngress", resources=[catalog], at=SINCE, user="jun.watanabe")
    for interface, address in _interfaces(world, catalog):
        for _, caller in _interfaces(world, checkout):
            flow = ("/vpc/flow", interface, caller, address, _shop.TASK_PORT)
            world.flows(*flow, at="8d", every="10m", until=SINCE)
            world.flows(*flow, action="REJECT", packets=1, octets=60, at=SINCE, every="10s")
        printer = ("/vpc/flow", interface, "10.0.1.200", address, 9100)
        world.flows(*printer, action="REJECT", packets=1, octets=60, at="8d", every="5m")


def _interfaces(world: World, group: str) -> list[tuple[str, str]]:
    """The interfaces with a security group, and their addresses."""
    filters = [{"Name": "group-id", "Values": [group]}]
    described = world.client("ec2").describe_network_interfaces(Filters=filters)["NetworkInterfaces"]
    return [(each["NetworkInterfaceId"], each["PrivateIpAddress"]) for each in described]
