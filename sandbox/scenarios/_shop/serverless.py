"""What of the shop runs without servers: its APIs, a queue, a state machine, and a function inside the network."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from itertools import count as counter
from typing import Any

from sandbox.scenarios._shop.plan import TAGS, Network, make_log_group, make_role, tags
from sandbox.series import count, gap, spread, steady
from sandbox.world import World

ACCESS_LOG = "/aws/apigateway/shop"
PARTNERS_LOG = "/aws/apigateway/partners"
_FORMAT = {
    "requestId": "$context.requestId",
    "ip": "$context.identity.sourceIp",
    "requestTime": "$context.requestTime",
    "httpMethod": "$context.httpMethod",
    "path": "$context.path",
    "status": "$context.status",
    "responseLatency": "$context.responseLatency",
}


def build_serverless(world: World, network: Network) -> None:
    """A REST and an HTTP API, the queue of receipts, the state machine of refunds; stock-sync runs in the network."""
    _into_the_network(world, network)
    _rest_api(world)
    _http_api(world)
    _queue(world)
    _state_machine(world)


def _into_the_network(world: World, network: Network) -> None:
    ec2 = world.client("ec2")
    group = ec2.create_security_group(GroupName="stock-sync", Description="stock-sync", VpcId=network.vpc)["GroupId"]
    ec2.create_tags(Resources=[group], Tags=tags("stock-sync"))
    world.client("lambda").update_function_configuration(
        FunctionName="stock-sync",
        VpcConfig={"SubnetIds": list(network.private_subnets), "SecurityGroupIds": [group]},
    )


def _rest_api(world: World) -> None:
    """The API of the shop's app, which calls the function thumbnails."""
    gateway = world.client("apigateway")
    api = gateway.create_rest_api(name="shop-api", tags=TAGS)["id"]
    root = gateway.get_resources(restApiId=api)["items"][0]["id"]
    gateway.put_method(restApiId=api, resourceId=root, httpMethod="GET", authorizationType="NONE")
    function = f"arn:aws:lambda:{world.region}:{world.account}:function:thumbnails"
    gateway.put_integration(
        restApiId=api,
        resourceId=root,
        httpMethod="GET",
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=f"arn:aws:apigateway:{world.region}:lambda:path/2015-03-31/functions/{function}/invocations",
    )
    deployment = gateway.create_deployment(restApiId=api)["id"]
    gateway.create_stage(restApiId=api, stageName="prod", deploymentId=deployment, tracingEnabled=True, tags=TAGS)
    make_log_group(world, ACCESS_LOG)
    log = f"arn:aws:logs:{world.region}:{world.account}:log-group:{ACCESS_LOG}"
    settings = {"destinationArn": log, "format": json.dumps(_FORMAT)}
    changes = [{"op": "replace", "path": f"/accessLogSettings/{key}", "value": text} for key, text in settings.items()]
    gateway.update_stage(restApiId=api, stageName="prod", patchOperations=changes)
    _api_history(world, {"ApiName": "shop-api", "Stage": "prod"}, "5XXError", "4XXError")
    world.logs(ACCESS_LOG, _access_log(), stream="prod", at="8d", every="10m")
    world.metric("AWS/Logs", "IncomingLogEvents", {"LogGroupName": ACCESS_LOG}, steady(60, noise=0.1), "None")


def _access_log() -> Callable[[datetime], str]:
    numbers = counter(1)

    def line(moment: datetime) -> str:
        n = next(numbers)
        said = (f"req-{n}", "198.51.100.7", f"{moment:%d/%b/%Y:%H:%M:%S +0000}", "GET", f"/items/{n % 97}")
        return json.dumps(dict(zip(_FORMAT, (*said, "200", str(40 + n % 30)), strict=True)))

    return line


def _http_api(world: World) -> None:
    """The API for partners."""
    gateway = world.client("apigatewayv2")
    api = gateway.create_api(Name="partners", ProtocolType="HTTP", Tags=TAGS)["ApiId"]
    make_log_group(world, PARTNERS_LOG)
    log = f"arn:aws:logs:{world.region}:{world.account}:log-group:{PARTNERS_LOG}"
    gateway.create_stage(
        ApiId=api,
        StageName="v1",
        AutoDeploy=True,
        AccessLogSettings={"DestinationArn": log, "Format": json.dumps(_FORMAT)},
        Tags=TAGS,
    )
    _api_history(world, {"ApiId": api, "Stage": "v1"}, "5xx", "4xx")


def _api_history(world: World, stage: dict[str, str], server_errors: str, client_errors: str) -> None:
    """Requests of a stage that answers them."""
    for name, series, unit in (
        ("Count", count(50, noise=0.05, daily=0.5), "Count"),
        (server_errors, steady(0), "Count"),
        (client_errors, count(0.2), "Count"),
        ("Latency", spread(60, 380, samples=50, noise=0.05), "Milliseconds"),
        ("IntegrationLatency", spread(50, 350, samples=50, noise=0.05), "Milliseconds"),
    ):
        world.metric("AWS/ApiGateway", name, stage, series, unit)


def _queue(world: World) -> None:
    """Orders wait in a queue until receipts has written their receipt."""
    sqs = world.client("sqs")
    sqs.create_queue(QueueName="receipts", Attributes={"VisibilityTimeout": "180"}, tags=TAGS)
    world.client("lambda").create_event_source_mapping(
        FunctionName="receipts", EventSourceArn=f"arn:aws:sqs:{world.region}:{world.account}:receipts"
    )
    age: dict[str, Any] = {"QueueName": "receipts"}
    world.metric("AWS/SQS", "ApproximateAgeOfOldestMessage", age, steady(4, noise=0.3), "Seconds")


def _state_machine(world: World) -> None:
    """Refunds, one state each."""
    states = {"Refund": {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "End": True}}
    arn = world.client("stepfunctions").create_state_machine(
        name="refunds",
        definition=json.dumps({"StartAt": "Refund", "States": states}),
        roleArn=make_role(world, "shop-refunds", "states"),
        tags=tags("refunds", upper=False),
    )["stateMachineArn"]
    of_machine = {"StateMachineArn": arn}
    world.metric("AWS/States", "ExecutionsStarted", of_machine, count(3, noise=0.1, daily=0.5), "Count")
    world.metric("AWS/States", "ExecutionsSucceeded", of_machine, count(3, noise=0.1, daily=0.5), "Count")
    for name in ("ExecutionsFailed", "ExecutionsTimedOut", "ExecutionThrottled"):
        world.metric("AWS/States", name, of_machine, gap(), "Count")
