"""A small shop: load balancer, two services, three functions, a database, and a week of ordinary days.

The scenarios share it. `build` makes it healthy and returns what a scenario needs to break.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count as counter
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sandbox.series import Series, count, gap, spread, steady
from sandbox.world import World

SERVICES = {"checkout": 4, "catalog": 2}
"""How many tasks each service runs."""
TASK_PORT = 8080
TAGS = {"service": "shop", "environment": "production"}
_ASSUMED_BY = {"Effect": "Allow", "Action": "sts:AssumeRole"}


def tags(name: str, upper: bool = True) -> list[dict[str, str]]:
    """The shop's tags, with a name, as most services spell them."""
    k, v = ("Key", "Value") if upper else ("key", "value")
    return [{k: key, v: value} for key, value in ({"Name": name} | TAGS).items()]


@dataclass(frozen=True)
class Story:
    """What the shop's history may say besides that all is well."""

    thumbnails_mb: int = 301
    """What the function thumbnails uses of its 512 MB."""
    unreachable: str | None = None
    """A service that the load balancer cannot reach."""
    since: str = "0s"
    """Since when it cannot."""

    def until(self, service: str) -> str:
        """How long ago a service stopped to be reached."""
        return self.since if service == self.unreachable else "0s"


@dataclass(frozen=True)
class Network:
    """The shop's network: ids."""

    vpc: str
    public_subnets: tuple[str, ...]
    private_subnets: tuple[str, ...]
    public_routes: str
    private_routes: tuple[str, ...]
    nat_gateways: tuple[str, ...]
    balancer_group: str
    task_groups: dict[str, str]
    """The security group of each service's tasks."""
    database_group: str


@dataclass(frozen=True)
class Shop:
    """What the shop consists of."""

    network: Network
    balancer: str
    """The ARN of the load balancer."""
    groups: dict[str, str]
    """Target group ARNs by name."""
    balancer_dimension: str
    group_dimensions: dict[str, str]
    """The CloudWatch dimension values of the target groups, by name."""
    topic: str


def build(world: World, story: Story = Story()) -> Shop:
    """Make the shop with eight days of history. Its configuration is sound, whatever the story."""
    topic = world.client("sns").create_topic(Name="on-call")["TopicArn"]
    world.client("sns").subscribe(TopicArn=topic, Protocol="email", Endpoint="on-call@example.com")
    network = _network(world)
    _flow_log(world, network)
    balancer, groups = _balancer(world, network)
    shop = Shop(
        network,
        balancer,
        groups,
        balancer.split(":loadbalancer/")[1],
        {name: f"targetgroup/{arn.split(':targetgroup/')[1]}" for name, arn in groups.items()},
        topic,
    )
    _services(world, shop, story)
    _functions(world, story)
    _database(world, network)
    _traffic(world, shop, story)
    _gateways(world, network)
    _flows(world, network, story)
    _alarms(world, shop)
    return shop


def _network(world: World) -> Network:
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


def _role(world: World, name: str, service: str) -> str:
    document = {
        "Version": "2012-10-17",
        "Statement": [_ASSUMED_BY | {"Principal": {"Service": f"{service}.amazonaws.com"}}],
    }
    role = world.client("iam").create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(document))
    arn: str = role["Role"]["Arn"]
    return arn


def log_group(world: World, name: str, days: int = 30) -> None:
    """A log group with a retention."""
    logs = world.client("logs")
    logs.create_log_group(logGroupName=name, tags=TAGS)
    logs.put_retention_policy(logGroupName=name, retentionInDays=days)


def _flow_log(world: World, network: Network) -> None:
    log_group(world, "/vpc/flow")
    world.client("ec2").create_flow_logs(
        ResourceType="VPC",
        ResourceIds=[network.vpc],
        TrafficType="ALL",
        LogDestinationType="cloud-watch-logs",
        LogGroupName="/vpc/flow",
        DeliverLogsPermissionArn=_role(world, "flow-logs", "vpc-flow-logs"),
        MaxAggregationInterval=60,
    )


def _balancer(world: World, network: Network) -> tuple[str, dict[str, str]]:
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


