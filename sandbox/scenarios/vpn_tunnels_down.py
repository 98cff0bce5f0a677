"""Both tunnels to the warehouse are down since a quarter of an hour, and one of two to the office for three hours."""

from typing import Any

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "15m"
LOST = "3h"

WAREHOUSE, OFFICE = "vpn-7b7a4b048bba33377", "vpn-e888e76b5af85998f"
"""Ids of a scenario are the same in every build."""

EXPECTED = [
    {"check": "test_transit_is_up", "target": WAREHOUSE, "cause": "network", "root": True},
    {"check": "test_transit_is_up", "target": OFFICE, "cause": "network"},
]


def build(world: World) -> None:
    network = _shop.build(world).network
    ec2 = world.client("ec2")
    gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    ec2.attach_vpn_gateway(VpnGatewayId=gateway, VpcId=network.vpc)
    warehouse = _connection(ec2, gateway, "198.51.100.7")
    office = _connection(ec2, gateway, "198.51.100.90")
    for table in network.private_routes:
        for cidr in ("192.168.16.0/20", "192.168.32.0/20"):
            ec2.create_route(RouteTableId=table, DestinationCidrBlock=cidr, GatewayId=gateway)
    for tunnel in (1, 2):
        world.vpn_tunnel(warehouse, tunnel, "DOWN", at=SINCE, message="IPSEC IS DOWN")
    world.vpn_tunnel(office, 2, "DOWN", at=LOST, message="IPSEC IS DOWN")


def _connection(ec2: Any, gateway: str, address: str) -> str:
    customer = ec2.create_customer_gateway(Type="ipsec.1", PublicIp=address, BgpAsn=65000)["CustomerGateway"]
    connection: str = ec2.create_vpn_connection(
        Type="ipsec.1", CustomerGatewayId=customer["CustomerGatewayId"], VpnGatewayId=gateway
    )["VpnConnection"]["VpnConnectionId"]
    return connection
