"""Forty minutes ago somebody terminated the name server that a resolver rule forwards to: its names fail since."""

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.names import build_names
from sandbox.world import World

SINCE = "40m"

VPC = "vpc-7a5096120b467ac9d"
"""Ids of a scenario are the same in every build."""

EXPECTED = [
    {"check": "test_names_resolve", "target": VPC, "cause": "dns", "root": True},
]


def build(world: World) -> None:
    network = _shop.build(world).network
    names = build_names(world, network, fails_since=SINCE)
    world.client("ec2").terminate_instances(InstanceIds=[names.server])
    world.change(
        "TerminateInstances",
        resources=[names.server],
        at=SINCE,
        user="maria.santos",
        request={"instancesSet": {"items": [{"instanceId": names.server}]}},
    )
