"""The storefront that is deployed cannot be stopped: its own stop script fails, whatever is in the new revision."""

from sandbox.scenarios import _fleet, _shop
from sandbox.world import World

SINCE = "25m"

EXPECTED = [
    {"check": "test_lifecycle_scripts_succeed", "target": "storefront/production", "cause": "script", "root": True},
    {"check": "test_deployment_succeeded", "target": "storefront/production", "cause": "script", "root": True},
]


def build(world: World) -> None:
    _fleet.build(world, _shop.build(world))
    _fleet.pipeline_deploys(world, SINCE)
    world.deployment(
        _fleet.NAME,
        _fleet.GROUP,
        at=SINCE,
        revision=_fleet.make_revision(world, "1.9.0"),
        events={"ApplicationStop": {"outcome": "exit", "exit_code": 5, "log": "Unit storefront.service not loaded."}},
    )
