"""What happened in the shop: eight days of metrics, logs and flow records."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count as counter
from uuid import NAMESPACE_URL, uuid5

from sandbox.scenarios._shop.plan import FUNCTIONS, SERVICES, TASK_PORT, Network, Shop, Story
from sandbox.series import Series, count, gap, spread, steady
from sandbox.world import World


def service_history(world: World, story: Story) -> None:
    """The services answer, as long as they are reached."""
    for name in SERVICES:
        _service(world, name, story.until(name))


def _service(world: World, name: str, until: str) -> None:
    of_service = {"ClusterName": "shop", "ServiceName": name}
    world.metric("AWS/ECS", "CPUUtilization", of_service, steady(35, noise=0.1, daily=0.4), "Percent")
    world.metric("AWS/ECS", "MemoryUtilization", of_service, steady(52, noise=0.02), "Percent")
    world.logs(f"/ecs/shop/{name}", _answered(name), stream=f"{name}/{name}/1", at="8d", every="2m", until=until)
    _ingestion(world, f"/ecs/shop/{name}", steady(30, noise=0.1))


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


def _ingestion(world: World, group: str, events: Series) -> None:
    """What CloudWatch Logs says about a group's intake."""
    world.metric("AWS/Logs", "IncomingLogEvents", {"LogGroupName": group}, events, "None")


def function_history(world: World, story: Story) -> None:
    """The functions run well, within their memory."""
    used_mb = {"thumbnails": story.thumbnails_mb, "receipts": 118, "stock-sync": 164}
    for name, memory_mb in FUNCTIONS.items():
        _function(world, name, memory_mb, used_mb[name])


def _function(world: World, name: str, memory_mb: int, used_mb: int) -> None:
    """Metrics and REPORT lines of a function that runs well."""
    of_function = {"FunctionName": name}
    world.metric("AWS/Lambda", "Invocations", of_function, count(40, noise=0.1, daily=0.5), "Count")
    world.metric("AWS/Lambda", "Errors", of_function, steady(0), "Count")
    world.metric("AWS/Lambda", "Throttles", of_function, steady(0), "Count")
    world.metric("AWS/Lambda", "ConcurrentExecutions", of_function, steady(4, noise=0.2), "Count")
    world.metric("AWS/Lambda", "Duration", of_function, spread(180, 900, samples=40, noise=0.05), "Milliseconds")
    _ingestion(world, f"/aws/lambda/{name}", steady(120, noise=0.1))
    world.logs(
        f"/aws/lambda/{name}", _invocation(name, memory_mb, used_mb), stream="2024/[$LATEST]a1", at="8d", every="5m"
    )


def _invocation(name: str, memory_mb: int, used_mb: int) -> Callable[[datetime], list[str]]:
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


def database_history(world: World) -> None:
    """What CloudWatch says about the database."""
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
    for sessions, wait, sql in (
        (steady(0.35, noise=0.2, daily=0.4), "CPU", "SELECT * FROM orders WHERE id = $1"),
        (steady(0.2, noise=0.2, daily=0.4), "CPU", "INSERT INTO orders (customer_id, total) VALUES ($1, $2)"),
        (steady(0.12, noise=0.3, daily=0.4), "IO:XactSync", "COMMIT"),
        (steady(0.05, noise=0.3, daily=0.4), "IO:DataFileRead", "SELECT * FROM orders WHERE id = $1"),
    ):
        world.database_load("orders", sessions, wait, sql)


def traffic(world: World, shop: Shop, story: Story) -> None:
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


def gateway_history(world: World, network: Network) -> None:
    """The NAT gateways carry what they are given."""
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


def flow_records(world: World, network: Network, story: Story) -> None:
    """What the flow log saw between the load balancer and the tasks."""
    _ingestion(world, "/vpc/flow", steady(60, noise=0.1))
    of_vpc = [{"Name": "vpc-id", "Values": [network.vpc]}]
    interfaces = world.client("ec2").describe_network_interfaces(Filters=of_vpc)["NetworkInterfaces"]
    node = next(i["PrivateIpAddress"] for i in interfaces if i["Description"].startswith("ELB "))
    for service, group in network.task_groups.items():
        for task in (i for i in interfaces if group in [g["GroupId"] for g in i["Groups"]]):
            flow = {
                "interface": task["NetworkInterfaceId"],
                "source": node,
                "destination": task["PrivateIpAddress"],
                "destination_port": TASK_PORT,
            }
            world.flows("/vpc/flow", **flow, at="8d", every="10m", until=story.until(service))
            if service == story.unreachable:
                world.flows("/vpc/flow", **flow, action="REJECT", at=story.since, every="1m")
