"""How do the applications behind targets behave, and since when? What scenarios state about them."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

LONG_AGO = 0.0


@dataclass(frozen=True)
class Behaviour:
    """How an application answers its health check from a moment (epoch seconds) on."""

    since: float
    answer: int | str
    """A status code, "refuses" or "silent"."""
    takes_s: float


HEALTHY = Behaviour(LONG_AGO, 200, 0.05)

_Target = tuple[str, str, int | None]


@dataclass
class Behaviours:
    """What is known of the targets of one account in one region."""

    _said: dict[_Target, list[Behaviour]] = field(default_factory=dict)
    _registered: dict[_Target, float] = field(default_factory=dict)
    _stated: dict[_Target, float] = field(default_factory=dict)

    def add(self, group: str, target: str, port: int | None, behaviour: Behaviour) -> None:
        """State a behaviour; the latest that has begun holds."""
        self._said.setdefault((group, target, port), []).append(behaviour)

    def register(self, group: str, target: str, port: int | None, moment: float) -> None:
        """Note that a target is registered now, where "now" may be long ago while a scenario is built."""
        self._registered[(group, target, port)] = moment

    def state_registered(self, group: str, target: str, port: int | None, moment: float) -> None:
        """State when a target was registered, whatever was noted."""
        self._stated[(group, target, port)] = moment

    def forget(self, group: str, target: str, port: int) -> None:
        """Drop the registration of a target that is deregistered."""
        for known in (port, None):
            self._stated.pop((group, target, known), None)
            self._registered.pop((group, target, known), None)

    def registered(self, group: str, target: str, port: int) -> float:
        """When a target was registered."""
        for times in (self._stated, self._registered):
            for known in (port, None):
                if (group, target, known) in times:
                    return times[(group, target, known)]
        return LONG_AGO

    def history(self, group: str, target: str, port: int, now_s: float) -> list[Behaviour]:
        """What held, oldest first, as far as it has begun."""
        said = [
            behaviour
            for name in (target, "*")
            for known_port in (port, None)
            for behaviour in self._said.get((group, name, known_port), ())
            if behaviour.since <= now_s
        ]
        return [HEALTHY, *sorted(said, key=lambda b: b.since)]


_places: dict[tuple[str, str], Behaviours] = {}
_lock = threading.Lock()


def behaviours(account: str, region: str) -> Behaviours:
    """The behaviours of a place."""
    with _lock:
        return _places.setdefault((account, region), Behaviours())
