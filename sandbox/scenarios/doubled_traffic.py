"""A campaign began when the new version of checkout was out: twice the requests, twice the errors. Nothing is wrong."""

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.releases import deploy, errors_from, requests_of
from sandbox.series import count, spread
from sandbox.world import World

EXPECTED: list[dict[str, object]] = []
ARGS = ["-m", "deploy", "--gate"]


def build(world: World) -> None:
    shop = _shop.build(world)
    deploy(world, "checkout", at="30m")
    of_group = requests_of(shop, "checkout")
    requests = count(300, noise=0.05, daily=0.5).then("26m", count(600, noise=0.05, daily=0.5))
    times = spread(0.06, 0.4, samples=300, noise=0.05).then("26m", spread(0.06, 0.4, samples=600, noise=0.05))
    world.metric("AWS/ApplicationELB", "RequestCount", of_group, requests, "Count")
    world.metric("AWS/ApplicationELB", "HTTPCode_Target_2XX_Count", of_group, requests, "Count")
    world.metric("AWS/ApplicationELB", "TargetResponseTime", of_group, times, "Seconds")
    errors_from(world, shop, "checkout", "26m", count(0.2))
