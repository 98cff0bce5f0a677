"""What does the sandbox complete in CloudWatch Logs? Logs Insights, filter patterns, and room for many events.

Events live in one `LogStore` in place of moto's lists, whoever logged them, so that every way of reading them
agrees. API: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
"""

from __future__ import annotations

import base64
import copy
import json
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from moto.core.exceptions import ServiceException

from sandbox.insights.book import MOST_AT_ONCE, Query, QueryBook
from sandbox.insights.compiler import MOST_ROWS
from sandbox.insights.errors import InvalidPattern, MalformedQuery
from sandbox.insights.expressions import Times
from sandbox.insights.loaders import batches, read_folder
from sandbox.insights.patterns import Matcher, compile_pattern
from sandbox.insights.query import Answer
from sandbox.insights.store import GroupKey, LogStore, StoredEvent
from sandbox.services.actions import Request, add

MOST_GROUPS = 50
ROWS_A_PAGE = 10_000
EVENTS_A_PAGE = 10_000
_EVENTS_A_SCAN = 50_000
"""FilterLogEvents looks at this many events a call, so that a page can be empty and still have a next one."""
_PAGE_BYTES = 1_000_000
_EVENT_OVERHEAD_BYTES = 26
"""What CloudWatch Logs adds to each event's UTF-8 bytes in storedBytes."""


class LogsError(ServiceException):
    """An error of CloudWatch Logs by its AWS code; moto looks up errors of classes outside its packages by code."""

    queryCompileError: dict[str, Any] | None = None  # noqa: N815 - the member's name in the API model


@cache
def store() -> LogStore:
    """The server's events."""
    return LogStore()


@cache
def book() -> QueryBook:
    """The server's queries."""
    return QueryBook(store())


def append(account: str, region: str, log_group: str, log_stream: str, events: Iterable[tuple[int, str]]) -> None:
    """Log (milliseconds since the epoch, message) pairs; the group and the stream are made where missing."""
    _ensure(account, region, log_group, log_stream)
    store().append(GroupKey(account, region, log_group), log_stream, events)


def append_select(account: str, region: str, log_group: str, log_stream: str, select: str) -> None:
    """Log the rows of a DuckDB SELECT with the columns ts (ms since the epoch) and message, millions if need be."""
    _ensure(account, region, log_group, log_stream)
    name = log_stream.replace("'", "''")
    rows = f"SELECT ts, ts AS ingestion, '{name}' AS stream, message FROM ({select})"  # noqa: S608 - quoted above
    store().append_select(GroupKey(account, region, log_group), rows)


def load(account: str, region: str, folder: Path | str) -> None:
    """Log the exported events of a folder (see `sandbox.insights.loaders`); UnreadableLog names a bad file."""
    for group, rows in batches(read_folder(Path(folder))):
        for stream in {stream for _, _, stream, _ in rows}:
            _ensure(account, region, group, stream)
        store().append_rows(GroupKey(account, region, group), rows)


def _ensure(account: str, region: str, log_group: str, log_stream: str) -> None:
    from moto.logs.models import logs_backends

    backend = logs_backends[account][region]
    if log_group not in backend.groups:
        backend.create_log_group(log_group, {})
    if log_stream not in backend.groups[log_group].streams:
        backend.create_log_stream(log_group, log_stream)


def install() -> None:
    """Replace what moto's CloudWatch Logs answers wrongly or not at all."""
    from moto.logs.responses import LogsResponse

    add(
        LogsResponse,
        {
            "StartQuery": _start_query,
            "GetQueryResults": _get_query_results,
            "StopQuery": _stop_query,
            "DescribeQueries": _describe_queries,
            "FilterLogEvents": _filter_log_events,
        },
    )
    _keep_events_in_store()
    _forget_deleted()


