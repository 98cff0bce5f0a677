"""Twenty-five minutes ago the function stock-sync was moved into the subnets of the database, without a way out.

Their route table knows the VPC only: no NAT gateway, no endpoint. The function waits for DynamoDB until its client
gives up.
"""

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "25m"

EXPECTED = [
    {"check": "test_function_reaches_its_dependencies", "target": "stock-sync", "cause": "route", "root": True},
    {"check": "test_function_errors_are_rare", "target": "stock-sync", "cause": "network"},
    {"check": "test_no_new_error_type", "target": "/aws/lambda/stock-sync", "cause": "network"},
]


def build(world: World) -> None:
    shop = _shop.build(world)
    ec2, functions = world.client("ec2"), world.client("lambda")
    subnets = []
    for number, zone in ((20, "a"), (21, "c")):
        subnet = ec2.create_subnet(
            VpcId=shop.network.vpc, CidrBlock=f"10.0.{number}.0/24", AvailabilityZone=f"{world.region}{zone}"
        )["Subnet"]["SubnetId"]
        table = ec2.create_route_table(VpcId=shop.network.vpc)["RouteTable"]["RouteTableId"]
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
        subnets.append(subnet)
    groups = functions.get_function_configuration(FunctionName="stock-sync")["VpcConfig"]["SecurityGroupIds"]
    moved = {"SubnetIds": subnets, "SecurityGroupIds": groups}
    function = functions.update_function_configuration(FunctionName="stock-sync", VpcConfig=moved)["FunctionArn"]
    world.change(
        "UpdateFunctionConfiguration20150331v2",
        resources=[function],
        at=SINCE,
        user="li.wei",
        request={"functionName": "stock-sync", "vpcConfig": {"subnetIds": subnets, "securityGroupIds": groups}},
    )
    endpoint = f"https://dynamodb.{world.region}.amazonaws.com/"
    world.invocations(
        "stock-sync",
        "error",
        error=f'ConnectTimeoutError: Connect timeout on endpoint URL: "{endpoint}"',
        duration_ms=6100,
        at=SINCE,
        every="20s",
    )
