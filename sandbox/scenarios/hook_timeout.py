"""Twenty minutes ago a deployment began whose migration waits for a lock: the hook ran out of its time."""

from sandbox.scenarios import _fleet, _shop
from sandbox.world import World

SINCE = "20m"

EXPECTED = [
    {
        "check": "test_lifecycle_hooks_finish_in_time",
        "target": "storefront/production",
        "cause": "timeout",
        "root": True,
    },
    {"check": "test_deployment_succeeded", "target": "storefront/production", "cause": "timeout", "root": True},
]


def build(world: World) -> None:
    _fleet.build(world, _shop.build(world))
    _fleet.pipeline_deploys(world, SINCE)
    world.deployment(
        _fleet.NAME,
        _fleet.GROUP,
        at=SINCE,
        revision=_fleet.make_revision(world, "1.9.0"),
        events={"AfterInstall": {"outcome": "hangs", "log": "waiting for the migration lock held by pid 812"}},
    )
