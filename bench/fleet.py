"""A fleet to measure with: a scenario of 1,000 functions, 500 target groups, 200 services, 50 databases, 500 alarms
and 500 log groups beside the shop. 1 in 100 of each is sick.

`FLEET` in the environment multiplies it: `FLEET=2 pytest checks --sandbox bench/fleet.py`. As in most accounts, not
every function is called all the time: 300 of 1,000 are, and have a log group.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sandbox.scenarios import _shop
from sandbox.scenarios._shop import Shop
from sandbox.scenarios._shop.plan import TAGS, TASK_PORT, make_log_group, make_role, tags
from sandbox.series import Series, count, spread, steady
from sandbox.world import World

SCALE = float(os.environ.get("FLEET", "1"))


def scaled(number: int) -> int:
    """So many, times FLEET."""
    return max(1, round(number * SCALE))


FUNCTIONS, GROUPS, SERVICES = map(scaled, (1_000, 500, 200))
DATABASES, ALARMS, LOG_GROUPS = map(scaled, (50, 500, 500))
GROUPS_PER_BALANCER = 100
"""The quota of an Application Load Balancer."""
BUSY = 3
"""Of ten functions so many are called."""
SICK = 100
"""One in so many."""
_TROUBLES = (
    ("test_function_errors_are_rare", "fn-", FUNCTIONS),
    ("test_targets_are_healthy", "group-", GROUPS),
    ("test_tasks_stay_running", "fleet/svc-", SERVICES),
    ("test_storage_has_headroom", "db-", DATABASES),
    ("test_alarms_are_quiet", "alarm-", ALARMS),
)
EXPECTED: list[dict[str, object]] = [
    {"check": check, "target": f"{name}{n:05}"} for check, name, many in _TROUBLES for n in range(0, many, SICK)
]


def build(world: World) -> None:
    """The shop and the fleet in one account."""
    shop = _shop.build(world)
    subnets, security_group = _network(world, shop)
    _functions(world)
    groups = _target_groups(world, shop)
    _services(world, subnets, security_group, groups)
    _databases(world, shop)
    _alarms(world, shop)


def _network(world: World, shop: Shop) -> tuple[list[str], str]:
    """A large subnet in each zone, and the security group of the fleet's tasks."""
    ec2, network = world.client("ec2"), shop.network
    subnets = []
    for block, zone, table in zip(("10.0.64.0/18", "10.0.128.0/18"), "ac", network.private_routes, strict=True):
        made = ec2.create_subnet(VpcId=network.vpc, CidrBlock=block, AvailabilityZone=f"{world.region}{zone}")
        subnets.append(made["Subnet"]["SubnetId"])
        ec2.associate_route_table(RouteTableId=table, SubnetId=subnets[-1])
    group: str = ec2.create_security_group(GroupName="fleet", Description="tasks", VpcId=network.vpc)["GroupId"]
    from_balancers = _shop.permission(TASK_PORT, group=network.balancer_group)
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=from_balancers)
    return subnets, group


def _functions(world: World) -> None:
    role = make_role(world, "fleet-functions", "lambda")
    code = {"ImageUri": f"{world.account}.dkr.ecr.{world.region}.amazonaws.com/catalog:{_shop.services.VERSION}"}
    for n in range(FUNCTIONS):
        name, busy = f"fn-{n:05}", n % 10 < BUSY
        world.client("lambda").create_function(
            FunctionName=name,
            PackageType="Image",
            Code=code,
            Role=role,
            Timeout=30,
            MemorySize=256,
            TracingConfig={"Mode": "Active"},
            Tags=TAGS,
        )
        calls: Series = count(40, noise=0.1, daily=0.5)
        for metric, series, unit in (
            ("Invocations", calls, "Count"),
            ("Errors", calls if n % SICK == 0 else steady(0), "Count"),
            ("Throttles", steady(0), "Count"),
            ("ConcurrentExecutions", steady(4, noise=0.2), "Count"),
            ("Duration", spread(180, 900, samples=40, noise=0.05), "Milliseconds"),
        ):
            if busy:
                world.metric("AWS/Lambda", metric, {"FunctionName": name}, series, unit)
        if busy:
            _log_group(world, f"/aws/lambda/{name}", _reports(name))


