"""The new tasks of checkout warm up slowly: they fail their health checks now, and soon pass them.

A gate that looks once is red. One that waits until all is healthy on two new looks sees it heal.
"""

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.releases import deploy
from sandbox.world import World

EXPECTED: list[dict[str, object]] = []
ARGS = ["-m", "deploy", "--gate", "--until-healthy", "8m", "--consecutive", "2"]


def build(world: World) -> None:
    shop = _shop.build(world)
    deploy(world, "checkout", at="30m")
    world.client("elbv2").modify_target_group(
        TargetGroupArn=shop.groups["checkout"],
        HealthCheckIntervalSeconds=5,
        HealthCheckTimeoutSeconds=2,
        HealthyThresholdCount=2,
    )
    world.target_answers("checkout", "*", answer=503, at="2m")
    world.target_answers("checkout", "*", answer=200, at=-40)
