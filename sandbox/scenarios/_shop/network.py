"""The shop's network: two zones, public and private, and who may talk to whom."""

from __future__ import annotations

from typing import Any

from sandbox.scenarios._shop.plan import SERVICES, TASK_PORT, Network, make_log_group, make_role, tags
from sandbox.world import World


def build_network(world: World) -> Network:
    """VPC, subnets, routes, gateways and security groups."""
    ec2 = world.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[vpc], Tags=tags("shop"))
    ec2.modify_vpc_attribute(VpcId=vpc, EnableDnsHostnames={"Value": True})
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=vpc)
    zones = (f"{world.region}a", f"{world.region}c")
    public = tuple(_subnet(ec2, vpc, f"10.0.{i}.0/24", z, f"public-{z[-1]}") for i, z in enumerate(zones))
    private = tuple(_subnet(ec2, vpc, f"10.0.{i + 10}.0/24", z, f"private-{z[-1]}") for i, z in enumerate(zones))
    public_routes = _routes(ec2, vpc, public, "public", GatewayId=gateway)
    nats = tuple(_nat(ec2, s) for s in public)
    private_routes = tuple(
        _routes(ec2, vpc, (subnet,), f"private-{i}", NatGatewayId=nat)
        for i, (subnet, nat) in enumerate(zip(private, nats, strict=True))
    )
    balancer = _group(ec2, vpc, "shop-balancer", "load balancer")
    tasks = {name: _group(ec2, vpc, f"{name}-tasks", f"tasks of {name}") for name in SERVICES}
    database = _group(ec2, vpc, "shop-database", "database")
    _admit(ec2, balancer, 443, cidr="0.0.0.0/0")
    for task in tasks.values():
        _admit(ec2, task, TASK_PORT, group=balancer)
        _admit(ec2, database, 5432, group=task)
    return Network(
        vpc,
        public,
        private,
        public_routes,
        private_routes,
        nats,
        balancer,
        tasks,
        database,
    )


def _subnet(ec2: Any, vpc: str, cidr: str, zone: str, name: str) -> str:
    subnet: str = ec2.create_subnet(VpcId=vpc, CidrBlock=cidr, AvailabilityZone=zone)["Subnet"]["SubnetId"]
    ec2.create_tags(Resources=[subnet], Tags=tags(name))
    return subnet


def _routes(ec2: Any, vpc: str, subnets: tuple[str, ...], name: str, **target: str) -> str:
    table: str = ec2.create_route_table(VpcId=vpc)["RouteTable"]["RouteTableId"]
    ec2.create_tags(Resources=[table], Tags=tags(name))
    ec2.create_route(RouteTableId=table, DestinationCidrBlock="0.0.0.0/0", **target)
    for subnet in subnets:
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    return table


def _nat(ec2: Any, subnet: str) -> str:
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat: str = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]["NatGatewayId"]
    return nat


def _group(ec2: Any, vpc: str, name: str, description: str) -> str:
    group: str = ec2.create_security_group(GroupName=name, Description=description, VpcId=vpc)["GroupId"]
    ec2.create_tags(Resources=[group], Tags=tags(name))
    return group


def permission(port: int, group: str | None = None, cidr: str | None = None) -> list[dict[str, Any]]:
    """One TCP port from a group or a range, as IpPermissions."""
    source: dict[str, Any] = {"UserIdGroupPairs": [{"GroupId": group}]} if group else {"IpRanges": [{"CidrIp": cidr}]}
    return [{"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **source}]


def _admit(ec2: Any, to: str, port: int, group: str | None = None, cidr: str | None = None) -> None:
    ec2.authorize_security_group_ingress(GroupId=to, IpPermissions=permission(port, group, cidr))


def build_flow_log(world: World, network: Network) -> None:
    """A flow log of the whole VPC, delivered to a log group."""
    make_log_group(world, "/vpc/flow")
    world.client("ec2").create_flow_logs(
        ResourceType="VPC",
        ResourceIds=[network.vpc],
        TrafficType="ALL",
        LogDestinationType="cloud-watch-logs",
        LogGroupName="/vpc/flow",
        DeliverLogsPermissionArn=make_role(world, "flow-logs", "vpc-flow-logs"),
        MaxAggregationInterval=60,
    )
