"""Twelve minutes ago somebody removed the rule that lets the load balancer reach the tasks of checkout.

The targets time out, checkout answers 5xx, an alarm fires. Beside it, and for days, a function runs at the edge
of its memory.
"""

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "12m"

EXPECTED = [
    {
        "check": "test_path_exists",
        "target": "shop:checkout",
        "cause": "security_group",
        "outcome": "failed",
        "root": True,
    },
    {"check": "test_targets_are_healthy", "target": "checkout", "cause": "security_group", "outcome": "failed"},
    {"check": "test_load_balancer_reaches_targets", "target": "shop", "cause": "timeout", "outcome": "failed"},
    {"check": "test_alarms_are_quiet", "target": "checkout-5xx", "cause": "alarm", "outcome": "failed"},
    {"check": "test_function_memory_has_headroom", "target": "thumbnails", "cause": "memory", "outcome": "failed"},
]


def build(world: World) -> None:
    shop = _shop.build(world, _shop.Story(thumbnails_mb=497, unreachable="checkout", since=SINCE))
    group, balancer = shop.network.task_groups["checkout"], shop.network.balancer_group
    permissions = _shop.permission(_shop.TASK_PORT, group=balancer)
    world.client("ec2").revoke_security_group_ingress(GroupId=group, IpPermissions=permissions)
    world.change(
        "RevokeSecurityGroupIngress",
        resources=[group],
        at=SINCE,
        user="maria.santos",
        request={
            "groupId": group,
            "ipPermissions": {
                "items": [
                    {
                        "ipProtocol": "tcp",
                        "fromPort": _shop.TASK_PORT,
                        "toPort": _shop.TASK_PORT,
                        "groups": {"items": [{"groupId": balancer}]},
                    }
                ]
            },
        },
        response={"_return": True},
    )
