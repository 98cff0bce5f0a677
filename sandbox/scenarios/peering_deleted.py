"""Twenty-five minutes ago somebody deleted the peering connection to the billing VPC. Routes to it are black holes."""

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "25m"

TABLES = ("rtb-13b5342e5f0854e64", "rtb-42c1d6fff7b3762f6", "rtb-1a85df26d4dbaf746")
"""Those of the shop's private subnets and of billing. Ids of a scenario are the same in every build."""

EXPECTED = [
    {"check": "test_routes_lead_somewhere", "target": table, "cause": "route", "root": table == TABLES[0]}
    for table in TABLES
]


def build(world: World) -> None:
    network = _shop.build(world).network
    ec2 = world.client("ec2")
    billing = ec2.create_vpc(CidrBlock="10.8.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=billing, CidrBlock="10.8.1.0/24", AvailabilityZone=f"{world.region}a")["Subnet"]
    table = ec2.create_route_table(VpcId=billing)["RouteTable"]["RouteTableId"]
    ec2.associate_route_table(RouteTableId=table, SubnetId=subnet["SubnetId"])
    asked = ec2.create_vpc_peering_connection(VpcId=network.vpc, PeerVpcId=billing)["VpcPeeringConnection"]
    peering = asked["VpcPeeringConnectionId"]
    ec2.accept_vpc_peering_connection(VpcPeeringConnectionId=peering)
    for own in network.private_routes:
        ec2.create_route(RouteTableId=own, DestinationCidrBlock="10.8.0.0/16", VpcPeeringConnectionId=peering)
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="10.0.0.0/16", VpcPeeringConnectionId=peering)
    ec2.create_flow_logs(
        ResourceType="VPC",
        ResourceIds=[billing],
        TrafficType="ALL",
        LogDestinationType="cloud-watch-logs",
        LogGroupName="/vpc/flow",
        DeliverLogsPermissionArn=f"arn:aws:iam::{world.account}:role/flow-logs",
        MaxAggregationInterval=60,
    )
    ledger = ec2.create_network_interface(SubnetId=subnet["SubnetId"])["NetworkInterface"]["NetworkInterfaceId"]
    seen = {"interface": ledger, "source": "10.8.1.30", "destination": "10.8.1.20", "destination_port": 443}
    world.flows("/vpc/flow", **seen, at="8d", every="5m")
    ec2.delete_vpc_peering_connection(VpcPeeringConnectionId=peering)
    world.change(
        "DeleteVpcPeeringConnection",
        resources=[peering],
        at=SINCE,
        user="maria.santos",
        request={"DeleteVpcPeeringConnectionRequest": {"VpcPeeringConnectionId": peering}},
    )
