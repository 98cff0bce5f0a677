"""What runs in the shop: load balancer, services, functions, database."""

from __future__ import annotations

import io
import zipfile

from sandbox.scenarios._shop.plan import (
    FUNCTIONS,
    SERVICES,
    TAGS,
    TASK_PORT,
    Network,
    make_log_group,
    make_role,
    tags,
)
from sandbox.world import World


def build_balancer(world: World, network: Network) -> tuple[str, dict[str, str]]:
    """The load balancer and the target groups by name: checkout by its path, catalog for the rest."""
    elbv2 = world.client("elbv2")
    balancer = elbv2.create_load_balancer(
        Name="shop",
        Subnets=list(network.public_subnets),
        SecurityGroups=[network.balancer_group],
        Scheme="internet-facing",
        Type="application",
        Tags=tags("shop"),
    )["LoadBalancers"][0]["LoadBalancerArn"]
    groups = {
        name: elbv2.create_target_group(
            Name=name,
            Protocol="HTTP",
            Port=TASK_PORT,
            VpcId=network.vpc,
            TargetType="ip",
            HealthCheckPath="/healthz",
            HealthCheckIntervalSeconds=15,
            HealthCheckTimeoutSeconds=5,
            UnhealthyThresholdCount=2,
            Matcher={"HttpCode": "200"},
            Tags=tags(name),
        )["TargetGroups"][0]["TargetGroupArn"]
        for name in SERVICES
    }
    listener = elbv2.create_listener(
        LoadBalancerArn=balancer,
        Protocol="HTTP",
        Port=443,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": groups["catalog"]}],
    )["Listeners"][0]["ListenerArn"]
    elbv2.create_rule(
        ListenerArn=listener,
        Priority=10,
        Conditions=[{"Field": "path-pattern", "Values": ["/checkout/*"]}],
        Actions=[{"Type": "forward", "TargetGroupArn": groups["checkout"]}],
    )
    return balancer, groups


def build_functions(world: World) -> None:
    """Three functions on the same code."""
    role = make_role(world, "shop-functions", "lambda")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", "def handler(event, context):\n    return 'ok'\n")
    for name, memory_mb in FUNCTIONS.items():
        world.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=role,
            Handler="app.handler",
            Code={"ZipFile": packed.getvalue()},
            Timeout=30,
            MemorySize=memory_mb,
            TracingConfig={"Mode": "Active"},
            Tags=TAGS,
        )
        make_log_group(world, f"/aws/lambda/{name}")


def build_database(world: World, network: Network) -> None:
    """The database of orders, in the private subnets."""
    rds = world.client("rds")
    rds.create_db_subnet_group(
        DBSubnetGroupName="shop", DBSubnetGroupDescription="private subnets", SubnetIds=list(network.private_subnets)
    )
    rds.create_db_instance(
        DBInstanceIdentifier="orders",
        DBInstanceClass="db.m6g.large",
        Engine="postgres",
        EngineVersion="15.4",
        MasterUsername="shop",
        MasterUserPassword="not-a-secret",
        AllocatedStorage=100,
        MultiAZ=True,
        DBSubnetGroupName="shop",
        VpcSecurityGroupIds=[network.database_group],
        EnablePerformanceInsights=True,
        MonitoringInterval=60,
        MonitoringRoleArn=make_role(world, "shop-monitoring", "monitoring.rds"),
        EnableCloudwatchLogsExports=["postgresql"],
        Tags=tags("orders"),
    )
