"""What does a missing point mean? It depends on the metric: zero, nothing to judge, or that nobody could look."""

from __future__ import annotations

from diagnosis.answers import Absent, Blind
from diagnosis.series import Series


def sparse(series: Series | Blind, heartbeat: Series | Blind, what: str) -> Series | Absent | Blind:
    """A counter that is only sent when there is something to count: zero while its heartbeat beats.

    Without a single beat there is no traffic to judge. `what` names the heartbeat for the reason.
    """
    if isinstance(series, Blind):
        return series
    if series:
        return series
    if isinstance(heartbeat, Blind):
        return heartbeat
    if not heartbeat.total:
        return Absent(f"no traffic: no {what} in the window")
    return Series(series.period_s)


def dense(series: Series | Blind, what: str) -> Series | Blind:
    """A gauge that is always sent: no point at all is no answer."""
    if isinstance(series, Blind):
        return series
    return series or Blind("missing", f"no data: {what} has no point in the window")