def _services(world: World, shop: Shop, story: Story) -> None:
    ecs = world.client("ecs")
    ecs.create_cluster(
        clusterName="shop",
        settings=[{"name": "containerInsights", "value": "enabled"}],
        tags=tags("shop", upper=False),
    )
    role = _role(world, "shop-execution", "ecs-tasks")
    for name in SERVICES:
        log_group(world, f"/ecs/shop/{name}")
        task_definition = ecs.register_task_definition(
            family=name,
            networkMode="awsvpc",
            requiresCompatibilities=["FARGATE"],
            cpu="512",
            memory="1024",
            executionRoleArn=role,
            containerDefinitions=[_container(world, name)],
        )["taskDefinition"]["taskDefinitionArn"]
        ecs.create_service(
            cluster="shop",
            serviceName=name,
            taskDefinition=task_definition,
            desiredCount=SERVICES[name],
            launchType="FARGATE",
            networkConfiguration={
                "awsvpcConfiguration": {
                    "subnets": list(shop.network.private_subnets),
                    "securityGroups": [shop.network.task_groups[name]],
                    "assignPublicIp": "DISABLED",
                }
            },
            loadBalancers=[{"targetGroupArn": shop.groups[name], "containerName": name, "containerPort": TASK_PORT}],
            tags=tags(name, upper=False),
        )
        _service_history(world, name, story.until(name))


def _container(world: World, name: str) -> dict[str, Any]:
    return {
        "name": name,
        "image": f"{world.account}.dkr.ecr.{world.region}.amazonaws.com/{name}:1.42.0",
        "essential": True,
        "portMappings": [{"containerPort": TASK_PORT}],
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": f"/ecs/shop/{name}",
                "awslogs-region": world.region,
                "awslogs-stream-prefix": name,
            },
        },
    }


def _service_history(world: World, name: str, until: str) -> None:
    of_service = {"ClusterName": "shop", "ServiceName": name}
    world.metric("AWS/ECS", "CPUUtilization", of_service, steady(35, noise=0.1, daily=0.4), "Percent")
    world.metric("AWS/ECS", "MemoryUtilization", of_service, steady(52, noise=0.02), "Percent")
    world.logs(f"/ecs/shop/{name}", _answered(name), stream=f"{name}/{name}/1", at="8d", every="2m", until=until)
    ingestion(world, f"/ecs/shop/{name}", steady(30, noise=0.1))


def _answered(name: str) -> Callable[[datetime], str]:
    numbers = counter(1)

    def line(moment: datetime) -> str:
        entry = {
            "level": "INFO",
            "time": moment.isoformat(timespec="milliseconds"),
            "message": "request completed",
            "path": f"/{name}/items/{next(numbers) % 97}",
            "status": 200,
        }
        return json.dumps(entry)

    return line


def ingestion(world: World, group: str, events: Series) -> None:
    """What CloudWatch Logs says about a group's intake."""
    world.metric("AWS/Logs", "IncomingLogEvents", {"LogGroupName": group}, events, "None")


def _functions(world: World, story: Story) -> None:
    role = _role(world, "shop-functions", "lambda")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", "def handler(event, context):\n    return 'ok'\n")
    for name, used_mb in (("thumbnails", story.thumbnails_mb), ("receipts", 118), ("stock-sync", 164)):
        world.client("lambda").create_function(
            FunctionName=name,
            Runtime="python3.13",
            Role=role,
            Handler="app.handler",
            Code={"ZipFile": packed.getvalue()},
            Timeout=30,
            MemorySize=512 if name == "thumbnails" else 256,
            TracingConfig={"Mode": "Active"},
            Tags=TAGS,
        )
        log_group(world, f"/aws/lambda/{name}")
        function_history(world, name, 512 if name == "thumbnails" else 256, used_mb)


def function_history(world: World, name: str, memory_mb: int, used_mb: int, at: str = "8d") -> None:
    """Metrics and REPORT lines of a function that runs well."""
    of_function = {"FunctionName": name}
    world.metric("AWS/Lambda", "Invocations", of_function, count(40, noise=0.1, daily=0.5), "Count")
    world.metric("AWS/Lambda", "Errors", of_function, steady(0), "Count")
    world.metric("AWS/Lambda", "Throttles", of_function, steady(0), "Count")
    world.metric("AWS/Lambda", "ConcurrentExecutions", of_function, steady(4, noise=0.2), "Count")
    world.metric("AWS/Lambda", "Duration", of_function, spread(180, 900, samples=40, noise=0.05), "Milliseconds")
    ingestion(world, f"/aws/lambda/{name}", steady(120, noise=0.1))
    world.logs(
        f"/aws/lambda/{name}", invocation(name, memory_mb, used_mb), stream="2024/[$LATEST]a1", at=at, every="5m"
    )


