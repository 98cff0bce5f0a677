"""What do the runs say? One results.jsonl after the other goes through DuckDB, which keeps what is not healthy.

Healthy results are counted and forgotten, and what is kept spills to disk: memory does not grow with the fleet. A line
that is no result is passed over and told of; what stands around it still counts.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from reports.merge.folders import Expected, RunFolder
from reports.merge.gaps import Record, gap
from reports.verdicts import Outcome

MEMORY = "200MB"
LONGEST_LINE = 16_777_216
"""Bytes. No run of ours writes longer lines; `_READ` says the same."""
AT_ONCE = 32
"""So many files are read by one query."""

_TABLES = """
    CREATE TABLE troubles (place VARCHAR, "check" VARCHAR, target VARCHAR, service VARCHAR,
        cause VARCHAR, impact VARCHAR, symptom VARCHAR, remedy VARCHAR);
    CREATE TABLE unseen (place VARCHAR, "check" VARCHAR, target VARCHAR, reason VARCHAR);
    CREATE TABLE roots (place VARCHAR, cause VARCHAR);
    CREATE TABLE asked ("check" VARCHAR);
    CREATE TABLE earlier ("check" VARCHAR, target VARCHAR, cause VARCHAR, symptom VARCHAR);
    CREATE TABLE earlier_places (place VARCHAR, verdict VARCHAR, problem VARCHAR, unseen VARCHAR[]);
    CREATE TABLE earlier_checks ("check" VARCHAR);
    CREATE TABLE came_to ("check" VARCHAR, target VARCHAR, outcome VARCHAR);
"""
_READ = """
    CREATE OR REPLACE TEMP TABLE one AS
    SELECT row_number() OVER () AS number, *, "check" <> '' AND target IS NOT NULL AND outcome IS NOT NULL
        AND outcome IN ('passed', 'failed', 'error', 'skipped', 'xfailed') AS counts,
        coalesce(nullif(regexp_extract(target, '^([^/]+/[^/]+)/', 1), ''),
            $homes[list_position($files, filename)]) AS place
    FROM (
        SELECT filename, "check", target, outcome, left(reason, 600) AS reason, coalesce(service, '') AS service,
            findings, run
        FROM read_json($paths, format = 'newline_delimited', ignore_errors = true, filename = true,
            maximum_object_size = 16777216, columns = {
                "check": 'VARCHAR', target: 'VARCHAR', outcome: 'VARCHAR', reason: 'VARCHAR', service: 'VARCHAR',
                findings: 'STRUCT(cause VARCHAR, impact VARCHAR, symptom VARCHAR, remedy VARCHAR)[]',
                run: 'STRUCT("exit" BIGINT, "schema" BIGINT, coverage VARCHAR,
                    roots STRUCT(target VARCHAR, cause VARCHAR)[])'
            })
    )
"""
"""What cannot be read of a line, or is too long, is NULL. Texts are cut: one result must not outweigh the others."""
_COUNTS = "SELECT filename, place, outcome, count(*) FROM one WHERE counts GROUP BY ALL"
_RECORDS = """
    SELECT filename, count(*), count(run), max(number) FILTER (run IS NOT NULL) = max(number),
        count(*) FILTER (run IS NULL AND (counts IS NOT TRUE OR findings IS NULL OR reason IS NULL
            OR len(list_filter(findings, lambda f: f.cause IS NULL OR f.symptom IS NULL)) > 0)),
        max(run."exit"), max(run."schema"), max(left(run.coverage, 2000))
    FROM one GROUP BY filename
"""
_KEEP = """
    INSERT INTO troubles
        SELECT place, "check", target, service, coalesce(f.cause, 'unknown'), coalesce(f.impact, 'now'),
            left(coalesce(f.symptom, nullif(reason, ''), 'no finding says what is wrong'), 600),
            left(coalesce(f.remedy, ''), 600)
        FROM (SELECT *, unnest(CASE WHEN len(findings) > 0 THEN findings ELSE [NULL] END) AS f
              FROM one WHERE counts AND outcome = 'failed');
    INSERT INTO unseen SELECT place, "check", target, reason FROM one WHERE counts AND outcome = 'error';
    INSERT INTO asked SELECT DISTINCT "check" FROM one ANTI JOIN asked USING ("check") WHERE counts;
    INSERT INTO roots
        SELECT coalesce(nullif(regexp_extract(root.target, '^([^/]+/[^/]+)/', 1), ''), home), root.cause
        FROM (SELECT unnest(run.roots) AS root, place AS home FROM one WHERE run IS NOT NULL)
        WHERE root.cause IS NOT NULL;
    INSERT INTO came_to SELECT DISTINCT "check", target, outcome FROM one SEMI JOIN earlier USING ("check", target)
        WHERE counts
