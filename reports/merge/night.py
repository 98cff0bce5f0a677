"""How do the runs of one night become a report? Collected, counted together, compared with the night before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from reports.merge.collect import AT_ONCE, Collected, database
from reports.merge.compare import changes, remember_earlier
from reports.merge.fleet import CauseView, Change, Fleet, PlaceView, ServiceView
from reports.merge.folders import Expected, each_once, run_folder
from reports.merge.record import write_record

MOST_CAUSES = MOST_SERVICES = 20

_CAUSES = """
    SELECT t.cause, count(DISTINCT t.place) AS places, count(*) AS findings, count(*) FILTER (t.impact = 'now') AS hurt,
        coalesce(any_value(r.places), 0) AS likeliest,
        min(row(t.impact <> 'now', t."check", t.target, t.symptom, t.remedy)) AS first
    FROM troubles t
    LEFT JOIN (SELECT cause, count(DISTINCT place) AS places FROM roots GROUP BY cause) r USING (cause)
    GROUP BY t.cause ORDER BY likeliest DESC, places DESC, findings DESC, t.cause LIMIT ?
"""
_SERVICES = """
    SELECT service, count(DISTINCT place) AS places, count(*) AS findings, count(*) FILTER (impact = 'now') AS hurt,
        list_sort(list_distinct(list(cause)))
    FROM troubles WHERE service <> '' GROUP BY service
    ORDER BY hurt DESC, findings DESC, places DESC, service LIMIT ?
"""
_UNNAMED = "SELECT count(*) FROM troubles WHERE service = ''"
_PLACE_CAUSES = """
    SELECT place, list(cause ORDER BY n DESC, cause)
    FROM (SELECT place, cause, count(*) AS n FROM troubles GROUP BY ALL) GROUP BY place
"""
_PLACE_UNSEEN = """
    SELECT place, max(row(n, reason)) FROM (SELECT place, reason, count(*) AS n FROM unseen GROUP BY ALL)
    GROUP BY place
"""


def merged(
    folders: Iterable[Path],
    out: Path | None = None,
    *,
    expected: Sequence[Expected] = (),
    before: Path | None = None,
    notes: Sequence[str] = (),
) -> Fleet:
    """The report of these run folders, written to `out` as fleet.jsonl where one is named.

    Folders are read as they come: an iterable may fetch each when it is asked for, and remove it when it is asked for
    the `AT_ONCE`th after it. A place that is expected and that no folder tells of is blind. `before` is the
    folder of an earlier merged report, or its fleet.jsonl. OSError where `out` cannot be written.
    """
    with database() as db:
        earlier = remember_earlier(db, before) if before else Change()
        collected = Collected(db, expected)
        for some in _in_batches(each_once(folders)):
            collected.read([run_folder(path) for path in some])
        collected.miss()
        fleet = _fleet(db, collected, earlier, tuple(notes))
        if out:
            write_record(db, fleet, out)
        return fleet


def _in_batches(paths: Iterator[Path]) -> Iterator[list[Path]]:
    while some := list(islice(paths, AT_ONCE)):
        yield some


def _fleet(db: duckdb.DuckDBPyConnection, collected: Collected, earlier: Change, notes: tuple[str, ...]) -> Fleet:
    places = _places(db, collected)
    since, until = _span(collected.times)
    return Fleet(
        places,
        tuple(_cause(*row) for row in db.execute(_CAUSES, [MOST_CAUSES]).fetchall()),
        tuple(
            ServiceView(row[0], row[1], row[2], row[3], tuple(row[4]))
            for row in db.execute(_SERVICES, [MOST_SERVICES]).fetchall()
        ),
        unnamed=db.execute(_UNNAMED).fetchall()[0][0],
        change=changes(db, places, earlier),
        since=since,
        until=until,
        notes=notes,
    )


def _cause(cause: str, places: int, findings: int, now: int, likeliest: int, first: Any) -> CauseView:
    _, check, target, symptom, remedy = first.values() if isinstance(first, dict) else first
    return CauseView(cause, places, findings, now, likeliest, symptom, remedy, f"{check}[{target}]")


def _places(db: duckdb.DuckDBPyConnection, collected: Collected) -> tuple[PlaceView, ...]:
    causes = dict(db.execute(_PLACE_CAUSES).fetchall())
    reasons = dict(db.execute(_PLACE_UNSEEN).fetchall())
    return tuple(
        PlaceView(
            place,
            counts,
            collected.problems.get(place, ""),
            _reason(reasons.get(place)),
            tuple(causes.get(place, ())),
            tuple(collected.folders.get(place, ())),
        )
        for place, counts in sorted(collected.counts.items())
    )


def _reason(most: Any) -> str:
    if most is None:
        return ""
    return str((tuple(most.values()) if isinstance(most, dict) else most)[1])


def _span(times: Iterable[str]) -> tuple[str, str]:
    """The first and the last of these times, in UTC; empty where none can be read."""
    read = sorted(moment for moment in map(_moment, times) if moment)
    return (read[0].isoformat(), read[-1].isoformat()) if read else ("", "")


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment.astimezone(UTC) if moment.tzinfo else None
