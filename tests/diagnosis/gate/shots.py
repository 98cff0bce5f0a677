"""Deployments as the reader finds them: an hour before, some minutes after, and the same on two earlier days."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from diagnosis.gate.deployed import Deployed
from diagnosis.gate.signals import Measured, Signal
from diagnosis.series import Series
from tests.builders import NOW, target

BEFORE_MIN = 60
Level = Callable[[int], float] | float


def at(level: Level, minute: int) -> float:
    return float(level(minute) if callable(level) else level)


def stretch(level: Level, after: int, ago: timedelta = timedelta(), every: int = 1) -> Series:
    """`level` by the minute since the shift (negative before it), from an hour before it to `after` minutes later."""
    shifted = NOW - timedelta(minutes=after) - ago
    points: list[tuple[datetime, float]] = [
        (shifted + timedelta(minutes=minute), at(level, minute)) for minute in range(-BEFORE_MIN, after - 2, every)
    ]
    return Series(60 * every, tuple(point for point in points if point[1] or every > 1))


def ratio(
    after: int,
    errors: Level,
    requests: Level = 100.0,
    usual_errors: Level = 0.0,
    usual_requests: Level | None = None,
    old: tuple[Level, Level] | None = None,
    subject: str = "checkout",
) -> Signal:
    """5xx of requests; `usual` is what the earlier days had."""
    usual = requests if usual_requests is None else usual_requests
    days = tuple(
        (ago, Measured(stretch(usual_errors, after, ago), stretch(usual, after, ago)))
        for ago in (timedelta(days=1), timedelta(days=7))
    )
    of_old = Measured(stretch(old[0], after), stretch(old[1], after)) if old else None
    new = Measured(stretch(errors, after), stretch(requests, after))
    return Signal(subject, f"tg/{subject}", "HTTPCode_Target_5XX_Count", "ratio", new, of_old, () if old else days)


def latency(after: int, p95: Level, usual: Level, requests: Level = 200.0) -> Signal:
    days = tuple(
        (ago, Measured(stretch(usual, after, ago, every=2), stretch(requests, after, ago)))
        for ago in (timedelta(days=1), timedelta(days=7))
    )
    new = Measured(stretch(p95, after, every=2), stretch(requests, after))
    return Signal("checkout", "tg/checkout", "TargetResponseTime p95", "latency", new, None, days, "s", 0.05)


def deployed(after: int, *signals: Signal, **changes: Any) -> Deployed:
    """A deployment whose traffic had shifted `after` minutes ago."""
    shifted = NOW - timedelta(minutes=after)
    known: dict[str, Any] = {
        "target": target("deployment", "shop/checkout"),
        "what": "deployment 7",
        "began": shifted - timedelta(minutes=4),
        "shifted": shifted,
        "signals": signals,
        "judged_from": NOW - timedelta(hours=1),
        "as_of": NOW,
    }
    return Deployed(**known | changes)


def since_shift(value: float, before: float = 0.0) -> Level:
    """One value after the shift, another before."""
    return lambda minute: value if minute >= 0 else before