def _keep_events_in_store() -> None:
    """Streams hand their events over and are described and read from the store."""
    from moto.logs import models

    stream: Any = models.LogStream
    group: Any = models.LogGroup
    put, read = stream.put_log_events, stream.get_log_events
    describe_stream, describe_group = stream.to_describe_dict, group.to_describe_dict

    def put_log_events(self: Any, log_events: list[dict[str, Any]]) -> str:
        token: str = put(self, log_events)
        handed, self.events = self.events, []
        rows = [(e.timestamp, e.ingestion_time, self.log_stream_name, e.message) for e in handed]
        store().append_rows(_key(self.log_group), rows)
        return token

    def get_log_events(self: Any, *arguments: Any) -> Any:
        full = copy.copy(self)
        stored = store().read(_key(self.log_group), [self.log_stream_name], None, None)
        full.events = [
            models.LogEvent(e.ingestion_ms, {"message": e.message, "timestamp": e.timestamp_ms}) for e in stored
        ]
        return read(full, *arguments)

    def describe_log_stream(self: Any) -> dict[str, Any]:
        described: dict[str, Any] = describe_stream(self)
        summary = store().summaries(_key(self.log_group)).get(self.log_stream_name)
        if summary is not None:
            described["firstEventTimestamp"] = summary.first_ms
            described["lastEventTimestamp"] = summary.last_ms
            described["lastIngestionTime"] = summary.ingestion_ms
            described["uploadSequenceToken"] = str(self.upload_sequence_token)
        return described

    def describe_log_group(self: Any) -> dict[str, Any]:
        described: dict[str, Any] = describe_group(self)
        summaries = store().summaries(_key(self)).values()
        described["storedBytes"] = sum(s.message_bytes + _EVENT_OVERHEAD_BYTES * s.records for s in summaries)
        return described

    stream.put_log_events, stream.get_log_events = put_log_events, get_log_events
    stream.to_describe_dict, group.to_describe_dict = describe_log_stream, describe_log_group


def _forget_deleted() -> None:
    """What is deleted, or reset, is gone from the store too."""
    from moto.logs import models

    backend: Any = models.LogsBackend
    group: Any = models.LogGroup
    delete_group, delete_stream, reset = backend.delete_log_group, group.delete_log_stream, backend.reset

    def delete_log_group(self: Any, log_group_name: str) -> None:
        delete_group(self, log_group_name)
        store().delete_group(GroupKey(self.account_id, self.region_name, log_group_name))

    def delete_log_stream(self: Any, log_stream_name: str) -> None:
        delete_stream(self, log_stream_name)
        store().delete_stream(_key(self), log_stream_name)

    def reset_backend(self: Any) -> None:
        for name in list(self.groups):
            store().delete_group(GroupKey(self.account_id, self.region_name, name))
        reset(self)

    backend.delete_log_group, backend.reset = delete_log_group, reset_backend
    group.delete_log_stream = delete_log_stream


def _key(group: Any) -> GroupKey:
    return GroupKey(group.account_id, group.region, group.name)


def _invalid(message: str) -> LogsError:
    return LogsError("InvalidParameterException", message)


def _group(request: Request, name: str) -> GroupKey:
    """The group of a name or an ARN, of another account also; ResourceNotFoundException where there is none."""
    from moto.logs.models import logs_backends

    account, region = request.account, request.region
    if name.startswith("arn:"):
        _, _, _, region, account, _, name = name.removesuffix(":*").split(":", 6)
    if name not in logs_backends[account][region].groups:
        raise LogsError("ResourceNotFoundException", f"Log group '{name}' does not exist for account ID '{account}'")
    return GroupKey(account, region, name)


def _asked_groups(request: Request) -> list[GroupKey]:
    given = [p for p in ("logGroupName", "logGroupNames", "logGroupIdentifiers") if request.get(p)]
    if len(given) != 1:
        raise _invalid("Exactly one of logGroupName, logGroupNames and logGroupIdentifiers must be given")
    names = request.get(given[0])
    names = [names] if isinstance(names, str) else list(dict.fromkeys(names))
    if len(names) > MOST_GROUPS:
        raise _invalid(f"A query can read at most {MOST_GROUPS} log groups, {len(names)} were given")
    return [_group(request, name) for name in names]


def _start_query(request: Request) -> dict[str, Any]:
    if request.get("queryLanguage", "CWLI") != "CWLI":
        raise _invalid("Only the query language CWLI is supported")
    start_s, end_s, limit = int(request.params["startTime"]), int(request.params["endTime"]), request.get("limit")
    if not 0 <= start_s <= end_s:
        raise _invalid("The query's start time must not be after its end time")
    if limit is not None and not 1 <= limit <= MOST_ROWS:
        raise _invalid(f"The limit must be between 1 and {MOST_ROWS}")
    groups = _asked_groups(request)
    if book().active(request.account) >= MOST_AT_ONCE:
        raise LogsError("LimitExceededException", "Account maximum query concurrency limit reached")
    try:
        times = Times(int(time.time() * 1000), start_s * 1000, end_s * 1000)
        query = book().start(request.params["queryString"], groups, times, limit)
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
    if query is None or query.groups[0].account != request.account:
        raise LogsError("ResourceNotFoundException", f"The query {request.params['queryId']} does not exist")
    return query


