"""Somebody took the policy from CodeDeploy's service role, and the deployment after that found no instances to ask."""

from sandbox.scenarios import _fleet, _shop
from sandbox.world import World

SINCE = "12m"

EXPECTED = [
    {
        "check": "test_deployment_roles_are_permitted",
        "target": "storefront/production",
        "cause": "permission",
        "root": True,
    },
    {"check": "test_deployment_succeeded", "target": "storefront/production", "cause": "permission", "root": True},
]


def build(world: World) -> None:
    _fleet.build(world, _shop.build(world))
    world.client("iam").detach_role_policy(RoleName="shop-codedeploy", PolicyArn=_fleet.POLICY)
    world.change(
        "iam:DetachRolePolicy",
        resources=[("AWS::IAM::Role", "shop-codedeploy")],
        at="40m",
        user="maria.santos",
        request={"roleName": "shop-codedeploy", "policyArn": _fleet.POLICY},
    )
    world.deployment(_fleet.NAME, _fleet.GROUP, at=SINCE, revision=_fleet.make_revision(world, "1.9.0"))
