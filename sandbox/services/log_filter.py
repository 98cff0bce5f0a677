"""How does the sandbox answer FilterLogEvents?"""

from __future__ import annotations

from typing import Any

from sandbox.insights.errors import InvalidPattern
from sandbox.insights.patterns import Matcher, compile_pattern
from sandbox.insights.store import GroupKey, StoredEvent
from sandbox.services.actions import Request
from sandbox.services.log_store import LogsError, find_group, invalid, read_token, store, token_of

EVENTS_A_PAGE = 10_000
_EVENTS_A_SCAN = 50_000
"""FilterLogEvents looks at this many events a call, so that a page can be empty and still have a next one."""
_PAGE_BYTES = 1_000_000
EVENT_OVERHEAD_BYTES = 26
"""What CloudWatch Logs adds to each event's UTF-8 bytes in storedBytes."""


def filter_log_events(request: Request) -> dict[str, Any]:
    """One page of the matching events, oldest first."""
    name = request.get("logGroupName") or request.get("logGroupIdentifier")
    if not name:
        raise invalid("Either logGroupName or logGroupIdentifier must be given")
    limit = int(request.get("limit", EVENTS_A_PAGE))
    if not 1 <= limit <= EVENTS_A_PAGE:
        raise invalid(
            f"1 validation error detected: Value '{limit}' at 'limit' failed to satisfy constraint: "
            f"Member must have value less than or equal to {EVENTS_A_PAGE}"
        )
    try:
        matcher = compile_pattern(request.get("filterPattern", ""))
    except InvalidPattern as error:
        raise invalid(str(error)) from None
    group = find_group(request, name)
    token = request.get("nextToken")
    after = tuple(read_token(token)) if token else None
    times = (request.get("startTime"), request.get("endTime"))
    scanned = store().read(group, _streams(request, group), *times, after=after, most=_EVENTS_A_SCAN)
    events, last = _page(scanned, matcher, limit)
    is_end = last is None and len(scanned) < _EVENTS_A_SCAN
    resume = last or (scanned[-1] if scanned else None)
    page: dict[str, Any] = {"events": events, "searchedLogStreams": []}
    if not is_end and resume is not None:
        page["nextToken"] = token_of([resume.timestamp_ms, resume.sequence])
    return page


def _streams(request: Request, group: GroupKey) -> list[str] | None:
    """The streams to read; None for all."""
    from moto.logs.models import logs_backends

    names, prefix = request.get("logStreamNames"), request.get("logStreamNamePrefix")
    existing = logs_backends[group.account][group.region].groups[group.name].streams
    if names and prefix:
        raise invalid("Only one of logStreamNames and logStreamNamePrefix can be given")
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
            size += len(event.message.encode()) + EVENT_OVERHEAD_BYTES
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