def _log_group(world: World, name: str, lines: str | Callable[[datetime], list[str]]) -> None:
    make_log_group(world, name)
    world.logs(name, lines, at="8d", every="40m")
    world.metric("AWS/Logs", "IncomingLogEvents", {"LogGroupName": name}, steady(3, noise=0.1), "None")


def _reports(name: str) -> Callable[[datetime], list[str]]:
    memory = "Memory Size: 256 MB\tMax Memory Used: 118 MB"

    def lines(moment: datetime) -> list[str]:
        request = uuid5(NAMESPACE_URL, f"{name}/{moment.isoformat()}")
        return [
            f"START RequestId: {request} Version: $LATEST",
            f"END RequestId: {request}",
            f"REPORT RequestId: {request}\tDuration: 181.20 ms\tBilled Duration: 182 ms\t{memory}\t",
        ]

    return lines


def _target_groups(world: World, shop: Shop) -> list[str]:
    """The target groups' ARNs, each behind a path of one of the load balancers."""
    elbv2, arns = world.client("elbv2"), []
    listener = dimension = ""
    for n in range(GROUPS):
        if n % GROUPS_PER_BALANCER == 0:
            listener, dimension = _balancer(world, shop, n // GROUPS_PER_BALANCER)
        arns.append(
            elbv2.create_target_group(
                Name=f"group-{n:05}",
                Protocol="HTTP",
                Port=TASK_PORT,
                VpcId=shop.network.vpc,
                TargetType="ip",
                HealthCheckPath="/healthz",
                Matcher={"HttpCode": "200"},
                Tags=tags(f"group-{n:05}"),
            )["TargetGroups"][0]["TargetGroupArn"]
        )
        elbv2.create_rule(
            ListenerArn=listener,
            Priority=n % GROUPS_PER_BALANCER + 1,
            Conditions=[{"Field": "path-pattern", "Values": [f"/{n}/*"]}],
            Actions=[{"Type": "forward", "TargetGroupArn": arns[-1]}],
        )
        _traffic(world, {"LoadBalancer": dimension, "TargetGroup": f"targetgroup/{arns[-1].split('/', 1)[1]}"}, n)
    return arns


def _balancer(world: World, shop: Shop, number: int) -> tuple[str, str]:
    """The listener of a new load balancer, and the balancer's name in metrics."""
    elbv2 = world.client("elbv2")
    arn = elbv2.create_load_balancer(
        Name=f"fleet-{number}",
        Subnets=list(shop.network.public_subnets),
        SecurityGroups=[shop.network.balancer_group],
        Scheme="internet-facing",
        Type="application",
        Tags=tags(f"fleet-{number}"),
    )["LoadBalancers"][0]["LoadBalancerArn"]
    gone = [{"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "404"}}]
    made = elbv2.create_listener(LoadBalancerArn=arn, Protocol="HTTP", Port=443, DefaultActions=gone)
    dimension = arn.split(":loadbalancer/")[1]
    per_minute = count(40 * GROUPS_PER_BALANCER, noise=0.05, daily=0.5)
    world.metric("AWS/ApplicationELB", "RequestCount", {"LoadBalancer": dimension}, per_minute, "Count")
    return made["Listeners"][0]["ListenerArn"], dimension


def _traffic(world: World, of_group: dict[str, str], number: int) -> None:
    per_minute = count(40, noise=0.05, daily=0.5)
    tasks = 2 if number % SICK else steady(2).then("15m", 0)
    lost = 0 if number % SICK else steady(0).then("15m", 2)
    for metric, series, unit in (
        ("RequestCount", per_minute, "Count"),
        ("HTTPCode_Target_2XX_Count", per_minute, "Count"),
        ("TargetResponseTime", spread(0.06, 0.4, samples=40, noise=0.05), "Seconds"),
        ("HealthyHostCount", tasks, "Count"),
        ("UnHealthyHostCount", lost, "Count"),
    ):
        world.metric("AWS/ApplicationELB", metric, of_group, series, unit)


def _services(world: World, subnets: list[str], security_group: str, groups: list[str]) -> None:
    """Services of two tasks each in one cluster; among them they serve all target groups."""
    ecs = world.client("ecs")
    ecs.create_cluster(clusterName="fleet", tags=tags("fleet", upper=False))
    definition = _shop.register(world, "catalog")
    for n in range(SERVICES):
        name, mine = f"svc-{n:05}", groups[n::SERVICES]
        ecs.create_service(
            cluster="fleet",
            serviceName=name,
            taskDefinition=definition,
            desiredCount=2,
            launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": {"subnets": subnets, "securityGroups": [security_group]}},
            deploymentConfiguration={"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
            loadBalancers=[
                {"targetGroupArn": arn, "containerName": "catalog", "containerPort": TASK_PORT} for arn in mine
            ],
            tags=tags(name, upper=False),
        )
        of_service = {"ClusterName": "fleet", "ServiceName": name}
        world.metric("AWS/ECS", "CPUUtilization", of_service, steady(35, noise=0.1, daily=0.4), "Percent")
        world.metric("AWS/ECS", "MemoryUtilization", of_service, steady(52, noise=0.02), "Percent")
        if n < LOG_GROUPS - FUNCTIONS * BUSY // 10:
            _log_group(world, f"/ecs/fleet/{name}", '{"level": "INFO", "message": "request completed", "status": 200}')
        if n % SICK == 0:
            world.task_stopped(f"fleet/{name}", exits=1, at="30m", every="5m")
    for arn in groups[::SICK]:
        world.target_answers(arn, "*", answer=503, at="15m")


def _databases(world: World, shop: Shop) -> None:
    gigabyte = 1_000_000_000
    for n in range(DATABASES):
        name = f"db-{n:05}"
        world.client("rds").create_db_instance(
            DBInstanceIdentifier=name,
            DBInstanceClass="db.m6g.large",
            Engine="postgres",
            EngineVersion="15.4",
            MasterUsername="fleet",
            MasterUserPassword="not-a-secret",
            AllocatedStorage=100,
            MultiAZ=True,
            EnablePerformanceInsights=True,
            DBSubnetGroupName="shop",
            VpcSecurityGroupIds=[shop.network.database_group],
            Tags=tags(name),
        )
        for metric, series, unit in _database_history(61 * gigabyte if n % SICK else 1 * gigabyte):
            world.metric("AWS/RDS", metric, {"DBInstanceIdentifier": name}, series, unit)
        world.database_load(name, steady(0.35, noise=0.2, daily=0.4), "CPU", "SELECT * FROM orders WHERE id = $1")


def _database_history(free_bytes: float) -> Iterator[tuple[str, Series, str]]:
    yield "FreeStorageSpace", steady(free_bytes, noise=0.001), "Bytes"
    yield "CPUUtilization", steady(28, noise=0.1, daily=0.4), "Percent"
    yield "FreeableMemory", steady(3.1e9, noise=0.01), "Bytes"
    yield "DatabaseConnections", steady(42, noise=0.05), "Count"
    yield "ReadLatency", steady(0.0006, noise=0.1), "Seconds"
    yield "WriteLatency", steady(0.0011, noise=0.1), "Seconds"
    yield "DiskQueueDepth", steady(0.2, noise=0.1), "Count"
    yield "SwapUsage", steady(0), "Bytes"


def _alarms(world: World, shop: Shop) -> None:
    """Alarms on the errors of functions."""
    for n in range(ALARMS):
        function = f"fn-{n % FUNCTIONS:05}"
        settings: dict[str, Any] = {
            "AlarmName": f"alarm-{n:05}",
            "AlarmDescription": f"{function} fails: https://wiki.example.com/playbooks/functions",
            "Namespace": "AWS/Lambda",
            "MetricName": "Errors",
            "Dimensions": [{"Name": "FunctionName", "Value": function}],
            "Statistic": "Sum",
            "Period": 300,
            "EvaluationPeriods": 3,
            "Threshold": 5,
            "ComparisonOperator": "GreaterThanThreshold",
            "TreatMissingData": "notBreaching",
            "AlarmActions": [shop.topic],
        }
        world.client("cloudwatch").put_metric_alarm(**settings)