def invocation(name: str, memory_mb: int, used_mb: int) -> Callable[[datetime], list[str]]:
    """The START, END and REPORT lines of one invocation, its memory a few megabytes around `used_mb`."""

    def lines(moment: datetime) -> list[str]:
        request = str(uuid5(NAMESPACE_URL, f"{name}/{moment.isoformat()}"))
        wobble = int(moment.timestamp()) // 60 % 5 - 2
        duration = 150 + int(moment.timestamp()) // 60 % 70
        report = (
            f"REPORT RequestId: {request}\tDuration: {duration}.21 ms\tBilled Duration: {duration + 1} ms\t"
            f"Memory Size: {memory_mb} MB\tMax Memory Used: {min(used_mb + wobble, memory_mb)} MB\t"
        )
        return [f"START RequestId: {request} Version: $LATEST", f"END RequestId: {request}", report]

    return lines


def _database(world: World, network: Network) -> None:
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
        MonitoringRoleArn=_role(world, "shop-monitoring", "monitoring.rds"),
        EnableCloudwatchLogsExports=["postgresql"],
        Tags=tags("orders"),
    )
    of_database = {"DBInstanceIdentifier": "orders"}
    gigabyte = 1_000_000_000
    for name, series, unit in (
        ("FreeStorageSpace", steady(61 * gigabyte, noise=0.001), "Bytes"),
        ("CPUUtilization", steady(28, noise=0.1, daily=0.4), "Percent"),
        ("FreeableMemory", steady(3.1 * gigabyte, noise=0.01), "Bytes"),
        ("DatabaseConnections", steady(42, noise=0.05), "Count"),
        ("ReadLatency", steady(0.0006, noise=0.1), "Seconds"),
        ("WriteLatency", steady(0.0011, noise=0.1), "Seconds"),
        ("DiskQueueDepth", steady(0.2, noise=0.1), "Count"),
        ("SwapUsage", steady(0), "Bytes"),
    ):
        world.metric("AWS/RDS", name, of_database, series, unit)


def _traffic(world: World, shop: Shop, story: Story) -> None:
    """Requests and answers of the load balancer."""
    balancer = {"LoadBalancer": shop.balancer_dimension}
    world.metric("AWS/ApplicationELB", "RequestCount", balancer, count(900, noise=0.05, daily=0.5), "Count")
    lost = count(300, noise=0.05, daily=0.5)
    refused = gap().then(story.since, lost) if story.unreachable else gap()
    for metric in ("HTTPCode_ELB_5XX_Count", "HTTPCode_ELB_504_Count"):
        world.metric("AWS/ApplicationELB", metric, balancer, refused, "Count")
    for name, per_minute in (("checkout", 300), ("catalog", 600)):
        of_group = balancer | {"TargetGroup": shop.group_dimensions[name]}
        for metric, series, unit in _group_history(name, per_minute, story):
            world.metric("AWS/ApplicationELB", metric, of_group, series, unit)


def _group_history(name: str, per_minute: int, story: Story) -> Iterator[tuple[str, Series, str]]:
    """Name, series and unit of a target group's metrics."""
    targets, lost = SERVICES[name], name == story.unreachable
    requests = count(per_minute, noise=0.05, daily=0.5)
    times = spread(0.06, 0.4, samples=per_minute, noise=0.05)
    yield "RequestCount", requests, "Count"
    yield "HTTPCode_Target_2XX_Count", requests.then(story.since, gap()) if lost else requests, "Count"
    yield "HTTPCode_Target_5XX_Count", count(0.1).then(story.since, gap()) if lost else count(0.1), "Count"
    yield "TargetResponseTime", times.then(story.since, gap()) if lost else times, "Seconds"
    yield "TargetConnectionErrorCount", gap().then(story.since, requests) if lost else gap(), "Count"
    yield "HealthyHostCount", steady(targets).then(story.since, 0) if lost else steady(targets), "Count"
    yield "UnHealthyHostCount", steady(0).then(story.since, targets) if lost else steady(0), "Count"


