"""Half an hour ago somebody took the permission to read pictures from the role of the functions."""

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "30m"

EXPECTED = [
    {"check": "test_function_is_permitted", "target": "thumbnails", "cause": "permission", "root": True},
    {"check": "test_function_errors_are_rare", "target": "thumbnails", "cause": "permission"},
    {"check": "test_no_new_error_type", "target": "/aws/lambda/thumbnails", "cause": "permission"},
]


def build(world: World) -> None:
    _shop.build(world)
    world.change(
        "iam:DeleteRolePolicy",
        resources=[("AWS::IAM::Role", "shop-functions")],
        at=SINCE,
        user="maria.santos",
        request={"roleName": "shop-functions", "policyName": "read-pictures"},
    )
    caller = f"arn:aws:sts::{world.account}:assumed-role/shop-functions/thumbnails"
    world.invocations(
        "thumbnails",
        "error",
        error="ClientError: An error occurred (AccessDenied) when calling the GetObject operation: "
        f"User: {caller} is not authorized to perform: s3:GetObject on resource: "
        '"arn:aws:s3:::shop-pictures/tea.jpg" because no identity-based policy allows the s3:GetObject action',
        at=SINCE,
        every="20s",
    )