def _token(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


def _read_token(token: str) -> Any:
    try:
        return json.loads(base64.urlsafe_b64decode(token))
    except ValueError:
        raise _invalid("The specified nextToken is invalid.") from None


def _get_query_results(request: Request) -> dict[str, Any]:
    status, answer = book().poll(_find_query(request))
    if answer is None:
        return {"results": [], "statistics": _statistics(None), "status": status}
    token, size = request.get("nextToken"), int(request.get("maxItems", ROWS_A_PAGE))
    first = int(_read_token(token)) if token else 0
    last = first + min(size, ROWS_A_PAGE)
    page = {"results": _results(answer, first, last), "statistics": _statistics(answer), "status": status}
    return page | ({"nextToken": _token(last)} if last < len(answer.rows) and status == "Complete" else {})


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


def _stop_query(request: Request) -> dict[str, Any]:
    if not book().stop(_find_query(request)):
        raise _invalid("The specified query is not running: it has already ended")
    return {"success": True}


def _describe_queries(request: Request) -> dict[str, Any]:
    queries = [q for q in book().listed(request.account, request.region) if _is_asked(request, q)]
    token, size = request.get("nextToken"), int(request.get("maxResults", 1000))
    first = int(_read_token(token)) if token else 0
    page = {"queries": [_described(query) for query in queries[first : first + size]]}
    return page | ({"nextToken": _token(first + size)} if first + size < len(queries) else {})


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


def _filter_log_events(request: Request) -> dict[str, Any]:
    name = request.get("logGroupName") or request.get("logGroupIdentifier")
    if not name:
        raise _invalid("Either logGroupName or logGroupIdentifier must be given")
    limit = int(request.get("limit", EVENTS_A_PAGE))
    if not 1 <= limit <= EVENTS_A_PAGE:
        raise _invalid(
            f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: "
            f"Member must have value less than or equal to {EVENTS_A_PAGE}"
        )
    try:
        matcher = compile_pattern(request.get("filterPattern", ""))
    except InvalidPattern as error:
        raise _invalid(str(error)) from None
    group = _group(request, name)
    token = request.get("nextToken")
    after = tuple(_read_token(token)) if token else None
    times = (request.get("startTime"), request.get("endTime"))
    scanned = store().read(group, _streams(request, group), *times, after=after, most=_EVENTS_A_SCAN)
    events, last = _page(scanned, matcher, limit)
    is_end = last is None and len(scanned) < _EVENTS_A_SCAN
    resume = last or (scanned[-1] if scanned else None)
    page: dict[str, Any] = {"events": events, "searchedLogStreams": []}
    if not is_end and resume is not None:
        page["nextToken"] = _token([resume.timestamp_ms, resume.sequence])
    return page


def _streams(request: Request, group: GroupKey) -> list[str] | None:
    """The streams to read; None for all."""
    from moto.logs.models import logs_backends

    names, prefix = request.get("logStreamNames"), request.get("logStreamNamePrefix")
    existing = logs_backends[group.account][group.region].groups[group.name].streams
    if names and prefix:
        raise _invalid("Only one of logStreamNames and logStreamNamePrefix can be given")
    if names:
        if any(name not in existing for name in names):
            raise LogsError("ResourceNotFoundException", "The specified log stream does not exist.")
        return list(names)
    return [name for name in existing if name.startswith(prefix)] if prefix else None


def _page(scanned: list[StoredEvent], matcher: Matcher, limit: int) -> tuple[list[dict[str, Any]], StoredEvent | None]:
    """The matching events that fit into one page, and where it is full the last event that was looked at."""
    events: list[dict[str, Any]] = []
    size = 0
    for event in scanned:
        if matcher(event.message):
            size += len(event.message.encode()) + _EVENT_OVERHEAD_BYTES
            events.append(_event(event))
            if len(events) >= limit or size >= _PAGE_BYTES:
                return events, event
    return events, None


def _event(event: StoredEvent) -> dict[str, Any]:
    return {
        "logStreamName": event.stream,
        "timestamp": event.timestamp_ms,
        "message": event.message,
        "ingestionTime": event.ingestion_ms,
        "eventId": f"{event.timestamp_ms:020d}{event.sequence:036d}",
    }
