"""Where is history kept, and how is it asked? JSON lines by month that are only ever added to, read with DuckDB."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from reports.history.records import SCHEMA

if TYPE_CHECKING:
    import duckdb

REACH = timedelta(days=92)
"""So far back is looked for the beginning of a trouble."""
NIGHTS = 30

_LINES = """
    CREATE TABLE lines AS SELECT * FROM read_json(?, format = 'newline_delimited', ignore_errors = true, columns = {
        schema: 'BIGINT', type: 'VARCHAR', run: 'VARCHAR', time: 'VARCHAR', source: 'VARCHAR', places: 'VARCHAR[]',
        narrowed: 'BOOLEAN', checks: 'VARCHAR[]', counts: 'MAP(VARCHAR, BIGINT)', "check": 'VARCHAR',
        target: 'VARCHAR', outcome: 'VARCHAR', causes: 'VARCHAR[]', symptom: 'VARCHAR'
    })
"""
_RUNS = """
    SELECT run, time, places, checks, narrowed FROM lines
    WHERE type = 'run' AND source = $source AND time < $before AND time >= $after AND run <> $run
    ORDER BY time
"""
_RESULTS = """
    SELECT r."check", r.target, r.outcome, r.causes, r.symptom, r.run FROM lines r
    WHERE r.type = 'result' AND list_contains($runs, r.run)
"""
_NIGHTS = """
    SELECT time[:10] AS day, counts FROM lines WHERE type = 'run' AND counts IS NOT NULL AND list_contains($runs, run)
    QUALIFY row_number() OVER (PARTITION BY day ORDER BY list_sum(map_values(counts)) DESC, time DESC) = 1
    ORDER BY day DESC LIMIT $nights
"""
"""Times are written in UTC, so that their first ten characters are the day and they compare as texts."""


class HistoryError(RuntimeError):
    """History cannot be read; the message says why in one line."""


@dataclass(frozen=True)
class Look:
    """An earlier run: when it was, where it looked, which checks it asked, and what it found that was not healthy.

    `found` holds, by check and target, the outcome, the causes and the symptom. `narrowed`: it asked of some targets
    only.
    """

    run: str
    at: datetime
    places: tuple[str, ...]
    checks: frozenset[str]
    narrowed: bool
    found: Mapping[tuple[str, str], tuple[str, tuple[str, ...], str]]


@dataclass(frozen=True)
class Night:
    """The most complete run of a day (UTC): how many checks came to which outcome."""

    day: str
    counts: Mapping[str, int]


def append(folder: Path, lines: Iterable[Mapping[str, Any]], at: datetime) -> None:
    """Add the lines of a run to its month's file. OSError where that cannot be written."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / f"{at.astimezone(UTC):%Y-%m}.jsonl"
    text = "".join(json.dumps(line, ensure_ascii=True) + "\n" for line in lines)
    with FileLock(folder / ".lock"), path.open("a+b") as file:
        if file.tell() and _is_torn(file):
            text = "\n" + text  # a line that a full disk cut off must not swallow the next one
        file.write(text.encode())


def _is_torn(file: Any) -> bool:
    file.seek(-1, 2)
    return bool(file.read(1) != b"\n")


def read(folder: Path, source: str | None, before: datetime, run: str = "") -> tuple[list[Look], list[Night]]:
    """The earlier runs of a source, oldest first, and the last nights, newest last. HistoryError names what is wrong.

    `run` itself is left out; without a source it is that of the run, as far as history knows it.
    Lines that are torn are passed over, and so are the results of a run that did not get to write its own line.
    """
    files = [str(path) for path in _files(folder, before - REACH, before)]
    if not files:
        return [], []
    import duckdb  # loaded where there is history

    with duckdb.connect(":memory:") as db:
        try:
            db.execute("SET TimeZone = 'UTC'")
            db.execute(_LINES, [files])
            _refuse_later(db, folder)
            source = source or _source(db, run)
            asked = {"source": source, "before": _text(before), "after": _text(before - REACH), "run": run}
            rows = db.execute(_RUNS, asked).fetchall()
            runs = [row[0] for row in rows]
            found = db.execute(_RESULTS, {"runs": runs}).fetchall() if runs else []
            whole = [row[0] for row in rows if not row[4]] or runs
            nights = db.execute(_NIGHTS, {"runs": whole, "nights": NIGHTS}).fetchall() if runs else []
        except duckdb.Error as error:
            raise HistoryError(f"history in {folder} cannot be read: {str(error).splitlines()[0]}") from None
    return _looks(rows, found), [Night(day, dict(counts)) for day, counts in reversed(nights)]


def _files(folder: Path, after: datetime, before: datetime) -> Sequence[Path]:
    first, last = f"{after.astimezone(UTC):%Y-%m}", f"{before.astimezone(UTC):%Y-%m}"
    return [path for path in sorted(folder.glob("????-??.jsonl")) if first <= path.stem <= last]


def _refuse_later(db: duckdb.DuckDBPyConnection, folder: Path) -> None:
    newest = db.execute("SELECT max(schema) FROM lines").fetchone()
    if newest and newest[0] is not None and newest[0] > SCHEMA:
        raise HistoryError(f"history in {folder} has schema {newest[0]}, this version reads up to {SCHEMA}")


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds")


def _source(db: duckdb.DuckDBPyConnection, run: str) -> str:
    row = db.execute("SELECT source FROM lines WHERE type = 'run' AND run = ? LIMIT 1", [run]).fetchone()
    return str(row[0]) if row else ""


def _looks(rows: Sequence[Any], found: Sequence[Any]) -> list[Look]:
    by_run: dict[str, dict[tuple[str, str], tuple[str, tuple[str, ...], str]]] = {}
    for check, target, outcome, causes, symptom, run in found:
        by_run.setdefault(run, {})[check, target] = outcome, tuple(causes or ()), symptom or ""
    return [
        Look(
            run,
            datetime.fromisoformat(at),
            tuple(places or ()),
            frozenset(checks or ()),
            bool(narrowed),
            by_run.get(run, {}),
        )
        for run, at, places, checks, narrowed in rows
    ]


def recorded(folder: Path, run: str) -> list[dict[str, Any]] | None:
    """The results that history keeps of a run, in the form of results.jsonl; None where it knows no such run."""
    files = [str(path) for path in sorted(folder.glob("????-??.jsonl"))]
    if not files:
        return None
    import duckdb

    with duckdb.connect(":memory:") as db:
        db.execute(_LINES, [files])
        _refuse_later(db, folder)
        if not _source(db, run):
            return None
        rows = db.execute(
            "SELECT \"check\", target, outcome, causes, symptom FROM lines WHERE type = 'result' AND run = ?", [run]
        ).fetchall()
    return [
        {
            "check": check,
            "target": target,
            "outcome": outcome,
            "reason": "" if causes else symptom,
            "findings": [{"cause": cause, "symptom": symptom} for cause in causes or ()],
        }
        for check, target, outcome, causes, symptom in rows
    ]
