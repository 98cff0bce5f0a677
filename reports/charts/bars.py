"""How much of each, against which bound, and how was it before?"""

from __future__ import annotations

from diagnosis.exhibits import Bars, Pairs
from reports.charts.drawing import WIDTH, frame, highest, number, rect, rule, short, text
from reports.html.markup import Html

ROW, LEFT, RIGHT = 26, 190, 90


def bars(shown: Bars) -> Html:
    """One bar a line, those beyond the bound marked."""
    top = highest([value for _, value in shown.bars] + [shown.bound])
    parts: list[Html] = []
    for at, (label, value) in enumerate(shown.bars):
        beyond = shown.bound is not None and value > shown.bound
        parts += _bar(at * ROW + 4, label, value, top, number(value, shown.unit), "bad" if beyond else "now")
    height = len(shown.bars) * ROW + 6
    if shown.bound is not None:
        x = LEFT + _length(shown.bound, top)
        parts += [
            rule(x, 0, x, height, "bound"),
            text(x, height + 12, f"limit {number(shown.bound, shown.unit)}", anchor="end"),
        ]
        height += 18
    told = ", ".join(f"{label} {number(value, shown.unit)}" for label, value in shown.bars)
    bound = f"; limit {number(shown.bound, shown.unit)}" if shown.bound is not None else ""
    return frame(height, f"{shown.title}: {told}{bound}", parts)


def pairs(shown: Pairs) -> Html:
    """Two bars a line: how it was, how it is."""
    top = highest(value for _, before, now in shown.pairs for value in (before, now))
    parts: list[Html] = []
    for at, (label, before, now) in enumerate(shown.pairs):
        y = at * ROW * 1.7
        parts += _bar(y + 2, label, before, top, number(before, shown.unit), "before", f"{label}, {shown.before}")
        parts += _bar(y + 21, "", now, top, number(now, shown.unit), "now", f"{label}, {shown.now}")
    height = len(shown.pairs) * ROW * 1.7 + 4
    parts += _legend(height + 10, shown)
    told = "; ".join(
        f"{label}: {number(before, shown.unit)} {shown.before}, {number(now, shown.unit)} {shown.now}"
        for label, before, now in shown.pairs
    )
    return frame(height + 22, f"{shown.title}: {told}", parts)


def _legend(y: float, shown: Pairs) -> list[Html]:
    second = LEFT + 30 + 7 * len(shown.before)
    return [
        rect(LEFT, y - 8, 10, 10, "before"),
        text(LEFT + 15, y + 1, shown.before),
        rect(second, y - 8, 10, 10, "now"),
        text(second + 15, y + 1, shown.now),
    ]


def _length(value: float, top: float) -> float:
    return max(value, 0) / top * (WIDTH - LEFT - RIGHT)


def _bar(y: float, label: str, value: float, top: float, said: str, class_: str, told: str = "") -> list[Html]:
    length = _length(value, top)
    return [
        text(LEFT - 8, y + 13, short(label, 28), anchor="end"),
        rect(LEFT, y, max(length, 1), 16, class_, told or f"{label}: {said}"),
        text(LEFT + length + 6, y + 13, said, class_="value"),
    ]
