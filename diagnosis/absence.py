"""What does a missing point mean? It depends on the metric: zero, nothing to judge, or that nobody could look."""

from __future__ import annotations

from collections.abc import Mapping
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


def unheard(
    series: Series, earlier: Mapping[timedelta, Series], what: str, window: Window, *, min_points: int = 5
) -> Blind | None:
    """Why a sparse metric's silence up to the end of the window is no zero: at the same clock time it used to be heard.

    `earlier` is the same metric by how long before. A silence of a quarter of an hour is always allowed for, and one in
    which some earlier stretch had fewer than `min_points` points: nobody can tell whether something is missing there.
    """
    newest = series.newest
    since = newest + timedelta(seconds=series.period_s) if newest else window.start
    if window.end - since < LATE:
        return None
    silence = Window(since, window.end)
    heard = {ago: len(before.within(silence.before(ago)).points) for ago, before in earlier.items()}
    if not heard or min(heard.values()) < min_points:
        return None
    was = ", ".join(f"{count} points {spoken(ago)} earlier" for ago, count in heard.items())
    return Blind("stale", f"no data: {what} is silent for {spoken(silence.length)}, and had {was}")
