# ruff: noqa: S608 - SQL is what this module makes; names in it are its own, and values are quoted
"""Where do log events live until a query reads them?

One table a log group, in a DuckDB database in memory that spills to disk beyond `memory_bytes`, so that logs may
be larger than memory. A Parquet file can stand for a table and is read where it lies.
"""

from __future__ import annotations

import tempfile
import threading
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import duckdb

from sandbox.insights import addresses, values
from sandbox.insights.discovery import (
    MOST_FIELDS,
    SHAPE_SQL,
    Shape,
    embedded_document,
    field_sql,
    is_lambda_sql,
    json_paths_sql,
    limited_document,
)
from sandbox.insights.values import quote

_CHUNK = 100_000
"""Events that are buffered in Python at a time while loading."""


@dataclass(frozen=True)
class GroupKey:
    """A log group's place and name."""

    account: str
    region: str
    name: str


@dataclass(frozen=True)
class Volume:
    """What a query reads: the events in its time range and the bytes of their messages."""

    records: int
    message_bytes: int


@dataclass(frozen=True)
class StoredEvent:
    """One event; `sequence` is its place in the order of arrival, times are milliseconds since the epoch."""

    sequence: int
    timestamp_ms: int
    ingestion_ms: int
    stream: str
    message: str


@dataclass(frozen=True)
class StreamSummary:
    """A stream's first and last event, its newest arrival (ms), and its size."""

    first_ms: int
    last_ms: int
    ingestion_ms: int
    records: int
    message_bytes: int


@dataclass
class _Table:
    """A log group's events as a relation, with what is known about them."""

    relation: str
    sequence: str
    shapes: set[Shape] = field(default_factory=set)
    documents: bool = False
    volumes: dict[tuple[int | None, int | None], Volume] = field(default_factory=dict)
    summaries: dict[str, StreamSummary] | None = None

    def changed(self) -> None:
        """Forget what was counted."""
        self.volumes.clear()
        self.summaries = None


_COLUMNS = "ts BIGINT, ingestion BIGINT, stream VARCHAR, message VARCHAR"


