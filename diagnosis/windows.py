"""Which stretch of time is examined, and how do people write it?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


@dataclass(frozen=True)
class Window:
    """The time under examination: start inclusive, end exclusive, both aware UTC."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if not self.start < self.end:
            raise ValueError(f"the window ends at {self.end:%Y-%m-%dT%H:%M:%SZ}, before or when it starts")

    @property
    def length(self) -> timedelta:
        """How long the window is."""
        return self.end - self.start

    def at_least(self, length: timedelta) -> Window:
        """The window, begun earlier where it is shorter than `length`: some questions need so many periods."""
        return self if self.length >= length else Window(self.end - length, self.end)

    def before(self, distance: timedelta) -> Window:
        """The same stretch, earlier by `distance`: `window.before(timedelta(days=7))`."""
        return Window(self.start - distance, self.end - distance)


def duration(text: str) -> timedelta:
    """Read `90s`, `15m`, `1h30m`, `2d`, `1w`. ValueError names the accepted form."""
    parts = re.findall(r"([0-9]+)([smhdw])", text)
    if not parts or "".join(number + unit for number, unit in parts) != text.strip():
        raise ValueError(f"{text!r} is no duration: write it as 90s, 15m, 1h30m, 2d or 1w")
    try:
        total = timedelta(seconds=sum(int(number) * _UNITS[unit] for number, unit in parts))
    except OverflowError:
        raise ValueError(f"{text!r} is no duration: it is longer than any calendar") from None
    if not total:
        raise ValueError(f"{text!r} is no duration: it has no length")
    return total


def moment(text: str) -> datetime:
    """Read an ISO 8601 time with its offset; ValueError where the offset is missing, since local time is a guess."""
    try:
        read = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"{text!r} is no time: write it as 2026-01-31T09:30:00Z") from None
    if read.tzinfo is None:
        raise ValueError(f"{text!r} has no offset: append Z for UTC, or +09:00")
    try:
        return read.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"{text!r} is no time: it is outside of the calendar") from None


def spoken(length: timedelta) -> str:
    """A length of time for people: `45 s`, `12 min`, `3 h 5 min`, `2 d 4 h`; a negative one begins with `-`."""
    seconds = int(length.total_seconds())
    if seconds < 0:
        return f"-{spoken(-length)}"
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if hours < 1:
        return f"{minutes} min"
    if days < 1:
        return f"{hours} h {minutes % 60} min" if minutes % 60 else f"{hours} h"
    return f"{days} d {hours % 24} h" if hours % 24 else f"{days} d"
