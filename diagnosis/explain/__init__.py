"""Why was this message written? Classifies messages of ECS, Elastic Load Balancing, Lambda and CodeDeploy.

What AWS's own codes prove comes first, then the most specific phrase; identifiers, numbers and names never decide,
and a message that says nothing about a cause is `unknown`. No AWS, no network: text in, explanation out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from diagnosis.explain import (
    codedeploy_error,
    ecs_service_event,
    ecs_stopped_reason,
    elb_target_health,
    lambda_log,
    quiet,
)
from diagnosis.explain.answers import FOLDED_CAUSES, Explanation, FoldedCause, fold
from diagnosis.explain.evidence import evidence
from diagnosis.explain.patterns import NOTHING, Pattern, first_match

__all__ = ["FOLDED_CAUSES", "KINDS", "Explanation", "FoldedCause", "explain", "fold"]

_TABLES: Mapping[str, tuple[Pattern, ...]] = {
    "ecs_service_event": ecs_service_event.PATTERNS,
    "ecs_stopped_reason": ecs_stopped_reason.PATTERNS,
    "elb_target_health": elb_target_health.PATTERNS,
    "lambda_log": lambda_log.PATTERNS,
    "codedeploy_error": codedeploy_error.PATTERNS,
}

KINDS: tuple[str, ...] = tuple(_TABLES)
"""The kinds of message that can be explained."""

_UNKNOWN = Explanation("unknown", NOTHING, "nothing here names a cause: read the messages around this one")


def explain(kind: str, message: str | None, context: Mapping[str, Any] | None = None) -> Explanation:
    """The cause a message names.

    `kind` is one of KINDS. `context` holds AWS's own fields about the message under AWS's names: stopCode,
    exitCode, reason, code, errorCode, lifecycleEventName, diagnostics (text or the API's structure).
    Raises ValueError for another kind, and for a message or a context of another type.
    """
    table = _TABLES.get(kind) if isinstance(kind, str) else None
    if table is None:
        raise ValueError(f"kind is {kind!r}: use one of {', '.join(KINDS)}")
    if not isinstance(message, str | None):
        raise ValueError(f"message is a {type(message).__name__}: send it as text")
    if not isinstance(context, Mapping | None):
        raise ValueError(f"context is a {type(context).__name__}: send an object of AWS's own fields")
    text = evidence(quiet.spoken(message or "") if kind == "lambda_log" else message or "", context)
    return first_match(table, text) or _UNKNOWN
