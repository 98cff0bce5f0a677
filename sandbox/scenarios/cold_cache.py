"""Catalog was released fifty minutes ago, and for eight minutes its cache was cold. By now it is quick again.

Slow, but normal: nothing is wrong.
"""

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.requests import SAMPLED
from sandbox.series import spread
from sandbox.world import World

EXPECTED: list[dict[str, object]] = []
COLD, WARM = "50m", "42m"


def build(world: World) -> None:
    shop = _shop.build(world)
    world.change("ecs:UpdateService", [("AWS::ECS::Service", "shop/catalog")], at="52m", user="deployer")
    world.trace(_shop.browse(own_ms=3_400), at=COLD, every="15s", until=WARM, noise=0.1, sampled=SAMPLED)
    of_group = {"LoadBalancer": shop.balancer_dimension, "TargetGroup": shop.group_dimensions["catalog"]}
    usual = spread(0.06, 0.4, samples=600, noise=0.05)
    times = usual.then(COLD, spread(0.8, 3.9, samples=600)).then(WARM, usual)
    world.metric("AWS/ApplicationELB", "TargetResponseTime", of_group, times, "Seconds")
