"""The new version of checkout was rolled out without a hitch 25 minutes ago; since then one request in fifty fails."""

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.releases import deploy, errors_from
from sandbox.series import count
from sandbox.world import World

EXPECTED = [{"check": "test_deployment_did_no_harm", "target": "shop/checkout", "cause": "code", "root": True}]
ARGS = ["-m", "deploy", "--gate"]


def build(world: World) -> None:
    shop = _shop.build(world)
    deploy(world, "checkout", at="25m")
    errors_from(world, shop, "checkout", "21m", count(6, noise=0.4))
