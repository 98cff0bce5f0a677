"""What do all drawings share? A frame, a scale, and numbers that fit beside it."""

from __future__ import annotations

import math
from collections.abc import Iterable

from reports.html.markup import Content, Html, tag

WIDTH = 640


def frame(height: float, told: str, *content: Content, width: float = WIDTH) -> Html:
    """A drawing of so many units; `told` is what it shows, in words."""
    box = f"0 0 {width:g} {height:g}"
    return tag("svg", tag("title", told), *content, viewBox=box, role="img", class_="chart", width=f"{width:g}")


def text(x: float, y: float, words: str, *, anchor: str = "start", class_: str = "label") -> Html:
    """Words at a point: `anchor` is start, middle or end."""
    return tag("text", words, x=f"{x:.1f}", y=f"{y:.1f}", text_anchor=anchor, class_=class_)


def rect(x: float, y: float, width: float, height: float, class_: str, told: str = "") -> Html:
    """A rectangle; `told` appears where the pointer rests on it."""
    title = tag("title", told) if told else None
    size = {"x": f"{x:.1f}", "y": f"{y:.1f}", "width": f"{max(width, 0):.1f}", "height": f"{max(height, 0):.1f}"}
    inside = "".join(f' {key}="{value}"' for key, value in size.items())
    return Html(f'<rect{inside} class="{class_}">{title or ""}</rect>')


def rule(x1: float, y1: float, x2: float, y2: float, class_: str) -> Html:
    """A straight line."""
    return tag("line", x1=f"{x1:.1f}", y1=f"{y1:.1f}", x2=f"{x2:.1f}", y2=f"{y2:.1f}", class_=class_)


def number(value: float, unit: str = "") -> str:
    """A number for people: `1,234`, `0.25 s`, `3.1 GB`."""
    if not math.isfinite(value):
        return str(value)
    if unit in ("B", "bytes"):
        for name, power in (("TB", 12), ("GB", 9), ("MB", 6), ("kB", 3)):
            if abs(value) >= 10**power:
                return f"{value / 10**power:,.1f} {name}"
        return f"{value:,.0f} B"
    size = abs(value)
    said = f"{value:,.0f}" if size >= 100 or value == int(value) else f"{value:,.1f}" if size >= 10 else f"{value:,.2g}"
    if unit == "%":
        return f"{said}%"
    return f"{said} {unit}" if unit else said


def highest(values: Iterable[float | None]) -> float:
    """The top of a scale that begins at zero; 1 where there is nothing above it."""
    top = max((value for value in values if value is not None and math.isfinite(value)), default=0.0)
    return top if top > 0 else 1.0


def short(words: str, most: int) -> str:
    """Words cut in the middle, where ids differ least."""
    if len(words) <= most:
        return words
    head = (most - 1) * 2 // 3
    return f"{words[:head]}…{words[len(words) - (most - 1 - head) :]}"
