"""How does the sandbox answer StartQuery, GetQueryResults, StopQuery and DescribeQueries?"""

from __future__ import annotations

import time
from functools import cache
from typing import Any

from sandbox.insights.book import MOST_AT_ONCE, Query, QueryBook
from sandbox.insights.errors import MalformedQuery
from sandbox.insights.expressions import Times
from sandbox.insights.plan import MOST_ROWS
from sandbox.insights.query import Answer
from sandbox.insights.store import GroupKey
from sandbox.services.actions import Request
from sandbox.services.log_store import LogsError, find_group, invalid, read_token, store, token_of

MOST_GROUPS = 50
ROWS_A_PAGE = 10_000


@cache
def book() -> QueryBook:
    """The server's queries."""
    return QueryBook(store())


def _owner(request: Request) -> tuple[str, str]:
    return request.account, request.region


def _asked_groups(request: Request) -> list[GroupKey]:
    given = [p for p in ("logGroupName", "logGroupNames", "logGroupIdentifiers") if request.get(p)]
    if len(given) != 1:
        raise invalid("Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be given")
    names = request.get(given[0])
    names = [names] if isinstance(names, str) else list(dict.fromkeys(names))
    if len(names) > MOST_GROUPS:
        raise invalid(f"A query can read at most {MOST_GROUPS} log groups, {len(names)} were given")
    return [find_group(request, name) for name in names]


def start_query(request: Request) -> dict[str, Any]:
    """Start a query, or say what is wrong with it."""
    if request.get("queryLanguage", "CWLI") != "CWLI":
        raise invalid("Only the query language CWLI is supported")
    start_s, end_s, limit = int(request.params["startTime"]), int(request.params["endTime"]), request.get("limit")
    if not 0 <= start_s <= end_s:
        raise invalid("The query's start time must not be after its end time")
    if limit is not None and not 1 <= limit <= MOST_ROWS:
        raise invalid(f"The limit must be between 1 and {MOST_ROWS}")
    groups = _asked_groups(request)
    if book().active(_owner(request)) >= MOST_AT_ONCE:
        raise LogsError("LimitExceededException", "Account maximum query concurrency limit reached")
    try:
        times = Times(int(time.time() * 1000), start_s * 1000, end_s * 1000)
        query = book().start(_owner(request), request.params["queryString"], groups, times, limit)
    except MalformedQuery as error:
        raise _malformed(error) from None
    return {"queryId": query.id}


def _malformed(error: MalformedQuery) -> LogsError:
    raised = LogsError(error.code, error.message)
    location = {"startCharOffset": error.start, "endCharOffset": error.end}
    raised.queryCompileError = {"location": location, "message": error.message}
    return raised


def _find_query(request: Request) -> Query:
    query = book().find(request.params["queryId"])
    if query is None or query.owner != _owner(request):
        raise LogsError("ResourceNotFoundException", f"The query {request.params['queryId']} does not exist")
    return query


def get_query_results(request: Request) -> dict[str, Any]:
    """What a poll sees: the status, a page of rows, and what was scanned."""
    status, answer = book().poll(_find_query(request))
    if answer is None:
        return {"results": [], "statistics": _statistics(None), "status": status}
    token, size = request.get("nextToken"), int(request.get("maxItems", ROWS_A_PAGE))
    first = int(read_token(token)) if token else 0
    last = first + min(size, ROWS_A_PAGE)
    page = {"results": _results(answer, first, last), "statistics": _statistics(answer), "status": status}
    return page | ({"nextToken": token_of(last)} if last < len(answer.rows) and status == "Complete" else {})


def _results(answer: Answer, first: int, last: int) -> list[list[dict[str, str]]]:
    rows = [[{"field": f, "value": v} for f, v in row.items()] for row in answer.rows[first:last]]
    for row, pointer in zip(rows, answer.pointers[first:last], strict=False):
        row.append({"field": "@ptr", "value": pointer})
    return rows


def _statistics(answer: Answer | None) -> dict[str, float]:
    found = answer.statistics if answer else None
    return {
        "recordsMatched": float(found.records_matched if found else 0),
        "recordsScanned": float(found.records_scanned if found else 0),
        "estimatedRecordsSkipped": 0.0,
        "bytesScanned": float(found.bytes_scanned if found else 0),
        "estimatedBytesSkipped": 0.0,
        "logGroupsScanned": float(found.groups_scanned if found else 0),
    }


def stop_query(request: Request) -> dict[str, Any]:
    """Cancel a query that has not ended."""
    if not book().stop(_find_query(request)):
        raise invalid("The specified query is not running: it has already ended")
    return {"success": True}


def describe_queries(request: Request) -> dict[str, Any]:
    """The place's queries, newest first."""
    queries = [q for q in book().listed(_owner(request)) if _is_asked(request, q)]
    token, size = request.get("nextToken"), int(request.get("maxResults", 1000))
    first = int(read_token(token)) if token else 0
    page = {"queries": [_described(query) for query in queries[first : first + size]]}
    return page | ({"nextToken": token_of(first + size)} if first + size < len(queries) else {})


def _is_asked(request: Request, query: Query) -> bool:
    name, status = request.get("logGroupName"), request.get("status")
    return (name is None or name in [g.name for g in query.groups]) and status in (None, query.status)


def _described(query: Query) -> dict[str, Any]:
    return {
        "queryLanguage": "CWLI",
        "queryId": query.id,
        "queryString": query.text,
        "status": query.status,
        "createTime": int(query.started_s * 1000),
        "logGroupName": query.groups[0].name,
    }
