"""The validation of a new version of receipts failed before it got traffic; CodeDeploy went back to the one before."""

from sandbox.scenarios import _fleet, _shop
from sandbox.world import World

SINCE = "18m"

EXPECTED = [
    {"check": "test_lifecycle_scripts_succeed", "target": "receipts/live", "cause": "code", "root": True},
    {"check": "test_deployment_succeeded", "target": "receipts/live", "cause": "code", "root": True},
    {"check": "test_no_rollback_happened", "target": "receipts/live", "cause": "rollback"},
]


def build(world: World) -> None:
    _fleet.build(world, _shop.build(world))
    _fleet.pipeline_deploys(world, SINCE, "receipts", "live")
    world.deployment(
        "receipts",
        "live",
        at=SINCE,
        revision=_fleet.of_function("receipts", "2", "3", _fleet.HOOK),
        events={"BeforeAllowTraffic": {"outcome": "fails", "takes": "40s"}},
    )
