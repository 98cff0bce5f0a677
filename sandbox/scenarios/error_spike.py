"""Ten minutes ago the service catalog lost its search index: hundreds of errors a minute, of a kind it always had.

Now and then a search times out on any day, so that the error is not new; that there are so many is.
"""

from datetime import datetime

from sandbox.scenarios import _shop
from sandbox.world import World

EXPECTED = [
    {"check": "test_no_error_burst", "target": "/ecs/shop/catalog", "cause": "timeout", "outcome": "failed"},
    {"check": "test_error_rate_is_near_baseline", "target": "/ecs/shop/catalog", "cause": "timeout"},
]
GROUP = "/ecs/shop/catalog"


def _timed_out(moment: datetime) -> str:
    return f"ERROR SearchTimeoutError: search timed out after 3000 ms, query {int(moment.timestamp() * 10) % 9973}"


def build(world: World) -> None:
    _shop.build(world)
    world.logs(GROUP, _timed_out, stream="catalog/catalog/1", at="8d", every="7m")
    world.logs(GROUP, _timed_out, stream="catalog/catalog/1", at="10m", every="0.25s")
