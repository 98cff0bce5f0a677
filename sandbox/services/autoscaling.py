"""What does the sandbox complete in Auto Scaling? The activities of groups that a scenario tells of."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from sandbox.services import actions
from sandbox.services.actions import Request

_UNFINISHED = ("InProgress", "PreInService", "WaitingForSpotInstanceId")
_TAKES = timedelta(seconds=30)


@dataclass(frozen=True)
class Activity:
    """What a group did, or tried to."""

    group: str
    at: datetime
    status: str
    description: str
    cause: str
    message: str

    def members(self) -> dict[str, Any]:
        """The activity as DescribeScalingActivities has it."""
        done = self.status not in _UNFINISHED
        return {
            "ActivityId": str(uuid5(NAMESPACE_URL, f"{self.group}/{self.at.isoformat()}/{self.description}")),
            "AutoScalingGroupName": self.group,
            "Description": self.description,
            "Cause": f"At {self.at:%Y-%m-%dT%H:%M:%SZ} {self.cause}.",
            "StartTime": self.at,
            "StatusCode": self.status,
            "Progress": 100 if done else 50,
            **({"EndTime": self.at + _TAKES} if done else {}),
            **({"StatusMessage": self.message} if self.message else {}),
        }


_lock = threading.Lock()
_told: dict[tuple[str, str], list[Activity]] = {}


def tell(account: str, region: str, activity: Activity) -> None:
    """Note what a group did."""
    with _lock:
        _told.setdefault((account, region), []).append(activity)


def describe_scaling_activities(request: Request) -> dict[str, Any]:
    """DescribeScalingActivities, the newest first; those of the last six weeks."""
    now, group = datetime.now(UTC), request.get("AutoScalingGroupName")
    known = [a for a in _told.get((request.account, request.region), ()) if timedelta() <= now - a.at < timedelta(42)]
    found = sorted((a for a in known if group in (None, a.group)), key=lambda a: a.at, reverse=True)
    start, size = int(request.get("NextToken", 0)), int(request.get("MaxRecords", 100))
    more = {"NextToken": str(start + size)} if start + size < len(found) else {}
    return {"Activities": [a.members() for a in found[start : start + size]], **more}


def install() -> None:
    """Give moto's Auto Scaling the activities of its groups."""
    from moto.autoscaling.responses import AutoScalingResponse

    actions.add(AutoScalingResponse, {"DescribeScalingActivities": describe_scaling_activities})
