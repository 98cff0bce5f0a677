"""When was that? Times given as distance before now."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from sandbox.errors import ScenarioError

Ago = str | timedelta | float | datetime

_UNITS_S = {"s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800}
_SPAN = re.compile(r"(\d+(?:\.\d+)?)([smhdw])")


def seconds(span: str | timedelta | float) -> float:
    """A span as seconds: `"12m"`, `"1h30m"`, `"8d"`, a timedelta, or a number of seconds.

    Raises ScenarioError for anything else.
    """
    if isinstance(span, timedelta):
        return span.total_seconds()
    if isinstance(span, int | float):
        return float(span)
    parts = _SPAN.findall(span)
    if not parts or "".join(number + unit for number, unit in parts) != span.replace(" ", ""):
        raise ScenarioError(f"{span!r} is no span of time: write 90s, 12m, 1h30m, 8d, or a number of seconds")
    return sum(float(number) * _UNITS_S[unit] for number, unit in parts)


def moment(ago: Ago, now: datetime) -> datetime:
    """The moment `ago` before `now`; an aware datetime stands for itself. Raises ScenarioError."""
    if isinstance(ago, datetime):
        if ago.tzinfo is None:
            raise ScenarioError(f"{ago.isoformat()} has no time zone: pass an aware datetime")
        return ago.astimezone(UTC)
    return now - timedelta(seconds=seconds(ago))
