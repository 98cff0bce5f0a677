"""The new version of the storefront answers its health check with 404: the first instance never gets traffic again."""

from sandbox.scenarios import _fleet, _shop
from sandbox.series import steady
from sandbox.world import World

SINCE = "14m"
SICK = "13m"

EXPECTED = [
    {"check": "test_targets_are_healthy", "target": "storefront", "cause": "health_check", "root": True},
    {
        "check": "test_deployment_keeps_instances_healthy",
        "target": "storefront/production",
        "cause": "health_check",
        "root": True,
    },
    {"check": "test_deployment_succeeded", "target": "storefront/production", "cause": "health_check", "root": True},
]


def build(world: World) -> None:
    fleet = _fleet.build(world, _shop.build(world), healthy=steady(3).then(SICK, 2))
    first = fleet.instances[0]
    world.target_answers("storefront", first, answer=404, at=SICK)
    world.metric("AWS/ApplicationELB", "UnHealthyHostCount", fleet.dimensions, steady(0).then(SICK, 1), "Count")
    _fleet.pipeline_deploys(world, SINCE)
    world.deployment(
        _fleet.NAME,
        _fleet.GROUP,
        at=SINCE,
        revision=_fleet.make_revision(world, "1.9.0"),
        events={"AllowTraffic": {"outcome": "unhealthy", "takes": "6m"}},
    )
