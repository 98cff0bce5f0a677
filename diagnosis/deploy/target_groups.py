"""What is known of a target group and its targets, and is that enough to know that all are healthy?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from diagnosis.answers import Blind
from diagnosis.deploy.target_spells import Spell
from diagnosis.series import Series
from diagnosis.targets import Target

FRESH = timedelta(minutes=4)
"""One-minute metrics arrive about two minutes late: a newest point that began earlier than this is an old one."""


@dataclass(frozen=True)
class HealthCheck:
    """How a load balancer asks a target whether it is well. `port` is "traffic-port" or a number as text."""

    protocol: str
    port: str
    path: str = ""
    codes: str = ""
    timeout_s: int = 0
    interval_s: int = 0
    unhealthy_threshold: int = 0


@dataclass(frozen=True)
class TargetState:
    """One registered target; `state`, `reason` and `description` are AWS's own words.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetHealth.html
    """

    id: str
    port: int
    state: str
    reason: str = ""
    description: str = ""
    zone: str = ""


@dataclass(frozen=True)
class TargetGroupHealth:
    """A target group: how many of its targets are healthy, and the state of each where that was worth a call.

    `unhealthy_since` is the start of the abnormal run in UnHealthyHostCount, None where the metric has none;
    `none_healthy_since` likewise that of HealthyHostCount at zero. `counted` is False where HealthyHostCount has no
    point, so that nobody knows for how long targets have been starting.
    `detailed` is False where metrics alone showed every target healthy; `states` is empty then.
    """

    target: Target
    health_check: HealthCheck
    load_balancers: tuple[str, ...]
    protocol: str
    as_of: datetime
    detailed: bool
    states: tuple[TargetState, ...] = ()
    unhealthy_since: datetime | None = None
    none_healthy_since: datetime | None = None
    counted: bool = True
    slowest_s: float | None = None
    """The slowest answer that TargetResponseTime has of the last minutes; None where nobody looked or none has any."""
    spells: tuple[Spell, ...] = ()
    """When targets failed their health check in the window and passed it again; a gate asks for now and has none."""


def surely_healthy(healthy: Series | Blind, unhealthy: Series | Blind, now: datetime) -> bool:
    """Do the host counts of a load balancer alone show that every target is healthy?

    At least one healthy and no unhealthy host, said by points no older than the metrics' lag. Anything else, a missing
    or an older point included, is worth asking for the state of each target.
    """
    if isinstance(healthy, Blind) or isinstance(unhealthy, Blind) or not healthy or not unhealthy:
        return False
    newest = min(healthy.points[-1][0], unhealthy.points[-1][0])
    return now - newest <= FRESH and (healthy.last or 0) >= 1 and not unhealthy.last
