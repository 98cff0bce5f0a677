"""What does CloudTrail's event history answer? LookupEvents over the changes that scenarios state."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.services import actions
from sandbox.services.actions import Request, epoch, refusal

_KEPT_S = 90 * 86_400
_PAGE = 50


@dataclass(frozen=True)
class Event:
    """A management event, and when event history shows it."""

    event_id: str
    name: str
    source: str
    moment: datetime
    visible: datetime
    user: str
    access_key: str
    read_only: bool
    resources: tuple[tuple[str, str], ...]
    """(type, name) pairs."""
    record: str
    """The whole event as JSON text."""

    def attribute(self, name: str) -> set[str]:
        """The values that a lookup attribute compares with."""
        values = {
            "EventId": {self.event_id},
            "EventName": {self.name},
            "EventSource": {self.source},
            "Username": {self.user},
            "AccessKeyId": {self.access_key},
            "ReadOnly": {str(self.read_only).lower()},
            "ResourceType": {kind for kind, _ in self.resources},
            "ResourceName": {name for _, name in self.resources},
        }
        if name not in values:
            raise refusal("InvalidLookupAttributesException", f"{name} is no lookup attribute.")
        return values[name]


_events: dict[tuple[str, str], list[Event]] = {}
_lock = threading.Lock()


def record(account: str, region: str, event: Event) -> None:
    """Add an event to a place's history."""
    with _lock:
        _events.setdefault((account, region), []).append(event)


def lookup_events(request: Request) -> dict[str, Any]:
    """LookupEvents: newest first, one attribute at most, 50 a page, 90 days."""
    attributes = request.get("LookupAttributes", [])
    if len(attributes) > 1:
        raise refusal("InvalidLookupAttributesException", "You can only specify one lookup attribute.")
    now_s = time.time()
    start_s = max(epoch(request.get("StartTime", 0.0)), now_s - _KEPT_S)
    end_s = epoch(request.get("EndTime", now_s))
    if start_s > end_s:
        raise refusal("InvalidTimeRangeException", "The start time must be before the end time.")
    size = int(request.get("MaxResults", _PAGE))
    if not 1 <= size <= _PAGE:
        raise refusal("InvalidMaxResultsException", f"A value between 1 and {_PAGE} is expected.")
    with _lock:
        events = list(_events.get((request.account, request.region), ()))
    found = [
        e
        for e in sorted(events, key=lambda e: e.moment, reverse=True)
        if start_s <= e.moment.timestamp() <= end_s
        and e.visible.timestamp() <= now_s
        and all(a["AttributeValue"] in e.attribute(a["AttributeKey"]) for a in attributes)
    ]
    try:
        start = int(request.get("NextToken", "0"))
    except ValueError as error:
        raise refusal("InvalidNextTokenException", "The NextToken is not valid.") from error
    answer: dict[str, Any] = {"Events": [_shown(e) for e in found[start : start + size]]}
    if start + size < len(found):
        answer["NextToken"] = str(start + size)
    return answer


def _shown(event: Event) -> dict[str, Any]:
    return {
        "EventId": event.event_id,
        "EventName": event.name,
        "ReadOnly": str(event.read_only).lower(),
        "AccessKeyId": event.access_key,
        "EventTime": event.moment,
        "EventSource": event.source,
        "Username": event.user,
        "Resources": [{"ResourceType": kind, "ResourceName": name} for kind, name in event.resources],
        "CloudTrailEvent": event.record,
    }


def install() -> None:
    """Give moto's CloudTrail its event history."""
    from moto.cloudtrail.responses import CloudTrailResponse

    actions.add(CloudTrailResponse, {"LookupEvents": lookup_events})
