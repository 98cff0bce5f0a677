"""Version 2 of thumbnails has had 5 % of its traffic for 25 minutes, and fails for one request in ten.

Of all of the function's requests that is half a percent: only the comparison of the two versions shows it.
"""

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.releases import canary
from sandbox.series import count
from sandbox.world import World

EXPECTED = [{"check": "test_deployment_did_no_harm", "target": "thumbnails:live", "cause": "code", "root": True}]
ARGS = ["-m", "deploy", "--gate"]


def build(world: World) -> None:
    _shop.build(world)
    canary(world, "thumbnails", at="25m", share=0.05, per_minute=600, errors=count(3, noise=0.3))
