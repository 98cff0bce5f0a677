"""When did targets of a group fail their health check, and were any left meanwhile? What is over is told, too."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis.series import Series


@dataclass(frozen=True)
class Spell:
    """A stretch of minutes in which targets failed their health check, and in how many of them none was healthy."""

    begin: datetime
    end: datetime
    deserted: int = 0

    @property
    def minutes(self) -> float:
        """How long it lasted."""
        return (self.end - self.begin) / timedelta(minutes=1)


def spells(healthy: Series, unhealthy: Series) -> tuple[Spell, ...]:
    """The stretches in which UnHealthyHostCount was up and came down again. A gap does not end one.

    What is up at the newest point is not over, and told by the targets themselves.
    """
    left = dict(healthy.points)
    found: list[Spell] = []
    open_since: list[datetime] = []
    for when, hosts in unhealthy.points:
        if hosts > 0:
            open_since.append(when)
        elif open_since:
            found.append(Spell(open_since[0], when, sum(left.get(minute, 1) == 0 for minute in open_since)))
            open_since = []
    return tuple(found)


def outages(known: Iterable[Spell], minutes: float) -> tuple[Spell, ...]:
    """Those in which for so long no target was healthy: whoever asked then was not served."""
    return tuple(spell for spell in known if spell.deserted >= max(minutes, 1))


def lasting(known: Iterable[Spell], minutes: float) -> tuple[Spell, ...]:
    """Those that lasted at least so long."""
    return tuple(spell for spell in known if spell.minutes >= minutes)
