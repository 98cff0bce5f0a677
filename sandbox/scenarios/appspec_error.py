"""Ten minutes ago a revision was deployed whose AppSpec file has a hook at the wrong indentation."""

from sandbox.scenarios import _fleet, _shop
from sandbox.world import World

SINCE = "10m"
BROKEN = _fleet.APPSPEC.replace("  AfterInstall:\n", "   AfterInstall:\n")

EXPECTED = [
    {"check": "test_appspec_is_valid", "target": "storefront/production", "cause": "appspec", "root": True},
    {"check": "test_deployment_succeeded", "target": "storefront/production", "cause": "appspec", "root": True},
]


def build(world: World) -> None:
    _fleet.build(world, _shop.build(world))
    _fleet.pipeline_deploys(world, SINCE)
    world.deployment(_fleet.NAME, _fleet.GROUP, at=SINCE, revision=_fleet.make_revision(world, "1.9.0", appspec=BROKEN))
