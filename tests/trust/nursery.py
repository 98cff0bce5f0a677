"""A world in which accounts grow while it runs, as they are told over HTTP: each is healthy, whatever is in it."""

from __future__ import annotations

import copy
import io
import json
import os
import threading
import traceback
import zipfile
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.plan import make_role
from sandbox.series import count
from sandbox.world import World

EXPECTED: list[dict[str, object]] = []
ADDRESS = "VITALS_NURSERY"
"""The variable that names the file into which the nursery's address goes."""


def build(world: World) -> None:
    class Nursery(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            try:
                grow(world, **told)
                said = ""
            except Exception:  # noqa: BLE001 - whoever asked is told
                said = traceback.format_exc()
            self.send_response(500 if said else 200)
            self.end_headers()
            self.wfile.write(said.encode())

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Nursery)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    Path(os.environ[ADDRESS]).write_text(f"http://127.0.0.1:{server.server_port}")


def grow(world: World, account: str, region: str, shop: bool, things: dict[str, list[dict[str, Any]]]) -> None:
    """Make an account: the shop with its baseline where it is told, and things by kind."""
    here = copy.copy(world)
    here.account, here.region, here.now = account, region, datetime.now(UTC)
    if shop and not region.startswith(("cn-", "us-gov-")):  # the shop's ARNs are of the partition aws
        _shop.build(here)
    for kind, several in things.items():
        for one in several:
            MAKERS[kind](here, **one)


def _log_group(world: World, name: str, lines: int) -> None:
    logs = world.client("logs")
    logs.create_log_group(logGroupName=name)
    logs.put_retention_policy(logGroupName=name, retentionInDays=30)
    if lines:
        world.logs(name, "INFO served", at="3h", every=f"{max(1, 60 // lines)}m")


def _function(world: World, name: str, state: str) -> None:
    """`new` was never called; `quiet` is called now and then; `busy` all the time."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.py", "def handler(event, context):\n    return 'ok'\n")
    world.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.13",
        Role=make_role(world, f"for-{name}"[:64], "lambda"),
        Handler="app.handler",
        Code={"ZipFile": packed.getvalue()},
        Timeout=30,
        TracingConfig={"Mode": "Active"},
    )
    if state != "new":
        _log_group(world, f"/aws/lambda/{name}", 0)
        world.invocations(name, duration_ms=90, at="26h", every="3h" if state == "quiet" else "1m")


def _alarm(world: World, name: str, heard: bool) -> None:
    if heard:
        world.metric("Own", name[:40].encode("ascii", "replace").decode(), {}, 1)
    world.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        Namespace="Own",
        MetricName=name[:40].encode("ascii", "replace").decode(),
        Statistic="Average",
        Period=60,
        EvaluationPeriods=3,
        Threshold=5,
        ComparisonOperator="GreaterThanThreshold",
        TreatMissingData="notBreaching",
    )


def _network(world: World) -> tuple[str, list[str]]:
    ec2 = world.client("ec2")
    vpc = next(one["VpcId"] for one in ec2.describe_vpcs()["Vpcs"] if one["IsDefault"])
    subnets = ec2.describe_subnets(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Subnets"]
    return vpc, [subnet["SubnetId"] for subnet in subnets][:2]


def _target_group(world: World, name: str, targets: int) -> None:
    """Without targets, or with instances that answer; no load balancer uses it yet."""
    vpc, subnets = _network(world)
    elbv2, ec2 = world.client("elbv2"), world.client("ec2")
    group = elbv2.create_target_group(Name=name, Protocol="HTTP", Port=80, VpcId=vpc)["TargetGroups"][0]
    if targets:
        made = ec2.run_instances(
            ImageId="ami-0abc1234", MinCount=targets, MaxCount=targets, SubnetId=subnets[0], InstanceType="m6g.large"
        )
        ids = [{"Id": instance["InstanceId"]} for instance in made["Instances"]]
        elbv2.register_targets(TargetGroupArn=group["TargetGroupArn"], Targets=ids)


def _balancer(world: World, name: str, kind: str) -> None:
    """A load balancer that nobody has asked anything yet."""
    _, subnets = _network(world)
    world.client("elbv2").create_load_balancer(Name=name, Subnets=subnets, Type=kind)


def _cluster(world: World, name: str, services: list[str]) -> None:
    """A cluster, empty or with services that are to run nothing."""
    ecs = world.client("ecs")
    ecs.create_cluster(clusterName=name, settings=[{"name": "containerInsights", "value": "enabled"}])
    _, subnets = _network(world)
    group = world.client("ec2").describe_security_groups()["SecurityGroups"][0]["GroupId"]
    image = {"name": "app", "image": "public.ecr.aws/nginx/nginx:1.29"}
    for service in services:
        ecs.register_task_definition(
            family=service, networkMode="awsvpc", requiresCompatibilities=["FARGATE"], cpu="256", memory="512",
            containerDefinitions=[image],
        )  # fmt: skip
        ecs.create_service(
            cluster=name, serviceName=service, taskDefinition=service, desiredCount=0, launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": {"subnets": subnets, "securityGroups": [group]}},
        )  # fmt: skip


def _table(world: World, name: str, reads: int) -> None:
    world.client("dynamodb").create_table(
        TableName=name,
        AttributeDefinitions=[{"AttributeName": "day", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "day", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
    )
    if reads:
        world.metric("AWS/DynamoDB", "ConsumedReadCapacityUnits", {"TableName": name}, count(reads), "Count")


def _rest_api(world: World, name: str) -> None:
    """An API that was just made: no stage, no request."""
    world.client("apigateway").create_rest_api(name=name)


def _queue(world: World, name: str) -> None:
    world.client("sqs").create_queue(QueueName=name)


def _vpc(world: World, name: str) -> None:
    """A network in which nothing is yet."""
    ec2 = world.client("ec2")
    vpc = ec2.create_vpc(CidrBlock="10.44.0.0/16")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[vpc], Tags=[{"Key": "Name", "Value": name}])
    ec2.create_subnet(VpcId=vpc, CidrBlock="10.44.1.0/24")
    ec2.create_security_group(GroupName="own", Description="own", VpcId=vpc)


MAKERS = {
    "log_group": _log_group,
    "function": _function,
    "alarm": _alarm,
    "target_group": _target_group,
    "balancer": _balancer,
    "cluster": _cluster,
    "table": _table,
    "rest_api": _rest_api,
    "queue": _queue,
    "vpc": _vpc,
}