class LogStore:
    """Log events by group; safe to use from several threads."""

    def __init__(self, memory_bytes: int = 2_000_000_000, threads: int | None = None) -> None:
        """Open an empty store that holds at most `memory_bytes` in memory."""
        self._database = duckdb.connect()
        # made by DuckDB when it first spills, and removed by it on closing
        spill = Path(tempfile.gettempdir()) / f"insights-{uuid.uuid4().hex}"
        self._database.execute(f"SET temp_directory = {quote(str(spill))}")
        self._database.execute(f"SET memory_limit = '{memory_bytes}B'")
        if threads is not None:
            self._database.execute(f"SET threads = {threads}")
        for macro in values.MACROS + addresses.MACROS:
            self._database.execute(macro)
        self._tables: dict[GroupKey, _Table] = {}
        self._lock = threading.RLock()
        self._made = 0

    def cursor(self) -> duckdb.DuckDBPyConnection:
        """A connection of its own for one thread, over the same events."""
        return self._database.cursor()

    def close(self) -> None:
        """Drop everything."""
        self._database.close()

    def groups(self) -> list[GroupKey]:
        """The groups that have ever been given an event, sorted by name."""
        with self._lock:
            return sorted(self._tables, key=lambda key: (key.account, key.region, key.name))

    def append(self, group: GroupKey, stream: str, events: Iterable[tuple[int, str]], ingestion_ms: int = 0) -> None:
        """Add events, (milliseconds since the epoch, message) pairs, to a stream of the group.

        `ingestion_ms` 0 means that each event arrived at its own time.
        """
        self.append_rows(group, ((ts, ingestion_ms or ts, stream, message) for ts, message in events))

    def append_rows(self, group: GroupKey, rows: Iterable[tuple[int, int, str, str]]) -> None:
        """Add (timestamp ms, ingestion ms, stream, message) rows to the group."""
        with self._lock:
            cursor = self.cursor()
            self._made += 1
            staging = f"staging{self._made}"
            cursor.execute(f"CREATE TEMP TABLE {staging} ({_COLUMNS})")
            iterator = iter(rows)
            while chunk := list(islice(iterator, _CHUNK)):
                _append(cursor, staging, chunk)
            self._insert(cursor, group, f"SELECT * FROM {staging}")
            cursor.execute(f"DROP TABLE {staging}")

    def append_select(self, group: GroupKey, select: str) -> None:
        """Add the rows of a DuckDB SELECT with the columns ts, ingestion, stream and message."""
        with self._lock:
            self._insert(self.cursor(), group, f"SELECT ts, ingestion, stream, message FROM ({select})")

    def attach_parquet(self, group: GroupKey, path: Path | str) -> None:
        """Let Parquet files (a path or glob) with columns ts, ingestion, stream and message be the group."""
        files = f"read_parquet({quote(str(path))}, file_row_number = true)"
        relation = (
            f"(SELECT ts, ingestion, stream, message, file_row_number AS sequence, {SHAPE_SQL} AS shape, "
            f"CAST(NULL AS VARCHAR) AS extracted FROM {files})"
        )
        shapes = self.cursor().execute(f"SELECT DISTINCT shape FROM {relation}").fetchall()
        with self._lock:
            self._tables[group] = _Table(relation, "sequence", {Shape(shape) for (shape,) in shapes})

    def _insert(self, cursor: duckdb.DuckDBPyConnection, group: GroupKey, select: str) -> None:
        table = self._table(cursor, group)
        [(before,)] = cursor.execute(f"SELECT coalesce(max(rowid), -1) FROM {table.relation}").fetchall()
        cursor.execute(
            f"INSERT INTO {table.relation} SELECT ts, ingestion, stream, message, {SHAPE_SQL}, NULL FROM ({select})"
        )
        table.changed()
        added = f"{table.relation} WHERE rowid > {before}"
        table.shapes |= {Shape(s) for (s,) in cursor.execute(f"SELECT DISTINCT shape FROM {added}").fetchall()}
        self._extract(cursor, table, group, before)

    def _table(self, cursor: duckdb.DuckDBPyConnection, group: GroupKey) -> _Table:
        if group not in self._tables:
            self._made += 1
            name = f"events{self._made}"
            cursor.execute(f"CREATE TABLE {name} ({_COLUMNS}, shape UTINYINT, extracted VARCHAR)")
            self._tables[group] = _Table(name, "rowid")
        return self._tables[group]

    def _extract(self, cursor: duckdb.DuckDBPyConnection, table: _Table, group: GroupKey, before: int) -> None:
        """Give events with too many JSON fields, or with JSON inside a Lambda line, a document of their own."""
        commas = f"length(message) - length(replace(message, ',', '')) >= {MOST_FIELDS}"
        wide = f"shape = {Shape.JSON:d} AND {commas}"
        lines = f"shape IN ({Shape.TEXT:d}, {Shape.LAMBDA:d}) AND {is_lambda_sql(group.name)}"
        inside = f"{lines} AND contains(message, '{{')"
        candidates = cursor.execute(
            f"SELECT rowid, shape, message FROM {table.relation} WHERE rowid > {before} AND (({wide}) OR ({inside}))"
        ).fetchall()
        found = []
        for row, shape, message in candidates:
            document = limited_document(message) if shape == Shape.JSON else embedded_document(message)
            if document is not None:
                found.append((row, document))
        if found:
            table.documents = True
            cursor.execute("CREATE OR REPLACE TEMP TABLE documents (row BIGINT, document VARCHAR)")
            _append(cursor, "documents", found)
            cursor.execute(
                f"UPDATE {table.relation} SET extracted = document FROM documents "
                f"WHERE {table.relation}.rowid = documents.row AND json_valid(document)"
            )

    def delete_group(self, group: GroupKey) -> None:
        """Forget a group's events."""
        with self._lock:
            table = self._tables.pop(group, None)
            if table is not None and table.relation.startswith("events"):
                self.cursor().execute(f"DROP TABLE {table.relation}")

    def delete_stream(self, group: GroupKey, stream: str) -> None:
        """Forget one stream's events."""
        with self._lock:
            table = self._tables.get(group)
            if table is not None:
                self.cursor().execute(f"DELETE FROM {table.relation} WHERE stream = {quote(stream)}")
                table.changed()

    def volume(self, groups: Sequence[GroupKey], start_ms: int | None, end_ms: int | None) -> Volume:
        """The events of the groups in the time range, both ends included."""
        records = message_bytes = 0
        for group in groups:
            table = self._tables.get(group)
            if table is None:
                continue
            if (start_ms, end_ms) not in table.volumes:
                counted = self.cursor().execute(
                    f"SELECT count(*), coalesce(sum(strlen(message)), 0) FROM {table.relation} "
                    f"WHERE {_in_range(start_ms, end_ms)}"
                )
                [(found, size)] = counted.fetchall()
                table.volumes[start_ms, end_ms] = Volume(int(found), int(size))
            records += table.volumes[start_ms, end_ms].records
            message_bytes += table.volumes[start_ms, end_ms].message_bytes
        return Volume(records, message_bytes)

    def per_minute(self, group: GroupKey, start_ms: int, end_ms: int) -> list[tuple[int, int, int]]:
        """(minute in ms, events, bytes of messages) of the minutes of the range in which something was logged."""
        table = self._tables.get(group)
        if table is None:
            return []
        counted = "ts // 60000 * 60000 AS minute, count(*), CAST(sum(strlen(message)) AS BIGINT)"
        within = f"{_in_range(start_ms, end_ms)} GROUP BY minute ORDER BY minute"
        return self.cursor().execute(f"SELECT {counted} FROM {table.relation} WHERE {within}").fetchall()

    def events(
        self, groups: Sequence[GroupKey], start_ms: int | None, end_ms: int | None, discovered: dict[str, str]
    ) -> str:
        """A SELECT of the groups' events in the time range with the system columns and the discovered fields.

        Columns: ts, ingestion (ms), stream, message, log (`account:group`), ptr, sequence (order of arrival), and
        one for each discovered field under the name that `discovered` maps it to.
        """
        with self._lock:
            known = [(group, self._tables[group]) for group in groups if group in self._tables]
        parts = [self._select(group, table, start_ms, end_ms, discovered) for group, table in known]
        return " UNION ALL ".join(parts or [self._nothing(discovered)])

    def _select(
        self, group: GroupKey, table: _Table, start_ms: int | None, end_ms: int | None, discovered: dict[str, str]
    ) -> str:
        shapes = frozenset(table.shapes)
        has_json = Shape.JSON in shapes or table.documents
        paths, readers = json_paths_sql(list(discovered)) if has_json else ("NULL", {})
        fields = "".join(f", {field_sql(n, shapes, readers.get(n))} AS {c}" for n, c in discovered.items())
        log = quote(f"{group.account}:{group.name}")
        source = f"SELECT *, {table.sequence} AS sequence_ FROM {table.relation} WHERE {_in_range(start_ms, end_ms)}"
        if has_json:
            document = f"CASE WHEN extracted IS NOT NULL THEN extracted WHEN shape = {Shape.JSON:d} THEN message END"
            found = f", {paths} AS found" if readers else ""
            source = f"SELECT *{found} FROM (SELECT *, {document} AS document FROM ({source}))"
        ptr = f"to_base64(encode({log} || ':' || sequence_))"
        return (
            f"SELECT ts, ingestion, stream, message, {log} AS log, {ptr} AS ptr, sequence_ AS sequence{fields} "
            f"FROM ({source})"
        )

    def _nothing(self, discovered: dict[str, str]) -> str:
        fields = "".join(
            f", {field_sql(name, frozenset({Shape.TEXT}), None)} AS {column}" for name, column in discovered.items()
        )
        empty = "SELECT '' AS message, 0 AS shape WHERE false"
        return (
            "SELECT CAST(0 AS BIGINT) AS ts, CAST(0 AS BIGINT) AS ingestion, '' AS stream, message, '' AS log, "
            f"'' AS ptr, CAST(0 AS BIGINT) AS sequence{fields} FROM ({empty})"
        )

    def read(
        self,
        group: GroupKey,
        streams: Sequence[str] | None,
        start_ms: int | None,
        end_ms: int | None,
        after: tuple[int, int] | None = None,
        most: int = 2**62,
    ) -> list[StoredEvent]:
        """Events in order of time, then of arrival: at most `most`, beginning after a (timestamp, sequence)."""
        table = self._tables.get(group)
        if table is None:
            return []
        conditions = [_in_range(start_ms, end_ms)]
        if streams is not None:
            conditions.append(f"stream IN ({', '.join(map(quote, streams)) or 'NULL'})")
        if after is not None:
            conditions.append(f"(ts, {table.sequence}) > ({after[0]:d}, {after[1]:d})")
        rows = self.cursor().execute(
            f"SELECT {table.sequence}, ts, ingestion, stream, message FROM {table.relation} "
            f"WHERE {' AND '.join(conditions)} ORDER BY ts, {table.sequence} LIMIT {most:d}"
        )
        return [StoredEvent(*row) for row in rows.fetchall()]

    def summaries(self, group: GroupKey) -> dict[str, StreamSummary]:
        """What each of the group's streams with events holds."""
        table = self._tables.get(group)
        if table is None:
            return {}
        if table.summaries is None:
            rows = self.cursor().execute(
                "SELECT stream, min(ts), max(ts), max(ingestion), count(*), sum(strlen(message)) "
                f"FROM {table.relation} GROUP BY stream"
            )
            table.summaries = {stream: StreamSummary(*map(int, numbers)) for stream, *numbers in rows.fetchall()}
        return table.summaries


def _in_range(start_ms: int | None, end_ms: int | None) -> str:
    conditions = [] if start_ms is None else [f"ts >= {int(start_ms)}"]
    conditions += [] if end_ms is None else [f"ts <= {int(end_ms)}"]
    return " AND ".join(conditions) or "true"


def _append(cursor: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    try:
        _append_encoded(cursor, table, rows)
    except duckdb.InvalidInputException:
        # half of a surrogate pair, which JSON can spell and UTF-8 cannot
        _append_encoded(cursor, table, [tuple(map(_encodable, row)) for row in rows])


def _append_encoded(cursor: duckdb.DuckDBPyConnection, table: str, rows: Sequence[tuple[object, ...]]) -> None:
    appender = cursor.appender(table)
    try:
        appender.append_rows(rows)
    except duckdb.InvalidInputException:
        appender.clear()
        raise
    appender.flush()


def _encodable(value: object) -> object:
    return value.encode("utf-8", "replace").decode() if isinstance(value, str) else value
