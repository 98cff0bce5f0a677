"""What does AWS Health tell of? Events that scenarios state, and the resources that they touch.

https://docs.aws.amazon.com/health/latest/APIReference/Welcome.html: one endpoint for all regions.
"""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from sandbox.services import own
from sandbox.services.actions import Request, epoch, refusal, utc

_PAGE = 100
_GLOBAL = "global"


@dataclass(frozen=True)
class Event:
    """An event; times are epoch seconds, `ended_s` is None for one that goes on."""

    arn: str
    service: str
    code: str
    category: str
    region: str
    zone: str
    started_s: float
    ended_s: float | None
    description: str
    affected: tuple[tuple[str, str], ...]
    """(resource, IMPAIRED, UNIMPAIRED, PENDING, RESOLVED or UNKNOWN)."""

    def status(self, now_s: float) -> str:
        """open, closed or upcoming."""
        if self.started_s > now_s:
            return "upcoming"
        return "closed" if self.ended_s is not None and self.ended_s <= now_s else "open"

    def shown(self) -> dict[str, Any]:
        """The event as DescribeEvents lists it."""
        now_s = time.time()
        told: dict[str, Any] = {
            "arn": self.arn,
            "service": self.service,
            "eventTypeCode": self.code,
            "eventTypeCategory": self.category,
            "region": self.region,
            "startTime": utc(self.started_s),
            "lastUpdatedTime": utc(min(now_s, self.ended_s or now_s)),
            "statusCode": self.status(now_s),
            "eventScopeCode": "ACCOUNT_SPECIFIC" if self.affected else "PUBLIC",
        }
        told |= {"availabilityZone": self.zone} if self.zone else {}
        return told | ({"endTime": utc(self.ended_s)} if self.ended_s is not None else {})


_events: dict[str, list[Event]] = {}
_lock = threading.Lock()


def tell(account: str, event: Event) -> None:
    """Add an event to an account's."""
    with _lock:
        _events.setdefault(account, []).append(event)


def known(account: str) -> list[Event]:
    """The events of an account."""
    with _lock:
        return list(_events.get(account, ()))


def _page(request: Request, key: str, items: list[Any]) -> dict[str, Any]:
    size = int(request.get("maxResults", _PAGE))
    try:
        start = int(request.get("nextToken", "0"))
    except ValueError:
        raise refusal("InvalidPaginationToken", "The pagination token is not valid.") from None
    more = {"nextToken": str(start + size)} if start + size < len(items) else {}
    return {key: items[start : start + size], **more}


def describe_events(request: Request) -> dict[str, Any]:
    """DescribeEvents, newest first."""
    wanted = request.get("filter", {})
    found = [event for event in known(request.account) if _fits(event, wanted)]
    return _page(request, "events", [e.shown() for e in sorted(found, key=lambda e: -e.started_s)])


_FILTERS: dict[str, Callable[[Event], Iterable[str]]] = {
    "eventArns": lambda event: (event.arn,),
    "eventTypeCodes": lambda event: (event.code,),
    "services": lambda event: (event.service,),
    "regions": lambda event: (event.region,),
    "availabilityZones": lambda event: (event.zone,),
    "eventTypeCategories": lambda event: (event.category,),
    "eventStatusCodes": lambda event: (event.status(time.time()),),
    "entityArns": lambda event: (resource for resource, _ in event.affected),
    "entityValues": lambda event: (resource for resource, _ in event.affected),
}


def _fits(event: Event, wanted: dict[str, Any]) -> bool:
    lists = ((values_of, wanted[key]) for key, values_of in _FILTERS.items() if wanted.get(key))
    times = {"startTimes": event.started_s, "endTimes": event.ended_s, "lastUpdatedTimes": event.ended_s or time.time()}
    spans = ((moment, wanted[key]) for key, moment in times.items() if wanted.get(key))
    return all(set(values_of(event)) & set(values) for values_of, values in lists) and all(
        moment is not None and any(_within(moment, span) for span in several) for moment, several in spans
    )


def _within(moment_s: float, span: dict[str, Any]) -> bool:
    return epoch(span.get("from", 0.0)) <= moment_s <= epoch(span.get("to", float("inf")))


def describe_affected_entities(request: Request) -> dict[str, Any]:
    """DescribeAffectedEntities of events by ARN."""
    wanted = request.get("filter", {})
    arns, statuses = set(wanted.get("eventArns", ())), set(wanted.get("statusCodes", ()))
    entities = [
        {
            "entityArn": f"arn:aws:health:{event.region}:{request.account}:entity/{_digest(event.arn, resource)}",
            "eventArn": event.arn,
            "entityValue": resource,
            "awsAccountId": request.account,
            "lastUpdatedTime": utc(event.started_s),
            "statusCode": status,
        }
        for event in known(request.account)
        for resource, status in event.affected
        if event.arn in arns and (not statuses or status in statuses)
    ]
    return _page(request, "entities", entities)


def _digest(*words: str) -> str:
    return hashlib.sha256("/".join(words).encode()).hexdigest()[:24]


def describe_event_details(request: Request) -> dict[str, Any]:
    """DescribeEventDetails: what AWS says about events."""
    by_arn = {event.arn: event for event in known(request.account)}
    arns = request.get("eventArns", [])
    told = [
        {"event": by_arn[arn].shown(), "eventDescription": {"latestDescription": by_arn[arn].description}}
        for arn in arns
        if arn in by_arn
    ]
    lacking = [{"eventArn": arn, "errorName": "InvalidArn", "errorMessage": "no such event"} for arn in arns]
    return {"successfulSet": told, "failedSet": [one for one in lacking if one["eventArn"] not in by_arn]}


def install() -> None:
    """Serve AWS Health."""
    own.serve(
        "health",
        {
            "DescribeAffectedEntities": describe_affected_entities,
            "DescribeEventDetails": describe_event_details,
            "DescribeEvents": describe_events,
        },
    )
