"""Why did a deployment of CodeDeploy fail? The questions are asked from the top; the first yes is the reason.

A life-cycle hook timed out or failed → the AppSpec file is invalid → a role lacks a permission → the health check
failed → otherwise CodeDeploy's own code, or an agent that was never heard.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from diagnosis.causes import Cause
from diagnosis.deploy.deployments import DeploymentTarget, GroupDeployment, LifecycleEvent
from diagnosis.deploy.where_to_look import hook_remedy, hook_why
from diagnosis.explain import Explanation, explain

SCRIPT_CODES = ("ScriptMissing", "ScriptNotExecutable", "ScriptTimedOut", "ScriptFailed")
CODEDEPLOYS_OWN = frozenset(
    {"Start", "DownloadBundle", "Install", "BlockTraffic", "AllowTraffic", "AllowTestTraffic", "End"}
)
"""Events that no script or function of the customer's runs in."""
TRAFFIC = frozenset({"AllowTraffic", "AllowTestTraffic"})
CERTAIN = 0.7
"""From this confidence on an explanation is taken for the cause; below it is a hint."""
_BUNDLE = (
    "let the instance profile read the revision: s3:GetObject on its bucket, and kms:Decrypt where it is encrypted"
)


@dataclass(frozen=True)
class Reason:
    """Why a deployment failed: the branch of the tree, the cause, and the event on a target that shows it."""

    branch: str
    cause: Cause
    why: str
    remedy: str
    proven: bool
    target: DeploymentTarget | None = None
    event: LifecycleEvent | None = None

    @property
    def at(self) -> datetime | None:
        """When it happened, where an event tells."""
        return self.event.ended or self.event.started if self.event else None


def reason_of(group: GroupDeployment) -> Reason:
    """The tree, from its top."""
    return (
        hook_timed_out(group)
        or hook_failed(group)
        or appspec_is_invalid(group)
        or role_lacks_permission(group)
        or health_check_failed(group)
        or otherwise(group)
    )


def hook_timed_out(group: GroupDeployment) -> Reason | None:
    """A script or function did not end, or did not report, in its time."""
    found = _first(group, lambda event: event.name not in CODEDEPLOYS_OWN and is_timeout(event, group.platform))
    return _of_hook(group, found, "timeout") if found else None


def is_timeout(event: LifecycleEvent, platform: str) -> bool:
    """Whether a hook failed because its time was over; a function says so in its message only."""
    if event.code == "ScriptTimedOut":
        return True
    return platform != "Server" and _cause(event, "HOOK_EXECUTION_FAILURE") == "timeout"


def hook_failed(group: GroupDeployment) -> Reason | None:
    """A script is missing, cannot be run or ended badly; or a function reported that its validation failed."""
    found = _first(group, lambda event: event.name not in CODEDEPLOYS_OWN and is_hook_failure(event, group))
    if found is None:
        return None
    event = found[1]
    if group.platform != "Server":
        return _of_hook(group, found, "code")
    return _of_hook(group, found, "script" if event.code == "ScriptFailed" else "config")


def is_hook_failure(event: LifecycleEvent, group: GroupDeployment) -> bool:
    """Whether a script's own code says so, or the event of a function failed."""
    if group.platform == "Server":
        return event.code in SCRIPT_CODES
    return _cause(event, group.deployment.error_code) not in ("permission", "appspec", "throttled")


def _of_hook(group: GroupDeployment, found: tuple[DeploymentTarget, LifecycleEvent], cause: Cause) -> Reason:
    target, event = found
    return Reason(
        "hook",
        cause,
        hook_why(group, event),
        hook_remedy(group, target, event),
        proven=True,
        target=target,
        event=event,
    )


def appspec_is_invalid(group: GroupDeployment) -> Reason | None:
    """CodeDeploy or its agent could not read the AppSpec file, or there is no such revision."""
    return _told(group, "appspec", "appspec", ("appspec",)) or _by_code(
        group, "appspec", "appspec", ("INVALID_REVISION", "REVISION_MISSING")
    )


def role_lacks_permission(group: GroupDeployment) -> Reason | None:
    """The service role is missing or too weak, or an instance profile or hook function was refused something."""
    return _told(group, "role", "permission", ("permission",))


def health_check_failed(group: GroupDeployment) -> Reason | None:
    """The new version never passed the load balancer's health check, or too few hosts would have stayed healthy."""
    found = _first(group, lambda event: event.name in TRAFFIC and not event.log_tail)
    if found:
        target, event = found
        explained = _explained(event)
        cause: Cause = "health_check"
        if event.message and explained.specific_cause and explained.confidence >= CERTAIN:
            cause = explained.specific_cause
        said = f"{event.name} failed on {target.id} without a log: it waits for the load balancer's health check"
        remedy = "compare the health check's path, port and timeout with what the new version answers"
        return Reason("health", cause, said, remedy, proven=True, target=target, event=event)
    return _by_code(group, "health", "health_check", ("CUSTOMER_APPLICATION_UNHEALTHY",)) or _by_code(
        group, "health", "config", ("HEALTH_CONSTRAINTS_INVALID",)
    )


