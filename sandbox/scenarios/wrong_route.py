"""Half an hour ago somebody deleted the default route of one zone's private subnets. Their NAT gateway is idle since.

Tasks that start there cannot fetch their image; those that run have it and go on.
"""

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "30m"

TABLE = "rtb-2682649e95f22abae"
"""Ids of a scenario are the same in every build."""

EXPECTED = [
    {"check": "test_routes_lead_somewhere", "target": TABLE, "cause": "route", "root": True},
    {"check": "test_function_reaches_its_dependencies", "target": "stock-sync", "cause": "route"},
    {"check": "test_path_exists", "target": "shop/checkout:outside", "cause": "route"},
    {"check": "test_path_exists", "target": "shop/catalog:outside", "cause": "route"},
    {"check": "test_path_exists", "target": "stock-sync:outside", "cause": "route"},
]


def build(world: World) -> None:
    network = _shop.build(world).network
    table, nat = network.private_routes[0], network.nat_gateways[0]
    world.client("ec2").delete_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0")
    world.change(
        "DeleteRoute",
        resources=[table],
        at=SINCE,
        user="maria.santos",
        request={"routeTableId": table, "destinationCidrBlock": "0.0.0.0/0"},
        response={"_return": True},
    )
    _shop.nat_gateway_is_idle(world, nat, SINCE)
