"""A quarter of an hour ago a deployment began whose start script ends with an error on every instance."""

from sandbox.scenarios import _fleet, _shop
from sandbox.world import World

SINCE = "15m"

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
        config="CodeDeployDefault.AllAtOnce",
        events={"ApplicationStart": {"outcome": "exit", "exit_code": 127, "log": "start.sh: line 4: pm2: not found"}},
    )
