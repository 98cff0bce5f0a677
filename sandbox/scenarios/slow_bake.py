"""Checkout was deployed on a night when hardly anybody buys: twenty requests since. Nobody can tell what it does."""

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.releases import deploy, requests_of
from sandbox.series import count, gap, spread
from sandbox.world import World

EXPECTED = [{"check": "test_deployment_did_no_harm", "target": "shop/checkout", "outcome": "error"}]
ARGS = ["-m", "deploy", "--gate"]


def build(world: World) -> None:
    shop = _shop.build(world)
    deploy(world, "checkout", at="30m")
    of_group = requests_of(shop, "checkout")
    for name in ("RequestCount", "HTTPCode_Target_2XX_Count"):
        world.metric("AWS/ApplicationELB", name, of_group, count(1, noise=0.2), "Count")
    world.metric("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", of_group, gap(), "Count")
    world.metric("AWS/ApplicationELB", "TargetResponseTime", of_group, spread(0.06, 0.4, samples=1), "Seconds")
