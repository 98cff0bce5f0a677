"""Twenty minutes ago somebody took the permission to pull images and write logs from the tasks' execution role.

What runs goes on. A redeployment of checkout, a little later, cannot start a task.
"""

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "20m"

EXPECTED = [
    {"check": "test_task_roles_are_permitted", "target": "checkout:1", "cause": "permission", "root": True},
    {"check": "test_task_roles_are_permitted", "target": "catalog:1", "cause": "permission"},
    {"check": "test_service_reaches_steady_state", "target": "shop/checkout", "cause": "permission"},
    {"check": "test_tasks_stay_running", "target": "shop/checkout", "cause": "permission"},
]


def build(world: World) -> None:
    _shop.build(world)
    role = f"arn:aws:iam::{world.account}:role/shop-execution"
    world.client("iam").detach_role_policy(RoleName="shop-execution", PolicyArn=_shop.EXECUTION_POLICY)
    world.change(
        "iam:DetachRolePolicy",
        resources=[role],
        at=SINCE,
        user="maria.santos",
        request={"roleName": "shop-execution", "policyArn": _shop.EXECUTION_POLICY},
    )
    definition = f"arn:aws:ecs:{world.region}:{world.account}:task-definition/checkout:1"
    world.service_deployment("shop/checkout", "IN_PROGRESS", definition, at="15m", failed_tasks=2)
    caller = f"arn:aws:sts::{world.account}:assumed-role/shop-execution/4e1f"
    world.task_stopped(
        "shop/checkout",
        "TaskFailedToStart",
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "
        "unable to retrieve ecr registry auth: service call has been retried 3 time(s): AccessDeniedException: "
        f"User: {caller} is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no "
        "identity-based policy allows the ecr:GetAuthorizationToken action",
        ran="30s",
        at="14m",
        every="6m",
    )
