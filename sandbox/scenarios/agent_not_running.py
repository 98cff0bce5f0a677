"""Since yesterday the CodeDeploy agent has not run on any instance; an hour and a quarter ago somebody deployed."""

from sandbox.scenarios import _fleet, _shop
from sandbox.world import World

SINCE = "75m"

EXPECTED = [
    {"check": "test_deployment_succeeded", "target": "storefront/production", "cause": "agent", "root": True},
]


def build(world: World) -> None:
    fleet = _fleet.build(world, _shop.build(world))
    for instance in fleet.instances:
        world.agent_stopped(instance, at="1d")
    _fleet.pipeline_deploys(world, SINCE)
    world.deployment(_fleet.NAME, _fleet.GROUP, at=SINCE, revision=_fleet.make_revision(world, "1.9.0"))
