"""Somebody deleted the secret that checkout starts with, a quarter of an hour ago; a redeployment starts no task."""

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "17m"

EXPECTED = [
    {"check": "test_service_reaches_steady_state", "target": "shop/checkout", "cause": "config", "root": True},
    {"check": "test_tasks_stay_running", "target": "shop/checkout", "cause": "config", "root": True},
]


def build(world: World) -> None:
    _shop.build(world)
    secret = world.client("secretsmanager").create_secret(Name="checkout/database", SecretString="not-a-secret")["ARN"]
    _shop.allow(world, "shop-execution", "secrets", "secretsmanager:GetSecretValue", resource=secret)
    reference = {"name": "DATABASE_PASSWORD", "valueFrom": f"{secret}:password::"}
    definition = _shop.register(world, "checkout", secrets=[reference])
    world.service_deployment("shop/checkout", task_definition=definition, at="2d")
    world.client("secretsmanager").delete_secret(SecretId=secret, ForceDeleteWithoutRecovery=True)
    world.change("secretsmanager:DeleteSecret", resources=[secret], at=SINCE, user="jonas.weber")
    world.service_deployment("shop/checkout", "IN_PROGRESS", definition, at="14m", failed_tasks=2)
    world.task_stopped(
        "shop/checkout",
        "TaskFailedToStart",
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: "
        "unable to retrieve secret from asm: service call has been retried 1 time(s): failed to fetch secret "
        f"{secret} from secrets manager: ResourceNotFoundException: Secrets Manager can't find the specified secret.",
        task_definition=definition,
        ran="20s",
        at="13m",
        every="6m",
    )