def otherwise(group: GroupDeployment) -> Reason:
    """An agent that was never heard, an event that failed in a way of its own, or CodeDeploy's code alone."""
    return _agent_silent(group) or _odd_event(group) or _code_alone(group)


def _agent_silent(group: GroupDeployment) -> Reason | None:
    skipped = [target for target in group.targets if target.skipped_all]
    # What CodeDeploy never came to is Skipped, too: a target that it gave up waiting for is Failed.
    silent = [target for target in skipped if target.status == "Failed"] or skipped
    is_over = group.deployment.status in ("Failed", "Succeeded")
    if group.platform != "Server" or not silent or not is_over or any(target.failure for target in group.targets):
        return None
    names = ", ".join(t.id for t in silent[:3]) + (f" and {len(silent) - 3} more" if len(silent) > 3 else "")
    why = f"every life-cycle event was skipped on {names}: the CodeDeploy agent never took the deployment up"
    remedy = (
        "start the CodeDeploy agent; then look at the instance profile, the way to the CodeDeploy endpoints on 443, "
        "and the instance's clock"
    )
    return Reason("otherwise", "agent", why, remedy, proven=True, target=silent[0])


def _odd_event(group: GroupDeployment) -> Reason | None:
    found = _first(group, lambda _: True)
    if found is None:
        return None
    target, event = found
    explained = _explained(event)
    cause = explained.specific_cause if explained.confidence >= CERTAIN else None
    return Reason(
        "otherwise",
        cause or "unknown",
        f"{event.name} failed on {target.id}: {event.message or event.code or 'no message'}",
        explained.remedy,
        proven=cause is not None,
        target=target,
        event=event,
    )


def _code_alone(group: GroupDeployment) -> Reason:
    deployment = group.deployment
    explained = explain("codedeploy_error", deployment.error_message, {"errorCode": deployment.error_code})
    said = ": ".join(word for word in (deployment.error_code, deployment.error_message) if word)
    by_people = explained.cause == "scaling_normal"
    return Reason(
        "otherwise",
        explained.specific_cause or "unknown",
        said or f"CodeDeploy gives no reason for {deployment.status}",
        "ask who stopped it and why; then deploy again, or go back" if by_people else explained.remedy,
        proven=explained.specific_cause is not None and bool(deployment.error_code),
    )


def _told(group: GroupDeployment, branch: str, cause: Cause, causes: tuple[Cause, ...]) -> Reason | None:
    """A failed event, or else the deployment's own error, that is explained by one of these causes."""
    for target, event in _failures(group):
        explained = _explained(event)
        if explained.specific_cause in causes and event.code not in SCRIPT_CODES:
            why = f"{event.name} failed on {target.id}: {event.message or event.code}"
            remedy = _BUNDLE if branch == "role" and event.name == "DownloadBundle" else explained.remedy
            return Reason(branch, cause, why, remedy, explained.confidence >= CERTAIN, target, event)
    deployment = group.deployment
    explained = explain("codedeploy_error", deployment.error_message, {"errorCode": deployment.error_code})
    if explained.specific_cause not in causes:
        return None
    why = f"{deployment.error_code}: {deployment.error_message}".strip(": ")
    return Reason(branch, cause, why, explained.remedy, proven=explained.confidence >= CERTAIN)


def _by_code(group: GroupDeployment, branch: str, cause: Cause, codes: tuple[str, ...]) -> Reason | None:
    deployment = group.deployment
    if deployment.error_code not in codes:
        return None
    explained = explain("codedeploy_error", deployment.error_message, {"errorCode": deployment.error_code})
    return Reason(branch, cause, f"{deployment.error_code}: {deployment.error_message}", explained.remedy, proven=True)


def _failures(group: GroupDeployment) -> list[tuple[DeploymentTarget, LifecycleEvent]]:
    """Each target's failed event, the earliest first: later ones may be its echo."""
    found = [(target, target.failure) for target in group.targets if target.failure is not None]
    return sorted(found, key=lambda pair: (pair[1].ended or group.as_of, pair[0].id))


def _first(
    group: GroupDeployment, fits: Callable[[LifecycleEvent], bool]
) -> tuple[DeploymentTarget, LifecycleEvent] | None:
    return next(((target, event) for target, event in _failures(group) if fits(event)), None)


def _explained(event: LifecycleEvent) -> Explanation:
    told = {"errorCode": event.code, "lifecycleEventName": event.name}
    return explain("codedeploy_error", event.message or event.log_tail, told)


def _cause(event: LifecycleEvent, code: str) -> Cause | None:
    told = {"errorCode": event.code if event.code != "UnknownError" else code, "lifecycleEventName": event.name}
    return explain("codedeploy_error", event.message, told).specific_cause
