"""What is an explanation, and which word of the short list does each cause of the suite fold into?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from diagnosis.causes import Cause

FoldedCause = Literal[
    "health_check", "container_start", "image_pull", "capacity", "permission", "out_of_memory", "timeout",
    "network", "config", "throttled", "code", "spot", "scaling_normal", "unknown",
]  # fmt: skip

FOLDED_CAUSES: frozenset[str] = frozenset(get_args(FoldedCause))

PatternCause = Cause | Literal["scaling_normal"]
"""What a pattern may name: a cause of the suite, or that nothing is wrong."""

_NETWORK = (
    "security_group",
    "nacl",
    "route",
    "nat",
    "nat_ports",
    "peering",
    "bpa",
    "endpoint",
    "dns",
    "certificate",
)

_FOLDS: dict[str, FoldedCause] = {
    **dict.fromkeys(_NETWORK, "network"),
    "script": "code",
    "appspec": "config",
    "agent": "config",
    "quota": "capacity",
    "storage": "capacity",
    "connections": "capacity",
    "memory": "out_of_memory",
    "lock": "timeout",
}


@dataclass(frozen=True)
class Explanation:
    """Why a message was written."""

    cause: FoldedCause
    confidence: float
    """Between 0 and 1; comparable between answers, and low for `unknown`."""
    remedy: str
    """One line: what to do next."""
    specific_cause: Cause | None = None
    """The suite's own word where the message proves one; None for `scaling_normal` and for most unknowns."""


def fold(cause: PatternCause) -> FoldedCause:
    """The short list's word for a cause; `unknown` for causes that are symptoms there, such as an alarm."""
    for folded in get_args(FoldedCause):
        if folded == cause:
            return folded  # type: ignore[no-any-return]
    return _FOLDS.get(cause, "unknown")
