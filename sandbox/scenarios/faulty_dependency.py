"""Twenty minutes ago a release of ledger began to fail. Payments and checkout, which call it, fail because it does.

Three services deep, and only the last of them is sick. All three are traced; the load balancer sees the first.
"""

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.requests import EVERY, SAMPLED
from sandbox.traces import call
from sandbox.world import World

SINCE = "20m"
EXPECTED = [
    {"check": "test_services_answer_without_fault", "target": "ap-northeast-1", "cause": "code", "root": True},
]


def build(world: World) -> None:
    _shop.build(world, _shop.Story(traced_until=SINCE))
    ledger = call("ledger", 15, status=500, error="KeyError: 'currency'")
    failing, fine = _shop.buy(payments=_shop.pay(ledger=ledger)), _shop.buy()
    world.trace(failing, at=SINCE, every="60s", noise=0.2, sampled=SAMPLED, method="POST")
    world.trace(fine, at=SINCE, every=EVERY, noise=0.2, sampled=SAMPLED, method="POST")
