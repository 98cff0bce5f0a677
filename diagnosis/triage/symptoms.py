"""Which cause can bring about which other? Fixed, so that no coincidence of time makes a cause."""

from __future__ import annotations

from collections.abc import Mapping

NETWORK = frozenset(
    {"security_group", "nacl", "route", "nat", "nat_ports", "peering", "bpa", "endpoint", "dns", "network"}
)
_STARTING = frozenset({"container_start", "image_pull", "appspec", "script", "agent", "config", "capacity", "quota"})
_DATABASE = frozenset(
    {"missing_index", "slow_query", "lock", "connections", "cpu", "io", "credits", "storage", "memory", "vacuum"}
    | {"replication"}
)
SATURATION = frozenset({"cpu", "io", "memory", "connections", "credits"})
"""Something is used up, which says nothing of what uses it."""
_SEEN = frozenset({"timeout", "health_check", "dependency", "alarm", "code", "rollback", "unknown"})
"""What any failure looks like from what depends on it. A denial is never among it: it says itself who denied."""

_ALSO: Mapping[str, frozenset[str]] = {
    **{cause: NETWORK | {"image_pull", "container_start", "connections", "config", "capacity"} for cause in NETWORK},
    **{cause: frozenset({"container_start", "capacity", "throttled"}) for cause in _STARTING},
    **{cause: frozenset({"throttled", "traffic", "connections", "cpu", "io", "lock"}) for cause in _DATABASE},
    "io": frozenset({"throttled", "traffic", "connections", "cpu", "io", "lock", "replication"}),
    "missing_index": frozenset({"slow_query", "cpu", "io", "connections", "lock", "credits", "throttled", "traffic"}),
    "slow_query": frozenset({"cpu", "io", "connections", "lock", "credits", "storage", "throttled", "traffic"})
    | {"replication"},
    "lock": frozenset({"slow_query", "connections", "lock", "vacuum", "traffic"}),
    "vacuum": frozenset({"slow_query", "storage", "io", "missing_index"}),
    "replication": frozenset({"storage"}),
    "storage": frozenset({"io", "connections", "aws_event", "replication", "traffic"}),
    "permission": frozenset({"container_start", "image_pull", "config", "permission", "traffic", "script", "capacity"}),
    "config": frozenset({"container_start", "image_pull", "traffic", "network", "capacity"}),
    "image_pull": frozenset({"container_start", "capacity"}),
    "code": frozenset(
        {"container_start", "out_of_memory", "memory", "cpu", "connections", "throttled", "traffic", "script"}
        | {"slow_query", "cold_start", "lock", "capacity"}
    ),
    "memory": frozenset({"out_of_memory", "container_start", "cpu", "io"}),
    "out_of_memory": frozenset({"memory", "container_start", "cold_start", "traffic", "capacity"}),
    "cpu": frozenset({"connections", "throttled", "slow_query", "traffic", "credits", "replication"}),
    "credits": frozenset({"cpu", "io", "slow_query", "connections", "throttled", "replication"}),
    "throttled": frozenset({"throttled", "traffic", "connections"}),
    "quota": frozenset({"throttled", "capacity", "container_start"}),
    "capacity": frozenset({"container_start", "throttled", "cpu", "traffic"}),
    "traffic": frozenset({"cpu", "memory", "throttled", "connections", "capacity", "io", "nat_ports", "cold_start"}),
    "timeout": frozenset({"throttled", "traffic", "connections", "capacity"}),
    "spot": frozenset({"capacity", "container_start"}),
    "certificate": frozenset({"traffic", "network"}),
    "aws_event": frozenset(
        {"connections", "io", "cpu", "capacity", "replication", "throttled", "network", "traffic", "container_start"}
        | {"slow_query", "aws_event", "cold_start"}
    ),
}
_NOTHING = frozenset({"alarm", "unknown", "scan", "observability", "process"})
ANSWERS = frozenset({"rollback", "alarm"})
"""What somebody or something did about a trouble: never nearer to its cause than the trouble itself."""
_SYMPTOMS_ONLY: Mapping[str, frozenset[str]] = {
    "dependency": frozenset({"dependency", "timeout", "alarm", "health_check", "code", "unknown", "traffic"}),
    "health_check": frozenset({"alarm", "rollback", "dependency", "timeout", "capacity", "unknown", "code"}),
    "rollback": frozenset({"alarm"}),
}
"""Causes that are themselves symptoms of something nearer: they explain only what lies further out."""


def brings_about(cause: str) -> frozenset[str]:
    """The causes that a finding may name which this cause lies behind."""
    if cause in _NOTHING:
        return frozenset()
    return _SYMPTOMS_ONLY.get(cause) or _SEEN | _ALSO.get(cause, frozenset())


def layer(cause: str) -> int:
    """How near to the ground a cause is: 0 configuration, 1 resource, 2 application, 3 symptom."""
    if cause in NETWORK or cause in ("permission", "config", "appspec", "certificate", "missing_index"):
        return 0
    if cause in _DATABASE or cause in _STARTING or cause in ("throttled", "out_of_memory", "aws_event", "spot"):
        return 1
    return 2 if cause in ("code", "script", "cold_start", "traffic", "timeout") else 3
