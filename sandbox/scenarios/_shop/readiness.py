"""What the shop keeps ready for the day when something goes wrong."""

from __future__ import annotations

import json

from sandbox.scenarios._shop.plan import Shop, make_log_group, make_role, tags
from sandbox.series import gap
from sandbox.world import World

_TELLING = "arn:aws:states:::sns:publish"


def build_readiness(world: World, shop: Shop) -> None:
    """Access logs, a trail, a record of stopped tasks, and a runbook that was rehearsed."""
    _access_log(world, shop)
    _trail(world)
    _stopped_tasks(world)
    _nightly(world)
    _runbook(world, shop)


def _access_log(world: World, shop: Shop) -> None:
    bucket = _bucket(world, "shop-access-logs")
    attributes = {"access_logs.s3.enabled": "true", "access_logs.s3.bucket": bucket, "access_logs.s3.prefix": ""}
    world.client("elbv2").modify_load_balancer_attributes(
        LoadBalancerArn=shop.balancer, Attributes=[{"Key": key, "Value": value} for key, value in attributes.items()]
    )


def _bucket(world: World, name: str) -> str:
    name = f"{name}-{world.account}"
    elsewhere = {"CreateBucketConfiguration": {"LocationConstraint": world.region}}
    world.client("s3").create_bucket(Bucket=name, **(elsewhere if world.region != "us-east-1" else {}))
    return name


def _trail(world: World) -> None:
    cloudtrail = world.client("cloudtrail")
    cloudtrail.create_trail(Name="all", S3BucketName=_bucket(world, "shop-trail"), IsMultiRegionTrail=True)
    cloudtrail.start_logging(Name="all")


def _stopped_tasks(world: World) -> None:
    group = "/ecs/events"
    make_log_group(world, group)
    events = world.client("events")
    pattern = {"source": ["aws.ecs"], "detail-type": ["ECS Task State Change"]}
    events.put_rule(Name="stopped-tasks", EventPattern=json.dumps(pattern), State="ENABLED")
    arn = f"arn:aws:logs:{world.region}:{world.account}:log-group:{group}"
    events.put_targets(Rule="stopped-tasks", Targets=[{"Id": "log", "Arn": arn}])


def _nightly(world: World) -> None:
    events = world.client("events")
    events.put_rule(Name="vitals-nightly", ScheduleExpression="cron(0 3 * * ? *)", State="ENABLED")
    arn = f"arn:aws:lambda:{world.region}:{world.account}:function:vitals"
    events.put_targets(Rule="vitals-nightly", Targets=[{"Id": "run", "Arn": arn}])


def _runbook(world: World, shop: Shop) -> None:
    page = {
        "Type": "Task",
        "Resource": _TELLING,
        "Parameters": {"TopicArn": shop.topic, "Message.$": "$.alarm"},
        "End": True,
    }
    arn = world.client("stepfunctions").create_state_machine(
        name="incident-runbook",
        definition=json.dumps({"StartAt": "Page", "States": {"Page": page}}),
        roleArn=make_role(world, "shop-runbook", "states"),
        tags=tags("incident-runbook", upper=False),
    )["stateMachineArn"]
    world.executions(arn, at="3d")
    for name in ("Started", "Succeeded", "Failed", "TimedOut"):
        world.metric("AWS/States", f"Executions{name}", {"StateMachineArn": arn}, gap(), "Count")
    world.metric("AWS/States", "ExecutionThrottled", {"StateMachineArn": arn}, gap(), "Count")
