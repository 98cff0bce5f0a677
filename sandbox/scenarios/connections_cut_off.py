"""The new version of checkout cuts connections off: the load balancer answers 502 itself, and no target counts it."""

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.releases import deploy
from sandbox.series import count, gap
from sandbox.world import World

EXPECTED = [{"check": "test_deployment_did_no_harm", "target": "shop/checkout", "cause": "code", "root": True}]
ARGS = ["-m", "deploy", "--gate"]


def build(world: World) -> None:
    shop = _shop.build(world)
    deploy(world, "checkout", at="25m")
    balancer, cut_off = {"LoadBalancer": shop.balancer_dimension}, gap().then("21m", count(30, noise=0.3))
    for name in ("HTTPCode_ELB_5XX_Count", "HTTPCode_ELB_502_Count"):
        world.metric("AWS/ApplicationELB", name, balancer, cut_off, "Count")