"""


_EMPTY: tuple[int, int, bool, int, int | None, int | None, str | None] = (0, 0, False, 0, None, None, None)
"""The record of a file without a line."""


@contextmanager
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """A database in memory that spills to disk beyond a bound."""
    with TemporaryDirectory(prefix="vitals-merge-") as spill, duckdb.connect(":memory:") as db:
        settings = {"memory_limit": MEMORY, "temp_directory": spill, "threads": "2", "TimeZone": "UTC"}
        for name, value in settings.items():
            db.execute(f"SET {name} = '{value}'")
        db.execute(_TABLES)
        yield db


class Collected:
    """What was read so far, by place: counts, problems, folders. What is not healthy stands in the database."""

    def __init__(self, db: duckdb.DuckDBPyConnection, expected: Sequence[Expected] = ()) -> None:
        self._db = db
        self._expected = expected
        self.counts: dict[str, Counter[Outcome]] = {}
        self.problems = {wanted.place: wanted.blind for wanted in expected if wanted.blind}
        self.folders: dict[str, list[str]] = {}
        self.times: set[str] = set()

    def read(self, folders: Sequence[RunFolder]) -> None:
        """Take over some runs. Whatever is wrong with one is a problem of its places, never an error."""
        for folder in folders:
            self.times |= {folder.now} if folder.now else set()
            for place in folder.places:
                self._place(place, folder)
            self._blame(folder.places, folder.problem)
        self._read([folder for folder in folders if not folder.problem])

    def miss(self) -> None:
        """Blame the places that no run told of."""
        for wanted in self._expected:
            if not self.counts.setdefault(wanted.place, Counter()):
                self._blame([wanted.place], "no run of it was brought")

    def _read(self, folders: Sequence[RunFolder]) -> None:
        if not folders:
            return
        try:
            self._take({str(folder.results): folder for folder in folders})
        except (duckdb.Error, OSError) as error:
            if len(folders) > 1:
                for folder in folders:  # one of them is rubbish: each by itself
                    self._read([folder])
            else:
                self._rescue(folders[0], in_words(error))

    def _rescue(self, folder: RunFolder, problem: str) -> None:
        """What is sick in a file that cannot be read as it is still counts; its places are blind all the same."""
        self._blame(folder.places, f"its {folder.results.name} cannot be read: {problem}")
        with TemporaryDirectory(prefix="vitals-merge-") as scratch, suppress(duckdb.Error, OSError):
            copy = Path(scratch) / folder.results.name
            copy_short_lines(folder.results, copy)
            self._take({str(copy): folder})

    def _take(self, files: Mapping[str, RunFolder]) -> None:
        """Read files, which is where it may fail, and keep what they hold."""
        homes = [folder.places[0] if len(folder.places) == 1 else folder.path.name for folder in files.values()]
        paths = [literal(name) for name in files]
        self._db.execute(_READ, {"paths": paths, "files": list(files), "homes": homes})
        counted: dict[str, dict[str, Counter[Outcome]]] = {name: {} for name in files}
        for name, place, outcome, number in self._db.execute(_COUNTS).fetchall():
            counted[name].setdefault(place, Counter())[outcome] += number
            self._place(place, files[name]).update({outcome: number})
        records = {row[0]: row[1:] for row in self._db.execute(_RECORDS).fetchall()}
        for statement in _KEEP.split(";\n"):
            self._db.execute(statement)
        for name, folder in files.items():
            outcomes = sum(counted[name].values(), Counter[Outcome]())
            lines, runs, whole, bad, code, schema, coverage = records.get(name, _EMPTY)
            record = Record(lines, runs, whole, bad, code, schema, coverage, outcomes)
            self._blame({*folder.places, *counted[name]}, gap(record))
            self._blame(set(folder.places) - set(counted[name]), "its run holds no result of it")

    def _place(self, place: str, folder: RunFolder) -> Counter[Outcome]:
        known = self.folders.setdefault(place, [])
        if str(folder.path) not in known:
            known.append(str(folder.path))
        return self.counts.setdefault(place, Counter())

    def _blame(self, places: Iterable[str], problem: str) -> None:
        if problem:
            for place in places:
                self.problems.setdefault(place, problem)


def literal(path: Path | str) -> str:
    """A path in which DuckDB sees no pattern."""
    return re.sub(r"([\[*?])", r"[\1]", str(path))


def copy_short_lines(source: Path, target: Path) -> None:
    """Copy a file without the lines that are too long to be read."""
    with source.open("rb") as lines, target.open("wb") as kept:
        while line := lines.readline(LONGEST_LINE // 2):
            if line.endswith(b"\n") or len(line) < LONGEST_LINE // 2:
                kept.write(line)
                continue
            while line and not line.endswith(b"\n"):
                line = lines.readline(LONGEST_LINE)


def in_words(error: Exception) -> str:
    """What an error says, on one line."""
    return str(error).strip().splitlines()[0][:600] if str(error).strip() else type(error).__name__
