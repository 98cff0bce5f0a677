"""How do periods, date patterns and time zones become SQL?"""

from __future__ import annotations

import re
from zoneinfo import available_timezones

from sandbox.insights.errors import MalformedQuery
from sandbox.insights.syntax import Node, Period
from sandbox.insights.values import objection, quote

_UNIT_MS = {"ms": 1, "s": 1_000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_CAPS = {"ms": 1000, "s": 60, "m": 60, "h": 24}
"""AWS takes a larger amount of these units for the cap: bin(300s) is bin(60s)."""
_WEEK_MS = 7 * 86_400_000
_MONDAY_MS = 4 * 86_400_000
"""The first Monday after the epoch, which was a Thursday."""
_MONTHS = {"mo": 1, "q": 3, "y": 12}

_JAVA_LETTERS = {
    "yyyy": "%Y", "uuuu": "%Y", "yy": "%y", "MM": "%m", "M": "%-m", "MMM": "%b", "MMMM": "%B", "dd": "%d",
    "d": "%-d", "HH": "%H", "H": "%-H", "hh": "%I", "h": "%-I", "mm": "%M", "m": "%-M", "ss": "%S", "s": "%-S",
    "SSS": "%g", "SSSSSS": "%f", "SSSSSSSSS": "%n", "a": "%p", "EEE": "%a", "EEEE": "%A", "DDD": "%j",
    "X": "%z", "XX": "%z", "XXX": "%z", "x": "%z", "xx": "%z", "xxx": "%z", "Z": "%z",
}  # fmt: skip


def floor_ms(time_sql: str, period: Period) -> str:
    """SQL for the start of the period that holds the time, both in milliseconds since the epoch."""
    amount = min(period.amount, _CAPS.get(period.unit, period.amount))
    if amount < 1:
        raise MalformedQuery("a period is at least 1", period.start, period.end)
    if period.unit in _MONTHS:
        moment = f"make_timestamp({time_sql} * 1000)"
        months = f"(year({moment}) * 12 + month({moment}) - 1)"
        step = amount * _MONTHS[period.unit]
        first = f"({months} // {step}) * {step}"
        return f"epoch_ms(make_timestamp({first} // 12, {first} % 12 + 1, 1, 0, 0, 0.0))"
    if period.unit == "w":
        return _floor(f"({time_sql} - {_MONDAY_MS})", amount * _WEEK_MS) + f" + {_MONDAY_MS}"
    return _floor(time_sql, amount * _UNIT_MS[period.unit])


def _floor(time_sql: str, step_ms: int) -> str:
    # Euclidean, so that times before 1970 also go down
    return f"{time_sql} - (({time_sql} % {step_ms} + {step_ms}) % {step_ms})"


def ceil_ms(time_sql: str, period: Period) -> str:
    """SQL for the end of the period that holds the time; a time on the edge stays."""
    if period.unit in _MONTHS:
        raise MalformedQuery("dateceil takes periods up to weeks", period.start, period.end)
    unit_ms = _WEEK_MS if period.unit == "w" else _UNIT_MS[period.unit]
    step_ms = min(period.amount, _CAPS.get(period.unit, period.amount)) * unit_ms
    start = floor_ms(time_sql, period)
    return f"CASE WHEN {start} = {time_sql} THEN {time_sql} ELSE {start} + {step_ms} END"


def time_zone(name: str, node: Node) -> str:
    """SQL for a time zone's name, or MalformedQuery where there is none of that name."""
    if name not in available_timezones():
        raise MalformedQuery(f"unknown time zone {name}", node.start, node.end)
    return quote(name)


def strptime_format(java: str, node: Node) -> str:
    """DuckDB's format for a pattern of Java's DateTimeFormatter, or MalformedQuery for letters it lacks."""
    out = []
    for found in re.finditer(r"('')|'([^']*)'|(([A-Za-z])\4*)|(.)", java, re.DOTALL):
        apostrophe, quoted, letters, _, other = found.groups()
        if letters:
            if letters not in _JAVA_LETTERS:
                raise MalformedQuery(f"date pattern {letters} is not supported", node.start, node.end)
            out.append(_JAVA_LETTERS[letters])
        else:
            out.append(("'" if apostrophe else quoted or other or "").replace("%", "%%"))
    return "".join(out)


def strftime_format(pattern: str, node: Node) -> str:
    """The pattern, or MalformedQuery where it holds a directive that DuckDB does not know."""
    problem = objection(f"strftime(TIMESTAMP '2000-01-01', {quote(pattern)})")
    if problem is not None:
        raise MalformedQuery(f"date pattern: {problem}", node.start, node.end)
    return pattern
