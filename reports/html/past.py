"""What is new, fixed, still sick since when, and how were the last nights?"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from diagnosis.windows import spoken
from reports.charts.drawing import frame, highest, rect, text
from reports.history import Night, Sick
from reports.html.markup import Content, Html, tag
from reports.html.telling import Telling
from reports.words import one_line, several

MOST_LISTED = 12
_HIGH, _WIDE = 110, 640
_LEAST = 3
"""Fewer points are no trend."""


def past(told: Telling) -> Html:
    """The comparison with the time before, and the trend."""
    return tag(
        "section", tag("h2", "Since last time", id="past"), _compared(told), _trend(told), aria_labelledby="past"
    )


def _compared(told: Telling) -> Content:
    known, now = told.past, told.view.now
    if known.problem:
        return tag("p", one_line(known.problem), class_="doubt")
    if known.before is None:
        return tag("p", "There is no earlier run to compare with.", class_="quiet")
    ago = spoken(now - known.before)
    lists = [
        _list("new", "New", known.new, now),
        _list("fixed", "Fixed", known.fixed, now),
        _list("still", "Still sick", known.still, now),
        _list("unseen", "Was sick, not seen now", known.unseen, now) if known.unseen else None,
    ]
    return [
        tag("p", f"Compared with the last run that asked the same, {ago} before ({known.before:%Y-%m-%d %H:%M} UTC)."),
        tag("div", lists, class_="columns"),
    ]


def _list(class_: str, title: str, several_sick: Sequence[Sick], now: datetime) -> Html:
    lines = [tag("li", _line(sick, now)) for sick in several_sick[:MOST_LISTED]]
    left = len(several_sick) - MOST_LISTED
    more = tag("li", f"and {left:,} more: the table has them") if left > 0 else None
    body = tag("ul", lines, more) if lines else tag("p", "nothing", class_="quiet")
    return tag("div", tag("h3", f"{title} ({len(several_sick):,})"), body, class_=f"became {class_}")


def _line(sick: Sick, now: datetime) -> Content:
    since = f" · in each run since {since_words(sick.since, now)}" if sick.since else ""
    return [tag("span", sick.key.cause, class_="chip"), " ", one_line(sick.symptom), tag("span", since, class_="quiet")]


def since_words(since: datetime, now: datetime) -> str:
    """`2026-03-01 04:00 UTC (3 d)`."""
    return f"{since:%Y-%m-%d %H:%M} UTC ({spoken(max(now - since, timedelta()))})"


def _trend(told: Telling) -> Html | None:
    counts = told.counts()
    nights = [*told.past.nights, Night("now", counts)]  # type: ignore[arg-type]
    if len(nights) < _LEAST:
        return None
    top = highest(night.counts.get("failed", 0) + night.counts.get("error", 0) for night in nights)
    step = _WIDE / max(len(nights), 8)
    parts: list[Html] = []
    for at, night in enumerate(nights):
        parts += _night(at * step, step, night, top)
    first, last = nights[0], nights[-2]
    parts += [text(0, _HIGH + 30, first.day), text(len(nights) * step, _HIGH + 30, "now", anchor="end")]
    sick = ", ".join(f"{night.day}: {night.counts.get('failed', 0)}" for night in nights)
    title = f"The last {several(len(nights) - 1, 'night')}, {first.day} to {last.day}, and now: sick and unseen checks"
    return tag("figure", tag("figcaption", title), frame(_HIGH + 36, f"checks that were sick: {sick}", parts))


def _night(x: float, step: float, night: Night, top: float) -> list[Html]:
    sick, blind = night.counts.get("failed", 0), night.counts.get("error", 0)
    wide, told = max(step - 4, 2), f"{night.day}: {sick} sick, {blind} could not look"
    red, grey = sick / top * (_HIGH - 16), blind / top * (_HIGH - 16)
    bars = [rect(x, _HIGH - red, wide, red, "failed", told), rect(x, _HIGH - red - grey, wide, grey, "error", told)]
    if not sick and not blind:
        bars.append(rect(x, _HIGH - 3, wide, 3, "passed", told))
    return [*bars, text(x + wide / 2, _HIGH + 14, str(sick), anchor="middle")]
