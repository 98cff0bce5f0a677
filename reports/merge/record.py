"""What does the next night read? fleet.jsonl: a line for each place, one for each trouble, then one of the whole fleet.

fleet.schema.json, beside this module, describes its lines. The last line makes it count: a report that broke off is
not compared with.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import duckdb

from diagnosis import VERSION
from reports.merge.fleet import Fleet, PlaceView

NAME = "fleet.jsonl"
SCHEMA = 1
_AT_ONCE = 1_000
_UNSEEN = 'SELECT place, list_sort(list_distinct(list("check"))) FROM unseen GROUP BY place'
_CHECKS = 'SELECT "check" FROM asked ORDER BY ALL'
_TROUBLES = """
    SELECT "check", target, cause, impact, service, symptom FROM troubles ORDER BY place, "check", target, cause
"""


def write_record(db: duckdb.DuckDBPyConnection, fleet: Fleet, folder: Path) -> None:
    """Write fleet.jsonl, line by line, and put it in its place when it is whole. OSError where that cannot be."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = folder / f".{NAME}.new"
    with fresh.open("w", encoding="utf-8") as file:
        for line in _lines(db, fleet):
            file.write(json.dumps(line, ensure_ascii=True) + "\n")
    fresh.replace(folder / NAME)


def _lines(db: duckdb.DuckDBPyConnection, fleet: Fleet) -> Iterator[dict[str, Any]]:
    unseen = dict(db.execute(_UNSEEN).fetchall())
    for place in fleet.places:
        yield _place(place) | {"unseen": unseen.get(place.place, [])}
    rows = db.execute(_TROUBLES)
    names = [column[0] for column in rows.description]
    while some := rows.fetchmany(_AT_ONCE):
        yield from (dict(zip(names, row, strict=True)) for row in some)
    checks = [check for (check,) in db.execute(_CHECKS).fetchall()]
    yield {"fleet": summary(fleet) | {"checks": checks}}


def _place(place: PlaceView) -> dict[str, Any]:
    return {
        "place": place.place,
        "verdict": place.verdict,
        "problem": place.problem,
        "counts": dict(place.counts),
        "causes": list(place.causes),
        "folders": list(place.folders),
    }


def summary(fleet: Fleet) -> dict[str, Any]:
    """The whole fleet in builtins."""
    return {
        "schema": SCHEMA,
        "version": VERSION,
        "exit": fleet.exit_code(),
        "coverage": fleet.coverage(),
        "since": fleet.since,
        "until": fleet.until,
        "verdicts": dict(fleet.verdicts()),
        "checks_by_outcome": dict(fleet.checks()),
        "blind": [{"place": place.place, "reason": place.blind} for place in fleet.blind()],
        "causes": [asdict(cause) for cause in fleet.causes],
        "services": [asdict(service) for service in fleet.services],
        "change": asdict(fleet.change),
        "notes": list(fleet.notes),
    }
