"""Do the groups and ACLs between a load balancer and its targets admit what the load balancer sends?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from diagnosis.causes import Cause


@dataclass(frozen=True)
class Refusal:
    """One component that refuses: a security group, an ACL, a route table."""

    cause: Cause
    id: str
    sentence: str
    remedy: str


@dataclass(frozen=True)
class Admission:
    """What refuses the way from load balancer to targets; empty where everything admits it."""

    refusals: tuple[Refusal, ...]
    as_of: datetime
