"""Twenty minutes ago a release of ledger began to fail. Payments and checkout, which call it, fail because it does.

Three services deep, and only the last of them is sick. The load balancer, its alarm and the objective see the first.
"""

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.requests import SAMPLED
from sandbox.series import count
from sandbox.traces import call
from sandbox.world import World

SINCE = "20m"
EXPECTED = [
    {"check": "test_services_answer_without_fault", "target": "ap-northeast-1", "cause": "code", "root": True},
    {"check": "test_load_balancer_errors_are_rare", "target": "checkout", "cause": "dependency"},
    {"check": "test_alarms_are_quiet", "target": "checkout-5xx", "cause": "alarm"},
    {"check": "test_objectives_are_met", "target": "checkout-availability", "cause": "alarm"},
]


def build(world: World) -> None:
    shop = _shop.build(world, _shop.Story(traced_until=SINCE))
    ledger = call("ledger", 15, status=500, error="KeyError: 'currency'")
    failing, fine = _shop.buy(payments=_shop.pay(ledger=ledger)), _shop.buy()
    world.trace(failing, at=SINCE, every="60s", noise=0.2, sampled=SAMPLED, method="POST")
    world.trace(fine, at=SINCE, every="30s", noise=0.2, sampled=SAMPLED, method="POST")
    of_group = {"LoadBalancer": shop.balancer_dimension, "TargetGroup": shop.group_dimensions["checkout"]}
    errors = count(0.1).then(SINCE, count(100, noise=0.05))
    world.metric("AWS/ApplicationELB", "HTTPCode_Target_5XX_Count", of_group, errors, "Count")
