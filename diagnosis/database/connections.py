"""Are there connections left?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from diagnosis import console
from diagnosis.answers import Absent, Blind, CouldNotTellError
from diagnosis.commands import aws
from diagnosis.database.inside import ConnectionUse, DatabaseInside, DatabasesInside
from diagnosis.findings import Finding
from diagnosis.series import Series
from diagnosis.targets import Target


@dataclass(frozen=True)
class DatabaseConnections:
    """An instance's connections each minute, at their most.

    `most` is max_connections as its parameter group says, or as the engine's default makes it of the class's memory
    (`most_source` tells which); None where neither can be known.
    """

    target: Target
    used: Series
    most: float | None
    most_source: str
    as_of: datetime


def connection_exhaustion(
    connections: DatabaseConnections, inside: DatabasesInside | Blind, *, max_share: float = 0.9
) -> list[Finding]:
    """The instance, where more than `max_share` of its connections are in use, or where it refuses another.

    What the database itself says goes before what its parameter group says. CouldNotTellError where nobody knows how
    many there may be.
    """
    seen = inside if isinstance(inside, Blind) else inside.of(connections.target)
    if isinstance(seen, DatabaseInside) and seen.refused:
        return [_refused(connections, seen.refused)]
    told = seen.connections if isinstance(seen, DatabaseInside) else seen
    peak = max(connections.used.values, default=0.0)
    most, source = connections.most, connections.most_source
    if isinstance(told, ConnectionUse):
        most, source, peak = told.most - told.reserved, "max_connections less the reserved", max(peak, told.used)
    if most is None:
        why = told.reason if isinstance(told, Blind | Absent) else ""
        reason = f"max_connections of {connections.target.name} is not known: {source}; {why}".rstrip("; ")
        raise CouldNotTellError(Blind("missing", reason))
    if peak < max_share * most:
        return []
    return [_crowded(connections, peak, most, source, told, max_share)]


def _refused(connections: DatabaseConnections, words: str) -> Finding:
    last = connections.used.last
    evidence = (words, *((f"DatabaseConnections {last:,.0f}",) if last is not None else ()))
    name = connections.target.name
    return _finding(connections, f"{name}: refuses new connections, expected some left", evidence, None)


def _crowded(
    connections: DatabaseConnections,
    peak: float,
    most: float,
    source: str,
    told: ConnectionUse | Absent | Blind,
    max_share: float,
) -> Finding:
    states = told.by_state if isinstance(told, ConnectionUse) else ()
    by_state = ", ".join(f"{count:,} {state}" for state, count in states)
    return _finding(
        connections,
        f"{connections.target.name}: {peak:,.0f} of {most:,.0f} connections in use, "
        f"expected fewer than {max_share:.0%}",
        (f"{most:,.0f} by {source}", *((f"by state: {by_state}",) if by_state else ())),
        max_share * most,
    )


def _finding(connections: DatabaseConnections, symptom: str, evidence: tuple[str, ...], bound: float | None) -> Finding:
    name = connections.target.name
    onset = connections.used.onset(lambda used: used >= bound) if bound is not None else None
    return Finding(
        subject=name,
        place=connections.target.place,
        cause="connections",
        impact="now",
        symptom=symptom,
        evidence=evidence,
        why="the database has no connections left for new clients",
        remedy="close what is idle and bound the clients' pools; RDS Proxy in front; only then raise max_connections",
        resource=connections.target.arn,
        onset=onset,
        as_of=connections.as_of,
        proven=True,
        link=console.database(connections.target.place, name),
        command=aws("rds", "describe-db-instances", "--db-instance-identifier", name),
    )
