"""Where did the time of a request go? Its spans below each other, the critical path in strong colour."""

from __future__ import annotations

from diagnosis.exhibits import Stay, Waterfall
from reports.charts.drawing import WIDTH, frame, highest, number, rect, short, text
from reports.html.markup import Html

ROW, LEFT, RIGHT, INDENT = 20, 230, 70, 8


def waterfall(shown: Waterfall) -> Html:
    """One span a line."""
    top = highest(stay.end_s for stay in shown.stays)
    parts = [part for at, stay in enumerate(shown.stays) for part in _stay(at * ROW, stay, top)]
    longest = sorted(shown.stays, key=lambda stay: -stay.critical_s)[:3]
    told = ", ".join(f"{stay.name} {number(stay.critical_s, 's')}" for stay in longest if stay.critical_s > 0)
    return frame(len(shown.stays) * ROW + 4, f"{shown.title}: on the critical path {told or 'nothing'}", parts)


def _stay(y: float, stay: Stay, top: float) -> list[Html]:
    scale = (WIDTH - LEFT - RIGHT) / top
    begin, length = LEFT + max(stay.start_s, 0) * scale, max(stay.end_s - stay.start_s, 0) * scale
    indent = min(stay.depth, 8) * INDENT
    took = number(stay.end_s - stay.start_s, "s")
    told = f"{stay.name}: {took}, {number(stay.critical_s, 's')} of it on the critical path"
    parts = [
        text(indent, y + 14, short(stay.name, 34 - indent // 8)),
        rect(begin, y + 3, max(length, 1), 13, "stay", told),
        text(begin + max(length, 1) + 5, y + 14, took, class_="value"),
    ]
    if stay.critical_s > 0:
        share = min(stay.critical_s * scale, max(length, 1))
        parts.insert(2, rect(begin + max(length, 1) - share, y + 3, max(share, 1), 13, "critical", told))
    return parts
