"""Half an hour ago an update of the settings' stack failed in one of its resources and was rolled back."""

from sandbox.scenarios import _fleet, _shop
from sandbox.world import World

EXPECTED = [
    {"check": "test_no_rollback_happened", "target": "shop-settings", "cause": "rollback", "root": True},
]


def build(world: World) -> None:
    _fleet.build(world, _shop.build(world))
    world.stack_operation(
        "shop-settings",
        at="30m",
        takes="50s",
        failed="Language",
        reason="Resource handler returned message: \"Parameter value 'xx' failed to satisfy constraint: "
        'AllowedPattern" (RequestToken: 5f3e, HandlerErrorCode: InvalidRequest)',
        cancelled=("Currency",),
    )
    world.change(
        "cloudformation:UpdateStack",
        resources=[("AWS::CloudFormation::Stack", "shop-settings")],
        at="30m",
        user="li.wei",
        request={"stackName": "shop-settings"},
    )
