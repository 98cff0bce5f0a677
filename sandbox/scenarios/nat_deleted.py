"""Twenty minutes ago somebody deleted a NAT gateway that looked unused. The route to it is a black hole."""

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "20m"

TABLE = "rtb-6abff98a359848bcb"
"""Ids of a scenario are the same in every build."""

EXPECTED = [
    {"check": "test_routes_lead_somewhere", "target": TABLE, "cause": "nat", "root": True},
    {"check": "test_function_reaches_its_dependencies", "target": "stock-sync", "cause": "route"},
    {"check": "test_path_exists", "target": "shop/checkout:outside", "cause": "route"},
    {"check": "test_path_exists", "target": "shop/catalog:outside", "cause": "route"},
    {"check": "test_path_exists", "target": "stock-sync:outside", "cause": "route"},
]


def build(world: World) -> None:
    network = _shop.build(world).network
    nat = network.nat_gateways[0]
    world.client("ec2").delete_nat_gateway(NatGatewayId=nat)
    world.change(
        "DeleteNatGateway",
        resources=[nat],
        at=SINCE,
        user="maria.santos",
        request={"DeleteNatGatewayRequest": {"NatGatewayId": nat}},
    )
    _shop.nat_gateway_falls_silent(world, nat, SINCE)
