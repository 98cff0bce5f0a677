"""Tasks of catalog come and go: Spot takes some back, and the night needs fewer. Nothing is wrong."""

from sandbox.scenarios import _shop
from sandbox.world import World

EXPECTED: list[dict[str, object]] = []


def build(world: World) -> None:
    _shop.build(world)
    world.task_stopped("shop/catalog", "SpotInterruption", ran="3h", at="50m", every="12m", until="20m")
    world.task_stopped(
        "shop/catalog", "ServiceSchedulerInitiated", exits=137, ran="2h", at="18m", every="1m", until="15m"
    )
    world.task_stopped("shop/checkout", "UserInitiated", "rotated by the people on call", exits=0, ran="9h", at="35m")
    world.task_stopped("shop/checkout", "TerminationNotice", ran="9h", at="34m")
    world.service_event("shop/catalog", "has started 1 tasks: (task 7d10).", at="49m", every="12m", until="19m")
    world.service_event("shop/catalog", "has stopped 3 running tasks: (task 11) (task 12) (task 13).", at="18m")
    world.service_event("shop/catalog", "has reached a steady state.", at="14m")
