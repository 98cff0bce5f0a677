"""What did it do over time, against its bound and what is usual?"""

from __future__ import annotations

import math
from datetime import datetime

from diagnosis.exhibits import Timeline
from reports.charts.drawing import WIDTH, frame, highest, number, rect, rule, text
from reports.html.markup import Html, tag

HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 170, 62, 12, 18, 24
_SHORT = 2
"""So many letters of a unit fit beside each number of the axis."""
COLOURS = 4
"""So many lines are told apart by colour."""


class _Scale:
    """From moments and values to points of the drawing."""

    def __init__(self, shown: Timeline) -> None:
        points = [point for one in shown.lines for point in one.points if math.isfinite(point[1])]
        self.start = min(when for when, _ in points)
        self.end = max(when for when, _ in points)
        self.top = highest([value for _, value in points] + [shown.bound] + list(shown.band or ()))

    def x(self, when: datetime) -> float:
        span = (self.end - self.start).total_seconds() or 1.0
        return LEFT + (when - self.start).total_seconds() / span * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        return HEIGHT - BOTTOM - min(max(value, 0), self.top) / self.top * (HEIGHT - TOP - BOTTOM)


def timeline(shown: Timeline) -> Html:
    """Curves over the band of the usual, the bound dashed, the onset marked."""
    if not any(math.isfinite(value) for one in shown.lines for _, value in one.points):
        return frame(24, f"{shown.title}: no points", text(0, 16, "no points"))
    scale = _Scale(shown)
    parts = [*_grid(shown, scale), *_lines(shown, scale), *_marks(shown, scale)]
    return frame(HEIGHT + (16 if len(shown.lines) > 1 else 0), _told(shown), parts)


def _grid(shown: Timeline, scale: _Scale) -> list[Html]:
    parts = []
    if shown.band:
        low, high = scale.y(shown.band[0]), scale.y(shown.band[1])
        parts.append(rect(LEFT, high, WIDTH - LEFT - RIGHT, max(low - high, 2), "band", "usual"))
    unit = shown.unit if len(shown.unit) <= _SHORT or shown.unit == "bytes" else ""
    if shown.unit and not unit:
        parts.append(text(LEFT, TOP - 6, shown.unit))
    for share in (0.0, 0.5, 1.0):
        y = scale.y(scale.top * share)
        parts += [
            rule(LEFT, y, WIDTH - RIGHT, y, "grid"),
            text(LEFT - 6, y + 4, number(scale.top * share, unit), anchor="end"),
        ]
    whole_day = (scale.end - scale.start).total_seconds() > 36 * 3600
    form = "%b %d" if whole_day else "%H:%M"
    middle = scale.start + (scale.end - scale.start) / 2
    for when, anchor in ((scale.start, "start"), (middle, "middle"), (scale.end, "end")):
        parts.append(text(scale.x(when), HEIGHT - 6, f"{when:{form}}", anchor=anchor))
    return parts


def _lines(shown: Timeline, scale: _Scale) -> list[Html]:
    parts = []
    for at, one in enumerate(shown.lines):
        points = " ".join(f"{scale.x(w):.1f},{scale.y(v):.1f}" for w, v in one.points if math.isfinite(v))
        parts.append(tag("polyline", points=points, class_=f"curve c{at % COLOURS}"))
        if len(shown.lines) > 1:
            x = LEFT + at * (WIDTH - LEFT) / len(shown.lines)
            parts += [rect(x, HEIGHT + 2, 10, 10, f"key c{at % COLOURS}"), text(x + 14, HEIGHT + 11, one.name)]
    return parts


def _marks(shown: Timeline, scale: _Scale) -> list[Html]:
    parts = []
    if shown.bound is not None:
        y = scale.y(shown.bound)
        parts += [rule(LEFT, y, WIDTH - RIGHT, y, "bound")]
        parts += [
            text(WIDTH - RIGHT, y - 4, f"limit {number(shown.bound, shown.unit)}", anchor="end", class_="label badtext")
        ]
    if shown.onset and scale.start <= shown.onset <= scale.end:
        x = scale.x(shown.onset)
        side = "end" if x > WIDTH * 0.7 else "start"
        parts += [rule(x, TOP - 8, x, HEIGHT - BOTTOM, "onset")]
        parts += [text(x + (4 if side == "start" else -4), TOP - 2, f"since {shown.onset:%H:%M}", anchor=side)]
    return parts


def _told(shown: Timeline) -> str:
    parts = []
    for one in shown.lines:
        values = [value for _, value in one.points if math.isfinite(value)]
        if values:
            last, top = number(values[-1], shown.unit), number(max(values), shown.unit)
            parts.append(f"{one.name}: last {last}, highest {top}")
    if shown.band:
        parts.append(f"usual {number(shown.band[0], shown.unit)} to {number(shown.band[1], shown.unit)}")
    if shown.bound is not None:
        parts.append(f"limit {number(shown.bound, shown.unit)}")
    return f"{shown.title}: {'; '.join(parts)}"
