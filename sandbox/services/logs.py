"""What does the sandbox complete in CloudWatch Logs? Logs Insights, filter patterns, and room for many events.

Events live in one `LogStore` in place of moto's lists, whoever logged them, so that every way of reading them
agrees. API: https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/
"""

from __future__ import annotations

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sandbox.insights.loaders import batches, read_folder
from sandbox.insights.store import GroupKey
from sandbox.services import log_filter, log_queries
from sandbox.services.actions import add
from sandbox.services.log_store import store


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
            "StartQuery": log_queries.start_query,
            "GetQueryResults": log_queries.get_query_results,
            "StopQuery": log_queries.stop_query,
            "DescribeQueries": log_queries.describe_queries,
            "FilterLogEvents": log_filter.filter_log_events,
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
        described["storedBytes"] = sum(s.message_bytes + log_filter.EVENT_OVERHEAD_BYTES * s.records for s in summaries)
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
