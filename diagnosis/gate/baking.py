"""For how long must a new version have had traffic before anybody can tell?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis.windows import spoken

SHORTEST, SHORTEST_OF_ALIAS = timedelta(minutes=15), timedelta(minutes=10)
LAG = timedelta(minutes=3)
"""Metrics of a minute arrive about two minutes after it has ended."""


@dataclass(frozen=True)
class Baking:
    """A deployment that bakes: when its traffic had shifted, and what its target groups need to notice trouble.

    `checks_s` is interval × unhealthy threshold, `draining_s` the deregistration delay; both 0 without target groups.
    """

    name: str
    what: str
    shifted: datetime
    is_alias: bool = False
    checks_s: float = 0.0
    draining_s: float = 0.0

    @property
    def floor(self) -> timedelta:
        """The shortest bake that can show trouble: health checks must have failed twice, and old targets be gone."""
        shortest = SHORTEST_OF_ALIAS if self.is_alias else SHORTEST
        return max(shortest, timedelta(seconds=2 * self.checks_s + self.draining_s) + LAG)


@dataclass(frozen=True)
class Wait:
    """Until when is waited, and why."""

    until: datetime
    said: str


def longest_wait(bakings: Iterable[Baking], wanted: timedelta, now: datetime) -> Wait | None:
    """The wait for the deployment that needs it longest; None where nothing bakes."""
    several = [(baking.shifted + max(wanted, baking.floor), baking) for baking in bakings]
    if not several:
        return None
    until, baking = max(several, key=lambda pair: pair[0])
    whole = max(wanted, baking.floor)
    why = "as asked for" if whole == wanted else _why(baking)
    name = f"{baking.name}: {baking.what} has had its traffic since {baking.shifted:%H:%M} UTC"
    left = spoken(until - now) if until > now else "no time"
    return Wait(until, f"waiting {left}, until {until:%H:%M} UTC: {name}, and bakes for {spoken(whole)}, {why}")


def _why(baking: Baking) -> str:
    """What sets the floor: the least that statistics need, or how long health checks and draining take."""
    if baking.floor in (SHORTEST, SHORTEST_OF_ALIAS):
        return f"which is the least: metrics are up to {spoken(LAG)} late, and a verdict needs ten minutes of them"
    checks, drain = spoken(timedelta(seconds=2 * baking.checks_s)), spoken(timedelta(seconds=baking.draining_s))
    return f"which is the least: health checks {checks}, draining {drain}, lag of metrics {spoken(LAG)}"
