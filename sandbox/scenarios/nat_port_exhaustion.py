"""Since a quarter of an hour a crawler opens more connections to one address than a NAT gateway has ports."""

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "15m"

NAT = "nat-adf0c080b34858fce"
"""Ids of a scenario are the same in every build."""

EXPECTED = [
    {"check": "test_nat_gateway_carries_traffic", "target": NAT, "cause": "nat_ports", "root": True},
]


def build(world: World) -> None:
    network = _shop.build(world).network
    _shop.nat_gateway_runs_out_of_ports(world, network.nat_gateways[0], SINCE)
