"""Version 2 of thumbnails has had 10 % of its traffic for 20 minutes, and answers as version 1 does. All is well."""

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.releases import canary
from sandbox.series import count
from sandbox.world import World

EXPECTED: list[dict[str, object]] = []
ARGS = ["-m", "deploy", "--gate"]


def build(world: World) -> None:
    _shop.build(world)
    canary(world, "thumbnails", at="20m", share=0.1, per_minute=600, errors=count(0.05))
