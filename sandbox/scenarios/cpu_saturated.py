"""For twenty-five minutes checkout has used all of its CPU, and it runs as many tasks as it may.

Nothing fails. It is slow, and Application Auto Scaling may start no more of them.
"""

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.requests import SAMPLED
from sandbox.series import spread, steady
from sandbox.world import World

SINCE = "25m"
EXPECTED = [
    {"check": "test_compute_has_headroom", "target": "shop/checkout", "cause": "cpu", "root": True},
    {"check": "test_responses_are_fast", "target": "checkout", "cause": "cpu"},
]


def build(world: World) -> None:
    shop = _shop.build(world, _shop.Story(traced_until=SINCE))
    busy = steady(36, noise=0.1, daily=0.4).then(SINCE, steady(98, noise=0.01))
    of_service = {"ClusterName": "shop", "ServiceName": "checkout"}
    world.metric("AWS/ECS", "CPUUtilization", of_service, busy, "Percent")
    world.trace(_shop.buy(own_ms=520), at=SINCE, every="30s", noise=0.1, sampled=SAMPLED, method="POST")
    of_group = {"LoadBalancer": shop.balancer_dimension, "TargetGroup": shop.group_dimensions["checkout"]}
    times = spread(0.06, 0.4, samples=300, noise=0.05).then(SINCE, spread(0.6, 1.3, samples=300))
    world.metric("AWS/ApplicationELB", "TargetResponseTime", of_group, times, "Seconds")
    world.client("application-autoscaling").register_scalable_target(
        ServiceNamespace="ecs",
        ResourceId="service/shop/checkout",
        ScalableDimension="ecs:service:DesiredCount",
        MinCapacity=2,
        MaxCapacity=4,
    )
    for ago in ("20m", "12m", "4m"):
        world.scaling("service/shop/checkout", refused="AlreadyAtMaxCapacity", at=ago)