def _gateways(world: World, network: Network) -> None:
    for nat in network.nat_gateways:
        of_nat = {"NatGatewayId": nat}
        for metric, series in (
            ("ErrorPortAllocation", steady(0)),
            ("PacketsDropCount", steady(0)),
            ("PacketsOutToDestination", steady(50_000, noise=0.1, daily=0.4)),
            ("PacketsInFromDestination", steady(60_000, noise=0.1, daily=0.4)),
            ("ActiveConnectionCount", steady(220, noise=0.1)),
            ("ConnectionAttemptCount", steady(130)),
            ("ConnectionEstablishedCount", steady(130)),
            ("IdleTimeoutCount", steady(1)),
        ):
            world.metric("AWS/NATGateway", metric, of_nat, series, "Count")


def _flows(world: World, network: Network, story: Story) -> None:
    """What the flow log saw between the load balancer and the tasks."""
    ingestion(world, "/vpc/flow", steady(60, noise=0.1))
    of_vpc = [{"Name": "vpc-id", "Values": [network.vpc]}]
    interfaces = world.client("ec2").describe_network_interfaces(Filters=of_vpc)["NetworkInterfaces"]
    node = next(i["PrivateIpAddress"] for i in interfaces if i["Description"].startswith("ELB "))
    for service, group in network.task_groups.items():
        for task in (i for i in interfaces if i["Groups"][0]["GroupId"] == group):
            flow = {
                "interface": task["NetworkInterfaceId"],
                "source": node,
                "destination": task["PrivateIpAddress"],
                "destination_port": TASK_PORT,
            }
            world.flows("/vpc/flow", **flow, at="8d", every="10m", until=story.until(service))
            if service == story.unreachable:
                world.flows("/vpc/flow", **flow, action="REJECT", at=story.since, every="1m")


def _alarms(world: World, shop: Shop) -> None:
    cloudwatch = world.client("cloudwatch")
    balancer = {"LoadBalancer": shop.balancer_dimension}
    answered = balancer | {"TargetGroup": shop.group_dimensions["checkout"]}
    cloudwatch.put_metric_alarm(
        AlarmName="checkout-5xx",
        AlarmDescription="customers of checkout see errors, from its tasks or from the load balancer",
        Metrics=[
            _sum("own", "HTTPCode_Target_5XX_Count", answered),
            _sum("balancer", "HTTPCode_ELB_5XX_Count", balancer),
            {"Id": "all", "Expression": "FILL(own, 0) + FILL(balancer, 0)", "Label": "5xx", "ReturnData": True},
        ],
        EvaluationPeriods=3,
        DatapointsToAlarm=3,
        Threshold=20,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[shop.topic],
    )
    cloudwatch.put_metric_alarm(
        AlarmName="catalog-slow",
        Namespace="AWS/ApplicationELB",
        MetricName="TargetResponseTime",
        Dimensions=_listed(balancer | {"TargetGroup": shop.group_dimensions["catalog"]}),
        ExtendedStatistic="p95",
        Period=60,
        EvaluationPeriods=5,
        Threshold=2,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
        AlarmActions=[shop.topic],
    )
    cloudwatch.put_metric_alarm(
        AlarmName="orders-storage",
        Namespace="AWS/RDS",
        MetricName="FreeStorageSpace",
        Dimensions=_listed({"DBInstanceIdentifier": "orders"}),
        Statistic="Minimum",
        Period=300,
        EvaluationPeriods=3,
        Threshold=10_000_000_000,
        ComparisonOperator="LessThanThreshold",
        AlarmActions=[shop.topic],
    )


def _sum(query: str, metric: str, dimensions: dict[str, str]) -> dict[str, Any]:
    """A metric's sum per minute, as a part of an alarm's expression."""
    named = {"Namespace": "AWS/ApplicationELB", "MetricName": metric, "Dimensions": _listed(dimensions)}
    return {"Id": query, "MetricStat": {"Metric": named, "Period": 60, "Stat": "Sum"}, "ReturnData": False}


def _listed(dimensions: dict[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in dimensions.items()]
