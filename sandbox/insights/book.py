"""Which queries are under way, and what does each poll see?

A query starts Scheduled, is Running with the rows found so far, and ends Complete. The first poll sees the first
state and the second the second, however fast the engine is: a client that takes the first answer for the last
is wrong here as it is at AWS.
"""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import duckdb

from sandbox.insights.expressions import Times
from sandbox.insights.plan import Plan
from sandbox.insights.query import Answer, prepare, run
from sandbox.insights.store import GroupKey, LogStore

MOST_AT_ONCE = 100
"""Queries under way in an account; https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html"""

_SETTLED_AFTER_S = 1.0
"""Age from which a poll sees the true state, also when it is the first."""
_ENDED = frozenset({"Complete", "Failed", "Cancelled", "Timeout"})


@dataclass
class Query:
    """One started query; `text` and the groups are as asked, `owner` is the account and region that asked."""

    owner: tuple[str, str]
    text: str
    groups: tuple[GroupKey, ...]
    times: Times
    plan: Plan
    row_limit: int | None
    cursor: duckdb.DuckDBPyConnection
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    started_s: float = field(default_factory=time.time)
    polls: int = 0
    answer: Answer | None = None
    failure: str | None = None
    cancelled: bool = False
    done: threading.Event = field(default_factory=threading.Event)

    @property
    def status(self) -> str:
        """The state as AWS names it and as the polls so far may see it."""
        if self.cancelled:
            return "Cancelled"
        if self.polls < 2 and time.time() - self.started_s < _SETTLED_AFTER_S:
            return "Running" if self.polls else "Scheduled"
        if not self.done.is_set():
            return "Running"
        return "Complete" if self.answer is not None else "Failed"

    @property
    def is_active(self) -> bool:
        """Whether it is still scheduled or running."""
        return self.status not in _ENDED


class QueryBook:
    """All queries of a store, newest last."""

    def __init__(self, store: LogStore) -> None:
        self._store = store
        self._queries: dict[str, Query] = {}
        self._lock = threading.Lock()

    def start(
        self, owner: tuple[str, str], text: str, groups: Sequence[GroupKey], times: Times, row_limit: int | None
    ) -> Query:
        """Start a query; raises MalformedQuery before anything runs."""
        plan = prepare(text, times)
        query = Query(owner, text, tuple(groups), times, plan, row_limit, self._store.cursor())
        with self._lock:
            self._queries[query.id] = query
        threading.Thread(target=self._work, args=(query,), daemon=True, name=f"query-{query.id}").start()
        return query

    def _work(self, query: Query) -> None:
        try:
            query.answer = run(
                query.plan, self._store, query.groups, query.times, row_limit=query.row_limit, cursor=query.cursor
            )
        except duckdb.Error as error:
            query.failure = str(error)
        finally:
            query.done.set()

    def find(self, query_id: str) -> Query | None:
        """The query of that id."""
        return self._queries.get(query_id)

    def active(self, owner: tuple[str, str]) -> int:
        """How many of the queries of an account and region are under way."""
        with self._lock:
            queries = list(self._queries.values())
        return sum(query.is_active and query.owner == owner for query in queries)

    def poll(self, query: Query) -> tuple[str, Answer | None]:
        """The status and the rows so far; what a client sees of a running query is a part only."""
        status = query.status
        query.polls += 1
        if status == "Complete":
            return status, query.answer
        return status, self._partial(query) if status == "Running" else None

    def _partial(self, query: Query) -> Answer | None:
        """The answer over the first half of the time range, as if the rest were not read yet."""
        start_ms, end_ms = query.times.start_ms, query.times.end_ms
        if start_ms is None or end_ms is None:
            return None
        half = replace(query.times, end_ms=(start_ms + end_ms) // 2)
        try:
            return run(query.plan, self._store, query.groups, half, row_limit=query.row_limit)
        except duckdb.Error:
            return None

    def stop(self, query: Query) -> bool:
        """Cancel the query; False where it has ended already."""
        if not query.is_active:
            return False
        query.cancelled = True
        query.cursor.interrupt()
        return True

    def listed(self, owner: tuple[str, str]) -> list[Query]:
        """The queries of an account and region, newest first."""
        with self._lock:
            queries = list(self._queries.values())
        return [query for query in reversed(queries) if query.owner == owner]
