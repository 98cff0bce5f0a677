"""The new version of checkout answers every request, and takes half as long again for each; nothing fails."""

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.releases import deploy, slower_from
from sandbox.world import World

EXPECTED = [{"check": "test_deployment_did_no_harm", "target": "shop/checkout", "cause": "code", "root": True}]
ARGS = ["-m", "deploy", "--gate"]


def build(world: World) -> None:
    shop = _shop.build(world)
    deploy(world, "checkout", at="30m")
    slower_from(world, shop, "checkout", "26m", 1.5)
