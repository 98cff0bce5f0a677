"""Twenty minutes ago somebody pointed the health check of checkout at a path that its program does not have."""

from sandbox.scenarios import _shop
from sandbox.world import World

SINCE = "20m"

EXPECTED = [
    {"check": "test_targets_are_healthy", "target": "checkout", "cause": "health_check", "root": True},
    {"check": "test_tasks_stay_running", "target": "shop/checkout", "cause": "health_check"},
]


def build(world: World) -> None:
    shop = _shop.build(world)
    _shop.modified(world, shop, "checkout", at=SINCE, HealthCheckPath="/health/ready")
    world.target_answers("checkout", "*", answer=404, at=SINCE)
    _shop.unhealthy(world, shop, "checkout", since="19m")
    reason = f"Task failed ELB health checks in (target-group {shop.groups['checkout']})"
    world.task_stopped(
        "shop/checkout", "ServiceSchedulerInitiated", reason, ran="3d", at="18m", every="20s", until="16m50s"
    )
    world.task_stopped(
        "shop/checkout", "ServiceSchedulerInitiated", reason, ran="100s", at="15m", every="2m", until="2m"
    )
