"""What is deployed to the shop: a new version of a service, and what users then meet."""

from __future__ import annotations

from sandbox.scenarios._shop.plan import Shop
from sandbox.scenarios._shop.services import push_image, register, rolled_out
from sandbox.series import Series, count, spread
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
