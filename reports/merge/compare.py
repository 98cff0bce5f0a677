"""What came since the night before? This night's troubles beside those of an earlier merged report."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from reports.merge.collect import in_words, literal
from reports.merge.fleet import Change, PlaceView, Trouble
from reports.merge.record import NAME, SCHEMA

SHOWN = 50
_LINES = """
    CREATE TEMP TABLE before AS SELECT * FROM read_json(?, format = 'newline_delimited', columns = {
        place: 'VARCHAR', verdict: 'VARCHAR', problem: 'VARCHAR', unseen: 'VARCHAR[]',
        "check": 'VARCHAR', target: 'VARCHAR', cause: 'VARCHAR', symptom: 'VARCHAR',
        fleet: 'STRUCT("schema" BIGINT, until VARCHAR, checks VARCHAR[])'
    })
"""
_EARLIER = """
    INSERT INTO earlier SELECT "check", target, cause, symptom FROM before WHERE "check" IS NOT NULL;
    INSERT INTO earlier_places SELECT place, verdict, problem, unseen FROM before WHERE place IS NOT NULL;
    INSERT INTO earlier_checks SELECT unnest(fleet.checks) FROM before
"""
_LAST = 'SELECT count(fleet), max(fleet."schema"), max(fleet.until) FROM before'
_BECAME = """
    CREATE TEMP VIEW distinct_now AS SELECT "check", target, cause, any_value(place) AS place, min(symptom) AS symptom
        FROM troubles GROUP BY "check", target, cause;
    CREATE TEMP TABLE became AS
    SELECT CASE WHEN e."check" IS NOT NULL THEN 'still'
            WHEN p.place IS NULL OR p.verdict = 'blind' OR p.problem <> '' OR list_contains(p.unseen, t."check")
                OR t."check" NOT IN (FROM earlier_checks) THEN 'found'
            ELSE 'new' END AS became, t."check", t.target, t.cause, t.symptom
    FROM distinct_now t LEFT JOIN earlier_places p USING (place)
        LEFT JOIN (SELECT DISTINCT "check", target, cause FROM earlier) e USING ("check", target, cause)
    UNION ALL
    SELECT CASE WHEN c.looked THEN 'fixed' ELSE 'unseen' END, e."check", e.target, e.cause, e.symptom
    FROM (SELECT "check", target, cause, min(symptom) AS symptom FROM earlier GROUP BY "check", target, cause) e
        ANTI JOIN troubles USING ("check", target, cause)
        LEFT JOIN (SELECT "check", target, bool_and(outcome IN ('passed', 'failed')) AS looked,
                bool_or(outcome = 'xfailed') AS accepted FROM came_to GROUP BY ALL) c USING ("check", target)
    WHERE c.accepted IS NOT TRUE
"""


def remember_earlier(db: duckdb.DuckDBPyConnection, before: Path) -> Change:
    """Read an earlier merged report; an empty change that says when it was, or why it cannot be compared with."""
    path = before / NAME if before.is_dir() else before
    if not path.is_file():
        return Change(problem=f"no {NAME} of an earlier night in {before}")
    try:
        db.execute(_LINES, [literal(path)])
        number, schema, until = db.execute(_LAST).fetchone() or (0, None, None)
    except duckdb.Error as error:
        return Change(problem=f"the report of an earlier night cannot be read: {in_words(error)}")
    if number != 1:
        return Change(problem=f"{path} breaks off: it has no last line")
    if schema != SCHEMA:
        return Change(problem=f"{path} has schema {schema}, this version reads {SCHEMA}")
    for statement in _EARLIER.split(";\n"):
        db.execute(statement)
    return Change(before=str(until or "an unknown time"))


def changes(db: duckdb.DuckDBPyConnection, places: Sequence[PlaceView], earlier: Change) -> Change:
    """What became of each trouble and each place; `earlier` as `remember_earlier` gave it."""
    if not earlier.before:
        return earlier
    for statement in _BECAME.split(";\n"):
        db.execute(statement)
    counts = dict(db.execute("SELECT became, count(*) FROM became GROUP BY became").fetchall())
    then = {place: (verdict == "blind" or problem != "") for place, verdict, problem in _places_then(db)}
    now = {place.place: bool(place.blind) for place in places}
    return Change(
        earlier.before,
        counts,
        new=_first(db, "new"),
        found=_first(db, "found"),
        fixed=_first(db, "fixed"),
        unseen=_first(db, "unseen"),
        newly_blind=tuple(place for place, blind in now.items() if blind and then.get(place) is False),
        seen_again=tuple(place for place, blind in now.items() if not blind and then.get(place)),
        gone=tuple(sorted(set(then) - set(now))),
    )


def _places_then(db: duckdb.DuckDBPyConnection) -> list[Any]:
    return db.execute("SELECT place, coalesce(verdict, 'blind'), coalesce(problem, '') FROM earlier_places").fetchall()


def _first(db: duckdb.DuckDBPyConnection, word: str) -> tuple[Trouble, ...]:
    rows = db.execute(
        'SELECT "check", target, cause, symptom FROM became WHERE became = ? ORDER BY ALL LIMIT ?', [word, SHOWN]
    ).fetchall()
    return tuple(Trouble(*row) for row in rows)
