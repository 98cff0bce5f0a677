"""Six minutes ago all traffic of checkout moved to 1.43.0; blue and green both run while it bakes. Nothing is wrong."""

from sandbox.scenarios import _shop
from sandbox.world import World

VERSION = "1.43.0"
EXPECTED: list[dict[str, object]] = []


def build(world: World) -> None:
    shop = _shop.build(world)
    _shop.push_image(world, "checkout", VERSION, architectures=("amd64", "arm64"))
    definition = _shop.register(world, "checkout", tag=VERSION)
    world.client("elbv2").create_target_group(
        Name="checkout-blue", Protocol="HTTP", Port=_shop.TASK_PORT, VpcId=shop.network.vpc, TargetType="ip"
    )
    _shop.rolled_out(world, "checkout", definition, at="16m")
    world.service_deployment(
        "shop/checkout",
        "IN_PROGRESS",
        definition,
        at="16m",
        strategy="BLUE_GREEN",
        stage="BAKE_TIME",
        traffic=100,
        test_traffic=100,
    )
    world.service_event(
        "shop/checkout", "has started 4 tasks: (task 41aa) (task 77b0) (task 90c1) (task e2f3).", at="15m"
    )
