"""A service that has logged ERROR for what is no error for as long as anybody remembers. Nothing is wrong.

Two kinds of lines, some of them with a name in them, steadily for more than a week, and more at noon than at night.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from sandbox.scenarios import _shop
from sandbox.scenarios._shop.plan import make_log_group
from sandbox.world import World

EXPECTED: list[dict[str, object]] = []
GROUP = "/ecs/shop/recommendations"
_CITIES = ("Lima", "Oslo", "Pune", "Rome", "Suva")


def _complaints(first: int) -> Callable[[datetime], Iterable[str]]:
    def lines(moment: datetime) -> Iterable[str]:
        number = int(moment.timestamp()) + first
        yield f"ERROR CacheMissError: no entry for key item-{number % 8191}, computing it"
        city = _CITIES[number // 60 % 5]
        yield f"ERROR no recommendations for visitor {number:x} from {city}, showing the best sellers"
        if 9 <= moment.hour < 18:
            yield f"ERROR CacheMissError: no entry for key user-{number % 4093}, computing it"

    return lines


def build(world: World) -> None:
    _shop.build(world)
    make_log_group(world, GROUP)
    # Only the stretches that are compared with: a week of every second would be a million lines.
    for at, until in (("7d3h", "6d22h"), ("1d3h", "22h"), ("3h", "0s")):
        for first in (0, 17):
            world.logs(GROUP, _complaints(first), stream=f"web/{first}", at=at, every="5s", until=until)
