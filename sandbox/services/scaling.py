"""What does the sandbox complete in Application Auto Scaling? What it did, and what it could not do."""

from __future__ import annotations

import threading
import uuid
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.services import actions
from sandbox.services.actions import Request

_PAGE = 50


@dataclass(frozen=True)
class Activity:
    """An attempt to scale; `refused` is the code of the reason why nothing was scaled."""

    namespace: str
    resource: str
    dimension: str
    cause: str
    capacity: int | None
    refused: str
    at: datetime


_activities: dict[tuple[str, str], list[Activity]] = {}
_lock = threading.Lock()


def tell(account: str, region: str, activity: Activity) -> None:
    """Add an activity."""
    with _lock:
        _activities.setdefault((account, region), []).append(activity)


def describe_scaling_activities(request: Request) -> dict[str, Any]:
    """DescribeScalingActivities: newest first; those that scaled nothing only where they are asked for."""
    with _lock:
        known = list(_activities.get((request.account, request.region), ()))
    found = [
        activity
        for activity in sorted(known, key=lambda a: a.at, reverse=True)
        if activity.namespace == request.get("ServiceNamespace")
        and request.get("ResourceId", activity.resource) == activity.resource
        and request.get("ScalableDimension", activity.dimension) == activity.dimension
        and (not activity.refused or request.get("IncludeNotScaledActivities"))
    ]
    size, start = int(request.get("MaxResults", _PAGE)), int(request.get("NextToken", "0"))
    more = {"NextToken": str(start + size)} if start + size < len(found) else {}
    return {"ScalingActivities": [_shown(a, request) for a in found[start : start + size]], **more}


def _shown(activity: Activity, request: Request) -> dict[str, Any]:
    wanted = f"Setting desired count to {activity.capacity}." if activity.capacity is not None else ""
    told: dict[str, Any] = {
        "ActivityId": str(uuid.uuid5(uuid.NAMESPACE_URL, f"{activity.resource}/{activity.at.isoformat()}")),
        "ServiceNamespace": activity.namespace,
        "ResourceId": activity.resource,
        "ScalableDimension": activity.dimension,
        "Description": wanted or "Attempting to scale due to alarm triggered",
        "Cause": activity.cause,
        "StartTime": activity.at,
        "EndTime": activity.at,
        "StatusCode": "Unfulfilled" if activity.refused else "Successful",
        "StatusMessage": "" if activity.refused else f"Successfully set desired count to {activity.capacity}.",
    }
    if not activity.refused:
        return told
    bounds = _bounds(activity, request)
    return told | {"NotScaledReasons": [{"Code": activity.refused, **bounds}]}


def _bounds(activity: Activity, request: Request) -> dict[str, int]:
    from moto.applicationautoscaling.models import applicationautoscaling_backends

    backend = applicationautoscaling_backends[request.account][request.region]
    for target in backend.describe_scalable_targets(activity.namespace, None, None):
        if (target.resource_id, target.scalable_dimension) == (activity.resource, activity.dimension):
            return {"MaxCapacity": target.max_capacity or 0, "MinCapacity": target.min_capacity or 0}
    return {}


def install() -> None:
    """Give moto's Application Auto Scaling its activities."""
    from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse

    actions.add(ApplicationAutoScalingResponse, {"DescribeScalingActivities": describe_scaling_activities})
