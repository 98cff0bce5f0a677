"""What does a missing point mean? It depends on the metric: zero, nothing to judge, or that nobody could look."""

from __future__ import annotations

from datetime import timedelta

from diagnosis.answers import Absent, Blind
from diagnosis.series import Series
from diagnosis.windows import Window, spoken

LATE, STALE = timedelta(minutes=15), timedelta(minutes=30)


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


def dense(series: Series | Blind, what: str, window: Window) -> Series | Blind:
    """A gauge that is always sent: no point at all, or none in the later half of the window, is no answer.

    A quarter of an hour is always allowed for, since five-minute metrics arrive up to ten minutes late, and never more
    than half an hour: what was so this morning is no evidence of now.
    """
    if isinstance(series, Blind):
        return series
    age = series.age(window.end)
    if age is None:
        return Blind("missing", f"no data: {what} has no point in the window")
    if age > min(max(window.length / 2, LATE), STALE):
        return Blind("stale", f"stale data: the newest point of {what} is {spoken(age)} old")
    return series
