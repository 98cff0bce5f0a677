"""The circuit breaker took version 1.43.0 of checkout back 80 minutes ago. All is green since: on the old version.

The pipeline asks for the task definition that it deployed; nothing else shows that it does not run.
"""

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.releases import deploy
from sandbox.world import World

EXPECTED = [{"check": "test_running_version_is_intended", "target": "shop/checkout", "cause": "rollback", "root": True}]
ARGS = ["-m", "deploy", "--gate", "--expect", "checkout:2"]


def build(world: World) -> None:
    _shop.build(world)
    deploy(world, "checkout", at="90m", takes="9m", status="ROLLBACK_SUCCESSFUL")
