"""What shows a finding better than words? Values to be drawn: how they look is for reports to say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from diagnosis.series import Series

MOST_POINTS = 120
"""More than this no chart of a report's width can show."""

Points = tuple[tuple[datetime, float], ...]
"""Pairs of (moment, value), oldest first; moments are aware UTC."""


@dataclass(frozen=True)
class Line:
    """One line of a timeline."""

    name: str
    points: Points


@dataclass(frozen=True)
class Timeline:
    """Values over time in one `unit`: lines, the bound they should keep, the usual range, and where trouble begins.

    `band` is what is usual, from lowest to highest.
    """

    title: str
    unit: str
    lines: tuple[Line, ...]
    bound: float | None = None
    band: tuple[float, float] | None = None
    onset: datetime | None = None


@dataclass(frozen=True)
class Bars:
    """Values side by side: pairs of (label, value) in one `unit`, and the bound they should keep."""

    title: str
    unit: str
    bars: tuple[tuple[str, float], ...]
    bound: float | None = None


@dataclass(frozen=True)
class Pairs:
    """The same values before and now: triples of (label, before, now) in one `unit`; `before` and `now` say when."""

    title: str
    unit: str
    pairs: tuple[tuple[str, float, float], ...]
    before: str = "before"
    now: str = "now"


@dataclass(frozen=True)
class Hop:
    """A component on a way through the network; `blocked` says why it goes no further here."""

    name: str
    blocked: str = ""


@dataclass(frozen=True)
class Journey:
    """A way through the network from its source to as far as traffic gets, then its destination."""

    title: str
    hops: tuple[Hop, ...]


@dataclass(frozen=True)
class Stay:
    """One span of a request: its seconds after the start of it, how deep it lies, its seconds of the critical path."""

    name: str
    start_s: float
    end_s: float
    depth: int = 0
    critical_s: float = 0.0


@dataclass(frozen=True)
class Waterfall:
    """Where the time of one request went."""

    title: str
    stays: tuple[Stay, ...]


Exhibit = Timeline | Bars | Pairs | Journey | Waterfall


def line(name: str, series: Series) -> Line:
    """The line of a metric, thinned where it has more points than can be seen."""
    return Line(name, thinned(series.points))


def thinned(points: Sequence[tuple[datetime, float]]) -> Points:
    """At most MOST_POINTS of them: of each stretch the highest, so that no peak is lost, and always the newest."""
    step = -(-len(points) // MOST_POINTS)
    if step <= 1:
        return tuple(points)
    stretches = [points[at : at + step] for at in range(0, len(points) - 1, step)]
    return (*(max(stretch, key=lambda point: point[1]) for stretch in stretches[:-1]), points[-1])


def to_plain(exhibit: Exhibit) -> dict[str, Any]:
    """The exhibit in builtins, fit for JSON: `kind` names its type, times are ISO 8601 UTC."""
    plain = {"kind": type(exhibit).__name__.lower(), **asdict(exhibit)}
    if isinstance(exhibit, Timeline):
        plain["lines"] = [
            {"name": one.name, "points": [[w.isoformat(), v] for w, v in one.points]} for one in exhibit.lines
        ]
        plain["onset"] = exhibit.onset.isoformat() if exhibit.onset else None
    return plain


def from_plain(plain: Mapping[str, Any]) -> Exhibit | None:
    """The inverse of `to_plain`; None for a kind that only a later version knows."""
    values = {key: value for key, value in plain.items() if key != "kind"}
    match plain["kind"]:
        case "timeline":
            values["lines"] = tuple(Line(one["name"], _points(one["points"])) for one in values["lines"])
            values["band"] = tuple(values["band"]) if values["band"] else None
            values["onset"] = datetime.fromisoformat(values["onset"]) if values["onset"] else None
            return Timeline(**values)
        case "bars":
            return Bars(**values | {"bars": tuple((label, value) for label, value in values["bars"])})
        case "pairs":
            return Pairs(**values | {"pairs": tuple((label, before, now) for label, before, now in values["pairs"])})
        case "journey":
            return Journey(**values | {"hops": tuple(Hop(**hop) for hop in values["hops"])})
        case "waterfall":
            return Waterfall(**values | {"stays": tuple(Stay(**stay) for stay in values["stays"])})
    return None


def _points(plain: Sequence[Sequence[Any]]) -> Points:
    return tuple((datetime.fromisoformat(when), value) for when, value in plain)
