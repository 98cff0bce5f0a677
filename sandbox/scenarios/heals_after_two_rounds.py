"""The new tasks of checkout warm up slowly: they fail their health checks now, and will pass them in a minute or two.

A gate that looks once is red. One that waits until all is healthy on two new looks sees it heal.
"""

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.releases import deploy
from sandbox.world import World

EXPECTED: list[dict[str, object]] = []
ARGS = ["-m", "deploy", "--gate", "--until-healthy", "8m", "--consecutive", "2"]


def build(world: World) -> None:
    _shop.build(world)
    deploy(world, "checkout", at="30m")
    world.target_answers("checkout", "*", answer=503, at="2m")
    world.target_answers("checkout", "*", answer=200, at=-100)
