"""Which causes may a finding name? The whole list; a finding takes the most specific one that is proven."""

from __future__ import annotations

from typing import Literal, get_args

Cause = Literal[
    "security_group", "nacl", "route", "nat", "nat_ports", "peering", "bpa", "endpoint", "dns", "network",
    "health_check", "container_start", "image_pull", "capacity", "quota", "throttled", "permission",
    "out_of_memory", "memory", "timeout", "config", "appspec", "script", "agent", "code", "rollback", "spot",
    "certificate", "dependency", "slow_query", "missing_index", "lock", "connections", "cpu", "io", "credits",
    "storage", "replication", "vacuum", "cold_start", "traffic", "scan", "observability", "process", "alarm",
    "aws_event", "unknown",
]  # fmt: skip

CAUSES: frozenset[str] = frozenset(get_args(Cause))

Impact = Literal["now", "soon", "hygiene"]
"""now: users or traffic fail in the window; soon: headroom, trend, expiry, one of two lost; hygiene: readiness."""

IMPACTS: tuple[Impact, ...] = get_args(Impact)
