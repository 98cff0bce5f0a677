# ruff: noqa: S608 - the SQL is the compiler's and the store's
"""What rows does a query give over a store's log groups?"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from sandbox.insights.compiler import compile_query
from sandbox.insights.expressions import Times
from sandbox.insights.parser import parse
from sandbox.insights.plan import Plan
from sandbox.insights.store import GroupKey, LogStore


@dataclass(frozen=True)
class Statistics:
    """What the query looked at, as GetQueryResults reports it."""

    records_matched: int
    records_scanned: int
    bytes_scanned: int
    groups_scanned: int


@dataclass(frozen=True)
class Answer:
    """Rows in order, each with the columns that it has a value for, in the order of the query.

    `pointers` holds each row's @ptr, and is empty for rows that `stats` made.
    """

    rows: tuple[dict[str, str], ...]
    pointers: tuple[str, ...]
    statistics: Statistics


def prepare(query: str, times: Times) -> Plan:
    """The plan of a query's text; raises MalformedQuery."""
    return compile_query(parse(query), times)


def run(
    plan: Plan,
    store: LogStore,
    groups: Sequence[GroupKey],
    times: Times,
    row_limit: int | None = None,
    cursor: duckdb.DuckDBPyConnection | None = None,
) -> Answer:
    """The plan's answer over the groups' events from `times.start_ms` to `times.end_ms`, both included.

    `row_limit` takes the place of the default of 10,000 rows where the query has no limit of its own.
    Interrupting `cursor` from another thread stops the run with duckdb.InterruptException.
    """
    cursor = cursor or store.cursor()
    events = store.events(groups, times.start_ms, times.end_ms, plan.discovered)
    volume = store.volume(groups, times.start_ms, times.end_ms)
    stages = (("events", events), *plan.stages)
    if plan.aggregated is None:
        rows = cursor.execute(_final(plan, stages, row_limit)).fetchall()
        matched = _count_matched(plan, cursor, stages) if plan.filtered else volume.records
    else:
        rows, matched = _run_aggregated(plan, cursor, stages, row_limit)
    statistics = Statistics(matched, volume.records, volume.message_bytes, len(groups))
    return _answer(plan, rows, statistics)


def _with(stages: Sequence[tuple[str, str]]) -> str:
    return "WITH " + ", ".join(f"{name} AS NOT MATERIALIZED ({select})" for name, select in stages)


def _final(plan: Plan, stages: Sequence[tuple[str, str]], row_limit: int | None) -> str:
    pointer = ", ptr" if plan.aggregated is None else ""
    order = f" ORDER BY {', '.join(plan.order)}" if plan.order else ""
    limit = "" if plan.limit is None else f" LIMIT {row_limit or plan.limit}"
    return f"{_with(stages)} SELECT {', '.join(plan.shown)}{pointer} FROM {stages[-1][0]}{order}{limit}"


def _count_matched(plan: Plan, cursor: duckdb.DuckDBPyConnection, stages: Sequence[tuple[str, str]]) -> int:
    [(matched,)] = cursor.execute(f"{_with(stages)} SELECT count(*) FROM {plan.matched}").fetchall()
    return int(matched)


def _run_aggregated(
    plan: Plan, cursor: duckdb.DuckDBPyConnection, stages: tuple[tuple[str, str], ...], row_limit: int | None
) -> tuple[list[tuple[str | None, ...]], int]:
    # the groups go to a table, so that the events are read once for the rows and for the number matched
    at = (plan.aggregated or 0) + 1
    name = f"groups_{uuid.uuid4().hex}"
    cursor.execute(f"CREATE TEMP TABLE {name} AS {_with(stages[: at + 1])} SELECT * FROM {stages[at][0]}")
    try:
        [(matched,)] = cursor.execute(f"SELECT coalesce({plan.counting}(matched), 0) FROM {name}").fetchall()
        rest = ((stages[at][0], f"SELECT * FROM {name}"), *stages[at + 1 :])
        return cursor.execute(_final(plan, rest, row_limit)).fetchall(), int(matched)
    finally:
        cursor.execute(f"DROP TABLE IF EXISTS {name}")


def _answer(plan: Plan, rows: Sequence[tuple[str | None, ...]], statistics: Statistics) -> Answer:
    shown = tuple(
        {label: value for label, value in zip(plan.labels, row, strict=False) if value is not None} for row in rows
    )
    pointers = tuple(str(row[-1]) for row in rows) if plan.aggregated is None else ()
    return Answer(shown, pointers, statistics)
