"""What is deployed to the shop: a new version of a service, and what users then meet."""

from __future__ import annotations

from sandbox.scenarios._shop.plan import Shop
from sandbox.scenarios._shop.services import push_image, register, rolled_out
from sandbox.series import Series, count, gap, spread
from sandbox.world import World

NEXT = "1.43.0"


def deploy(world: World, name: str, at: str, takes: str = "4m", tag: str = NEXT, status: str = "SUCCESSFUL") -> str:
    """The pipeline rolled a new version of a service out; the ARN of its task definition."""
    push_image(world, name, tag)
    definition = register(world, name, tag)
    rolled_out(world, name, definition, at)
    world.service_deployment(f"shop/{name}", status, definition, at=at, takes=takes)
    return definition


def requests_of(shop: Shop, name: str) -> dict[str, str]:
    """The dimensions of what the load balancer counts for a service."""
    return {"LoadBalancer": shop.balancer_dimension, "TargetGroup": shop.group_dimensions[name]}


def errors_from(world: World, shop: Shop, name: str, since: str, errors: Series | float) -> None:
    """Since then so many requests a minute are answered with 5xx, and a few as ever before."""
    series = count(0.1).then(since, errors)
    world.metric("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", requests_of(shop, name), series, "Count")


def slower_from(world: World, shop: Shop, name: str, since: str, times: float, per_minute: int = 300) -> None:
    """Since then responses take so many times as long."""
    usual = spread(0.06, 0.4, samples=per_minute, noise=0.05)
    slow = spread(0.06 * times, 0.4 * times, samples=per_minute, noise=0.05)
    of_group = requests_of(shop, name)
    world.metric("AWS/ApplicationELB", "TargetResponseTime", of_group, usual.then(since, slow), "Seconds")


def canary(world: World, function: str, at: str, share: float, per_minute: float, errors: Series | float) -> None:
    """`live` sends a share of a function's requests to version 2 since `at`; `errors` of these fail a minute."""
    client = world.client("lambda")
    for _ in range(2):
        client.update_function_configuration(FunctionName=function, Description=f"built {NEXT}")
        client.publish_version(FunctionName=function)
    weights = {"AdditionalVersionWeights": {"2": share}}
    client.create_alias(FunctionName=function, Name="live", FunctionVersion="1", RoutingConfig=weights)
    request = {"functionName": function, "name": "live", "functionVersion": "1", "routingConfig": weights}
    resource = f"arn:aws:lambda:{world.region}:{world.account}:function:{function}"
    world.change("lambda:UpdateAlias20150331", [resource], at=at, user="pipeline", request=request)
    alias = {"FunctionName": function, "Resource": f"{function}:live"}
    old, new = count(per_minute, noise=0.05, daily=0.3), count(per_minute * share, noise=0.1)
    _executed(world, alias | {"ExecutedVersion": "1"}, old, count(0.2), per_minute)
    _executed(world, alias | {"ExecutedVersion": "2"}, gap().then(at, new), gap().then(at, errors), per_minute * share)


def _executed(world: World, version: dict[str, str], invoked: Series, failed: Series, per_minute: float) -> None:
    """What CloudWatch counts for a version behind an alias."""
    world.metric("AWS/Lambda", "Invocations", version, invoked, "Count")
    world.metric("AWS/Lambda", "Errors", version, failed, "Count")
    world.metric("AWS/Lambda", "Throttles", version, gap(), "Count")
    world.metric("AWS/Lambda", "Duration", version, spread(180, 900, samples=per_minute, noise=0.05), "Milliseconds")
