"""What do the tests of CodeDeploy's rules build their facts from?"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from diagnosis.deploy.deployments import Deployment, DeploymentTarget, GroupDeployment, LifecycleEvent
from tests.builders import NOW, ago, target

NAMES = ("ApplicationStop", "DownloadBundle", "BeforeInstall", "Install", "AfterInstall", "ApplicationStart")
TOO_MANY = "The overall deployment failed because too many individual instances failed deployment."


def event(name: str, status: str = "Succeeded", minutes: float = 1, **changes: Any) -> LifecycleEvent:
    """An event that ended ten minutes ago, or began then where it still runs."""
    if status in ("Pending", "Skipped"):
        return LifecycleEvent(name, status)
    code = {"Succeeded": "Success", "Failed": "UnknownError"}.get(status, "")
    known = LifecycleEvent(name, status, code, started=ago(10 + minutes), ended=ago(10))
    if status == "InProgress":
        known = replace(known, started=ago(minutes), ended=None)
    return replace(known, **changes)


def instance(name: str = "i-1", status: str = "Succeeded", **failing: LifecycleEvent) -> DeploymentTarget:
    """An instance whose events went well until the one that is given by its name; what follows was skipped."""
    events, over = [], False
    for one in NAMES:
        events.append(failing[one] if one in failing else event(one, "Skipped" if over else "Succeeded"))
        over = over or (one in failing and failing[one].status != "Succeeded")
    return DeploymentTarget(name, "Instance", status, tuple(events))


def unheard(name: str = "i-1", status: str = "Failed") -> DeploymentTarget:
    """An instance that skipped every event."""
    return DeploymentTarget(name, "Instance", status, tuple(event(one, "Skipped") for one in NAMES))


def deployment(status: str = "Failed", code: str = "HEALTH_CONSTRAINTS", **changes: Any) -> Deployment:
    """A deployment that began a quarter of an hour ago."""
    over = status in ("Failed", "Stopped", "Succeeded")
    known = Deployment(
        "d-1", status, "user", ago(15), ago(15), ago(10) if over else None, error_code=code if over else "",
        error_message=TOO_MANY if code == "HEALTH_CONSTRAINTS" and over else "",
    )  # fmt: skip
    if status == "Succeeded":
        known = replace(known, error_code="", error_message="")
    return replace(known, **changes)


def group(*targets: DeploymentTarget, made: Deployment | None = None, **changes: Any) -> GroupDeployment:
    """A group with these targets; its newest deployment failed where nothing else is said."""
    arn = "arn:aws:codedeploy:eu-west-1:123456789012:deploymentgroup:web/prod"
    known: dict[str, Any] = {
        "target": target("deployment_group", "web/prod", arn),
        "group_id": "f1c9",
        "platform": "Server",
        "service_role": "arn:aws:iam::123456789012:role/codedeploy",
        "deployment": made or deployment(),
        "targets": targets,
        "others": (),
        "as_of": NOW,
    }
    return GroupDeployment(**known | changes)


def before(minutes: float, number: int = 2, status: str = "Succeeded") -> Deployment:
    """An earlier deployment that took so long."""
    start = NOW - timedelta(days=number)
    return Deployment(f"d-{number}", status, "user", start, start, start + timedelta(minutes=minutes))
