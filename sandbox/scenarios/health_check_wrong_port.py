"""Twenty minutes ago somebody made the health check of checkout ask port 8081, on which nothing listens."""

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "20m"

EXPECTED = [
    {"check": "test_targets_are_healthy", "target": "checkout", "cause": "config", "root": True},
    {"check": "test_path_exists", "target": "shop:checkout", "cause": "security_group"},
    {"check": "test_tasks_stay_running", "target": "shop/checkout", "cause": "health_check"},
]


def build(world: World) -> None:
    shop = _shop.build(world)
    _shop.modified(world, shop, "checkout", at=SINCE, HealthCheckPort="8081")
    _shop.unhealthy(world, shop, "checkout", since="19m")
    reason = f"Task failed ELB health checks in (target-group {shop.groups['checkout']})"
    world.task_stopped(
        "shop/checkout", "ServiceSchedulerInitiated", reason, ran="3d", at="18m", every="20s", until="16m50s"
    )
    world.task_stopped(
        "shop/checkout", "ServiceSchedulerInitiated", reason, ran="100s", at="15m", every="2m", until="2m"
    )
