"""Which incident is this, and what opened it? What an event says, in the runbook's words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal

from reports.words import one_line

Opener = Literal["alarm", "codedeploy", "ecs", "other"]
_OPENERS: dict[str, Opener] = {"aws.cloudwatch": "alarm", "aws.codedeploy": "codedeploy", "aws.ecs": "ecs"}


@dataclass(frozen=True)
class Opening:
    """What opened an incident: a kind, the resource that it is about, when it changed, and a line for people.

    `resource` is the alarm's or service's ARN or `application/group`, `changed` the event's own time of the change,
    which a second delivery of the same event repeats. An execution that was started by hand may have neither.
    """

    opener: Opener
    resource: str
    name: str
    changed: str
    text: str


def opening(event: Mapping[str, Any]) -> Opening:
    """An EventBridge event's opening; one that is none of those the template asks for opens an incident all the same.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html
    """
    detail = event.get("detail") or {}
    opener = _OPENERS.get(str(event.get("source")), "other")
    resource = next(iter(event.get("resources") or []), "") or str(event.get("id") or "")
    changed = str(event.get("time") or event.get("id") or "")
    if opener == "alarm":
        name = str(detail.get("alarmName") or resource or "unknown")
        state = detail.get("state") or {}
        text = f"alarm {name}: {state.get('reason') or 'it changed to ALARM'}"
        return Opening("alarm", resource or name, name, str(state.get("timestamp") or changed), one_line(text))
    if opener == "codedeploy":
        name = f"{detail.get('application')}/{detail.get('deploymentGroup')}"
        return Opening(
            "codedeploy", name, name, changed, one_line(f"deployment {detail.get('deploymentId')} of {name} failed")
        )
    if opener == "ecs":
        name = resource.rpartition(":")[2].removeprefix("service/")
        return Opening(
            "ecs", resource, name, changed, one_line(f"{name}: {detail.get('reason') or 'a deployment failed'}")
        )
    text = one_line(str(event.get("detail-type") or "started by hand"))
    return Opening("other", resource, resource or "unknown", changed, text)


def incident_id(execution: str, started: str) -> str:
    """A short name that every function makes the same of an execution's ARN and start: `inc-20261128-1f09c2`."""
    day = "".join(character for character in started[:10] if character.isdigit())
    return f"inc-{day}-{sha256(execution.encode()).hexdigest()[:6]}"
